"""What does the newspaper publish that readers discuss?"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.routing import address_of


class TopicQuerySet(models.QuerySet["Topic"]):
    def published(self) -> "TopicQuerySet":
        return self.filter(published_at__lte=timezone.now())

    def waiting(self) -> "TopicQuerySet":
        """Those that readers do not know yet."""
        return self.filter(Q(published_at=None) | Q(published_at__gt=timezone.now()))

    def with_first_article(self) -> Any:
        """`appears_at`: when the first of the articles on them appears or has appeared."""
        first = Article.objects.filter(state=Article.State.PUBLISHED).order_by("published_at")
        here = first.filter(topic=OuterRef("pk")).values("published_at")[:1]
        related = first.filter(related_topics=OuterRef("pk")).values("published_at")[:1]
        # PostgreSQL's least() passes over what is not there.
        return self.annotate(appears_at=Least(Subquery(here), Subquery(related)))


class Topic(models.Model):
    """A page that gathers articles ("Themenseite")."""

    title = models.CharField(_("title"), max_length=120, unique=True)
    published_at = models.DateTimeField(
        _("published"),
        null=True,
        blank=True,
        editable=False,
        help_text=_(
            "With the first article on it, or when it is saved here. "
            "Until then readers know nothing of it."
        ),
    )
    slug = models.SlugField(max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True)
    # Replaces the standard sentence of the invitation where its grammar does not fit.
    invitation = models.TextField(_("sentence of invitation"), blank=True)
    related = models.ManyToManyField("self", verbose_name=_("related topics"), blank=True)
    live_report = models.ForeignKey(
        "Article",
        verbose_name=_("live report"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("forum:topic", self.slug)

    @property
    def is_public(self) -> bool:
        """What TopicQuerySet.published() asks, of a topic that is at hand."""
        return self.published_at is not None and self.published_at <= timezone.now()


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        return self.filter(state=Article.State.PUBLISHED, published_at__lte=timezone.now())

    def newest_first(self) -> "ArticleQuerySet":
        return self.order_by("-published_at", "-id")


class Article(models.Model):
    """A mirror of the newspaper's piece; its own system is the master (source, source_id)."""

    class Kind(models.TextChoices):
        REPORT = "report", _("report")
        LIVE = "live", _("live report")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class DiscussionAt(models.TextChoices):
        HERE = "here", _("under the article")
        TOPIC = "topic", _("on the topic page")
        NOWHERE = "nowhere", _("nowhere")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.REPORT)
    source = models.CharField(_("source"), max_length=40)
    source_id = models.CharField(_("id there"), max_length=200)
    canonical_url = models.URLField(_("canonical address"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PUBLISHED
    )
    kicker = models.CharField(_("kicker"), max_length=120, blank=True)
    headline = models.CharField(_("headline"), max_length=300)
    slug = models.SlugField(max_length=120)
    author_line = models.CharField(_("author line"), max_length=200, blank=True)
    # Who wrote it here; None where another system is its master.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
    )
    published_at = models.DateTimeField(_("published"))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    picture = models.FileField(_("picture"), upload_to="pictures/", blank=True)
    # The same for small screens; only pictures that were uploaded here have one.
    picture_small = models.FileField(_("small picture"), upload_to="pictures/", blank=True)
    picture_alt = models.TextField(_("alternative text"), blank=True)
    picture_caption = models.TextField(_("caption"), blank=True)
    picture_credit = models.CharField(_("credit"), max_length=200, blank=True)
    paragraphs = ArrayField(
        models.TextField(), verbose_name=_("paragraphs"), default=list, blank=True
    )
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("main topic"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
    )
    related_topics = models.ManyToManyField(
        Topic, verbose_name=_("related topics"), blank=True, related_name="related_articles"
    )
    discussion_at = models.CharField(
        _("readers discuss"),
        max_length=10,
        choices=DiscussionAt.choices,
        default=DiscussionAt.HERE,
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [("write_article", _("May write articles"))]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="article_source_unique"),
            models.CheckConstraint(
                condition=~models.Q(discussion_at="topic") | models.Q(topic__isnull=False),
                name="article_topic_discussion_needs_topic",
            ),
            models.CheckConstraint(
                condition=models.Q(picture="") | ~models.Q(picture_alt=""),
                name="article_picture_needs_alt",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="article_newest"),
            models.Index(fields=["topic", "-published_at", "-id"], name="article_topic_newest"),
            models.Index(fields=["author", "-published_at", "-id"], name="article_author_newest"),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        return address_of("forum:article", self.slug, self.pk)

    @property
    def is_public(self) -> bool:
        """What ArticleQuerySet.published() asks, of an article that is at hand."""
        return self.state == self.State.PUBLISHED and self.published_at <= timezone.now()


class TickerEntry(models.Model):
    """One "+++" item of a live report."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="ticker_entries")
    # Order on the page, as the newsroom wrote it; imports keep the file's order.
    position = models.PositiveIntegerField()
    time = models.DateTimeField(_("time"), null=True, blank=True)
    text = models.TextField(_("text"))
    # When its wording or its time was written; moving down below newer ones changes nothing.
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("ticker entry")
        verbose_name_plural = _("ticker entries")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "position"],
                name="ticker_entry_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#entry-{self.pk}"


UMLAUTS = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}


def slug_of(title: str) -> str:
    """An address part: ASCII, umlauts as ae, oe, ue, ss, at most 80 characters."""
    return slugify(title.lower().translate(UMLAUTS))[:80].strip("-") or "artikel"
