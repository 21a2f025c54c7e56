"""Which e-mail addresses do we take, and in which form do we keep them?"""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

REFUSAL = _("Please check the e-mail address.")
# Not every mail server takes them (SMTPUTF8), and Django's mails would go to another address.
NO_LETTERS_BEYOND_ASCII = _(
    "Mail does not reliably reach addresses with umlauts or other special letters before the @. "
    "Please give us another address."
)
LONGEST, LONGEST_LOCAL = 254, 64
is_address = EmailValidator(message=REFUSAL, allowlist=[])


def clean_address(email: str) -> str:
    """Small letters, the domain in one form: münchen.de and xn--mnchen-3ya.de are the same."""
    local, _at, domain = email.rpartition("@")
    # Quoted names are allowed by the standard, and used by nobody but attackers.
    if '"' in local or len(local) > LONGEST_LOCAL or len(email) > LONGEST:
        raise ValidationError(REFUSAL, code="invalid")
    if not local.isascii():
        raise ValidationError(NO_LETTERS_BEYOND_ASCII, code="invalid")
    cleaned = f"{local}@{ascii_domain(domain)}".lower()
    is_address(cleaned)
    if len(cleaned) > LONGEST:
        raise ValidationError(REFUSAL, code="invalid")
    return cleaned


def ascii_domain(domain: str) -> str:
    """The domain as the mail is sent to it; refused when it would be read as another one."""
    try:
        ascii_form = domain.encode("idna").decode("ascii")
        shown = ascii_form.encode("ascii").decode("idna")
    except UnicodeError as error:
        raise ValidationError(REFUSAL, code="invalid") from error
    labels = shown.split(".")
    is_right_to_left = any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in shown)
    # "⒈bank.de" has a dot in its first sign; a number beside Hebrew changes places with it.
    has_hidden_dot = len(labels) != domain.count(".") + 1
    has_number_first = any(label[:1].isdigit() for label in labels)
    if has_hidden_dot or (is_right_to_left and has_number_first):
        raise ValidationError(REFUSAL, code="invalid")
    return ascii_form
