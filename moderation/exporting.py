"""What does moderation keep about one reader?"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.exporting import CHUNK, Entry, Section
from accounts.models import User
from forum.describing import absolute
from moderation import phrasing, rulebook, statements
from moderation.models import Appeal, Decision, Flag


def personal_data_of(reader: User) -> list[Section]:
    """What was decided about his comments, with the reasons as he was told; what he reported.

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
            },
            flags_of(reader),
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
            "decided_at": decision.decided_at,
            "ground": broken.noun if broken else "",
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
        }


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
