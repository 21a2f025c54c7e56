"""What does one line of the desk's list say?

Read as columns, by queries put together once: as objects fifty lines would be three hundred, and
planning the joins would take PostgreSQL longer than answering.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from forum.asking import asked_once, one_of
from forum.models import Revision
from moderation.filtering import Filter, cases_of
from moderation.models import CLAIM_LASTS, Case, CaseQuerySet, Flag, Reason, RuleSetting

EXCERPT = 90
# Enough for an excerpt, whatever white space there is between its words.
READ = 400
# What a moderator reads for a check's name.
CHECKS = {
    "suspension": _("author suspended"),
    "premoderated_discussion": _("read before publication here"),
    "hidden_passage": _("edited where a passage is hidden"),
    "reader_read_first": _("reader read first"),
    "removed_before": _("sent again after a removal"),
    "personal_data": _("shows personal data"),
    # What the desk sets. The last one takes effect by the clock, and holds nothing.
    **{kind.value: kind.label for kind in RuleSetting.Kind if kind != "closing_age"},
}


class _Found(NamedTuple):
    """The columns, as the query has them. reasons, checks: JSON."""

    pk: int
    comment_id: int | None
    opened_at: datetime
    due_at: datetime | None
    seniors_told_at: datetime | None
    flag_count: int
    reasons: str
    checks: str
    claimed_by: int | None
    claimant: str | None
    claimed_at: datetime | None
    name: str
    subject: str | None
    wording: str | None
    flagged_for: list[str]


@dataclass(frozen=True)
class Row:
    """One line. name: of the comment's author, or of the reader whom the case is about."""

    pk: int
    comment_id: int | None
    opened_at: datetime
    why: tuple[str, ...]
    name: str
    # Headline or topic; "" of a case about a reader, which has no wording either.
    subject: str
    excerpt: str
    # Who works on it now.
    claimant_id: int | None
    claimant: str


def rows_of(cases: Iterable[int]) -> list[Row]:
    """Of the cases with these ids, the most urgent first. One query."""
    return [_row(_Found(*columns)) for columns in _rows_by_id(ids=list(cases))]


def page_of(chosen: Filter, viewer_id: int, *, size: int, after: Case | None) -> list[Row]:
    """The most urgent ones of a view, behind the case `after`. One query."""
    behind = {"score": after.score, "pk": after.pk} if after else {"score": None, "pk": None}
    asked = chosen.asked(viewer_id)
    return [
        _row(_Found(*columns))
        for columns in _page(chosen.view, chosen.check, size, **asked, **behind)
    ]


@asked_once
def _rows_by_id(*, ids: list[int]) -> QuerySet[Case, Any]:
    return _columns(Case.objects.filter(one_of(ids)))


@asked_once
def _page(
    view: str, check: str, size: int, *, score: float | None, pk: int | None, **asked: Any
) -> QuerySet[Case, Any]:
    found = cases_of(view, check, **asked)
    if score is not None and pk is not None:
        found = found.after(score, pk)
    return _columns(found)[:size]


def _columns(cases: CaseQuerySet) -> QuerySet[Case, Any]:
    latest = Revision.objects.filter(comment=OuterRef("comment"), declined_at__isnull=True)
    flags = Flag.objects.filter(case=OuterRef("pk"))
    return cases.most_urgent_first().values_list(
        "pk",
        "comment_id",
        "opened_at",
        "due_at",
        "seniors_told_at",
        "flag_count",
        "reasons",
        "checks",
        "claimed_by_id",
        "claimed_by__name",
        "claimed_at",
        Coalesce("reader__name", "comment__author__name"),
        Coalesce("comment__discussion__article__headline", "comment__discussion__topic__title"),
        Left(Subquery(latest.order_by("-number").values("body")[:1]), READ),
        ArraySubquery(flags.values("reason")),
    )


def _row(found: _Found) -> Row:
    claimed_at = found.claimed_at
    is_claimed = claimed_at is not None and claimed_at >= timezone.now() - CLAIM_LASTS
    return Row(
        pk=found.pk,
        comment_id=found.comment_id,
        opened_at=found.opened_at,
        why=(
            *_reports(found.flag_count, found.flagged_for),
            *(str(Reason(one).label) for one in json.loads(found.reasons) if one != Reason.FLAGGED),
            *(check_label(one) for one in json.loads(found.checks)),
            *_times(found.due_at, found.seniors_told_at),
        ),
        name=found.name,
        subject=found.subject or "",
        excerpt=Truncator(" ".join((found.wording or "").split())).chars(EXCERPT),
        claimant_id=found.claimed_by if is_claimed else None,
        claimant=found.claimant or "" if is_claimed else "",
    )


def _reports(count: int, flagged_for: list[str]) -> list[str]:
    """ "4 Meldungen", and the two reasons that were named most often."""
    if not count:
        return []
    words = ngettext("%(count)s report", "%(count)s reports", count) % {"count": count}
    most_named = Counter(flagged_for).most_common(2)
    return [words, *(str(Flag.Reason(reason).label) for reason, _times in most_named)]


def _times(due_at: datetime | None, seniors_told_at: datetime | None) -> list[str]:
    told = []
    if due_at:
        date = date_format(timezone.localtime(due_at), "d.m. H:i")
        told.append(gettext("answer by %(date)s") % {"date": date})
    if seniors_told_at:
        told.append(gettext("for more than 24 hours"))
    return told


def check_label(name: str) -> str:
    return str(CHECKS.get(name, name))
