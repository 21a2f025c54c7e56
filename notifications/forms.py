"""What can a reader tick about his mails?"""

from django import forms
from django.utils.translation import gettext_lazy as _


class MailsForm(forms.Form):
    """One field for each optional kind, of its name."""

    reply = forms.BooleanField(
        label=_("when somebody answers my comments (at most one mail in ten minutes)"),
        required=False,
    )
    follow = forms.BooleanField(
        label=_("when there is something new in discussions I follow (at most one mail a day)"),
        required=False,
    )
    flag = forms.BooleanField(label=_("when my report has been decided on"), required=False)
    published = forms.BooleanField(
        label=_("when a comment that the moderators read first is published"), required=False
    )

    def kinds(self) -> set[str]:
        return {name for name, is_ticked in self.cleaned_data.items() if is_ticked}
