"""Where does a page of threads begin, and what follows it?

Every thread that is listed while somebody reads comes once, whatever happens meanwhile: by time
behind a place that stays, in orders that move behind a place in a snapshot (snapshots.py).
"""

from typing import Any

from articles.models import Article
from forum import cursors, snapshots
from forum.fetching import comments_of
from forum.models import Comment, Discussion, Tally
from forum.reading import THREADS_PER_PAGE, ThreadsPage, by_path, page_of, path_ids
from forum.sorts import SORTS, Sort, beyond, roots_of, scope_of


def threads_page(
    discussion: Discussion, *, sort: str, after: str = "", about: Article | None = None
) -> ThreadsPage:
    """Twenty threads, two queries, on top of the first ones what is pinned (two more); one or two
    more behind the first page of an order that moves.

    Raises BadRequest for a cursor of another list.
    """
    order = SORTS[sort]
    if not after:
        return _first_page(discussion, order, about)
    position = cursors.read(scope_of(discussion, order, about), after)
    if order.is_steady:
        return _page_beyond(discussion, order, about, *position)
    page = _page_of_snapshot(discussion, order, *position)
    if page is None:
        page = _first_page(discussion, order, about)
        page.has_restarted = True
    return page


def page_around(comment: Comment, *, sort: str) -> ThreadsPage:
    """The page that begins with the comment's thread, and shows the comment in it."""
    order = SORTS[sort]
    discussion = comment.discussion
    root = Tally.objects.filter(pk=comment.root_id, listed_in=discussion).first()
    if root is None:
        return ThreadsPage([])
    place = [getattr(root, column) for column in order.columns]
    page = page_of(roots_of(discussion, order, None).filter(beyond(order, place, inclusive=True)))
    _lead_on(page, discussion, order, None, passed=None)
    thread = next(iter(page.threads), None)
    if thread is None or thread.root.pk != comment.root_id:
        # It has risen or fallen since its place was read.
        return page
    shown = {reply.pk for reply in thread.replies}
    missing = [pk for pk in path_ids(comment)[1:] if pk not in shown]
    if missing:
        replies = [*thread.replies, *comments_of(Comment.objects.listed().filter(pk__in=missing))]
        thread.replies = sorted(replies, key=by_path)
    return page


def _first_page(discussion: Discussion, order: Sort, about: Article | None) -> ThreadsPage:
    page = _first_threads(discussion, order, about)
    _lead_on(page, discussion, order, about, passed=0 if about is None else None)
    return page


def _first_threads(discussion: Discussion, order: Sort, about: Article | None) -> ThreadsPage:
    roots = roots_of(discussion, order, about)
    if about is not None or discussion.pinned_comment_id is None:
        return page_of(roots)
    pinned = Tally.objects.filter(pk=discussion.pinned_comment_id, listed_in=discussion)
    ahead = page_of(pinned).threads
    page = page_of(roots.exclude(pk=discussion.pinned_comment_id))
    page.threads = ahead + page.threads
    page.has_pin = bool(ahead)
    return page


def _lead_on(
    page: ThreadsPage,
    discussion: Discussion,
    order: Sort,
    about: Article | None,
    *,
    passed: int | None,
) -> None:
    """To what follows a first page, or one that begins in the middle."""
    passed = _passed(page, passed)
    roots = [thread.root.pk for thread in page.threads]
    if not page.has_more:
        return
    position: list[Any]
    if order.is_steady:
        # What stood on top is not shown again in its place, also when it is pinned no more.
        position = [roots[-1], passed, *roots[: int(page.has_pin)]]
    else:
        position = [snapshots.begin(discussion, roots), passed]
    _end(page, discussion, scope_of(discussion, order, about), passed, position)


def _page_beyond(
    discussion: Discussion,
    order: Sort,
    about: Article | None,
    last: int,
    passed: int | None,
    *pinned: int,
) -> ThreadsPage:
    roots = roots_of(discussion, order, about).filter(beyond(order, [last]))
    page = page_of(roots.exclude(pk__in=pinned))
    passed = _passed(page, passed)
    if page.has_more:
        position = [page.threads[-1].root.pk, passed, *pinned]
        _end(page, discussion, scope_of(discussion, order, about), passed, position)
    return page


def _page_of_snapshot(
    discussion: Discussion, order: Sort, names: str, passed: int | None, place: int | None = None
) -> ThreadsPage | None:
    """None: what was being paged through is gone."""

    def first_anew() -> list[int]:
        """A page that began in the middle is not found again."""
        page = ThreadsPage([]) if passed is None else _first_threads(discussion, order, None)
        return [thread.root.pk for thread in page.threads]

    snapshot = snapshots.open_snapshot(discussion, order, names, first_anew=first_anew)
    if snapshot is None:
        return None
    if place is None:
        place = snapshot.place_of_first if passed is None else 0
    found = snapshots.roots_from(snapshot, place, count=THREADS_PER_PAGE + 1)
    behind = dict(found[:THREADS_PER_PAGE])
    page = page_of(Tally.objects.filter(pk__in=behind, listed_in=discussion))
    page.threads.sort(key=lambda thread: list(behind).index(thread.root.pk))
    page.has_more = len(found) > THREADS_PER_PAGE
    if place >= 0:
        page.first_of_rest = next((pk for pk, after in behind.items() if after < 0), None)
    if page.has_more:
        passed = _passed(page, passed)
        position = [snapshot.names, passed, list(behind.values())[-1]]
        _end(page, discussion, scope_of(discussion, order, None), passed, position)
    return page


def _passed(page: ThreadsPage, before: int | None) -> int | None:
    if before is None:
        return None
    return before + sum(thread.root.is_published + thread.reply_count for thread in page.threads)


def _end(
    page: ThreadsPage, discussion: Discussion, scope: str, passed: int | None, position: list[Any]
) -> None:
    page.next_cursor = cursors.write(scope, position)
    page.remaining = None if passed is None else max(discussion.comment_count - passed, 1)
