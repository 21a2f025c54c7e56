"""What can a reader see about himself, and where does he change it?"""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@login_required
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/settings.html")


def admin_door(request: HttpRequest) -> HttpResponse:
    """In place of the admin's own: that one counts no wrong passwords and asks for no code."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("This page is for the administrators."))
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
