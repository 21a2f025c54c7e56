"""Which comments does a page show, and in which order?

Every page costs the same few queries, however long the discussion: keyset cursors that end in the
id, never OFFSET, never a count of rows.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery

from articles.models import Article
from forum import cursors
from forum.asking import Rows, asked_once
from forum.fetching import comments_by_id
from forum.models import PATH_DIGITS, PATH_LEVELS, Comment, CommentQuerySet, Discussion, Tally
from forum.subjects import discussion_by_id

THREADS_PER_PAGE = 20
FIRST_REPLIES = 3
REPLIES_PER_PAGE = 50
# Sorts after each digit: where the paths below a path end.
PAST_DIGITS = ":"
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
    has_more: bool = False
    next_cursor: str = ""
    # Comments after this page; None where that cannot be known without counting.
    remaining: int | None = None
    # The first thread stands on top because the newsroom has pinned it there.
    has_pin: bool = False
    # The order that was being paged through is gone: this is the first page again.
    has_restarted: bool = False
    # Root of the thread from which on the rest follows newest first, whatever order was asked for.
    first_of_rest: int | None = None

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


def with_first_ids(roots: QuerySet[Tally], count: int) -> QuerySet[Tally, Any]:
    """(id, [id, ids of its first replies]) of each of the first `count` roots, and one more."""
    # One short index scan per root: a window function would read every reply of every thread.
    first_ids = ArraySubquery(
        Comment.objects.listed()
        .filter(root=OuterRef("comment_id"))
        .order_by("path")
        .values("pk")[: 1 + FIRST_REPLIES + 1]
    )
    return roots.annotate(first_ids=first_ids).values_list("pk", "first_ids")[: count + 1]


def page_of(
    roots: Rows, *, pinned: Rows | None = None, opened: list[int] | None = None
) -> ThreadsPage:
    """The first twenty threads of the rows of with_first_ids(), one query.

    pinned: a row that stands ahead. opened: ids of a root and of what its thread shows however many
    replies stand before that.
    """
    pinned, opened = pinned or [], opened or []
    found = [first_ids for _pk, first_ids in [*pinned, *roots[:THREADS_PER_PAGE]]]
    shown = {pk for first_ids in found for pk in first_ids[: 1 + FIRST_REPLIES]}
    comments = comments_by_id([*shown.union(opened)])
    return ThreadsPage(
        [_thread(first_ids, comments, opened) for first_ids in found],
        has_more=len(roots) > THREADS_PER_PAGE,
        has_pin=bool(pinned),
    )


def unfold(page: ThreadsPage, root_id: int) -> None:
    """Show one thread of the page with its first fifty replies instead of three."""
    for place, thread in enumerate(page.threads):
        if thread.root.pk == root_id and thread.has_more:
            page.threads[place] = replies_page(thread.root)


def replies_page(root: Comment, *, after: str = "") -> Thread:
    """Fifty replies of a thread in the order of the tree, two queries."""
    scope = f"replies {root.pk}"
    last, passed = cursors.read(scope, after) if after else (root.pk, 0)
    ids = ids_below(root, after=last)
    comments = comments_by_id(ids[:REPLIES_PER_PAGE])
    replies = [comments[pk] for pk in ids[:REPLIES_PER_PAGE]]
    if len(ids) == len(replies):
        return Thread(root, replies)
    passed += sum(reply.is_published for reply in replies)
    return Thread(
        root,
        replies,
        has_more=True,
        next_cursor=cursors.write(scope, [replies[-1].pk, passed]),
        remaining=max(root.tally.reply_count - passed, 1),
    )


def thread_of(comment: Comment, *, after: str = "") -> Surroundings:
    """The comment with everything above it and fifty of the replies below it, two queries."""
    scope = f"below {comment.pk}"
    (last,) = cursors.read(scope, after) if after else (comment.pk,)
    ids = ids_below(comment, after=last)
    shown = ids[:REPLIES_PER_PAGE]
    # A path that ends leaves the parent out.
    above = {*path_ids(comment.path), comment.parent_id or comment.pk} - {comment.pk}
    comments = comments_by_id([*above, *shown])
    ancestors = (comments.get(pk) for pk in above)
    return Surroundings(
        comment,
        sorted((one for one in ancestors if one and one.is_listed), key=by_path),
        [comments[pk] for pk in shown],
        cursors.write(scope, [shown[-1]]) if len(ids) > len(shown) else "",
    )


def ids_below(comment: Comment, *, after: int) -> list[int]:
    """Of what is listed below a comment, or answers it, from the one after that on: fifty and one.

    By the tree; where the path ends, what answers the comment stands beside it.
    """
    count = REPLIES_PER_PAGE + 1
    if len(comment.path) < PATH_DIGITS * PATH_LEVELS:
        until = f"{comment.path}{PAST_DIGITS}"
        rows = _below(count, root=comment.root_id, after=after, until=until)
    else:
        rows = _answering(count, parent=comment.pk, after=after)
    return [pk for (pk,) in rows]


@asked_once
def _below(count: int, *, root: int, after: int, until: str) -> QuerySet[Comment, Any]:
    below = Comment.objects.filter(root_id=root, path__gt=_path_of(after), path__lt=until)
    return _first(count, below)


@asked_once
def _answering(count: int, *, parent: int, after: int) -> QuerySet[Comment, Any]:
    return _first(count, Comment.objects.filter(parent_id=parent, path__gt=_path_of(after)))


def _first(count: int, replies: CommentQuerySet) -> QuerySet[Comment, Any]:
    return replies.listed().order_by("path").values_list("pk")[:count]


def newest(discussion: Discussion, limit: int = 3) -> list[Comment]:
    """What was published last, wherever in the discussion.

    Sought among what changed last, by index; what was only reworded or restored is older.
    """
    changed = Comment.objects.published().filter(discussion=discussion)
    last_changed = changed.order_by("-visible_version").values_list("published_at", "pk")[
        : limit * CHANGES_LOOKED_AT
    ]
    # Named, not joined: from a subquery, PostgreSQL would rather read whole tables.
    ids = [pk for _at, pk in sorted(last_changed, reverse=True)[:limit]]
    comments = comments_by_id(ids)
    return [comments[pk] for pk in ids]


def comment_in_view(pk: int) -> Comment | None:
    """The comment with all that its own page needs, its discussion included; two queries."""
    comment = comments_by_id([pk]).get(pk)
    if comment and (discussion := discussion_by_id(comment.discussion_id)):
        comment.discussion = discussion
    return comment


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


def _thread(first_ids: list[int], comments: dict[int, Comment], opened: list[int]) -> Thread:
    root_id, *reply_ids = first_ids
    shown = reply_ids[:FIRST_REPLIES]
    replies = [comments[pk] for pk in shown]
    if root_id in opened:
        there = (comments.get(pk) for pk in opened if pk not in {root_id, *shown})
        replies += [reply for reply in there if reply and reply.is_listed]
        replies.sort(key=by_path)
    return Thread(comments[root_id], replies, has_more=len(reply_ids) > FIRST_REPLIES)


def _path_of(pk: int) -> Any:
    """Looked up within the query: in a cursor, a path of 32 levels would fill half an address."""
    return Subquery(Comment.objects.filter(pk=pk).values("path"))


def path_ids(path: str) -> list[int]:
    return [int(path[at : at + PATH_DIGITS]) for at in range(0, len(path), PATH_DIGITS)]


def by_path(comment: Comment) -> str:
    return comment.path
