"""What may be entered when flagging, when appealing, and into the pages of the house?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.markup import clean_body
from moderation import appealing
from moderation.flagging import EXPLANATION_LENGTH
from moderation.models import Appeal, Edition, Flag


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


class AppealForm(forms.Form):
    text = Explanation(
        label=_("Why do you see it differently?"),
        help_text=_("At most 2,000 characters."),
        max_length=appealing.TEXT_AT_MOST,
        error_messages={"required": _("Please tell us why you see it differently.")},
    )


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What becomes of the decision"),
        choices=Appeal.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what becomes of the decision.")},
    )
    answer = Explanation(
        label=_("Answer, as it is sent"),
        help_text=_("With reasons, 20 to 2,000 characters. Nobody learns your name."),
        max_length=appealing.ANSWER_AT_MOST,
        error_messages={"required": _("Please give reasons for the answer.")},
    )


# --- Pages of the house

# As much as a request may carry is refused long before (config/middleware.py).
LONGEST_TEXT = 60_000
LONGEST_CLAUSE = 600
MOST_CLAUSES = 25


class HouseText(forms.CharField):
    """A text in our marks: lines ending in \\n, no blanks at its end."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "class": "field__control"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class EditionForm(forms.Form):
    text_de = HouseText(label=_("Text, German"), rows=16, max_length=LONGEST_TEXT)
    text_en = HouseText(label=_("Text, English"), rows=16, max_length=LONGEST_TEXT)
    valid_from = forms.DateTimeField(
        label=_("Holds from"),
        help_text=_("A moment to come, in the time of the newspaper."),
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "field__control"}
        ),
    )
    is_significant = forms.BooleanField(
        label=_("The change is significant: tell all readers in their notifications"),
        required=False,
    )
    changes = forms.CharField(
        label=_("What changes, for the readers"),
        help_text=_("Required where the change is significant, at most 300 characters."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "field__control"}),
    )
    based_on = forms.ModelChoiceField(queryset=Edition.objects.all(), widget=forms.HiddenInput)


class ClauseForm(forms.Form):
    code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=MOST_CLAUSES)
    noun_de = forms.CharField(label=_("Short name, German"), max_length=60)
    noun_en = forms.CharField(label=_("Short name, English"), max_length=60)
    text_de = HouseText(label=_("Clause, German"), rows=3, max_length=LONGEST_CLAUSE)
    text_en = HouseText(label=_("Clause, English"), rows=3, max_length=LONGEST_CLAUSE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A clause that nothing is removed for has no short name."""
        super().__init__(*args, **kwargs)
        if self.initial and not self.initial["noun_de"]:
            for name in ("noun_de", "noun_en"):
                self.fields[name].required = False
                self.fields[name].widget = forms.HiddenInput()


ClauseForms = forms.formset_factory(
    ClauseForm, extra=1, max_num=MOST_CLAUSES, absolute_max=MOST_CLAUSES
)
