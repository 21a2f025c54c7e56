"""What can a reader see and change about himself, beyond allauth's pages?"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.consent import agree_to_reply_mails, decline_reply_mails
from accounts.forms import ReplyMailsForm
from accounts.models import User


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    reader = cast("User", request.user)
    agreed = {"reply_mails": reader.reply_mail_agreed_at is not None}
    form = ReplyMailsForm(request.POST or None, initial=agreed)
    if request.method != "POST":
        return render(request, "accounts/settings.html", {"form": form})
    change = agree_to_reply_mails if "reply_mails" in request.POST else decline_reply_mails
    change(reader)
    messages.success(request, _("Saved."))
    return redirect("accounts:settings")
