"""What may be entered when flagging and when deciding?"""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.markup import clean_body
from forum.models import Comment, Revision
from moderation.deciding import EXPLANATION_AT_MOST, Measure
from moderation.flagging import EXPLANATION_LENGTH
from moderation.grounds import GROUNDS
from moderation.models import Flag


class FlagForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=Flag.Reason.choices, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label=_("Explanation (optional)"),
        help_text=_("At most 1,000 characters. The author does not learn who has reported."),
        required=False,
        max_length=EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "class": "field__control"}),
    )

    def clean_explanation(self) -> str:
        return harmless(self.cleaned_data["explanation"])


class DecisionForm(forms.Form):
    """Any measure is accepted here; whether it is possible still, the verb knows under its lock."""

    measure = forms.ChoiceField(
        label=_("Measure"), choices=Measure.choices, widget=forms.RadioSelect
    )
    ground = forms.ChoiceField(label=_("Ground"), required=False, widget=forms.RadioSelect)
    explanation = forms.CharField(
        label=_("Reasons, as they are sent"),
        help_text=_("Required where something is taken from the author, at least 20 characters."),
        required=False,
        max_length=EXPLANATION_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 4, "class": "field__control"}),
    )
    revision = forms.ModelChoiceField(queryset=Revision.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args, comment: Comment, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].queryset = comment.revisions.all()
        self.fields["ground"].choices = [
            (ground.code, f"{ground.noun} ({ground.clause})") for ground in GROUNDS.values()
        ]

    def offer(self, measures: list[Measure]) -> None:
        """Show only what is possible; publishing has a button of its own."""
        self.fields["measure"].choices = [
            (measure.value, measure.label) for measure in measures if measure != Measure.PUBLISH
        ]

    def clean_explanation(self) -> str:
        return harmless(self.cleaned_data["explanation"])


def harmless(text: str) -> str:
    """Cleaned like a comment: these words are shown to others, too."""
    return clean_body(text) if text else ""
