"""What are pages told that are open: in a discussion, in a live report?

Two addresses each: what is new, the same for everybody and asked for without credentials; and the
new comments or entries themselves, for whoever wants to read them.
"""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article
from forum import reading, states
from forum.models import Comment, Discussion, Tally
from forum.news import MOST_NEW, News, news_of
from forum.ranking import FEW
from forum.slots import fill_slots
from forum.ticker import entries_since, last_time_of, ticker_of, version_of
from forum.views.answering import page_with_comments, read_only, shared
from forum.views.discussions import discussion_or_404, is_number

Places = dict[str, str]


@read_only
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    def page() -> HttpResponse:
        found = discussion_or_404(pk)
        since = _since(request, newest=found.version)
        return _told(_of_discussion(found, news_of(found, since=since)))

    return shared(request, page, states.discussion(pk))


@read_only
def comments(request: HttpRequest, pk: int) -> HttpResponse:
    """Those of the named ones that are published, each as it stands on a page, marked as new."""

    def page() -> HttpResponse:
        found = discussion_or_404(pk)
        ids = _ids(request, "comment-")
        new = reading.in_view().published().filter(discussion=found, pk__in=ids).order_by("path")
        response = page_with_comments(
            request, "forum/_new_comments.html", {"comments": new}, comments=new, discussion=None
        )
        mark = render_to_string("components/_new_mark.html")
        response.content = fill_slots(
            response.content.decode(), {f"marks-{comment.pk}": mark for comment in new}
        )
        return response

    return shared(request, page, states.discussion(pk))


@read_only
def ticker(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    def page() -> HttpResponse:
        report = _report(slug, pk)
        since = _since(request, newest=version_of(report))
        return _told(_of_ticker(report, reading.discussion_of(report), since=since))

    return shared(request, page, states.article(pk))


@read_only
def entries(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    def page() -> HttpResponse:
        report = _report(slug, pk)
        ids = _ids(request, "entry-")
        discussion = reading.discussion_of(report)
        shown = [entry for entry in ticker_of(report) if entry.pk in ids]
        context = {"entries": shown, "discussion": discussion, "is_new": True}
        return render(request, "forum/_ticker_entries.html", context)

    return shared(request, page, states.article(pk))


def _since(request: HttpRequest, *, newest: int) -> int:
    """Raises BadRequest for what is no version, or none yet."""
    raw = request.GET.get("since", "")
    if not is_number(raw):
        raise BadRequest(_("“since” has to be the version of a page: a number."))
    if int(raw) > newest:
        raise BadRequest(_("There is no such version yet."))
    return int(raw)


def _ids(request: HttpRequest, prefix: str) -> set[int]:
    """Raises BadRequest for what is no list of ids, "comment-7,comment-9"."""
    numbers = [each.removeprefix(prefix) for each in request.GET.get("ids", "").split(",")]
    if len(numbers) > MOST_NEW or not all(map(is_number, numbers)):
        raise BadRequest(_("“ids” has to name what is to be shown, fifty at most."))
    return {int(each) for each in numbers}


def _report(slug: str, pk: int) -> Article:
    reports = Article.objects.published().filter(kind=Article.Kind.LIVE)
    return get_object_or_404(
        reports.select_related("discussion", "topic__discussion"), slug=slug, pk=pk
    )


def _told(told: dict[str, Any]) -> HttpResponse:
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


def _of_discussion(discussion: Discussion, news: News) -> dict[str, Any]:
    """html: selector -> what takes the place of the element. text: of its words.

    news: [what is new, behind what it stands, who wrote it].
    """
    if news.is_none:
        return {"version": news.version}
    html = {f"#comment-{one.pk}": _in_place_of(one) for one in news.gone}
    for one in news.reworded:
        wording = render_to_string("forum/_wording.html", {"comment": one})
        html[f"#comment-{one.pk} .comment__body"] = wording
    if not discussion.is_open:
        html["#news"] = render_to_string("forum/_closed.html")
    return {
        "version": news.version,
        "news": [
            [f"comment-{one.pk}", _name(one.behind_id, "comment"), _by(one)] for one in news.new
        ],
        "html": html,
        "text": _texts(discussion, news.counted),
    }


def _of_ticker(report: Article, discussion: Discussion | None, *, since: int) -> dict[str, Any]:
    """In the same form. Whatever is not named any more goes; what was reworded is both in html,
    for pages that show it, and in news, where it counts for those that do not."""
    if since == version_of(report):
        return {"version": since}
    entries = ticker_of(report)
    changed = entries_since(entries, version=since)
    standing = ",".join(f"#entry-{entry.pk}" for entry in entries)
    html = {f".ticker__entry:not({standing})" if standing else ".ticker__entry": ""}
    for entry, _above in changed:
        html[f"#entry-{entry.pk}"] = render_to_string(
            "forum/_ticker_entries.html", {"entries": [entry], "discussion": discussion}
        )
    context = {"entries": entries, "last_entry_at": last_time_of(entries)}
    html["#last-entry"] = render_to_string("forum/_last_entry.html", context)
    return {
        "version": version_of(report),
        "news": [
            [f"entry-{entry.pk}", _name(above.pk if above else None, "entry"), ""]
            for entry, above in changed
        ],
        "html": html,
        "text": {},
    }


def _name(pk: int | None, kind: str) -> str:
    return f"{kind}-{pk}" if pk else ""


def _by(comment: Comment) -> str:
    """Whose it is, so that his own page and those of who hides him do not count it. What somebody
    says for the house is hidden from nobody, and moderators are not named."""
    return comment.author.name if comment.written_as == Comment.WrittenAs.READER else ""


def _in_place_of(comment: Comment) -> str:
    if not comment.is_listed:
        return ""
    return render_to_string("components/_tombstone.html", {"comment": comment})


def _texts(discussion: Discussion, tallies: list[Tally]) -> Places:
    """{} stands for the first word of what is there: recommended already, or not."""
    count = render_to_string("components/_count.html", {"count": discussion.comment_count})
    texts: Places = {".discussion__count, .article-head__line a[href='#discussion']": count.strip()}
    for tally in tallies:
        recommended = tally.recommendation_count
        shown = f" · {localize(recommended)}" if recommended >= FEW else ""
        texts[f"#recommend-{tally.pk}"] = f"{{}}{shown}"
        if tally.listed_in_id and tally.reply_count >= reading.FIRST_REPLIES:
            texts[f"#thread-{tally.pk} [hx-push-url]"] = _all_replies(tally.reply_count)
    if not discussion.is_open:
        texts["#announcer"] = _("This discussion is closed. You can still read it.")
    return texts


def _all_replies(count: int) -> str:
    """As forum/_more_replies.html says it."""
    return ngettext("All %(count)s replies", "All %(count)s replies", count) % {"count": count}
