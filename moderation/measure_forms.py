"""What may be entered when something is decided beside a comment?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forum.models import Comment, Revision
from forum.waiting import short_duration
from moderation import rulebook
from moderation.deciding import EXPLANATION_AT_MOST
from moderation.forms import Explanation
from moderation.leading import PAUSES
from moderation.models import Case

WITHOUT_END = "without_end"
LENGTHS = [
    ("1", _("1 day")),
    ("3", _("3 days")),
    ("7", _("7 days")),
    ("14", _("14 days (senior moderators)")),
    ("30", _("30 days (senior moderators)")),
    (WITHOUT_END, _("without end (senior moderators)")),
]
NOTE_AT_MOST = 1_000


def grounds() -> list[tuple[str, str]]:
    return [
        (clause.code, f"{clause.noun} ({clause.number})")
        for clause in rulebook.current().grounds.values()
    ]


def reasons(*, help_text: Any, min_length: int | None = None) -> Explanation:
    return Explanation(
        label=_("Reasons, as they are sent"),
        help_text=help_text,
        min_length=min_length,
        max_length=EXPLANATION_AT_MOST,
    )


class ReaderMeasureForm(forms.Form):
    """About who wrote a comment; that one is the occasion and stands in his letter."""

    measure = forms.ChoiceField(
        label=_("Measure"),
        choices=[
            ("warn", _("warn: he confirms it before he writes again")),
            ("read_first", _("read his comments before they appear")),
            ("announce", _("announce a suspension: he has three days to answer")),
            ("suspend", _("suspend at once, in a grave case only")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the measure.")},
    )
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=grounds,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the ground.")},
    )
    explanation = reasons(help_text=_("At least 20 characters."))
    length = forms.ChoiceField(
        label=_("How long"),
        choices=LENGTHS,
        initial="7",
        required=False,
        help_text=_("A warning holds until he has confirmed it."),
    )
    why_grave = Explanation(
        label=_("Why he is not heard before"),
        help_text=_("For a suspension at once only; he reads it."),
        required=False,
        max_length=NOTE_AT_MOST,
    )
    comment = forms.ModelChoiceField(
        queryset=Comment.objects.none(),
        label=_("Number of the comment that is the occasion"),
        widget=forms.NumberInput,
        error_messages={"invalid_choice": _("He has written no comment with that number.")},
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].queryset = reader.comments.select_related(  # type: ignore[attr-defined]
            "author", "discussion"
        )

    def clean_length(self) -> int | None:
        """Days; None without end."""
        chosen = self.cleaned_data["length"] or "7"
        return None if chosen == WITHOUT_END else int(chosen)

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if sent.get("measure") == "suspend" and not sent.get("why_grave"):
            raise ValidationError({"why_grave": _("Please say why he is not heard first.")})
        return sent


class HearingForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("suspend", _("suspend as announced")),
            ("drop", _("do not suspend")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose.")},
    )
    explanation = reasons(
        min_length=20, help_text=_("At least 20 characters. Say also what you think of his answer.")
    )


class AnswerForm(forms.Form):
    text = Explanation(label=_("Your answer"), max_length=5_000)


class ReasonForm(forms.Form):
    explanation = reasons(min_length=20, help_text=_("At least 20 characters."))


class NoteForm(forms.Form):
    text = Explanation(label=_("Note for colleagues"), max_length=NOTE_AT_MOST)


class DiscussionMeasureForm(forms.Form):
    measure = forms.ChoiceField(
        label=_("Measure"),
        choices=[
            ("open", _("open it again, lift everything")),
            ("slow_down", _("slow it down")),
            ("read_discussion_first", _("read every comment before it appears")),
            ("close", _("close it: it can be read, nobody can write")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the measure.")},
    )
    slow_seconds = forms.TypedChoiceField(
        label=_("Pause between two comments of one person"),
        choices=lambda: [("", "–"), *((each, short_duration(each)) for each in PAUSES)],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("For slowing down."),
    )
    explanation = Explanation(
        label=_("Reason, as everybody reads it"),
        help_text=_("At least 20 characters."),
        max_length=300,
    )


class PassageForm(forms.Form):
    passage = forms.CharField(
        label=_("Passage to hide"),
        help_text=_("Copied exactly from the text above; it must occur there once."),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "field__control"}),
        strip=False,
    )
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=grounds,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the ground.")},
    )
    explanation = reasons(help_text=_("At least 20 characters."))
    revision = forms.ModelChoiceField(
        queryset=Revision.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("This wording belongs to another comment.")},
    )

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].queryset = comment.revisions.all()  # type: ignore[attr-defined]


class HouseNoteForm(forms.Form):
    text = Explanation(
        label=_("Note below the comment, for everybody"),
        help_text=_("At most 500 characters. Empty: the note goes."),
        required=False,
        max_length=500,
    )


class HandOverForm(forms.Form):
    to = forms.ChoiceField(label=_("To whom"), choices=Case.Desk.choices, widget=forms.RadioSelect)
    note = Explanation(label=_("Note for colleagues"), max_length=NOTE_AT_MOST)


class DangerForm(forms.Form):
    reason = Explanation(
        label=_("Who is in danger, and what makes you think so?"), max_length=NOTE_AT_MOST
    )


class BranchForm(forms.Form):
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=grounds,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose the ground.")},
    )
    explanation = reasons(
        help_text=_("At least 20 characters. Each author reads it about his own comment.")
    )


class SweepForm(BranchForm):
    since = forms.DateField(
        label=_("All comments since"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
