"""How often were readers right who reported something?"""

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from moderation.figures.periods import Period
from moderation.figures.tables import Row, Share, Table
from moderation.models import Flag, Outcome


def flags(period: Period) -> Table:
    """Reports of cases that were closed in the period, by their reason."""
    counted = (
        Flag.objects.filter(case__closed_at__gte=period.since, case__closed_at__lt=period.end)
        .values("reason")
        .annotate(
            count=Count("pk"),
            upheld=Count("pk", filter=Q(outcome=Outcome.UPHELD)),
            unfounded=Count("pk", filter=Q(outcome=Outcome.UNFOUNDED)),
        )
        .order_by("-count", "reason")
    )
    return Table(
        name="flags",
        title=_("Readers' reports"),
        note=_(
            "Of cases that were closed. Not judged is what was about another wording, or about "
            "a comment that its author withdrew."
        ),
        columns=[
            _("Reason"),
            _("Reports"),
            _("Borne out"),
            _("Unfounded"),
            _("Not judged"),
            _("Share borne out"),
        ],
        rows=[
            Row(
                str(Flag.Reason(found["reason"]).label),
                [
                    found["count"],
                    upheld := found["upheld"],
                    unfounded := found["unfounded"],
                    found["count"] - upheld - unfounded,
                    Share(upheld, upheld + unfounded),
                ],
            )
            for found in counted
        ],
        charted=(1, 2),
    )
