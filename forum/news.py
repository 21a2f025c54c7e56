"""What has changed in a discussion since a page of it was made?

Each answer costs the same few queries, by index and bounded, however much has happened. What is
gone comes complete; of what is new no more than a reader would want to have put into his page.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest

from forum.models import Comment, Discussion, Tally

# One more than that says: more than that.
MOST_NEW = 50
MOST_GONE = 500
MOST_COUNTED = 200
FOLDS_LOOKED_AT = 30
GONE = [Comment.Status.HELD, Comment.Status.REMOVED, Comment.Status.WITHDRAWN]
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class News:
    """What changed after one version, up to `version`."""

    version: int
    # Published first since then, in the order of the tree; each with `behind_id`, the comment that
    # it stands behind (None: a new thread).
    new: list[Any] = field(default_factory=list)
    reworded: list[Comment] = field(default_factory=list)
    gone: list[Comment] = field(default_factory=list)
    counted: list[Tally] = field(default_factory=list)
    is_none: bool = False


def news_of(discussion: Discussion, *, since: int) -> News:
    """None at all costs no query, anything five."""
    if since == discussion.version:
        return News(since, is_none=True)
    gone = _gone(discussion, since)
    # Whoever has been away for too long is told the rest with his next question.
    version = gone[-1].visible_version if len(gone) == MOST_GONE else discussion.version
    moment = _moment_of(discussion, since)
    changed = _changed(discussion, since)
    new = [one for one in changed if one.published_at > moment]
    return News(
        version,
        new=sorted(new, key=lambda one: one.path),
        reworded=[one for one in changed if one.edited_at],
        gone=gone,
        counted=_counted(discussion, since, [*changed, *gone]),
    )


def _moment_of(discussion: Discussion, version: int) -> datetime:
    """When that version was made: versions are in the order of times. Of what was published last
    before it, and changed after it, no row tells; pages that show that one know that it is not new.
    """
    times = ("published_at", "edited_at", "picked_at", "held_at", "removed_at", "withdrawn_at")
    last = (
        Comment.objects.filter(discussion=discussion, visible_version__lte=version)
        .order_by("-visible_version")
        .values_list(Greatest(*times))
    )
    found = last.first()
    return (found and found[0]) or LONG_AGO


def _changed(discussion: Discussion, since: int) -> list[Any]:
    behind = (
        Comment.objects.listed()
        .filter(root=OuterRef("root"), path__lt=OuterRef("path"))
        .order_by("-path")
        .values("pk")[:1]
    )
    return list(
        Comment.objects.published()
        .filter(discussion=discussion, visible_version__gt=since)
        .select_related("author", "visible_revision__revision")
        .annotate(behind_id=Subquery(behind))
        .order_by("-visible_version")[: MOST_NEW + 1]
    )


def _gone(discussion: Discussion, since: int) -> list[Comment]:
    return list(
        Comment.objects.filter(
            discussion=discussion, visible_version__gt=since, status__in=GONE
        ).order_by("visible_version")[:MOST_GONE]
    )


def _counted(discussion: Discussion, since: int, changed: list[Comment]) -> list[Tally]:
    """Of comments whose recommendations were folded, and of threads in which something changed."""
    folds = discussion.folds.filter(version__gt=since).order_by("-version")[:FOLDS_LOOKED_AT]
    ids = [one.root_id for one in changed]
    ids += [pk for told in folds.values_list("comment_ids", flat=True) for pk in told]
    wanted = list(dict.fromkeys(ids))[:MOST_COUNTED]
    return list(Tally.objects.filter(pk__in=wanted)) if wanted else []
