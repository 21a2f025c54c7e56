"""What may be entered when several cases are decided at once?"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from forum.models import Revision
from moderation.deciding import EXPLANATION_AT_MOST
from moderation.decision_forms import NO_MEASURE, PAIR, refuse_placeholders
from moderation.forms import Explanation
from moderation.measure_forms import grounds
from moderation.models import Case, Decision
from moderation.together import MEASURES, Read


class TogetherForm(forms.Form):
    measure = forms.ChoiceField(
        label=_("Measure"),
        choices=[(one.value, one.label) for one in MEASURES],
        widget=forms.RadioSelect,
        error_messages=NO_MEASURE,
    )
    ground = forms.ChoiceField(
        label=_("Ground"), required=False, choices=grounds, widget=forms.RadioSelect
    )
    explanation = Explanation(
        label=_("Reasons, as they are sent"),
        help_text=_("For removing, at least 20 characters. Each author reads them about his own."),
        required=False,
        max_length=EXPLANATION_AT_MOST,
    )

    @property
    def named(self) -> dict[int, int]:
        """Case id -> id of the wording that was read; what names none is left out."""
        sent = self.data.getlist("cases") if self.is_bound else []  # type: ignore[attr-defined]
        found = (PAIR.fullmatch(each) for each in sent)
        return {int(match[1]): int(match[2]) for match in found if match}

    def clean(self) -> dict[str, Any]:
        """`read`: what was chosen, in the order of ids."""
        sent = super().clean() or {}
        sent["read"] = list(self.read())
        if sent.get("measure") == Decision.Measure.REMOVE:
            for case, revision in sent["read"]:
                explanation = sent.get("explanation", "")
                refuse_placeholders(explanation, case.reviewed_comment, revision)
        return sent

    def read(self) -> list[Read]:
        named = self.named
        cases = Case.objects.filter(pk__in=named, reader__isnull=True).in_view().order_by("pk")
        revisions = Revision.objects.in_bulk(named.values())
        chosen = []
        for case in cases:
            revision = revisions.get(named[case.pk])
            if revision is None or revision.comment_id != case.comment_id:
                raise ValidationError(_("This wording belongs to another comment."))
            chosen.append((case, revision))
        return chosen
