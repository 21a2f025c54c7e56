"""Were the checks right, as far as people have judged the same wordings?"""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from moderation.accuracy import UPHOLDING
from moderation.figures.decided import Scope
from moderation.figures.tables import Row, Share, Table
from moderation.models import Decision, Screening
from moderation.rows import check_label

# A hold is no judgement yet, somebody still has to decide.
RESTRICTED = UPHOLDING - {Decision.Measure.HOLD}
# Of several decisions on one wording the last: an appeal may have overturned the first.
_COMPARED = """
    WITH judged AS (
        SELECT DISTINCT ON (revision_id) revision_id, measure <> %(publish)s AS is_restricted
        FROM moderation_decision
        WHERE decided_at >= %(since)s AND decided_at < %(end)s AND NOT automated
          AND revision_id IS NOT NULL AND measure = ANY(%(judging)s)
          AND (%(moderator)s::bigint IS NULL OR decided_by_id = %(moderator)s)
        ORDER BY revision_id, id DESC
    )
    SELECT verdict.check_name,
        count(*) FILTER (WHERE verdict.outcome <> %(passed)s AND is_restricted),
        count(*) FILTER (WHERE verdict.outcome <> %(passed)s AND NOT is_restricted),
        count(*) FILTER (WHERE verdict.outcome = %(passed)s AND is_restricted),
        count(*) FILTER (WHERE verdict.outcome = %(passed)s AND NOT is_restricted)
    FROM judged
    JOIN moderation_screening screening ON screening.revision_id = judged.revision_id
    JOIN moderation_verdict verdict ON verdict.screening_id = screening.id
    GROUP BY verdict.check_name
    ORDER BY count(*) FILTER (WHERE verdict.outcome <> %(passed)s) DESC, verdict.check_name
"""


def comparison(scope: Scope) -> Table:
    return Table(
        name="comparison",
        title=_("Checks and people"),
        note=_(
            "Wordings that people have judged, and what each check had said to them. Most of "
            "what passed is seen by nobody, so what a check misses shows only where somebody "
            "reported it."
        ),
        columns=[
            _("Check"),
            _("Objected, restricted"),
            _("Objected, let stand"),
            _("Silent, restricted"),
            _("Silent, let stand"),
            _("Objections borne out"),
        ],
        rows=[
            Row(check_label(name), [*counts, Share(counts[0], counts[0] + counts[1])])
            for name, *counts in _asked(scope)
        ],
        charted=(0, 1),
    )


def _asked(scope: Scope) -> list[tuple[Any, ...]]:
    restricting = [measure.value for measure in RESTRICTED]
    with connection.cursor() as cursor:
        cursor.execute(
            _COMPARED,
            {
                "since": scope.period.since,
                "end": scope.period.end,
                "publish": Decision.Measure.PUBLISH.value,
                "judging": [Decision.Measure.PUBLISH.value, *sorted(restricting)],
                "moderator": scope.moderator.pk if scope.moderator else None,
                "passed": Screening.Outcome.PASS.value,
            },
        )
        return cursor.fetchall()
