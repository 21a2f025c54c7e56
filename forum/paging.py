"""Where does a page of threads begin, and what follows it?

Every thread that is listed while somebody reads comes once, whatever happens meanwhile: by time
behind a place that stays, in orders that move behind a place in a snapshot (snapshots.py).
"""

from typing import Any

from django.db.models import QuerySet

from articles.models import Article
from forum import cursors, snapshots
from forum.asking import asked_once, one_of
from forum.models import Comment, Discussion, Tally
from forum.reading import THREADS_PER_PAGE, ThreadsPage, page_of, path_ids, with_first_ids
from forum.sorts import SORTS, Sort, beyond, roots_of, scope_of


def threads_page(
    discussion: Discussion, *, sort: str, after: str = "", about: Article | None = None
) -> ThreadsPage:
    """Twenty threads, two queries, one more for what is pinned on top of the first ones; one or two
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


def page_around(discussion: Discussion, pk: int, *, sort: str) -> ThreadsPage | None:
    """The page that begins with the comment's thread, and shows the comment in it; three queries.

    None where the discussion shows no such comment.
    """
    order = SORTS[sort]
    found = _place_of(comment=pk, discussion=discussion.pk)
    if not found:
        return None
    path, root, listed_in, rank, reply_count = found[0]
    if listed_in != discussion.pk:
        return ThreadsPage([])
    known = {"comment_id": root, "rank": rank, "reply_count": reply_count}
    place = {column: known[column] for column in order.columns}
    roots = _roots_from(order, THREADS_PER_PAGE, discussion=discussion.pk, **place)
    page = page_of(roots, opened=path_ids(path))
    _lead_on(page, discussion, order, None, passed=None)
    return page


@asked_once
def _first_roots(
    order: Sort, count: int, *, discussion: int, about: int | None, besides: int | None
) -> QuerySet[Tally, Any]:
    roots = roots_of(discussion, order, about)
    return with_first_ids(roots if besides is None else roots.exclude(pk=besides), count)


@asked_once
def _roots_behind(
    order: Sort, count: int, *, discussion: int, about: int | None, last: int, besides: int | None
) -> QuerySet[Tally, Any]:
    roots = roots_of(discussion, order, about).filter(beyond(order, [last]))
    return with_first_ids(roots if besides is None else roots.exclude(pk=besides), count)


@asked_once
def _roots_from(order: Sort, count: int, *, discussion: int, **place: Any) -> QuerySet[Tally, Any]:
    here = beyond(order, list(place.values()), inclusive=True)
    return with_first_ids(roots_of(discussion, order, None).filter(here), count)


@asked_once
def _listed_roots(count: int, *, discussion: int, ids: list[int]) -> QuerySet[Tally, Any]:
    return with_first_ids(Tally.objects.filter(one_of(ids), listed_in=discussion), count)


@asked_once
def _place_of(*, comment: int, discussion: int) -> QuerySet[Comment, Any]:
    return (
        Comment.objects.listed()
        .filter(pk=comment, discussion=discussion)
        .values_list(
            "path",
            "root_id",
            *(f"root__tally__{column}" for column in ("listed_in_id", "rank", "reply_count")),
        )
    )


def _first_page(discussion: Discussion, order: Sort, about: Article | None) -> ThreadsPage:
    page = _first_threads(discussion, order, about)
    _lead_on(page, discussion, order, about, passed=0 if about is None else None)
    return page


def _first_threads(discussion: Discussion, order: Sort, about: Article | None) -> ThreadsPage:
    pinned = None if about else discussion.pinned_comment_id
    roots = _first_roots(
        order,
        THREADS_PER_PAGE,
        discussion=discussion.pk,
        about=about.pk if about else None,
        besides=pinned,
    )
    if pinned is None:
        return page_of(roots)
    return page_of(
        roots, pinned=_listed_roots(THREADS_PER_PAGE, discussion=discussion.pk, ids=[pinned])
    )


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
    besides = pinned[0] if pinned else None
    within = about.pk if about else None
    roots = _roots_behind(
        order, THREADS_PER_PAGE, discussion=discussion.pk, about=within, last=last, besides=besides
    )
    page = page_of(roots)
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
    page = page_of(_listed_roots(THREADS_PER_PAGE, discussion=discussion.pk, ids=list(behind)))
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
