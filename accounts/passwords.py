"""Which passwords do we take, beyond what Django asks of them?"""

import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 256


def normalized(password: str) -> str:
    """One form for what keyboards type differently: ü as one sign, or as u and two dots."""
    return unicodedata.normalize("NFC", password)


class MaximumLengthValidator:
    """Long ones are welcome, endless ones are not worth hashing."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(
                _("This password is too long: at most 256 characters."), code="password_too_long"
            )

    def get_help_text(self) -> str:
        return _("It may have up to 256 characters.")


class SiteNameValidator:
    """The paper's name is the first thing that anybody would try."""

    def validate(self, password: str, user: object = None) -> None:
        folded = password.casefold().replace(" ", "")
        title = settings.SITE_NAME.casefold().replace(" ", "")
        if title in folded and len(folded) < len(title) + 8:
            raise ValidationError(
                _("This password is too close to the name of the paper."),
                code="password_too_similar",
            )

    def get_help_text(self) -> str:
        return _("It must not be the name of the paper.")
