"""How does a reader end mails with one click, signed in or not?"""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import User
from notifications.models import OPTIONAL, Kind

# Who knows SECRET_KEY makes keys; one key is good for one reader and one kind of mail.
_signer = Signer(salt="notifications.unsubscribing", sep=".")


def address(reader: User, *, kind: str) -> str:
    return reverse("notifications:unsubscribe", args=[_signer.sign_object([reader.pk, kind])])


def meant_by(key: str) -> tuple[User, Kind] | None:
    """Whose mails of which kind the key ends; None for a forged one."""
    try:
        reader_id, kind = _signer.unsign_object(key)
    except (BadSignature, ValueError):
        return None
    reader = User.objects.filter(pk=reader_id).first()
    return (reader, Kind(kind)) if reader and kind in OPTIONAL else None
