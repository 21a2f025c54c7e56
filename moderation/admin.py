"""How do seniors keep the word list? Entries are added and retired, never reworded or deleted."""

from django.contrib import admin
from django.forms import ChoiceField, ModelForm
from django.utils.translation import gettext_lazy as _

from moderation import rulebook, wordlists
from moderation.models import WordlistEntry


class EntryForm(ModelForm):
    ground = ChoiceField(
        label=_("Ground"),
        choices=lambda: [(one.code, one.noun) for one in rulebook.current().grounds.values()],
    )

    class Meta:
        model = WordlistEntry
        fields = ["text", "match", "outcome", "ground", "reason"]

    def clean_text(self) -> str:
        """Refused here, so that the senior reads why."""
        self.instance.folded = wordlists.folded_entry(self.cleaned_data["text"])
        return self.cleaned_data["text"]


@admin.register(WordlistEntry)
class WordlistEntryAdmin(admin.ModelAdmin):
    form = EntryForm
    list_display = ["text", "match", "outcome", "ground", "reason", "added_by", "retired_at"]
    list_filter = ["outcome", "match", ("retired_at", admin.EmptyFieldListFilter)]
    search_fields = ["text"]
    actions = ["retire"]

    @admin.action(description=_("Take the chosen entries off the list"), permissions=["add"])
    def retire(self, request, queryset) -> None:
        for entry in queryset:
            wordlists.retire(entry)

    def save_model(self, request, obj, form, change) -> None:
        obj.added_by = request.user
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
