"""What may be entered when a senior sets a rule of the desk, or keeps the word list?"""

from dataclasses import fields
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from forum.forms import AskedField
from moderation.desk_rules import entries
from moderation.desk_rules.describing import OUTSIDE
from moderation.desk_rules.options import OPTIONS, Kind, Options, options_of, stored
from moderation.desk_rules.places import Place
from moderation.desk_rules.setting import REASON_AT_MOST
from moderation.filter_forms import DiscussionField, TopicField
from moderation.forms import Explanation
from moderation.measure_forms import grounds
from moderation.models import RuleSetting, Screening, WordlistEntry

State, Outcome = RuleSetting.State, Screening.Outcome


class PlaceForm(forms.Form):
    """Where a rule or an entry holds; nothing chosen is everywhere."""

    topic = TopicField(label=_("Topic (name)"), required=False)
    discussion = DiscussionField(label=_("Discussion (address or number)"), required=False)

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if sent.get("topic") and sent.get("discussion"):
            raise ValidationError(_("Please choose a topic or a discussion, not both."))
        return sent

    @property
    def chosen(self) -> dict[str, Any]:
        """topic and discussion; None where the form is not in order, too."""
        names = ("topic", "discussion")
        return {name: self.cleaned_data.get(name) if self.is_valid() else None for name in names}


def place_of(chosen: dict[str, Any]) -> Place:
    """chosen: of a PlaceForm."""
    return Place(*(chosen[name].pk if chosen[name] else None for name in ("topic", "discussion")))


class LinesField(forms.CharField):
    """One a line; empty lines do not count."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "field__control"})

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value) or ""
        return [line.strip().lower() for line in text.splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class TimeOfDay(forms.CharField):
    widget = forms.TimeInput(attrs={"type": "time", "class": "field__control"})


def reason_field() -> Explanation:
    return Explanation(
        label=_("Why"),
        help_text=_("Colleagues read it in the history. At least 10 characters."),
        max_length=REASON_AT_MOST,
        error_messages={"required": _("Please say why, in at least 10 characters.")},
    )


class RuleForm(forms.Form):
    """The figures of a rule count where it is on; otherwise whatever stands there is left alone."""

    state = forms.ChoiceField(label=_("The rule is"), widget=forms.RadioSelect)
    reason = reason_field()
    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, is_everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        # Set by clean(); what to switch off has no options to speak of.
        self.options = Options()
        states = [State.ON, State.OFF] if is_everywhere else list(State)
        self.fields["state"].choices = [(one.value, one.label) for one in states]  # type: ignore[attr-defined]
        self.figures = figure_fields(kind)
        self.fields |= self.figures
        self.order_fields(["state", *self.figures, "reason", "follows"])

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if sent.get("state") != State.ON:
            for name in self.figures:
                self.errors.pop(name, None)
            return sent
        if not self.errors.keys() & self.figures.keys():
            try:
                self.options = options_of(self.kind, {name: sent[name] for name in self.figures})
            except ValidationError as error:
                self.add_error(None, error)
        return sent


def figure_fields(kind: Kind) -> dict[str, forms.Field]:
    """By the name of the option."""
    found: dict[str, forms.Field] = {
        each.name: forms.IntegerField(
            label=each.metadata["label"],
            min_value=each.metadata["least"],
            max_value=each.metadata["most"],
        )
        for each in fields(OPTIONS[kind])
        if "least" in each.metadata
    }
    if kind == Kind.LINKS:
        found["free_hosts"] = LinesField(
            label=_("Servers that are never counted"),
            help_text=_("One a line, such as example.org; www.example.org is one of them, too."),
            required=False,
            max_length=10_000,
        )
    if kind == Kind.OPENING_HOURS:
        found |= {
            "opens": TimeOfDay(label=_("Opens at")),
            "closes": TimeOfDay(
                label=_("Closes at"), help_text=_("Before the opening: on the next day.")
            ),
            "days": forms.TypedMultipleChoiceField(
                label=_("Days on which it opens"),
                choices=list(WEEKDAYS.items()),
                coerce=int,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("Please choose a day: it would never open.")},
            ),
            "outside": forms.ChoiceField(
                label=_("What is written outside these hours"),
                choices=list(OUTSIDE.items()),
                widget=forms.RadioSelect,
            ),
        }
    return found


def initial_of(setting: RuleSetting | None, held: Options | None, kind: Kind) -> dict[str, Any]:
    """As it is set in that place, or holds there from elsewhere."""
    figures = stored(held or OPTIONS[kind]())
    state = setting.state if setting else (State.ON if held is not None else State.OFF)
    return figures | {"state": state, "follows": setting.pk if setting else None}


class WordsForm(PlaceForm):
    words = forms.CharField(
        label=_("Words or phrases"),
        help_text=_(
            "One a line. Capitals, umlauts, disguises such as n4me and n.a.m.e need not be listed."
        ),
        strip=False,
        max_length=700_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "field__control"}),
        error_messages={"required": _("Please write at least one word.")},
    )
    match = forms.ChoiceField(
        label=_("Is found"),
        choices=WordlistEntry.Match.choices,
        initial=WordlistEntry.Match.WORD,
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=_("Then the comment is"),
        choices=[(one.value, one.label) for one in (Outcome.HOLD, Outcome.REMOVE)],
        initial=Outcome.HOLD,
        widget=forms.RadioSelect,
    )
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=grounds,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the ground.")},
    )
    reason = reason_field()
    # Asked for only where many comments would be held.
    is_meant = forms.BooleanField(label=_("Yes, as many as that are to be held"), required=False)

    field_order = ["words", "match", "outcome", "ground", "topic", "discussion", "reason"]

    def clean(self) -> dict[str, Any]:
        """Adds found: what is looked for, by the text as typed."""
        sent = super().clean()
        if self.errors:
            return sent
        named = ("match", "outcome", "ground")
        try:
            sent["found"] = entries.words_in(
                sent["words"],
                place=place_of(self.chosen_of(sent)),
                **{name: sent[name] for name in named},
            )
        except ValidationError as error:
            self.add_error("words", error)
        return sent

    @staticmethod
    def chosen_of(sent: dict[str, Any]) -> dict[str, Any]:
        return {name: sent.get(name) for name in ("topic", "discussion")}


class TakeOffForm(forms.Form):
    reason = reason_field()


class WordSearchForm(forms.Form):
    q = AskedField(
        label=_("Look for"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
