"""What has to be entered in a notice of illegal content (DSA art. 16(2))?"""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.addresses import clean_address
from accounts.models import User
from forum.describing import absolute
from forum.markup import clean_body
from forum.models import Comment
from moderation.forms import Explanation
from moderation.laws import LAWS
from moderation.noticing import REASON_AT_LEAST, REASON_AT_MOST

WEB_ADDRESS = re.compile(r"\bhttps?://|\bwww\.", re.IGNORECASE)
# In the reasons: what proves something, not a list of what else is wrong.
MOST_ADDRESSES = 5
ONE_COMMENT = _("Please give notice of each comment for itself: this form is for one address.")


class OneLine(forms.CharField):
    """A name: no line breaks, nothing invisible."""

    def clean(self, value: str | None) -> str:
        line = " ".join((super().clean(value) or "").split())
        return clean_body(line) if line else ""


class NoticeForm(forms.Form):
    """What art. 16(2) DSA asks for. `submission_id` makes a double click one notice."""

    category = forms.ChoiceField(
        label=_("Which law does the comment break?"),
        choices=lambda: [(law.code, str(law)) for law in LAWS.values()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the law that fits best.")},
    )
    reason = Explanation(
        label=_("Why is it illegal?"),
        help_text=_(
            "Which passage, and why? From 20 to 2,000 characters. The author does not learn who "
            "has given notice."
        ),
        min_length=REASON_AT_LEAST,
        max_length=REASON_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 6, "class": "field__control"}),
        error_messages={"required": _("Please tell us why the comment is illegal.")},
    )
    address = forms.CharField(
        label=_("Address of the comment"),
        max_length=8_000,
        widget=forms.TextInput(attrs={"class": "field__control", "inputmode": "url"}),
        error_messages={"required": _("Please give the address of the comment.")},
    )
    name = OneLine(
        label=_("Your name"),
        help_text=_("You need not say who you are if it is about sexual abuse of children."),
        max_length=100,
        error_messages={"required": _("Please give your name.")},
        widget=forms.TextInput(attrs={"class": "field__control", "autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We confirm your notice there, and tell you how we have decided."),
        max_length=254,
        error_messages={"required": _("Please give your e-mail address, so that we can answer.")},
        widget=forms.EmailInput(attrs={"class": "field__control", "autocomplete": "email"}),
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I state here is correct and complete."),
        error_messages={"required": _("Without this statement we cannot take your notice.")},
    )
    submission_id = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, posted: Any, *, comment: Comment, reader: User | None) -> None:
        self.comment = comment
        initial = {
            "address": absolute(comment.get_absolute_url()),
            "name": reader.name if reader else "",
            "email": reader.email if reader else "",
            "submission_id": uuid4(),
        }
        super().__init__(posted, initial=initial)
        law = LAWS.get(posted.get("category", "")) if posted is not None else None
        if law and law.is_anonymous:
            self.fields["name"].required = self.fields["email"].required = False

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if len(WEB_ADDRESS.findall(reason)) > MOST_ADDRESSES:
            raise ValidationError(
                _(
                    "Please name at most five addresses in your reasons. "
                    "One notice is for one comment."
                )
            )
        return reason

    def clean_address(self) -> str:
        """Of this comment and no other; the place in the page does not matter."""
        typed = self.cleaned_data["address"].replace(",", " ").split()
        if len(typed) != 1:
            raise ValidationError(ONE_COMMENT)
        mine = absolute(self.comment.get_absolute_url())
        if without_place(typed[0]) != without_place(mine):
            raise ValidationError(
                _("This is not the address of the comment above: %(address)s") % {"address": mine}
            )
        return mine

    def clean_email(self) -> str:
        """In one form: mails to one mailbox are counted by it."""
        email: str = self.cleaned_data["email"]
        return clean_address(email) if email else ""

    def clean_submission_id(self) -> UUID:
        """Nobody typed it: a broken one is no reason to send somebody away."""
        try:
            return UUID(self.cleaned_data["submission_id"])
        except (TypeError, ValueError):
            return uuid4()

    @property
    def notice(self) -> dict[str, Any]:
        """What noticing.give_notice() asks for."""
        asked = ("category", "reason", "name", "email", "submission_id")
        return {name: self.cleaned_data[name] for name in asked}


def without_place(address: str) -> str:
    """Host and path as they are compared: http or https, with or without the slash at the end."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}"
