"""What can a reader see about himself, and where does he change it?"""

from typing import cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import renaming, rules, sessions
from accounts.forms import NameForm
from accounts.models import User


@login_required
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    has_second_factor = is_mfa_enabled(request.user)
    return render(request, "accounts/settings.html", {"has_second_factor": has_second_factor})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    reader = cast(User, request.user)
    refusal = rules.renaming_refusal(reader)
    form = NameForm(request.POST or None, initial={"name": reader.name})
    if form.is_valid():
        try:
            renaming.rename(reader, name=form.cleaned_data["name"])
        except ValidationError as error:
            form.add_error("name", error)
        else:
            messages.success(request, _("Your public name is changed."))
            return redirect("accounts:settings")
    status = 422 if form.errors else 200
    return render(request, "accounts/name.html", {"form": form, "refusal": refusal}, status=status)


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    if not sessions.end_session(cast(User, request.user), pk=pk):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")


def admin_door(request: HttpRequest) -> HttpResponse:
    """In place of the admin's own: that one counts no wrong passwords and asks for no code."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("This page is for the administrators."))
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
