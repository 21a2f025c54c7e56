"""What does the desk show: the list of cases, and all that one needs to decide one of them?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import User
from accounts.rules import is_senior
from forum.models import Comment, Revision
from moderation import rules
from moderation.filtering import ALL, EVERYTHING, OVERDUE, VIEWS, Filter, counts
from moderation.models import (
    Case,
    Decision,
    Flag,
    Notice,
    Reason,
    Screening,
    Verdict,
)
from moderation.records import Record, record_of
from moderation.rows import Row, page_of
from moderation.similar import Similar, similar_to
from moderation.suggesting import passages_of, suggested_ground
from moderation.urgency import FLAGS_WEIGHED, Urgency, weighed

PAGE = 50


@dataclass(frozen=True)
class View:
    """One way into the queue, as the bar shows it."""

    name: str
    label: Promise
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Queue:
    """One page of the list; `following` is the last line, whose id asks for the next page."""

    rows: list[Row]
    following: Row | None
    views: list[View]
    chosen: Filter
    # Of the chosen ones; up to MOST_COUNTED + 1.
    count: int
    # What is newer than this case has come since.
    newest: int
    last_closed: Case | None

    @property
    def query_of_more(self) -> str:
        query = self.chosen.query
        return f"{query}&" if query else "?"


@dataclass(frozen=True)
class CaseFile:
    """A case with its context. `former` is what readers see while an edit of it waits."""

    case: Case
    comment: Comment
    revision: Revision
    former: Revision | None
    verdicts: list[Verdict]
    flags: list[Flag]
    notices: list[Notice]
    decisions: list[Decision]
    record: Record
    urgency: Urgency
    measures: list[Decision.Measure]
    suggested_ground: str
    # What the checks have marked in the wording.
    passages: list[str]
    similar: list[Similar]
    # Why the reader of this page may not decide, and who else is at it.
    refusal: str | None
    claim_conflict: str | None
    is_claimed_by_viewer: bool


def queue_page(viewer: User, *, chosen: Filter = EVERYTHING, after: Case | None = None) -> Queue:
    """A constant number of queries, however many cases wait."""
    found = page_of(chosen, viewer.pk, size=PAGE + 1, after=after)
    rows = found[:PAGE]
    counted = counts(chosen, viewer)
    is_done = not counted.views[ALL] and after is None
    return Queue(
        rows=rows,
        following=rows[-1] if len(found) > PAGE else None,
        views=[
            View(name, label, counted.views[name], is_chosen=name == chosen.view)
            for name, label in VIEWS.items()
            if name != OVERDUE or (counted.views[name] and is_senior(viewer))
        ],
        chosen=chosen,
        count=counted.shown,
        newest=counted.newest,
        last_closed=Case.objects.last_closed_today() if is_done else None,
    )


def latest_revisions(comment_ids: Iterable[int | None]) -> dict[int, Revision]:
    newest = (
        Revision.objects.filter(comment__in=comment_ids, declined_at__isnull=True)
        .order_by("comment_id", "-number")
        .distinct("comment_id")
    )
    return {revision.comment_id: revision for revision in newest}


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


def case_file(case: Case, *, viewer: User | AnonymousUser) -> CaseFile:
    """All there is to know before deciding, about a case from Case.objects.in_file()."""
    comment = case.reviewed_comment
    revisions = list(comment.revisions.order_by("-number"))
    revision = next(each for each in revisions if each.declined_at is None)
    verdicts = objections([revision.pk])[revision.pk]
    sent = case.flags.select_related("reader__flagger_record", "revision")
    flags = list(sent.order_by("-pk"))
    # A moderator whose own comment it is must not learn who reported it.
    shown = flags if comment.author_id != viewer.pk else []
    visible = next((each for each in revisions if each.pk == comment.visible_revision_id), None)
    now = timezone.now()
    return CaseFile(
        case=case,
        comment=comment,
        revision=revision,
        former=visible if visible != revision else None,
        verdicts=verdicts,
        flags=shown,
        notices=notices_of(case, viewer=viewer) if Reason.NOTICE in case.reasons else [],
        decisions=list(comment.decisions.select_related("decided_by", "text").order_by("-pk")),
        record=record_of(comment.author),
        urgency=weighed(
            case,
            flags=flags[:FLAGS_WEIGHED],
            outcomes=[verdict.outcome for verdict in verdicts],
            now=now,
        ),
        measures=rules.measures(comment, revision) if case.closed_at is None else [],
        suggested_ground=suggested_ground(verdicts, shown),
        passages=passages_of(verdicts, revision.body),
        similar=similar_to(revision),
        refusal=rules.decision_refusal(viewer, case),
        claim_conflict=rules.claim_conflict(viewer, case),
        is_claimed_by_viewer=case.claimant == viewer,
    )


def notices_of(case: Case, *, viewer: User | AnonymousUser) -> list[Notice]:
    """The newest first; of his own comment a moderator must not learn who has given notice."""
    told = case.notices.exclude(comment__author=viewer.pk)
    people = told.select_related("reader__flagger_record", "trusted_flagger", "revision")
    return list(people.order_by("-pk"))
