"""What can administrators look up about readers?"""

from operator import methodcaller
from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401 - all register what is taken away below
import django.contrib.auth.admin  # noqa: F401
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import renaming
from accounts.models import User
from accounts.names import clean_name
from accounts.sessions import end_sessions

# By an address that he adds and confirms himself, or a second factor that he reads here, an
# administrator could sign in as anybody; from where somebody signed in is not his business
# either, and what a role may do stands in the code.
admin.site.site_header = _("Administration")
admin.site.unregister([EmailAddress, Authenticator, UserSession, Group])

ROLE = ["standing", "is_active", "is_staff", "groups"]
# What these allowed, or once they are undone allow again, no old cookie may take up.
SIGNS_OUT = {"is_active", "is_staff", "groups"}
# What the links beside the list of people ask for.
FILTERS = {"standing__exact", "is_staff__exact", "groups__id__exact", "groups__isnull"}


@admin.register(Authenticator)
class SecondFactorAdmin(admin.ModelAdmin):
    """Taken away where somebody has lost it, with all its codes; never shown, never given."""

    # One by one, with the password given just now.
    actions = None
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    search_fields = ["user__name"]
    fields = ["user", "type", "created_at", "last_used_at"]
    readonly_fields = ["user", "type", "created_at", "last_used_at"]

    def lookup_allowed(self, lookup, value, request) -> bool:
        """By ?data__secret__startswith= the secret would be guessed letter by letter."""
        return lookup == "type__exact"

    def delete_view(self, request, object_id, extra_context=None) -> HttpResponse:
        if not self.has_delete_permission(request):
            raise PermissionDenied
        view = reauthentication_required(super().delete_view)
        return view(request, object_id, extra_context)

    def has_add_permission(self, request) -> bool:
        return False


class UserForm(forms.ModelForm):
    reason = forms.CharField(
        label=_("Reason for the change of role or standing"), max_length=200, required=False
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if {*ROLE} & {*self.changed_data} and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Please say why."))
        return cleaned

    def clean_name(self) -> str:
        """A colleague's name stands beside the badge of the house; only here is it changed."""
        chosen = self.cleaned_data["name"]
        if chosen == self.initial["name"]:
            return chosen
        cleaned = clean_name(chosen)
        if renaming.is_taken(cleaned, except_for=self.instance):
            raise renaming.name_taken()
        return cleaned


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Roles and standing, with a reason that stands in the history; readers' names, addresses and
    passwords are their own business. An address is shown with the evidence for the police."""

    form = UserForm
    list_display = ["name", "standing", "is_staff", "joined_at", "suspended_at"]
    list_filter = ["standing", "is_staff", "groups"]
    search_fields = ["name"]
    actions = ["sign_out"]
    fields = ["name", *ROLE, "reason", "joined_at"]
    readonly_fields = ["name", "joined_at"]

    # Not by way of admin/r/, which is closed (config/urls.py).
    view_on_site = methodcaller("get_absolute_url")

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        readonly = [*self.readonly_fields]
        if obj and obj.is_staff:
            readonly.remove("name")
        if obj == request.user:
            # Somebody else gives and takes his role.
            readonly += ROLE
        return readonly

    def lookup_allowed(self, lookup, value, request) -> bool:
        """?email__startswith=, or the hash of a password, would be guessed letter by letter; also
        by a way around: ?groups__user__email__startswith=."""
        return lookup in FILTERS

    def construct_change_message(self, request, form, formsets, add=False) -> Any:
        told = super().construct_change_message(request, form, formsets, add)
        reason = form.cleaned_data["reason"]
        return f"{', '.join(form.changed_data)}: {reason}" if reason else told

    def save_model(self, request, obj, form, change) -> None:
        # As it is stored: two spaces in a row are no other name.
        name = form.cleaned_data.get("name")
        if name != form.initial.get("name"):
            renaming.give_name(obj, name=name)
        super().save_model(request, obj, form, change)
        if SIGNS_OUT & {*form.changed_data}:
            end_sessions(obj)

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    def sign_out(self, request, queryset) -> None:
        for user in queryset:
            end_sessions(user)
            self.log_change(request, user, _("Signed out everywhere"))

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
