"""How does the newsroom write here? Articles, and the entries of a live report.

Whatever readers can see is announced as the importer does (articles/publishing.py).
"""

import hashlib
import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from articles import rules
from articles.models import Article, TickerEntry, slug_of
from articles.pictures import Picture, store_picture
from articles.publishing import find_or_make_topic, save_article

logger = logging.getLogger(__name__)

SOURCE = "newsroom"
# What two people can change at the same time without seeing each other.
WRITTEN = [
    "kind", "kicker", "headline", "author_line", "published_at", "paragraphs", "topic_id",
    "discussion_at", "picture", "picture_alt", "picture_caption", "picture_credit",
]  # fmt: skip
# What tells a second click from a second text.
SAID = ["kind", "kicker", "headline", "author_line", "paragraphs", "discussion_at"]

State = Article.State


@transaction.atomic
def write_article(
    *,
    author: User,
    submission_id: UUID | None = None,
    topic_title: str = "",
    related_titles: Iterable[str] = (),
    picture: Picture | None = None,
    **wording: Any,
) -> Article:
    """A draft of his, which readers do not see. wording: fields of Article.

    The same submission_id with the same wording gets the first one again; with another one it is
    a "conflict".
    """
    if refusal := rules.article_refusal(author):
        raise PermissionDenied(refusal)
    number = (submission_id or uuid4()).hex
    articles = Article.objects.filter(source=SOURCE, source_id=number)
    if first := articles.first():
        return _same(first, author, wording)
    article = Article(author=author, source=SOURCE, source_id=number, state=State.DRAFT)
    try:
        with transaction.atomic():
            return _save(article, wording, topic_title, related_titles, picture)
    except IntegrityError:
        # At the same moment: the index let one of both through, and waited for it to be there.
        if first := articles.first():
            return _same(first, author, wording)
        raise


@transaction.atomic
def edit_article(
    article: Article,
    *,
    editor: User,
    seen: str,
    topic_title: str = "",
    related_titles: Iterable[str] = (),
    picture: Picture | None = None,
    is_without_picture: bool = False,
    **wording: Any,
) -> Article:
    """seen: mark_of() the wording that was changed; another one by now is a "conflict"."""
    article = _locked(article, editor)
    if seen != mark_of(article):
        raise ValidationError(
            _("Somebody has changed this article meanwhile. Please compare both texts."),
            code="conflict",
        )
    if is_without_picture:
        wording |= {"picture": "", "picture_small": "", "picture_alt": ""}
    return _save(article, wording, topic_title, related_titles, picture)


@transaction.atomic
def publish(article: Article, *, editor: User) -> Article:
    """Readers see it from published_at on, at once unless that lies ahead. Twice is harmless."""
    article = _locked(article, editor)
    if article.state == State.PUBLISHED:
        return article
    if not (article.paragraphs or article.kind == Article.Kind.LIVE):
        raise ValidationError(_("An article without text cannot be published."))
    if article.state == State.DRAFT:
        article.published_at = max(article.published_at, timezone.now())
    article.state = State.PUBLISHED
    logger.info("article published", extra={"article": article.pk, "reader": editor.pk})
    return save_article(article)


@transaction.atomic
def withdraw(article: Article, *, editor: User) -> Article:
    """Its page and its discussion can no longer be opened; nothing is deleted."""
    article = _locked(article, editor)
    article.state = State.WITHDRAWN
    logger.info("article withdrawn", extra={"article": article.pk, "reader": editor.pk})
    return save_article(article)


@transaction.atomic
def add_entry(article: Article, *, editor: User, text: str) -> TickerEntry:
    """On top, at the current minute. What stands on top already (a second click) stays once."""
    article = _locked(article, editor)
    if article.kind != Article.Kind.LIVE:
        raise ValidationError(_("Only a live report has entries."))
    top = article.ticker_entries.first()
    if top and top.text == text:
        return top
    article.ticker_entries.update(position=F("position") + 1)
    minute = timezone.now().replace(second=0, microsecond=0)
    entry = TickerEntry.objects.create(article=article, position=1, time=minute, text=text)
    save_article(article)
    return entry


@transaction.atomic
def edit_entry(entry: TickerEntry, *, editor: User, text: str) -> TickerEntry:
    """Its time stays: that is when it happened. Raises Http404 where it is gone meanwhile."""
    article = _locked(entry.article, editor)
    if not article.ticker_entries.filter(pk=entry.pk).exists():
        raise Http404
    entry.text = text
    entry.changed_at = timezone.now()
    entry.save(update_fields=["text", "changed_at"])
    save_article(article)
    return entry


@transaction.atomic
def withdraw_entry(entry: TickerEntry, *, editor: User) -> None:
    """What readers wrote about it stays, without the mention."""
    article = _locked(entry.article, editor)
    entry.delete()
    save_article(article)


def mark_of(article: Article) -> str:
    """A digest of the wording: two that differ are two wordings."""
    shown = repr([str(getattr(article, field)) for field in WRITTEN])
    return hashlib.blake2b(shown.encode(), digest_size=12).hexdigest()


def _locked(article: Article, editor: User) -> Article:
    article = Article.objects.select_for_update(no_key=True).get(pk=article.pk)
    if refusal := rules.edit_refusal(editor, article):
        raise PermissionDenied(refusal)
    return article


def _same(first: Article, author: User, wording: dict[str, Any]) -> Article:
    """Raises ValidationError if this is not what was sent before: nothing typed is passed over."""
    said = {name: value for name, value in wording.items() if name in SAID}
    if first.author_id == author.pk and said == {name: getattr(first, name) for name in said}:
        return first
    raise ValidationError(
        _(
            "You have saved this article already; it stands in the list of your articles. "
            "Sent once more, the text below becomes a second one."
        ),
        code="conflict",
    )


def _save(
    article: Article,
    wording: dict[str, Any],
    topic_title: str,
    related_titles: Iterable[str],
    picture: Picture | None,
) -> Article:
    # Unless somebody says when: as before, and of a new one, now.
    published_at = wording.pop("published_at", None) or article.published_at or timezone.now()
    for field, value in (wording | {"published_at": published_at}).items():
        setattr(article, field, value)
    article.topic = find_or_make_topic(topic_title) if topic_title else None
    if article.state == State.DRAFT:
        # Nobody knows its address yet.
        article.slug = slug_of(article.headline)
    if picture:
        store_picture(article, picture)
    if not article.pk:
        article.save()
    # Announced once its topics are known.
    related = [find_or_make_topic(title) for title in related_titles if title != topic_title]
    article.related_topics.set(related)
    return save_article(article)
