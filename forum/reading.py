"""Which comments does a page show, and in which order?

Every page costs the same few queries, however long the discussion: keyset cursors that end in the
id, never OFFSET, never a count of rows.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from articles.models import Article
from forum import cursors
from forum.fetching import comments_by_id, comments_of
from forum.models import PATH_DIGITS, PATH_LEVELS, Comment, Discussion, Tally
from forum.sorts import SORTS, Sort, beyond, roots_of, scope_of

THREADS_PER_PAGE = 20
FIRST_REPLIES = 3
REPLIES_PER_PAGE = 50
# For each of the newest that are shown.
CHANGES_LOOKED_AT = 10


@dataclass
class Thread:
    """A root with those of its replies that the page shows, in the order of the tree."""

    root: Comment
    replies: list[Comment]
    has_more: bool = False
    next_cursor: str = ""
    # Replies after those shown; None where the page began in the middle.
    remaining: int | None = None

    @property
    def comments(self) -> list[Comment]:
        return [self.root, *self.replies]

    @property
    def reply_count(self) -> int:
        return self.root.tally.reply_count

    @property
    def is_folded(self) -> bool:
        """A link unfolds it on the page where it stands."""
        return self.has_more and not self.next_cursor

    @property
    def next_count(self) -> int:
        """Replies on the next page, as far as that is known."""
        return min(self.remaining or REPLIES_PER_PAGE, REPLIES_PER_PAGE)


@dataclass
class ThreadsPage:
    threads: list[Thread]
    next_cursor: str = ""
    # Comments after this page; None where that cannot be known without counting.
    remaining: int | None = None
    # The first thread stands on top because the newsroom has pinned it there.
    has_pin: bool = False

    @property
    def next_count(self) -> int:
        return min(self.remaining or THREADS_PER_PAGE, THREADS_PER_PAGE)

    @property
    def comments(self) -> list[Comment]:
        return [comment for thread in self.threads for comment in thread.comments]


@dataclass
class Surroundings:
    """A comment in its thread: whom it answers, and who answers it."""

    comment: Comment
    ancestors: list[Comment]
    replies: list[Comment]
    next_cursor: str = ""

    @property
    def comments(self) -> list[Comment]:
        return [*self.ancestors, self.comment, *self.replies]


def threads_page(
    discussion: Discussion, *, sort: str, after: str = "", about: Article | None = None
) -> ThreadsPage:
    """Twenty threads, two queries, on top of the first ones what is pinned (two more).

    Raises BadRequest for a cursor of another list.
    """
    order = SORTS[sort]
    roots = roots_of(discussion, order, about)
    pinned = discussion.pinned_comment_id if about is None else None
    passed: int | None = 0 if about is None else None
    if pinned:
        roots = roots.exclude(pk=pinned)
    if after:
        *place, passed = cursors.read(scope_of(discussion, order, about), after)
        roots = roots.filter(beyond(order, place))
    ahead = _pinned(discussion, order) if pinned and not after else []
    if passed is not None:
        passed += sum(thread.root.is_published + thread.reply_count for thread in ahead)
    page = _page(discussion, order, roots, about=about, passed=passed)
    page.threads = ahead + page.threads
    page.has_pin = bool(ahead)
    return page


def page_around(comment: Comment, *, sort: str) -> ThreadsPage:
    """The page that begins with the comment's thread, and shows the comment in it."""
    order = SORTS[sort]
    discussion = comment.discussion
    root = Tally.objects.filter(pk=comment.root_id, listed_in=discussion).first()
    if root is None:
        return ThreadsPage([])
    place = [getattr(root, column) for column in order.columns]
    roots = roots_of(discussion, order, None).filter(beyond(order, place, inclusive=True))
    page = _page(discussion, order, roots, about=None, passed=None)
    thread = next(iter(page.threads), None)
    if thread is None or thread.root.pk != comment.root_id:
        # It has risen or fallen since its place was read.
        return page
    shown = {reply.pk for reply in thread.replies}
    missing = [pk for pk in _path_ids(comment)[1:] if pk not in shown]
    if missing:
        listed = Comment.objects.listed().filter(pk__in=missing)
        replies = [*thread.replies, *comments_of(listed)]
        thread.replies = sorted(replies, key=_by_path)
    return page


def unfold(page: ThreadsPage, root_id: int) -> None:
    """Show one thread of the page with its first fifty replies instead of three."""
    for place, thread in enumerate(page.threads):
        if thread.root.pk == root_id and thread.has_more:
            page.threads[place] = replies_page(thread.root)


def replies_page(root: Comment, *, after: str = "") -> Thread:
    """Fifty replies of a thread in the order of the tree, one query."""
    scope = f"replies {root.pk}"
    path, passed = cursors.read(scope, after) if after else (root.path, 0)
    listed = Comment.objects.listed().filter(root_id=root.pk, path__gt=path)
    found = comments_of(listed.order_by("path")[: REPLIES_PER_PAGE + 1])
    replies = found[:REPLIES_PER_PAGE]
    if len(found) == len(replies):
        return Thread(root, replies)
    passed += sum(reply.is_published for reply in replies)
    return Thread(
        root,
        replies,
        has_more=True,
        next_cursor=cursors.write(scope, [replies[-1].path, passed]),
        remaining=max(root.tally.reply_count - passed, 1),
    )


