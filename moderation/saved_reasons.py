"""How does a saved reason come to speak of one comment?

Placeholders are filled in one pass: whatever a reader has written stays as he wrote it, also if it
looks like a placeholder.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from forum.models import Comment
from moderation import rulebook, rules
from moderation.models import SavedReason
from moderation.statements import headline

_PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")
# Name -> what stands in its place.
PLACEHOLDERS = {
    "name": gettext_lazy("the author's public name"),
    "headline": gettext_lazy("the headline of the article, or the topic"),
    "time": gettext_lazy("when the comment was sent"),
    "ground": gettext_lazy("the clause by its short name"),
    "passage": gettext_lazy("what the checks have marked in the text, in quotation marks"),
}


@dataclass(frozen=True)
class Offered:
    """A saved reason as it reads for one comment; `text` is empty where it `lacks` something."""

    pk: int
    ground: str
    title: str
    text: str
    lacks: str


def offered(comment: Comment, *, passages: Iterable[str]) -> list[Offered]:
    """All of them, for one query."""
    values = values_of(comment, passages=passages)
    found = []
    for saved in SavedReason.objects.all():
        try:
            text, lacks = filled(saved, values), ""
        except ValidationError as error:
            text, lacks = "", " ".join(error.messages)
        found.append(Offered(saved.pk, saved.ground, saved.title, text, lacks))
    return found


def suggested(among: Iterable[Offered], *, ground: str) -> Offered | None:
    """The first that belongs to the ground and speaks of this comment."""
    return next((one for one in among if one.ground == ground and one.text), None)


def filled(saved: SavedReason, values: dict[str, str]) -> str:
    """Raises ValidationError: it names what cannot be filled."""
    values = values | {"ground": rulebook.noun_of(saved.ground)}
    for name in _PLACEHOLDER.findall(saved.text):
        if not values.get(name):
            raise ValidationError(
                _(
                    'The saved reason "%(title)s" needs {%(name)s}, which this comment does not '
                    "have. Please choose another one, or write the reasons yourself."
                )
                % {"title": saved.title, "name": name}
            )
    return _PLACEHOLDER.sub(lambda place: values[place[1]], saved.text)


def values_of(comment: Comment, *, passages: Iterable[str]) -> dict[str, str]:
    """Placeholder -> text; empty where there is none. Without the ground, which is the reason's."""
    return {
        "name": comment.author.name,
        "headline": headline(comment.discussion),
        "time": date_format(timezone.localtime(comment.submitted_at), "DATETIME_FORMAT"),
        "passage": ", ".join(_('"%(passage)s"') % {"passage": each} for each in passages),
    }


def left_in(text: str, *, reader_wrote: str) -> list[str]:
    """Our placeholders that nobody has filled: "{name}", where the reader did not write that."""
    named = [f"{{{name}}}" for name in _PLACEHOLDER.findall(text) if name in PLACEHOLDERS]
    return [each for each in named if each not in reader_wrote]


def unknown_in(text: str) -> list[str]:
    return [f"{{{name}}}" for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]


def save(reason: SavedReason, *, moderator: User) -> SavedReason:
    """As its fields are now. Raises PermissionDenied (seniors only)."""
    refuse(moderator)
    reason.edited_by, reason.edited_at = moderator, timezone.now()
    reason.save()
    return reason


def delete(reason: SavedReason, *, moderator: User) -> None:
    """Raises PermissionDenied (seniors only)."""
    refuse(moderator)
    reason.delete()


def refuse(moderator: User) -> None:
    if refusal := rules.senior_refusal(moderator):
        raise PermissionDenied(refusal)
