"""What may be entered when flagging and when deciding?"""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from forum.markup import clean_body
from forum.models import Comment, Revision
from moderation.deciding import EXPLANATION_AT_MOST, Measure
from moderation.flagging import EXPLANATION_LENGTH
from moderation.grounds import GROUNDS
from moderation.models import Flag


class Explanation(forms.CharField):
    """Words that others read: cleaned like a comment. A line's end counts once, as one sees it."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "field__control"})

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def clean(self, value: str | None) -> str:
        text = super().clean(value)
        return clean_body(text) if text else ""


class FlagForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=Flag.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the reason.")},
    )
    explanation = Explanation(
        label=_("Explanation (optional)"),
        help_text=_("At most 1,000 characters. The author does not learn who has reported."),
        required=False,
        max_length=EXPLANATION_LENGTH,
    )


class DecisionForm(forms.Form):
    """Any measure is accepted here; whether it is possible still, the verb knows under its lock."""

    measure = forms.ChoiceField(
        label=_("Measure"),
        choices=Measure.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the measure.")},
    )
    ground = forms.ChoiceField(
        label=_("Ground"),
        required=False,
        choices=[
            (ground.code, format_lazy("{} ({})", ground.noun, ground.clause))
            for ground in GROUNDS.values()
        ],
        widget=forms.RadioSelect,
    )
    explanation = Explanation(
        label=_("Reasons, as they are sent"),
        help_text=_("Required where something is taken from the author, at least 20 characters."),
        required=False,
        max_length=EXPLANATION_AT_MOST,
    )
    revision = forms.ModelChoiceField(queryset=Revision.objects.all(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.comment = comment

    def clean_revision(self) -> Revision:
        revision = self.cleaned_data["revision"]
        if revision.comment_id != self.comment.pk:
            raise ValidationError(_("This wording belongs to another comment."))
        return revision

    def offer(self, measures: list[Measure]) -> None:
        """Show only what is possible; publishing has a button of its own."""
        cast(forms.ChoiceField, self.fields["measure"]).choices = [
            (measure.value, measure.label) for measure in measures if measure != Measure.PUBLISH
        ]
