"""Where does allauth leave our way of doing it?"""

from functools import partial
from html import unescape
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from accounts import outgoing
from accounts.addresses import clean_address
from accounts.letters import html_of
from accounts.models import User
from accounts.names import skeleton
from accounts.redirects import leads_home
from accounts.throttling import address_of


class MFAAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url: str) -> str:
        """On white, so that a camera reads it in the dark, too."""
        picture = qrcode.make(url, image_factory=SvgPathFillImage)
        return picture.to_string(encoding="unicode")


class AccountAdapter(DefaultAccountAdapter):
    # One answer for every outcome: who has an account here is nobody's business.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "too_many_login_attempts": _("Too many attempts. Please wait 5 minutes."),
        "rate_limited": _("We have just sent you several mails. Please look for the last one."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Trust the same proxies as everything else here does."""
        address = address_of(request)
        if not address:
            raise PermissionDenied(_("Your address is unknown to us."))
        return address

    def is_safe_url(self, url: str) -> bool:
        """allauth also leads to all that ALLOWED_HOSTS names, and fails where the host is none."""
        return leads_home(current.request, url)

    def clean_email(self, email: str) -> str:
        return clean_address(email)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Not for somebody whose place a later try has taken: the address is no longer his."""
        return email_address.user.is_active and super().confirm_email(request, email_address)

    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: BaseForm, commit: bool = True
    ) -> AbstractBaseUser:
        assert isinstance(user, User)  # noqa: S101 - tells the type checker
        user.name = form.cleaned_data["name"]
        user.name_skeleton = skeleton(user.name)
        if form.cleaned_data["reply_mails"]:
            user.reply_mail_agreed_at = timezone.now()
        return super().save_user(request, user, form, commit=commit)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """Undo the escaping of templates: a mail as text is no markup. Nobody's absence answers."""
        headers = {"Auto-Submitted": "auto-generated"} | (headers or {})
        mail = super().render_mail(template_prefix, email, context, headers)
        mail.subject, mail.body = unescape(mail.subject), unescape(mail.body)
        mail.attach_alternative(html_of(mail.subject, mail.body), "text/html")
        return mail

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        about = {
            "email": email,
            "request": current.request,
            "SITE_NAME": settings.SITE_NAME,
            "SITE_URL": settings.SITE_URL,
            "CONTACT_EMAIL": settings.CONTACT_EMAIL,
        }
        write = partial(self.render_mail, template_prefix, email, context | about)
        outgoing.keep(current.request, write)
