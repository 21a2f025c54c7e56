"""What may be entered when a case is decided, or several at once?"""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from forum.models import Comment, Revision
from moderation import laws, offering, saved_reasons
from moderation.deciding import EXPLANATION_AT_LEAST, EXPLANATION_AT_MOST, Measure
from moderation.forms import Explanation
from moderation.laws import LAWS
from moderation.measure_forms import grounds
from moderation.models import SavedReason
from moderation.models.saved_reasons import LONGEST_TEXT, LONGEST_TITLE
from moderation.reading import objections
from moderation.suggesting import passages_of

MEASURES = [*Measure.choices, (offering.REMOVE_AND_WARN, offering.REMOVE_AND_WARN)]
NO_MEASURE = {"required": _("Please choose the measure.")}
# What was read, as check boxes name it: a case, or a comment, and its wording.
PAIR = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)


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
    law = forms.ChoiceField(
        label=_("Which law"),
        required=False,
        choices=lambda: [
            ("", _("Please choose")),
            *((law.code, str(law)) for law in LAWS.values()),
        ],
    )
    # Replies that go as well: "<comment>-<wording that was read>", with spaces between.
    quoting = forms.CharField(required=False, max_length=10_000)
    explanation = Explanation(
        label=_("Reasons, as they are sent"),
        help_text=_("At least 20 characters. Left empty, the saved reason is sent."),
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

    def clean_quoting(self) -> list[Revision]:
        """In the order of comments."""
        named = {pair[1]: pair[2] for pair in PAIR.finditer(self.cleaned_data["quoting"])}
        if not named:
            return []
        found = Revision.objects.filter(pk__in=named.values(), comment__parent=self.comment)
        read = [reply for reply in found if named.get(str(reply.comment_id)) == str(reply.pk)]
        if len(read) != len(named):
            raise ValidationError(_("This wording belongs to another comment."))
        return sorted(read, key=lambda reply: reply.comment_id)

    def clean(self) -> dict[str, Any]:
        """The reasons as they are sent: the saved ones where no others were written. A law takes
        the place of the clause by which nothing against the law may be published."""
        sent = super().clean() or {}
        saved, revision = sent.pop("saved", None), sent.get("revision")
        law, is_publishing = sent.pop("law", ""), sent.get("measure") == Measure.PUBLISH
        if revision is None or is_publishing or self.errors:
            return sent
        if sent["ground"] == laws.CLAUSE:
            if not law:
                raise ValidationError({"law": _("Please choose the law.")})
            sent["ground"] = LAWS[law].ground
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
