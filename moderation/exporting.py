"""What does moderation keep about one reader?"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.exporting import CHUNK, Entry, Section
from accounts.models import User
from forum.describing import absolute
from moderation import laws, noticing, phrasing, rulebook, statements, suspending
from moderation.models import (
    Appeal,
    Caution,
    Decision,
    Flag,
    FlaggerRecord,
    Hearing,
    Notice,
    ReaderNote,
)


def personal_data_of(reader: User) -> list[Section]:
    """What was decided about his comments, with the reasons as he was told; what he reported, and
    how his reports were judged.

    Who decided and who reported him is other people's data.
    """
    return [
        Section(
            "decisions",
            _("Decisions on your comments"),
            {
                "url": _("Address of the decision"),
                "comment": _("Comment"),
                "measure": _("Measure"),
                "decided_at": _("Taken on"),
                "until": _("Holds until"),
                "ground": _("Ground"),
                "origin": _("Noticed through"),
                "automated": _("Decided automatically"),
                "statement": _("Statement of reasons"),
                "redress": _("What you can do"),
            },
            decisions_about(reader),
        ),
        Section(
            "flags",
            _("Your reports"),
            {
                "comment": _("Reported comment"),
                "flagged_at": _("Reported"),
                "reason": _("Reason"),
                "explanation": _("Explanation"),
                "outcome": _("What we found"),
            },
            flags_of(reader),
        ),
        Section(
            "notices",
            _("Your notices of illegal content"),
            {
                "number": _("Number"),
                "comment": _("Comment"),
                "law": _("Law"),
                "reason": _("Reason"),
                "name": _("Your name"),
                "email": _("Your e-mail address"),
                "received_at": _("Received"),
                "seen_at": _("First read by a person"),
                "decided_at": _("Decided"),
                "outcome": _("What we found"),
            },
            notices_of(reader),
        ),
        Section(
            "flagger_record",
            _("How often your reports were right"),
            {"upheld": _("Right"), "unfounded": _("Unfounded")},
            record_of(reader),
        ),
        Section(
            "cautions",
            _("Warnings and pauses because of unfounded reports"),
            {
                "cautioned_at": _("Taken on"),
                "until": _("No reports until"),
                "unfounded": _("Unfounded"),
                "judged": _("Of so many decided"),
                "lifted_at": _("Lifted"),
            },
            cautions_of(reader),
        ),
        Section(
            "hearings",
            _("Suspensions that were announced to you"),
            {
                "announced_at": _("Announced"),
                "announcement": _("What we wrote"),
                "deadline": _("Time to answer until"),
                "answer": _("Your answer"),
                "answered_at": _("Answered"),
                "decided_at": _("Decided"),
            },
            hearings_of(reader),
        ),
        Section(
            "notes",
            _("Notes of the moderators about you"),
            {"written_at": _("Written"), "text": _("Note")},
            notes_about(reader),
        ),
        Section(
            "appeals",
            _("Your appeals"),
            {
                "number": _("Number"),
                "decision": _("Decision"),
                "made_at": _("Made"),
                "text": _("Your appeal"),
                "due_at": _("To be answered by"),
                "answered_at": _("Answered"),
                "outcome": _("Outcome"),
                "answer": _("Our answer"),
            },
            appeals_of(reader),
        ),
    ]


def decisions_about(reader: User) -> Iterator[Entry]:
    decisions = Decision.objects.in_view().about(reader).filter(measure__in=phrasing.TOLD)
    for decision in decisions.order_by("pk").iterator(chunk_size=CHUNK):
        told = statements.statement(decision)
        comment = decision.comment
        broken = rulebook.clause_of(decision)
        yield {
            "id": decision.pk,
            "url": absolute(decision.get_absolute_url()),
            "comment": absolute(comment.get_absolute_url()) if comment else None,
            "wording": decision.revision.number if decision.revision else None,
            "measure": Decision.Measure(decision.measure),
            "until": decision.until,
            "decided_at": decision.decided_at,
            "ground": broken.noun if broken else laws.name_of(decision.ground),
            "rules_version": decision.rules_version,
            "origin": Decision.Origin(decision.origin),
            "automated": decision.automated,
            "statement": told.opening,
            "redress": told.redress,
        }


def flags_of(reader: User) -> Iterator[Entry]:
    flags = Flag.objects.filter(reader=reader).select_related("comment").order_by("pk")
    for flag in flags.iterator(chunk_size=CHUNK):
        yield {
            "comment": absolute(flag.comment.get_absolute_url()),
            "flagged_at": flag.flagged_at,
            "reason": Flag.Reason(flag.reason),
            "explanation": flag.explanation,
            "outcome": flag.get_outcome_display(),
        }


def notices_of(reader: User) -> Iterator[Entry]:
    notices = Notice.objects.in_view().filter(reader=reader).order_by("pk")
    for notice in notices.iterator(chunk_size=CHUNK):
        yield {
            "number": notice.number,
            "url": absolute(notice.get_absolute_url()),
            "comment": absolute(notice.comment.get_absolute_url()),
            "law": str(notice.law),
            "reason": notice.reason,
            "name": notice.name,
            "email": notice.email,
            "received_at": notice.received_at,
            "seen_at": notice.seen_at,
            "decided_at": notice.decided_at,
            "outcome": noticing.outcome(notice),
        }


def record_of(reader: User) -> Iterator[Entry]:
    for record in FlaggerRecord.objects.filter(reader=reader):
        yield {"upheld": record.upheld, "unfounded": record.unfounded}


def cautions_of(reader: User) -> Iterator[Entry]:
    for caution in Caution.objects.filter(reader=reader).order_by("pk"):
        yield {
            "cautioned_at": caution.cautioned_at,
            "until": caution.until,
            "unfounded": caution.unfounded,
            "judged": caution.judged,
            "lifted_at": caution.lifted_at,
        }


def hearings_of(reader: User) -> Iterator[Entry]:
    for hearing in Hearing.objects.in_view().filter(reader=reader).order_by("pk"):
        yield {
            "announced_at": hearing.announced_at,
            "announcement": suspending.announcement(hearing),
            "deadline": hearing.deadline,
            "answer": hearing.answer,
            "answered_at": hearing.answered_at,
            "decided_at": hearing.decided_at,
        }


def notes_about(reader: User) -> Iterator[Entry]:
    """Who wrote them is other people's data."""
    for note in ReaderNote.objects.filter(reader=reader).order_by("pk"):
        yield {"written_at": note.written_at, "text": note.text}


def appeals_of(reader: User) -> Iterator[Entry]:
    """Who answered is other people's data."""
    appeals = Appeal.objects.filter(author=reader).select_related("decision").order_by("pk")
    for appeal in appeals.iterator(chunk_size=CHUNK):
        yield {
            "number": appeal.number,
            "decision": absolute(appeal.decision.get_absolute_url()),
            "made_at": appeal.made_at,
            "text": appeal.text,
            "due_at": appeal.due_at,
            "answered_at": appeal.answered_at,
            "outcome": Appeal.Outcome(appeal.outcome) if appeal.outcome else "",
            "answer": appeal.answer,
        }