def thread_of(comment: Comment, *, after: str = "") -> Surroundings:
    """The comment with everything above it and fifty of the replies below it, two queries."""
    scope = f"below {comment.pk}"
    listed = Comment.objects.listed()
    below = listed.filter(root_id=comment.root_id)
    if len(comment.path) < PATH_DIGITS * PATH_LEVELS:
        below = below.filter(path__startswith=comment.path, path__gt=comment.path)
    else:
        # The path ends here: what answers this comment stands beside it.
        below = below.filter(parent=comment)
    if after:
        (path,) = cursors.read(scope, after)
        below = below.filter(path__gt=path)
    found = comments_of(below.order_by("path")[: REPLIES_PER_PAGE + 1])
    replies = found[:REPLIES_PER_PAGE]
    above = [pk for pk in {*_path_ids(comment), comment.parent_id} if pk not in {comment.pk, None}]
    ancestors = comments_of(listed.filter(pk__in=above)) if above else []
    return Surroundings(
        comment,
        sorted(ancestors, key=_by_path),
        replies,
        cursors.write(scope, [replies[-1].path]) if len(found) > len(replies) else "",
    )


def newest(discussion: Discussion, limit: int = 3) -> list[Comment]:
    """What was published last, wherever in the discussion.

    Sought among what changed last, by index; what was only reworded or restored is older.
    """
    changed = Comment.objects.published().filter(discussion=discussion)
    last_changed = changed.order_by("-visible_version").values("pk")[: limit * CHANGES_LOOKED_AT]
    newest_first = Comment.objects.filter(pk__in=last_changed).order_by("-published_at", "-pk")
    return comments_of(newest_first[:limit])


def comment_in_view(pk: int) -> Comment | None:
    """The comment with all that its own page needs, its discussion included."""
    return (
        in_view()
        .select_related("discussion__article__topic", "discussion__topic")
        .filter(pk=pk)
        .first()
    )


def discussion_of(article: Article) -> Discussion | None:
    """Where its readers discuss, if anywhere; its topic comes with the article in one query."""
    if article.discussion_at == Article.DiscussionAt.HERE:
        return getattr(article, "discussion", None)
    if article.discussion_at == Article.DiscussionAt.TOPIC:
        return getattr(article.topic, "discussion", None)
    return None


def in_view() -> Any:
    """Comments with all that the template shows of them; what it says about is shown by title."""
    return (
        Comment.objects.in_view()
        .select_related("about_article", "about_entry__article")
        .defer("about_article__paragraphs", "about_entry__article__paragraphs")
    )


def _pinned(discussion: Discussion, order: Sort) -> list[Thread]:
    root = Tally.objects.filter(pk=discussion.pinned_comment_id, listed_in=discussion)
    return _page(discussion, order, root, about=None, passed=None).threads


def _page(
    discussion: Discussion,
    order: Sort,
    roots: QuerySet[Tally],
    *,
    about: Article | None,
    passed: int | None,
) -> ThreadsPage:
    # One short index scan per root: a window function would read every reply of every thread.
    first_ids = ArraySubquery(
        Comment.objects.listed()
        .filter(root=OuterRef("comment_id"))
        .order_by("path")
        .values("pk")[: 1 + FIRST_REPLIES + 1]
    )
    found = list(roots.annotate(first_ids=first_ids)[: THREADS_PER_PAGE + 1])
    tallies = found[:THREADS_PER_PAGE]
    shown_ids = [pk for tally in tallies for pk in tally.first_ids[: 1 + FIRST_REPLIES]]
    comments = comments_by_id(shown_ids)
    threads = [_thread(tally.first_ids, comments) for tally in tallies]
    page = ThreadsPage(threads)
    if passed is not None:
        passed += sum(thread.root.is_published + thread.reply_count for thread in threads)
    if len(found) > len(tallies):
        place = [getattr(tallies[-1], column) for column in order.columns]
        page.next_cursor = cursors.write(scope_of(discussion, order, about), [*place, passed])
        page.remaining = None if passed is None else max(discussion.comment_count - passed, 1)
    return page


def _thread(first_ids: list[int], comments: dict[int, Comment]) -> Thread:
    root_id, *reply_ids = first_ids
    return Thread(
        comments[root_id],
        [comments[pk] for pk in reply_ids[:FIRST_REPLIES]],
        has_more=len(reply_ids) > FIRST_REPLIES,
    )


def _path_ids(comment: Comment) -> list[int]:
    path = comment.path
    return [int(path[at : at + PATH_DIGITS]) for at in range(0, len(path), PATH_DIGITS)]


def _by_path(comment: Comment) -> str:
    return comment.path
