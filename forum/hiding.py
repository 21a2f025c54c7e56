"""How is a passage of a comment hidden, so that everybody sees that something was?

The words stay in the body, which nobody changes; the HTML is made anew with a mark in their place.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from forum import listing
from forum.markup import render_marked
from forum.models import Clearance, Comment, HiddenPassage, Revision

Range = tuple[int, int]


@transaction.atomic
def hide(comment: Comment, *, revision: Revision, passage: str, decision_id: int) -> HiddenPassage:
    """Raises ValidationError: "conflict" (readers do not see this wording), else the passage."""
    comment, _discussion = listing.locked(comment)
    if not comment.is_published or comment.visible_revision_id != revision.pk:
        raise ValidationError(
            _("The comment has changed meanwhile. Please look at it again."), code="conflict"
        )
    starts, ends = place_of(passage, revision.body)
    hidden = HiddenPassage.objects.create(
        revision=revision, starts=starts, ends=ends, decision_id=decision_id
    )
    _show_anew(comment, revision)
    return hidden


@transaction.atomic
def reveal(comment: Comment, *, decision_id: int) -> HiddenPassage | None:
    """Show again what that decision has hidden; None if it is not hidden any more."""
    comment, _discussion = listing.locked(comment)
    hidden = (
        HiddenPassage.objects.select_related("revision")
        .filter(decision_id=decision_id, lifted_at__isnull=True)
        .first()
    )
    if hidden is None:
        return None
    hidden.lifted_at = timezone.now()
    hidden.save(update_fields=["lifted_at"])
    _show_anew(comment, hidden.revision)
    return hidden


def place_of(passage: str, body: str) -> Range:
    """Where it stands: once, as it was typed, however its lines were broken on the way here."""
    passage = passage.replace("\r\n", "\n").strip()
    found = body.count(passage) if passage else 0
    if found == 1:
        starts = body.index(passage)
        return starts, starts + len(passage)
    sentence = (
        _("This passage occurs more than once. Please take more of the words around it.")
        if found
        else _("This passage does not occur. Please copy it exactly as it was typed.")
    )
    raise ValidationError({"passage": sentence})


def text_of(revision: Revision) -> str:
    """The body as readers may see it. One query."""
    return _cut(revision.body, hidden_in(revision), mark())


def hidden_in(revision: Revision) -> list[Range]:
    """In their order; what overlaps is one."""
    found: list[Range] = []
    standing = revision.hidden_passages.filter(lifted_at__isnull=True).order_by("starts")
    for starts, ends in standing.values_list("starts", "ends"):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((starts, ends))
    return found


def mark() -> str:
    """In the language of the newspaper: the HTML is stored once for all."""
    with override(settings.LANGUAGE_CODE):
        return _("[Passage hidden by the moderators]")


def _show_anew(comment: Comment, revision: Revision) -> None:
    """Reworded, for kept pages, open ones, and search."""
    placeholder = _unused_sign(revision.body)
    body = _cut(revision.body, hidden_in(revision), f" {placeholder} ")
    revision.html = render_marked(body, sign=placeholder, mark=mark())
    revision.save(update_fields=["html"])
    if comment.is_published:
        visible = Clearance.objects.select_related("revision")
        comment.visible_revision = visible.get(pk=comment.visible_revision_id)
        listing.settle(comment, comment.discussion, was_published=True)


def _cut(body: str, ranges: list[Range], mark: str) -> str:
    parts, at = [], 0
    for starts, ends in ranges:
        parts += [body[at:starts], mark]
        at = ends
    return "".join([*parts, body[at:]])


def _unused_sign(body: str) -> str:
    """A character for private use: there are more of them than a body has characters."""
    return next(sign for sign in map(chr, range(0xE000, 0xF900)) if sign not in body)
