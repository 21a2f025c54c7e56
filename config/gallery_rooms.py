"""What do the gallery's rooms hold: inbox, desk, forms with errors? Invented, none of it stored."""

from types import SimpleNamespace
from typing import Any

from accounts.models import User
from articles.models import Article
from forum.models import Comment, Revision
from forum.teasers import Teaser
from moderation.decision_forms import DecisionForm
from moderation.forms import FlagForm
from moderation.models import Case, Decision
from moderation.rows import Row
from notifications.models import Notification
from notifications.reading import Line

OPENING = (
    "Der Stadtrat hat am Montagabend mit 21 gegen 19 Stimmen beschlossen, die Uferstraße zwischen"
    " Hafen und Bahnbrücke ab dem 1. Mai für den Autoverkehr zu sperren."
)


def rooms(comment: Comment, *, revision: Revision, article: Article, mona: User) -> dict[str, Any]:
    """Context of gallery/_rooms.html and gallery/_desk.html; `comment` is what all is about."""
    return {
        "teasers": [
            Teaser(article, None, 412, excerpt=OPENING, opening=OPENING),
            Teaser(article, None, None, excerpt="", opening=""),
        ],
        "lines": lines(comment, article),
        "rows": rows(comment, mona),
        "decision_file": decision_file(comment, revision),
        "decision_form": decision_form(comment),
        # Nothing was chosen: the form comes back with what is wrong.
        "flag_form": FlagForm({"explanation": "Geht gegen Personen."}, auto_id="flag_%s"),
    }


def lines(comment: Comment, article: Article) -> list[Line]:
    at = comment.submitted_at
    unread, read = Notification(pk=1, created_at=at), Notification(pk=2, created_at=at, read_at=at)
    target = comment.get_absolute_url()
    return [
        Line(unread, "Dieter W. hat auf Ihren Beitrag geantwortet.", article, target, "Lesen"),
        Line(read, "Ihre Meldung: Wir haben den Beitrag entfernt.", article, target, "Lesen"),
    ]


def rows(comment: Comment, mona: User) -> list[Row]:
    def row(pk: int, *why: str, claimant: User | None = None) -> Row:
        return Row(
            pk=pk,
            comment_id=comment.pk,
            opened_at=comment.submitted_at,
            why=why,
            name=comment.author.name,
            subject=str(comment.discussion.subject),
            excerpt="Wer das beschlossen hat, ist ein Schwachkopf.",
            claimant_id=claimant.pk if claimant else None,
            claimant=claimant.name if claimant else "",
        )

    return [
        row(1, "4 Meldungen", "beleidigend", "Wortliste"),
        row(2, "zurückgehalten", "viele Links"),
        row(3, "bearbeitet", claimant=mona),
    ]


def decision_file(comment: Comment, revision: Revision) -> SimpleNamespace:
    """What moderation/_decision.html asks of a CaseFile."""
    return SimpleNamespace(
        case=Case(pk=1, comment=comment, opened_at=comment.submitted_at),
        comment=comment,
        revision=revision,
        former=None,
        measures=list(Decision.Measure),
        refusal=None,
        claim_conflict=None,
        is_claimed_by_viewer=True,
    )


def decision_form(comment: Comment) -> DecisionForm:
    form = DecisionForm(comment=comment, initial={"ground": "personal_attack"})
    form.offer([Decision.Measure.HOLD, Decision.Measure.REMOVE])
    return form
