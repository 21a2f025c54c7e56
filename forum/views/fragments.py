"""How do the threads of a page become HTML?"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import islice

from django.template.loader import render_to_string
from django.utils.formats import localize
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from forum.markup import shown
from forum.models import Comment, Tally
from forum.reading import Thread
from forum.stamping import MANY, PARENT, PK, ROOT, comments_in_thread, each_in_thread, stamp_of

THREAD, PLACED_THREAD = "forum/_thread.html", "forum/_placed_thread.html"
# What stands in a stamp in the place of HTML, and of a page's query.
HTML, HERE = "<!--html-->", "?here"

Here = Callable[[Thread], str]


def placed_threads(
    threads: list[Thread], *, here: Here, ahead: Mapping[int, str] | None = None
) -> SafeString:
    """HTML of the threads of a page, slots empty, each with the ways to its neighbours.

    here: the query of a page where a folded one stands. ahead: root -> HTML in front of its thread.
    """
    language = get_language() or ""
    roots = ["", *(str(thread.root.pk) for thread in threads), ""]
    comments = [thread.comments for thread in threads]
    stamped = iter(each_in_thread([one for each in comments for one in each]))
    html = ["".join(islice(stamped, len(each))) for each in comments]
    return shown(
        "".join(
            (ahead or {}).get(thread.root.pk, "")
            + _placed(bool(former), bool(following), language)
            % {
                "former": former,
                "next": following,
                "html": _rendered(thread, shown(said), here, language),
            }
            for thread, said, former, following in zip(
                threads, html, roots, roots[2:], strict=False
            )
        )
    )


def rendered_thread(thread: Thread) -> SafeString:
    """HTML of one that is not folded."""
    comments = comments_in_thread(thread.comments)
    return _rendered(thread, comments, lambda _thread: "", get_language() or "")


def flat_thread(thread: Thread, *, sort: str) -> SafeString:
    """HTML of one whose replies stand in another order: each says whom it answers."""
    comments = comments_in_thread(thread.comments, is_alone=True)
    context = {"thread": thread, "comments": comments, "is_alone": True, "sort": sort}
    return shown(render_to_string(THREAD, context))


def _rendered(thread: Thread, comments: SafeString, here: Here, language: str) -> SafeString:
    query = here(thread) if thread.is_folded else ""
    if thread.next_cursor or (thread.is_folded and thread.reply_count < 2):
        # One of a page at most: it goes on elsewhere, or most of it has been removed.
        context = {"thread": thread, "comments": comments, "here": query}
        return shown(render_to_string(THREAD, context))
    values = {"pk": str(thread.root.pk), "html": comments, "here": escape(query)}
    if thread.is_folded:
        values["replies"] = localize(thread.reply_count)
    return shown(_unplaced(thread.is_folded, language) % values)


@lru_cache
def _unplaced(is_folded: bool, _language: str) -> str:
    """The stamp of forum/_thread.html."""
    root = Comment(pk=PK)
    root.tally = Tally(reply_count=MANY)
    thread = Thread(root, [], has_more=is_folded)
    values = {"pk": str(PK), "html": HTML, "here": HERE, "replies": localize(MANY)}
    return stamp_of(THREAD, {"thread": thread, "comments": shown(HTML), "here": HERE}, values)


@lru_cache
def _placed(has_former: bool, has_next: bool, _language: str) -> str:
    """The stamp of forum/_placed_thread.html."""
    former, following = has_former and PARENT, has_next and ROOT
    context = {"former": former, "next": following, "thread": shown(HTML)}
    values = {"html": HTML, "former": str(PARENT), "next": str(ROOT)}
    return stamp_of(PLACED_THREAD, context, values)
