"""What can a reader see about himself, and where does he change it?"""

import gzip
from io import BytesIO
from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings as site
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import exporting, leaving, renaming, rules, sessions
from accounts.forms import ClosingForm, NameForm
from accounts.models import PersonalDataExport, User

SEE_OTHER = 303


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
    form = NameForm(
        request.POST if request.method == "POST" else None, initial={"name": reader.name}
    )
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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def personal_data(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of everything that is kept about him, and fetch it."""
    reader = cast("User", request.user)
    if request.method != "POST":
        return data_page(request)
    try:
        exporting.request_export(reader)
    except ValidationError as error:
        return data_page(request, error=error)
    return HttpResponseRedirect(reverse("accounts:personal_data"), status=SEE_OTHER)


def data_page(request: HttpRequest, *, error: ValidationError | None = None) -> HttpResponse:
    own = PersonalDataExport.objects.filter(reader=cast("User", request.user)).without_files()
    context = {
        "waiting": own.waiting().first(),
        "given_up": own.order_by("-requested_at").first() in own.set_aside(),
        "prepared": own.prepared().order_by("-prepared_at"),
        "kept_days": exporting.KEPT.days,
        "CONTACT_EMAIL": site.CONTACT_EMAIL,
        "error": " ".join(error.messages) if error else "",
    }
    response = render(request, "accounts/data.html", context, status=429 if error else 200)
    if error:
        response["Retry-After"] = str((error.params or {}).get("retry_after", ""))
    return response


@login_required
@require_safe
@reauthentication_required
def json_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    export = own_export_or_404(request, pk)
    return download(export, export.json_file, "application/json", ending="json")


@login_required
@require_safe
@reauthentication_required
def html_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    export = own_export_or_404(request, pk)
    return download(export, export.html_file, "text/html; charset=utf-8", ending="html")


def own_export_or_404(request: HttpRequest, pk: int) -> PersonalDataExport:
    own = PersonalDataExport.objects.prepared().filter(reader=cast("User", request.user))
    return get_object_or_404(own, pk=pk)


def download(
    export: PersonalDataExport, packed: bytes | memoryview | None, content_type: str, *, ending: str
) -> HttpResponseBase:
    """Unpacked while it is sent. The name of the file is ours alone."""
    day = timezone.localtime(export.prepared_at).date().isoformat()
    return FileResponse(
        gzip.GzipFile(fileobj=BytesIO(packed or b"")),
        as_attachment=True,
        filename=_("my-data-%(day)s.%(ending)s") % {"day": day, "ending": ending},
        content_type=content_type,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def closing(request: HttpRequest) -> HttpResponse:
    """What it means to close the account, and the question what becomes of the texts."""
    reader = cast("User", request.user)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        leaving.request_closing(reader, keeps_texts=form.cleaned_data["texts"] == "stay")
        return HttpResponseRedirect(reverse("accounts:closing"), status=SEE_OTHER)
    context = {
        "form": form,
        "refusal": rules.closing_refusal(reader),
        "grace_days": leaving.GRACE.days,
    }
    return render(request, "accounts/closing.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def closing_withdrawal(request: HttpRequest) -> HttpResponse:
    leaving.withdraw_closing(cast("User", request.user))
    messages.success(request, _("Your account stays open."))
    return HttpResponseRedirect(reverse("accounts:settings"), status=SEE_OTHER)


def admin_door(request: HttpRequest) -> HttpResponse:
    """In place of the admin's own: that one counts no wrong passwords and asks for no code."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("This page is for the administrators."))
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
