"""What does the desk show: the list of cases, and all that one needs to decide one of them?"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from forum.models import Comment, Revision
from moderation import rules
from moderation.models import Case, Decision, Flag, Reason, Screening, Verdict
from moderation.urgency import Urgency, urgency_of

PAGE = 50
EXCERPT = 90
RECORD_LOOKS_BACK = timedelta(days=365)
# What a flag's reason mostly comes down to; the moderator chooses another where it does not.
GROUND_OF_FLAG = {
    Flag.Reason.RUDE: "personal_attack",
    Flag.Reason.HATEFUL: "group_contempt",
    Flag.Reason.OFF_TOPIC: "off_topic",
    Flag.Reason.SPAM: "advertising",
    Flag.Reason.PERSONAL_DATA: "personal_data",
    Flag.Reason.FALSE: "unsupported_claim",
}
# What a moderator reads for a check's name.
CHECKS = {
    "suspension": _("author suspended"),
    "premoderated_discussion": _("read before publication here"),
    "newcomer": _("first comments"),
    "word_list": _("word list"),
    "links": _("many links"),
    "personal_data": _("shows personal data"),
    "repeated_text": _("repeated text"),
}


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    case: Case
    why: list[str]
    excerpt: str
    claimant: User | None


@dataclass(frozen=True)
class Queue:
    """One page of the list; `following` is the case whose id asks for the next page."""

    rows: list[Row]
    following: Case | None
    count: int
    last_closed: Case | None


@dataclass(frozen=True)
class CaseFile:
    """A case with its context. `former` is what readers see while an edit of it waits."""

    case: Case
    comment: Comment
    revision: Revision
    former: Revision | None
    verdicts: list[Verdict]
    flags: list[Flag]
    decisions: list[Decision]
    removals: int
    urgency: Urgency
    measures: list[Decision.Measure]
    suggested_ground: str
    # Why the reader of this page may not decide, and who else is at it.
    refusal: str | None
    claim_conflict: str | None
    is_claimed_by_viewer: bool


def queue_page(*, after: Case | None = None) -> Queue:
    """A constant number of queries, however many cases wait."""
    waiting = Case.objects.open().most_urgent_first().in_view()
    if after:
        waiting = waiting.after(after)
    found = list(waiting[: PAGE + 1])
    cases = found[:PAGE]
    is_empty = not cases and after is None
    return Queue(
        rows=rows_of(cases),
        following=cases[-1] if len(found) > PAGE else None,
        count=Case.objects.open().count(),
        last_closed=Case.objects.last_closed_today() if is_empty else None,
    )


def rows_of(cases: list[Case]) -> list[Row]:
    revisions = latest_revisions(case.comment_id for case in cases)
    reasons = flag_reasons(cases)
    verdicts = objections(revision.pk for revision in revisions.values())
    rows = []
    for case in cases:
        revision = revisions[case.reviewed_comment.pk]
        rows.append(
            Row(
                case=case,
                why=why(case, reasons=reasons[case.pk], verdicts=verdicts[revision.pk]),
                excerpt=Truncator(" ".join(revision.body.split())).chars(EXCERPT),
                claimant=case.claimant,
            )
        )
    return rows


def latest_revisions(comment_ids: Iterable[int | None]) -> dict[int, Revision]:
    newest = (
        Revision.objects.filter(comment__in=comment_ids, declined_at__isnull=True)
        .order_by("comment_id", "-number")
        .distinct("comment_id")
    )
    return {revision.comment_id: revision for revision in newest}


def flag_reasons(cases: list[Case]) -> defaultdict[int, Counter[str]]:
    counted: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for case_id, reason in Flag.objects.filter(case__in=cases).values_list("case_id", "reason"):
        counted[case_id][reason] += 1
    return counted


def objections(revision_ids: Iterable[int]) -> defaultdict[int, list[Verdict]]:
    """What checks had against a wording, by revision."""
    found: defaultdict[int, list[Verdict]] = defaultdict(list)
    verdicts = (
        Verdict.objects.filter(screening__revision__in=revision_ids)
        .exclude(outcome=Screening.Outcome.PASS)
        .select_related("screening")
        .order_by("pk")
    )
    for verdict in verdicts:
        found[verdict.screening.revision_id].append(verdict)
    return found


def why(case: Case, *, reasons: Counter[str], verdicts: list[Verdict]) -> list[str]:
    """Why it is here, the weightiest first: "4 Meldungen", "rude", "held" …"""
    words = []
    if case.flag_count:
        words.append(
            ngettext("%(count)s report", "%(count)s reports", case.flag_count)
            % {"count": case.flag_count}
        )
        words += [str(Flag.Reason(reason).label) for reason, _times in reasons.most_common(2)]
    words += [str(Reason(each).label) for each in case.reasons if each != Reason.FLAGGED]
    words += [check_label(verdict.check_name) for verdict in verdicts]
    return words


def check_label(name: str) -> str:
    return str(CHECKS.get(name, name))


def case_file(case: Case, *, viewer: User | AnonymousUser) -> CaseFile:
    """All there is to know before deciding, about a case from Case.objects.in_file()."""
    comment = case.reviewed_comment
    revisions = list(comment.revisions.order_by("-number"))
    revision = next(each for each in revisions if each.declined_at is None)
    verdicts = objections([revision.pk])[revision.pk]
    # A moderator whose own comment it is must not learn who reported it.
    told = case.flags.exclude(comment__author=viewer.pk)
    flags = list(told.select_related("reader", "revision").order_by("-pk"))
    visible = next((each for each in revisions if each.pk == comment.visible_revision_id), None)
    now = timezone.now()
    return CaseFile(
        case=case,
        comment=comment,
        revision=revision,
        former=visible if visible != revision else None,
        verdicts=verdicts,
        flags=flags,
        decisions=list(comment.decisions.select_related("decided_by", "text").order_by("-pk")),
        removals=Decision.objects.removals_of(
            comment.author, since=now - RECORD_LOOKS_BACK
        ).count(),
        urgency=urgency_of(case, now=now),
        measures=rules.measures(comment, revision) if case.closed_at is None else [],
        suggested_ground=suggested_ground(verdicts, flags),
        refusal=rules.decision_refusal(viewer, case),
        claim_conflict=rules.claim_conflict(viewer, case),
        is_claimed_by_viewer=case.claimant == viewer,
    )


def suggested_ground(verdicts: list[Verdict], flags: list[Flag]) -> str:
    """What the checks say first, since they name a ground; then what most readers meant."""
    for verdict in verdicts:
        if verdict.ground:
            return verdict.ground
    meant = Counter(GROUND_OF_FLAG.get(Flag.Reason(flag.reason), "") for flag in flags)
    return next((ground for ground, _times in meant.most_common() if ground), "")
