"""What can administrators look up about readers?"""

from django.contrib import admin

from accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Roles and standing; names, addresses and passwords are the reader's own business."""

    list_display = ["name", "standing", "is_staff", "joined_at", "suspended_at"]
    list_filter = ["standing", "is_staff", "groups"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "standing", "is_active", "is_staff", "groups", "joined_at"]
    readonly_fields = ["name", "email", "joined_at"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
