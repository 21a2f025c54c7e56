"""What may a reader send?"""

import logging
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.forms import ArticleForm, LineField
from articles.models import Article, TickerEntry
from forum.markup import clean_body
from forum.models import Discussion
from forum.sorts import SORTS

logger = logging.getLogger(__name__)

ENTRY = "entry-"
# The choice of who chooses no order.
AUTOMATIC = "automatic"


class BodyField(forms.Field):
    """A text as clean_body leaves it; lengths and signs are its business alone."""

    widget = forms.Textarea

    def clean(self, value: Any) -> str:
        return clean_body(value or "")


class CommentForm(forms.Form):
    body = BodyField(label=_("Your comment"))
    parent = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    # The article that a comment in a topic's discussion is about, or "entry-7" of its ticker.
    about = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    submission_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    # He has met the nudge; the box carries it on, whatever else comes back.
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_about(self) -> tuple[Article | None, TickerEntry | None]:
        """The article and, where one is named, its entry."""
        about = self.cleaned_data["about"]
        if not about:
            return None, None
        number = about.removeprefix(ENTRY)
        if not (number.isascii() and number.isdigit()):
            raise ValidationError(_("This is not discussed here."), code="invalid_about")
        if not about.startswith(ENTRY):
            article = Article.objects.published().filter(pk=number).first()
            entry = None
        else:
            public = TickerEntry.objects.filter(article__in=Article.objects.published())
            entry = public.select_related("article").filter(pk=number).first()
            article = entry.article if entry else None
        if article is None:
            raise ValidationError(_("This is not discussed here."), code="invalid_about")
        return article, entry


class EditForm(forms.Form):
    body = BodyField(label=_("Your comment"))


class AskedField(forms.CharField):
    """What somebody looks for: whatever he types, it can at worst not be found."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").replace("\x00", " ").split())


class DayField(forms.DateField):
    default_error_messages = {"invalid": _("Please give a valid date.")}
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, input_formats=["%Y-%m-%d", "%d.%m.%Y"], **options)


class SearchForm(forms.Form):
    q = AskedField(
        label=_("Look for"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    author = AskedField(label=_("Written by"), required=False)
    since = DayField(label=_("On or after"))
    until = DayField(label=_("Up to"))

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        since, until = sent.get("since"), sent.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one."))
        return sent


class QuestionField(LineField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Question of the newsroom"),
            max_length=500,
            required=False,
            help_text=_("Stands above the comments. One question brings better answers than none."),
        )


class OrderForm(forms.Form):
    sort = forms.ChoiceField(
        label=_("Order when you open a discussion"),
        choices=[
            (
                AUTOMATIC,
                _("As usual: best under articles, newest under live reports and on topic pages"),
            ),
            *((sort.name, sort.label) for sort in SORTS.values()),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one of these orders."),
            "invalid_choice": _("There is no such order. Please choose one of these."),
        },
    )


class LeadForm(forms.Form):
    """What the newsroom says about a discussion."""

    state = forms.ChoiceField(
        label=_("The discussion is"), choices=Discussion.State.choices, widget=forms.RadioSelect
    )
    question = QuestionField()


class WriteForm(ArticleForm):
    """The article, and what its readers are asked below it."""

    question = QuestionField()
    # What the form showed: somebody else may have asked meanwhile, and only what was typed counts.
    asked = LineField(required=False, max_length=500, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        sent = super().clean()
        is_here = sent.get("discussion_at") == Article.DiscussionAt.HERE
        if self.new_question and not is_here:
            self.add_error("question", _("It stands under the article: let readers discuss there."))
        return sent

    @property
    def new_question(self) -> str | None:
        """None where it was left as it stood."""
        question = self.cleaned_data.get("question", "")
        return None if question == self.cleaned_data.get("asked", "") else question


def note_unknown_fields(request: HttpRequest, form: forms.Form) -> None:
    """Whoever sends status=published is not told so, but operators are. Names only of ours."""
    known = {*form.fields, "csrfmiddlewaretoken", "preview"}
    if unknown := set(request.POST) - known:
        logger.warning("unknown fields in a form", extra={"count": len(unknown)})
