"""How does a file of the newspaper become an article, once and not twice?"""

import hashlib

from django.db import transaction

from articles.layout import ImportRefused, Manuscript, read
from articles.models import Article, slug_of
from articles.publishing import find_or_make_topic, save_article, write_entries

__all__ = ["ImportRefused", "import_article"]


@transaction.atomic
def import_article(text: str, *, source_name: str) -> Article:
    """Make the article that a text in the plain-text layout holds, or bring it up to date.

    `source_name` names the system that wrote it (Article.source); there, kicker, headline and
    time are the article's identity. What the text does not say stays as the newsroom has set it.
    Raises ImportRefused, with nothing stored.
    """
    manuscript = read(text)
    topic = find_or_make_topic(manuscript.kicker)
    article, is_new = Article.objects.select_for_update(no_key=True).get_or_create(
        source=source_name,
        source_id=_identity(manuscript),
        defaults={
            "kind": _kind(manuscript),
            "kicker": manuscript.kicker,
            "headline": manuscript.headline,
            "slug": slug_of(manuscript.headline),
            "published_at": manuscript.published_at,
            "topic": topic,
        },
    )
    changes = {
        "picture_caption": manuscript.caption,
        "picture_credit": manuscript.credit,
        "picture_alt": manuscript.alt,
        "paragraphs": manuscript.paragraphs,
        "discussion_at": _discussion_at(manuscript, article),
    }
    related = [
        find_or_make_topic(title)
        for title in manuscript.related_titles
        if title != manuscript.kicker
    ]
    entries = [(entry.time, entry.text) for entry in manuscript.entries]
    is_changed = any(
        [
            is_new,
            any(getattr(article, field) != value for field, value in changes.items()),
            write_entries(article, entries=entries),
            set(article.related_topics.all()) != set(related),
        ]
    )
    if not is_changed:
        return article
    article.related_topics.set(related)
    for field, value in changes.items():
        setattr(article, field, value)
    return save_article(article)


def _identity(manuscript: Manuscript) -> str:
    parts = [manuscript.kicker, manuscript.headline, f"{manuscript.published_at:%Y-%m-%dT%H:%M}"]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _kind(manuscript: Manuscript) -> Article.Kind:
    """A live report calls itself one.

    "+++" entries alone do not make it: the agency's digest of the day has them, too, and points
    to the live report elsewhere.
    """
    headline = manuscript.headline.lower().replace("-", "")
    return Article.Kind.LIVE if "liveticker" in headline else Article.Kind.REPORT


def _discussion_at(manuscript: Manuscript, article: Article) -> str:
    """The invitation sends readers to the topic page, unless the newsroom took the article from
    its topic; "nowhere" is the newsroom's own word, too."""
    if article.discussion_at == Article.DiscussionAt.NOWHERE:
        return article.discussion_at
    if manuscript.is_inviting and article.topic_id:
        return Article.DiscussionAt.TOPIC
    return Article.DiscussionAt.HERE
