"""Which figures may be asked for?"""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.asking import LARGEST_ID
from forum.forms import DayField
from moderation.figures.periods import LABELS, LOOKS_BACK, USUAL, Period, period_of


class FiguresForm(forms.Form):
    """period and moderator come from links, only the day is typed."""

    period = forms.ChoiceField(
        required=False, choices=lambda: list(LABELS.items()), widget=forms.HiddenInput
    )
    moderator = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput
    )
    until = DayField(label=_("Last day"))

    def clean_until(self) -> date | None:
        until, today = self.cleaned_data["until"], timezone.localdate()
        if until and until > today:
            raise ValidationError(_("This day is still to come: please name a day that has begun."))
        if until and until < today - LOOKS_BACK:
            raise ValidationError(_("What is more than three years ago is not kept."))
        return until

    @property
    def chosen(self) -> Period:
        """Asked of a valid form."""
        return period_of(self.cleaned_data["period"] or USUAL, self.cleaned_data["until"])
