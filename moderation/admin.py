"""What is kept in Django's own desk? Trusted flaggers and cautions, by admins.

They are added and retired or lifted, never reworded or deleted.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from moderation import misuse, trusting
from moderation.models import Caution, TrustedFlagger


@admin.register(TrustedFlagger)
class TrustedFlaggerAdmin(admin.ModelAdmin):
    fields = ["organisation", "account", "mail_domain", "since"]
    raw_id_fields = ["account"]
    list_display = ["organisation", "account", "mail_domain", "since", "added_by", "retired_at"]
    search_fields = ["organisation", "mail_domain"]
    actions = ["retire"]

    @admin.action(description=_("Retire the chosen ones"), permissions=["add"])
    def retire(self, request, queryset) -> None:
        for organisation in queryset:
            trusting.retire(organisation)

    def save_model(self, request, obj, form, change) -> None:
        obj.added_by = request.user
        obj.mail_domain = obj.mail_domain.lower()
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Caution)
class CautionAdmin(admin.ModelAdmin):
    """Made by the rule alone (moderation/misuse.py); people can take one back."""

    list_display = ["reader", "cautioned_at", "until", "unfounded", "judged", "lifted_at"]
    list_filter = [("until", admin.EmptyFieldListFilter), ("lifted_at", admin.EmptyFieldListFilter)]
    actions = ["lift"]

    @admin.action(description=_("Lift the chosen ones"), permissions=["change"])
    def lift(self, request, queryset) -> None:
        for caution in queryset:
            misuse.lift(caution)

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        return [field.name for field in self.model._meta.fields]

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
