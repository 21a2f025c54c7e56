"""How does a reader end mails with one click, signed in or not?"""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.consent import decline_reply_mails
from accounts.models import User
from notifications.models import Kind

# Who knows SECRET_KEY makes keys; one key is good for one reader and one kind of mail.
_signer = Signer(salt="notifications.unsubscribing", sep=".")


def address(reader: User, *, kind: str) -> str:
    return reverse("notifications:unsubscribe", args=[_signer.sign_object([reader.pk, kind])])


def reader_for_key(key: str) -> User | None:
    """Whose reply mails the key ends; None for a forged one."""
    try:
        reader_id, kind = _signer.unsign_object(key)
    except (BadSignature, ValueError):
        return None
    return User.objects.filter(pk=reader_id).first() if kind == Kind.REPLY else None


def unsubscribe(reader: User) -> None:
    """At once: a mail that waits already finds no consent and is dropped."""
    decline_reply_mails(reader)
