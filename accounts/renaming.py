"""How does somebody get another public name, and who may have the former one?"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import rules
from accounts.models import FormerName, User
from accounts.names import clean_name, skeleton

# Nobody is to speak as the one who was known by it (docs/decisions/0014).
FORMER_NAMES_KEPT = timedelta(days=365)


@transaction.atomic
def rename(reader: User, *, name: str) -> User:
    """He chooses another name himself; PermissionDenied says from when he may."""
    locked = User.objects.select_for_update(no_key=True).get(pk=reader.pk)
    if refusal := rules.renaming_refusal(locked):
        raise PermissionDenied(refusal)
    locked.renamed_at = timezone.now()
    return give_name(locked, name=name)


@transaction.atomic
def give_name(reader: User, *, name: str) -> User:
    """Checked like a name at sign-up: ValidationError. Without the wait, for administrators."""
    name, former = clean_name(name), User.objects.get(pk=reader.pk).name
    if name == former:
        raise ValidationError(_("This is your name already."), code="same_name")
    if is_taken(name, except_for=reader):
        raise name_taken()
    reader.name, reader.name_skeleton = name, skeleton(name)
    try:
        with transaction.atomic():
            reader.save(update_fields=["name", "name_skeleton", "renamed_at"])
    except IntegrityError as error:
        # Somebody took it a moment ago.
        raise name_taken() from error
    reader.former_names.filter(name_skeleton=skeleton(name)).delete()
    if skeleton(former) != skeleton(name):
        FormerName.objects.update_or_create(
            name_skeleton=skeleton(former),
            defaults={"owner": reader, "given_up_at": timezone.now()},
        )
    return reader


def is_taken(name: str, *, except_for: User | None = None) -> bool:
    """Whether somebody is called that, was until lately, or by a name that looks the same."""
    bearers, former = User.objects.resembling(name), FormerName.objects.resembling(name)
    if except_for:
        bearers, former = bearers.exclude(pk=except_for.pk), former.exclude(owner=except_for)
    return bearers.exists() or former.exists()


def name_taken() -> ValidationError:
    return ValidationError(
        _(
            "This name is not possible. Somebody here is already called that, "
            "or by a name that looks the same."
        ),
        code="name_taken",
    )


def forget_former_names(now: datetime) -> int:
    return FormerName.objects.given_up_before(now - FORMER_NAMES_KEPT).delete()[0]
