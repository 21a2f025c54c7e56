"""Which e-mail addresses do we take, and in which form do we keep them?"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REFUSAL = _("Please check the e-mail address.")
LONGEST = 254


def clean_address(email: str) -> str:
    """Small letters, the domain in one form: münchen.de and xn--mnchen-3ya.de are the same."""
    local, _at, domain = email.rpartition("@")
    try:
        cleaned = f"{local}@{domain.encode('idna').decode('ascii')}".lower()
    except UnicodeError as error:
        raise ValidationError(REFUSAL, code="invalid") from error
    # Quoted names are allowed by the standard, and used by nobody but attackers.
    if '"' in local or len(cleaned) > LONGEST:
        raise ValidationError(REFUSAL, code="invalid")
    return cleaned
