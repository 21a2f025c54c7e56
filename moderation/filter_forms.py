"""What may be asked for when listing cases, and when looking for a text?"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles.models import Topic
from forum.forms import AskedField
from forum.models import Discussion
from moderation.filtering import EVERYTHING, VIEWS, Filter
from moderation.rows import CHECKS

# What is in the address line while one reads there, or just the number.
_ADDRESS = re.compile(
    r"(?:.*/articles/[\w-]*-(?P<article>\d{1,18})|(?:.*/discussions/)?(?P<discussion>\d{1,18}))(?:/.*)?"
)
_TOPIC = re.compile(r".*/topics/(?P<slug>[\w-]+)(?:/.*)?")
NOBODY = _("Nobody here has this name. Please write it as it stands above the comments.")


class AuthorField(AskedField):
    def clean(self, value: Any) -> User | None:
        name = super().clean(value)
        if not name:
            return None
        # As the index has it. Who has gone has no name of his own.
        folded = User.objects.present().annotate(folded=Lower("name"))
        if found := folded.filter(folded=Lower(Value(name))).first():
            return found
        raise ValidationError(NOBODY)


class DiscussionField(AskedField):
    def clean(self, value: Any) -> Discussion | None:
        asked = super().clean(value)
        if not asked:
            return None
        at_topic, named = _TOPIC.fullmatch(asked), _ADDRESS.fullmatch(asked)
        where = Q(pk__in=[])
        if at_topic:
            where = Q(topic__slug=at_topic["slug"])
        elif named:
            where = Q(article=named["article"]) if named["article"] else Q(pk=named["discussion"])
        if found := Discussion.objects.select_related("article", "topic").filter(where).first():
            return found
        raise ValidationError(_("There is no such discussion. Please paste its address."))


class TopicField(AskedField):
    def clean(self, value: Any) -> Topic | None:
        asked = super().clean(value)
        if not asked:
            return None
        if found := Topic.objects.filter(Q(slug=asked) | Q(title=asked)).first():
            return found
        raise ValidationError(_("There is no such topic."))


class FilterForm(forms.Form):
    view = forms.ChoiceField(
        required=False, choices=lambda: list(VIEWS.items()), widget=forms.HiddenInput
    )
    discussion = DiscussionField(label=_("Discussion (address or number)"), required=False)
    topic = TopicField(label=_("Topic"), required=False)
    check = forms.ChoiceField(
        label=_("Check"), required=False, choices=lambda: [("", _("any")), *CHECKS.items()]
    )
    author = AuthorField(label=_("Author"), required=False)

    @property
    def chosen(self) -> Filter:
        """All cases where something was asked for that there is not: the form says so."""
        if not self.is_valid():
            return EVERYTHING
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        return Filter(**asked)


class TextSearchForm(forms.Form):
    q = AskedField(label=_("Look for"), widget=forms.TextInput(attrs={"type": "search"}))
    author = AuthorField(label=_("Written by"), required=False)
