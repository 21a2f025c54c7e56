"""What may the newsroom send?"""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.layout import CREDIT_LENGTH, HEADLINE_LENGTH, NO_TEXT, TITLE_LENGTH
from articles.models import Article
from articles.pictures import Picture, read_picture
from articles.writing import mark_of

TEXT_LENGTH = 100_000
ENTRY_LENGTH = 5_000
MOST_RELATED = 20
# Beyond, clocks of browsers and databases disagree on what a year is.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n\s*")


class LineField(forms.CharField):
    """One line of text, with one space for any run of spaces."""

    def to_python(self, value: Any) -> str:
        return " ".join(_readable(super().to_python(value) or "").split())


class TextField(forms.CharField):
    """Several lines, however the browser ends them."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return _readable(text.replace("\r\n", "\n").replace("\r", "\n"))


class ArticleForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Article.Kind.choices, widget=forms.RadioSelect
    )
    kicker = LineField(label=_("Kicker"), max_length=TITLE_LENGTH, required=False)
    headline = LineField(label=_("Headline"), max_length=HEADLINE_LENGTH)
    author_line = LineField(label=_("Author line"), max_length=200, required=False)
    text = TextField(
        label=_("Text"),
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_("An empty line begins a new paragraph. A report needs a text to appear."),
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    topic = LineField(
        label=_("Main topic"),
        max_length=TITLE_LENGTH,
        required=False,
        help_text=_("A title that does not exist yet makes a new topic page."),
        widget=forms.TextInput(attrs={"list": "topics", "autocomplete": "off"}),
    )
    related = TextField(
        label=_("Related topics"),
        max_length=MOST_RELATED * (TITLE_LENGTH + 1),
        required=False,
        help_text=_("One title a line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    discussion_at = forms.ChoiceField(
        label=_("Where readers discuss"),
        choices=Article.DiscussionAt.choices,
        widget=forms.RadioSelect,
    )
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 10 MB. We crop it to 16:9."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    is_without_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    picture_alt = LineField(
        label=_("Alternative text"),
        max_length=500,
        required=False,
        help_text=_(
            "What the picture shows, for readers who cannot see it; every picture needs it."
        ),
    )
    picture_caption = LineField(label=_("Caption"), max_length=500, required=False)
    picture_credit = LineField(label=_("Credit"), max_length=CREDIT_LENGTH, required=False)
    published_at = forms.DateTimeField(
        label=_("Published"),
        required=False,
        help_text=_("Empty means now. Readers do not see the article before that time."),
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    # Which wording the form showed (articles.writing.mark_of).
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    # Of a new one: sent twice (a double click), it is written once.
    submission_id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, article: Article | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.article = article
        if article:
            del self.fields["submission_id"]
        if not (article and article.picture):
            del self.fields["is_without_picture"]

    def clean_picture(self) -> Picture | None:
        upload = self.cleaned_data["picture"]
        return read_picture(upload, size=upload.size) if upload else None

    def clean_related(self) -> list[str]:
        titles = [" ".join(line.split()) for line in self.cleaned_data["related"].split("\n")]
        titles = list(dict.fromkeys(filter(None, titles)))
        if any(len(title) > TITLE_LENGTH for title in titles):
            raise ValidationError(gettext("A title may have 120 characters at most."))
        if len(titles) > MOST_RELATED:
            raise ValidationError(gettext("At most 20 related topics."))
        return titles

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if sent.get("discussion_at") == Article.DiscussionAt.TOPIC and not sent.get("topic"):
            self.add_error("topic", gettext("Readers discuss on the topic page: which one is it?"))
        if self._has_picture(sent) and not sent.get("picture_alt"):
            self.add_error("picture_alt", gettext("A picture needs an alternative text."))
        is_empty = sent.get("kind") == Article.Kind.REPORT and not sent.get("text", "").strip()
        if "publish" in self.data and is_empty and "text" not in self.errors:
            self.add_error("text", gettext("An article without text cannot be published."))
        return sent

    def _has_picture(self, sent: dict[str, Any]) -> bool:
        kept = self.article and self.article.picture and not sent.get("is_without_picture")
        return bool(sent.get("picture") or kept)

    @property
    def paragraphs(self) -> list[str]:
        parts = PARAGRAPH_BREAK.split(self.cleaned_data["text"].strip())
        return [" ".join(part.split()) for part in parts if part.strip()]

    @property
    def wording(self) -> dict[str, Any]:
        """What the verbs of articles.writing take, by name."""
        fields = [
            "kind", "kicker", "headline", "author_line", "discussion_at", "picture",
            "picture_alt", "picture_caption", "picture_credit", "published_at",
        ]  # fmt: skip
        return {name: self.cleaned_data[name] for name in fields} | {
            "paragraphs": self.paragraphs,
            "topic_title": self.cleaned_data["topic"],
            "related_titles": self.cleaned_data["related"],
        }


class EntryForm(forms.Form):
    text = TextField(
        label=_("New entry"),
        max_length=ENTRY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}),
    )

    def clean_text(self) -> str:
        """As imports have it: one paragraph, and the mark is the page's business."""
        text = " ".join(self.cleaned_data["text"].split()).strip("+ ")
        if not text:
            raise ValidationError(gettext("Please write something."))
        return text


def shown_in_form(article: Article) -> dict[str, Any]:
    """What a form shows of an article that is there already."""
    names = [
        "kind", "kicker", "headline", "author_line", "discussion_at", "picture_alt",
        "picture_caption", "picture_credit",
    ]  # fmt: skip
    titles = article.related_topics.order_by("title").values_list("title", flat=True)
    return {name: getattr(article, name) for name in names} | {
        "text": "\n\n".join(article.paragraphs),
        "topic": article.topic.title if article.topic else "",
        "related": "\n".join(titles),
        "published_at": timezone.localtime(article.published_at),
        "seen": mark_of(article),
    }


def _readable(text: str) -> str:
    if NO_TEXT.search(text):
        raise ValidationError(gettext("There are characters in it that are no text."))
    return text
