"""What has somebody written lately, for those who decide about him?"""

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from forum.models import Comment, Revision

LATEST = 20


def latest_of(author: User) -> QuerySet[Comment]:
    """One query, whatever became of them; each with `wording`, its newest one, as it was typed.

    None where all were declined, "" once it is erased.
    """
    newest = Revision.objects.filter(comment=OuterRef("pk"), declined_at__isnull=True)
    return (
        author.comments.select_related("discussion__article", "discussion__topic")
        .annotate(wording=Subquery(newest.order_by("-number").values("body")[:1]))
        .order_by("-pk")[:LATEST]
    )
