"""Where does the next page begin? A place that only we can name."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

# 96 bits: nobody guesses one, and addresses that people send each other stay short.
SIGNATURE_LENGTH = 16


class _ShortSigner(Signer):
    def signature(self, value: Any, key: Any = None) -> str:
        return super().signature(value, key)[:SIGNATURE_LENGTH]


def write(scope: str, position: list[Any]) -> str:
    """scope: what is being paged through, in which order; a cursor is worth nothing elsewhere."""
    return _signer(scope).sign_object(position)


def read(scope: str, cursor: str) -> list[Any]:
    """The position as written. Raises BadRequest with the reader's sentence (B45)."""
    try:
        return _signer(scope).unsign_object(cursor)
    except BadSignature:
        raise BadRequest(
            _("This address does not lead to a page. Please start again at the top.")
        ) from None


def _signer(scope: str) -> Signer:
    # A colon would be written as %3A.
    return _ShortSigner(salt=f"forum.cursors {scope}", sep=".")
