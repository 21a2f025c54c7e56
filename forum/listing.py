"""Which comments have a place on public pages, and who counts them?

What publishing and withdrawing share. Locks are taken in one order everywhere: the discussion, then
the comment; counts and tombstones of a discussion change under the former.
"""

from accounts.standing import count_published
from forum.indexing import index
from forum.models import Comment, Discussion, FormerPick, Tally
from forum.ranking import rank


def locked(comment: Comment) -> tuple[Comment, Discussion]:
    """Both as they are now, and nobody changes them before the transaction ends.

    no_key: replies are written meanwhile, and their foreign keys do not wait.
    """
    discussion = Discussion.objects.select_for_update(no_key=True).get(pk=comment.discussion_id)
    fresh = (
        Comment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("author", "parent__author")
        .get(pk=comment.pk)
    )
    fresh.discussion = discussion
    return fresh, discussion


def settle(comment: Comment, discussion: Discussion, *, was_published: bool) -> None:
    """Store a comment whose status has just been set, with all that follows from it.

    Version, places of the comment and of the tombstones above it, counts, rank, and the words by
    which it is found. Both are locked.
    """
    was_listed = comment.is_listed
    change = int(comment.is_published) - int(was_published)
    comment.is_listed = comment.is_published or _holds_replies(comment)
    if not comment.is_published:
        _put_back(comment, discussion, was_published=was_published)
    if not (was_listed or comment.is_listed):
        # Nobody sees it or has seen it; even another tag of the page would tell that it was read.
        comment.save()
        return
    discussion.version += 1
    comment.visible_version = discussion.version
    if was_published:
        # Gone, or reworded: nobody settles what stays as it was.
        discussion.retracted_version = discussion.version
    comment.save()
    if was_published or comment.is_published:
        index(comment)
    is_moved = was_listed != comment.is_listed
    if is_moved or change:
        _tally(comment, discussion, change=change, is_moved=is_moved)
    if is_moved:
        _settle_above(comment, discussion)
    if change:
        discussion.comment_count += change
        count_published(comment.author, by=change)
    discussion.save(
        update_fields=[
            "version",
            "retracted_version",
            "comment_count",
            "pinned_comment",
            "pinned_at",
            "pinned_by",
        ]
    )


def pick_again(comment: Comment) -> None:
    """What the newsroom had picked when it was taken out of sight, as it was. Saves nothing else.

    For who holds the locks, before settle().
    """
    former = FormerPick.objects.filter(comment=comment).first()
    if former:
        comment.picked_at, comment.picked_by = former.picked_at, former.picked_by
        former.delete()


def _put_back(comment: Comment, discussion: Discussion, *, was_published: bool) -> None:
    """What is out of sight is neither picked nor pinned. The caller saves both."""
    if was_published:
        _keep_pick(comment)
    if discussion.pinned_comment_id == comment.pk:
        discussion.pinned_comment = discussion.pinned_at = discussion.pinned_by = None
    if comment.picked_at:
        comment.picked_at = comment.picked_by = None
        rerank(comment)


def _keep_pick(comment: Comment) -> None:
    """Only the pick that it had when it was last seen."""
    FormerPick.objects.filter(comment=comment).delete()
    if comment.picked_at and comment.status != Comment.Status.WITHDRAWN:
        FormerPick.objects.create(
            comment=comment, picked_at=comment.picked_at, picked_by=comment.picked_by
        )


def _holds_replies(comment: Comment) -> bool:
    """A tombstone stands while one of its replies has a place; what nobody has seen has none."""
    is_new = comment.status == Comment.Status.PENDING and comment.published_at is None
    return not is_new and comment.replies.listed().exists()


def _settle_above(comment: Comment, discussion: Discussion) -> None:
    """Tombstones come back with the first visible reply below them, and go with the last."""
    is_listed = comment.is_listed
    parent = comment.parent
    while parent and not parent.is_published and parent.is_listed != is_listed:
        if not is_listed and _holds_replies(parent):
            return
        parent.is_listed = is_listed
        parent.visible_version = discussion.version
        parent.save(update_fields=["is_listed", "visible_version"])
        _place(parent, Tally.objects.get(comment=parent), discussion)
        parent = parent.parent


def _tally(comment: Comment, discussion: Discussion, *, change: int, is_moved: bool) -> None:
    """Its own place, and its number at its root and at what it answers: all between would be up to
    31 rows. Read in one query, written in the order of ids.
    """
    above = {comment.root_id, comment.parent_id} - {comment.pk, None} if change else set()
    own = {comment.pk} if is_moved else set()
    tallies = Tally.objects.select_related("comment").order_by("pk")
    for tally in tallies.filter(pk__in=above | own):
        if tally.pk == comment.pk:
            _place(comment, tally, discussion)
        else:
            tally.reply_count += change
            tally.rank = rank_of(tally.comment, tally)
            tally.save(update_fields=["reply_count", "rank"])


def _place(comment: Comment, tally: Tally, discussion: Discussion) -> None:
    """Listed comments stand in a table of their own, from which threads and replies are read."""
    is_root = comment.parent_id is None
    tally.listed_in = discussion if comment.is_listed and is_root else None
    tally.listed_under_id = comment.root_id if comment.is_listed and not is_root else None
    tally.rank = rank_of(comment, tally)
    tally.save(update_fields=["listed_in", "listed_under", "rank"])


def rerank(comment: Comment) -> None:
    """Written when the fact happens, never computed while reading."""
    tally = Tally.objects.get(comment=comment)
    tally.rank = rank_of(comment, tally)
    tally.save(update_fields=["rank"])


def rank_of(comment: Comment, tally: Tally) -> float:
    return rank(
        tally.recommendation_count,
        tally.reply_count,
        comment.published_at or comment.submitted_at,
        is_picked=comment.picked_at is not None,
    )
