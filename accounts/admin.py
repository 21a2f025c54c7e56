"""What can administrators look up about readers?"""

from django import forms
from django.contrib import admin

from accounts import renaming
from accounts.models import User
from accounts.names import clean_name


class UserForm(forms.ModelForm):
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
    """Roles and standing; readers' names, addresses and passwords are their own business."""

    form = UserForm
    list_display = ["name", "standing", "is_staff", "joined_at", "suspended_at"]
    list_filter = ["standing", "is_staff", "groups"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "standing", "is_active", "is_staff", "groups", "joined_at"]
    readonly_fields = ["name", "email", "joined_at"]

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        if obj and obj.is_staff:
            return [field for field in self.readonly_fields if field != "name"]
        return self.readonly_fields

    def save_model(self, request, obj, form, change) -> None:
        if "name" in form.changed_data:
            renaming.give_name(obj, name=form.cleaned_data["name"])
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
