"""What may be entered when a case is decided, or several at once?"""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from forum.models import Comment, Revision
from moderation import offering, saved_reasons
from moderation.deciding import EXPLANATION_AT_LEAST, EXPLANATION_AT_MOST, Measure
from moderation.forms import Explanation
from moderation.measure_forms import grounds
from moderation.models import SavedReason
from moderation.models.saved_reasons import LONGEST_TEXT, LONGEST_TITLE
from moderation.reading import objections
from moderation.suggesting import passages_of

MEASURES = [*Measure.choices, (offering.REMOVE_AND_WARN, offering.REMOVE_AND_WARN)]
NO_MEASURE = {"required": _("Please choose the measure.")}


class DecisionForm(forms.Form):
    """Any measure is accepted here; whether it is possible still, the verb knows under its lock."""

    measure = forms.ChoiceField(
        label=_("Measure"),
        choices=MEASURES,
        widget=forms.RadioSelect,
        error_messages=NO_MEASURE,
    )
    ground = forms.ChoiceField(
        label=_("Ground"), required=False, choices=grounds, widget=forms.RadioSelect
    )
    passage = forms.CharField(
        label=_("Passage to hide"),
        help_text=_("Copied exactly from the text above; it must occur there once."),
        required=False,
        max_length=5_000,
        strip=False,
    )
    saved = forms.ModelChoiceField(
        label=_("Saved reason"),
        required=False,
        queryset=SavedReason.objects.all(),
        error_messages={"invalid_choice": _("This saved reason is gone. Please choose another.")},
    )
    explanation = Explanation(
        label=_("Reasons, as they are sent"),
        help_text=_(
            "Required where something is taken from the author, at least 20 characters. Left "
            "empty, the saved reason is sent."
        ),
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

    def clean(self) -> dict[str, Any]:
        """The reasons as they are sent: the saved ones where no others were written."""
        sent = super().clean() or {}
        saved, revision = sent.pop("saved", None), sent.get("revision")
        is_publishing = sent.get("measure") == Measure.PUBLISH
        if revision is None or is_publishing or self.errors:
            return sent
        if saved and not sent.get("explanation"):
            sent["explanation"] = self.worded(saved, revision)
        refuse_placeholders(sent.get("explanation", ""), self.comment, revision)
        return sent

    def worded(self, saved: SavedReason, revision: Revision) -> str:
        verdicts = objections([revision.pk])[revision.pk]
        passages = passages_of(verdicts, revision.body)
        values = saved_reasons.values_of(self.comment, passages=passages)
        try:
            return saved_reasons.filled(saved, values)
        except ValidationError as error:
            raise ValidationError({"saved": error}) from error

    def offer(self, measures: list[Measure]) -> None:
        """Show only what is possible; publishing has a button of its own."""
        choices = offering.offers(self.comment, measures)
        cast(forms.ChoiceField, self.fields["measure"]).choices = choices


def refuse_placeholders(explanation: str, comment: Comment, revision: Revision) -> None:
    """Nobody is to be sent "{name}", unless that is what he has written himself."""
    if not saved_reasons.left_in(explanation, reader_wrote=""):
        return
    wrote = f"{revision.body} {comment.author.name} {comment.discussion.subject}"
    if left := saved_reasons.left_in(explanation, reader_wrote=wrote):
        sentence = _("Please write something in the place of %(placeholders)s.")
        told = ValidationError(sentence, params={"placeholders": ", ".join(left)})
        raise ValidationError({"explanation": told})


class SavedReasonForm(forms.ModelForm):
    ground = forms.ChoiceField(label=_("Ground"), choices=grounds)
    title = forms.CharField(label=_("Short name, for colleagues"), max_length=LONGEST_TITLE)
    text = Explanation(
        label=_("Text, as authors read it"),
        help_text=_("20 to 1,500 characters. What stands in braces is filled in for each comment."),
        min_length=EXPLANATION_AT_LEAST,
        max_length=LONGEST_TEXT,
    )

    class Meta:
        model = SavedReason
        fields = ["ground", "title", "text"]

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if unknown := saved_reasons.unknown_in(text):
            raise ValidationError(
                _("Nothing is known that could stand in the place of %(placeholders)s."),
                params={"placeholders": ", ".join(unknown)},
            )
        return text
