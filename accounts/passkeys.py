"""What does a browser say about a passkey, and what if it is not a browser that says it?

allauth's forms answer made-up keys with an error page; ours refuse them like a wrong code.
"""

import struct
from collections.abc import Callable
from typing import Any

from allauth.mfa.webauthn import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

# Whatever reading bytes and JSON from a stranger raises; JSON of 10,000 levels the last of them.
UNREADABLE = (AttributeError, LookupError, struct.error, TypeError, ValueError, RecursionError)


class CredentialField(forms.JSONField):
    widget = forms.HiddenInput

    def __init__(self, *, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.read = read

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was sent is not shown again, so nobody reads it: each attempt makes another."""
        return initial

    def clean(self, value: Any) -> Any:
        try:
            credential = super().clean(value)
            self.read(credential)
        except UNREADABLE as error:
            raise ValidationError(_("This is no passkey."), code="invalid") from error
        return credential


class AddForm(allauth_forms.AddWebAuthnForm):
    credential = CredentialField(read=RegistrationResponse.from_dict)


class AuthenticateForm(allauth_forms.AuthenticateWebAuthnForm):
    credential = CredentialField(read=AuthenticationResponse.from_dict)


class LoginForm(allauth_forms.LoginWebAuthnForm):
    credential = CredentialField(read=AuthenticationResponse.from_dict)


class ReauthenticateForm(allauth_forms.ReauthenticateWebAuthnForm):
    credential = CredentialField(read=AuthenticationResponse.from_dict)
