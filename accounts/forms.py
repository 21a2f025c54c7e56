"""What does a reader fill in about himself?"""

from copy import copy
from typing import Any

from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.account.models import EmailAddress
from allauth.account.utils import has_verified_email
from allauth.core import context
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts import resetting
from accounts.addresses import clean_address
from accounts.models import AT_NOBODYS, User
from accounts.names import clean_name
from accounts.renaming import is_taken, name_taken
from accounts.throttling import address_of, bucket_key, throttle

PASSWORD_HINT = _("At least 12 characters. Several words are easy to remember and hard to guess.")


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Public name"),
        # The model's limit is checked by clean_name, which says it in our words.
        help_text=_("Everybody sees it beside your comments. It need not be your legal name."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "maxlength": 40}),
    )


def look_as_long(address: str) -> None:
    """Look twice for a known address: allauth does where it finds no confirmed one.

    A query more or less is a thousandth of a second, and a clock adds up many of them. By a cursor
    of the server as allauth does it: that is three questions in place of one.
    """
    if EmailAddress.objects.filter(email=address, verified=True).exists():
        list(User.objects.filter(email=address).iterator(2000))


def stand_in(address: str) -> str:
    """Of a known address, where an account is opened for nobody: it tells no one which it was."""
    return bucket_key(f"signup:{address}") + AT_NOBODYS


class NameForm(forms.Form):
    name = name_field()


class ChangePasswordForm(AllauthChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HINT


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HINT


class LoginForm(AllauthLoginForm):
    def clean_login(self) -> str:
        address = clean_address(super().clean_login())
        look_as_long(address)
        return address


class ResetPasswordForm(AllauthResetPasswordForm):
    def clean_email(self) -> str:
        """As it is kept: by what is returned here, mails to one mailbox are counted."""
        address = clean_address(super().clean_email())
        look_as_long(address)
        return address

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email = super().save(request, **kwargs)
        # Of nobody too, whose clock would tell otherwise.
        resetting.bind(request, self.users[0] if self.users else User())
        return email


class SignupForm(AllauthSignupForm):
    """Address, public name, password. Everybody is answered alike, known address or not."""

    field_order = ["email", "name", "password1", "reply_mails"]

    # Of this address, none of them confirmed.
    tries = User.objects.none()
    is_again = False

    name = name_field()
    reply_mails = forms.BooleanField(
        label=_("Mail me when somebody answers my comments (at most one mail in ten minutes)."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("Only we see it.")
        # Says more than the field's own.
        self.fields["email"].validators = [clean_address]
        self.fields["password1"].help_text = PASSWORD_HINT

    def validate_unique_email(self, value: str) -> str:
        """An earlier try whose code nobody entered is no account yet: this one takes its place."""
        self.tries = User.objects.never_confirmed().filter(email__in=[value, stand_in(value)])
        email, is_known = email_already_exists(value)
        self.account_already_exists = is_known and not self.tries.filter(email=value).exists()
        return email

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if is_taken(name, except_for=self.tries.first()):
            raise name_taken()
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        password = cleaned.get("password1")
        if password and "name" in cleaned:
            try:
                validate_password(password, User(name=cleaned["name"]))
            except forms.ValidationError as refusal:
                if not self.has_error("password1"):
                    self.add_error("password1", refusal)
        if not self.errors:
            throttle("sign_up", address=address_of(context.request))
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Store the account, also when somebody took the name or the address a moment ago.

        Two clicks on the button are the common case: the second finds the try of the first.
        """
        try:
            with transaction.atomic():
                self.tries.give_way()
                if self.account_already_exists:
                    self.open_for_nobody(request)
                return super().try_save(request)
        except IntegrityError:
            if self.is_again:
                raise
            again = type(self)(data=self.data)
            again.is_again = True
        if again.is_valid():
            return again.try_save(request)
        return None, render(request, "account/signup.html", {"form": again}, status=422)

    def open_for_nobody(self, request: HttpRequest) -> None:
        """A new account for a known address as well, which nobody can confirm: a clock would tell
        who has one, and so would a name that is free afterwards. It goes as such accounts do.
        """
        nobody = copy(self)
        nobody.account_already_exists = False
        address = stand_in(self.cleaned_data["email"])
        nobody.cleaned_data = self.cleaned_data | {"email": address}
        user = nobody.save(request)
        # allauth asks as much before it mails a new account.
        has_verified_email(user)
        EmailAddress.objects.select_related("user").get(user=user)
        User.objects.get(pk=user.pk)


class ClosingForm(forms.Form):
    """None is chosen for him: neither can be undone once the account is closed."""

    texts = forms.ChoiceField(
        label=_("What is to become of your comments?"),
        choices=[
            ("stay", _("My texts stay, without my name.")),
            ("go", _("My texts are removed.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what is to become of your comments.")},
    )
