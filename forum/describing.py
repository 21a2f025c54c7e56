"""What does a page tell search engines and other sites about itself?

Everything comes from what the page has loaded already: describing costs no query.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.routing import address_of
from articles.models import Article, TickerEntry, Topic
from forum.markup import as_data_block, as_text
from forum.models import Comment, Discussion

# Search engines show about 160 characters; of comments and entries a beginning is enough.
DESCRIPTION_CHARACTERS = 160
TEXT_CHARACTERS = 300
COMMENTS_TOLD = 10
ENTRIES_TOLD = 20


@dataclass(frozen=True)
class Described:
    """Context of components/_described.html; addresses are absolute."""

    title: str
    description: str
    address: str
    kind: str = "website"
    picture: str = ""
    picture_alt: str = ""
    published_at: datetime | None = None
    feed: str = ""
    structured: str = ""


# How a page is described once its discussion is known, and the comments that stand on it.
Describe = Callable[[Discussion | None, list[Comment]], Described]


def absolute(path: str) -> str:
    """The address under the site's own name, whatever host was asked."""
    if path.startswith("/") and "/." not in path and "//" not in path:
        # As most are; there are thirty on a page.
        return _origin(settings.SITE_URL) + path
    return urljoin(f"{settings.SITE_URL}/", path)


@cache
def _origin(site_url: str) -> str:
    return urljoin(f"{site_url}/", "/").removesuffix("/")


def name_of(comment: Comment) -> str:
    """Who says it; moderators speak without a name."""
    return _("Moderation") if _is_the_house(comment) else comment.author.name


def front() -> Described:
    description = _("The newest articles, and what readers say about them.")
    address = absolute(reverse("forum:front"))
    feed = absolute(reverse("forum:front_feed"))
    return Described(settings.SITE_NAME, description, address, feed=feed)


def house_page(title: str, *, text: str, path: str) -> Described:
    """House rules, imprint and the like; text: HTML that is shown."""
    address = absolute(path)
    description = _cut(as_text(text), DESCRIPTION_CHARACTERS)
    structured = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": title,
        "description": description,
        "url": address,
        "publisher": _house(),
    }
    return Described(title, description, address, structured=as_data_block(structured))


def article(
    article: Article,
    discussion: Discussion | None,
    comments: list[Comment],
    *,
    entries: list[TickerEntry],
) -> Described:
    address = absolute(article.get_absolute_url())
    first = next(iter(article.paragraphs or [entry.text for entry in entries]), article.headline)
    picture = absolute(article.picture.url) if article.picture else ""
    structured = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "url": address,
        "mainEntityOfPage": article.canonical_url or address,
        "description": _cut(first, DESCRIPTION_CHARACTERS),
        "datePublished": article.published_at.isoformat(),
        "dateModified": article.updated_at.isoformat(),
        "publisher": _house(),
        **(
            {"author": _person(article.author_line.removeprefix("Von "))}
            if article.author_line
            else {}
        ),
        **({"image": picture} if picture else {}),
        **_live(article, entries),
        **_said(discussion, comments),
    }
    return Described(
        title=article.headline,
        description=_cut(first, DESCRIPTION_CHARACTERS),
        address=article.canonical_url or address,
        kind="article",
        picture=picture,
        picture_alt=article.picture_alt,
        published_at=article.published_at,
        feed=_feed_of(discussion),
        structured=as_data_block(structured),
    )


def topic(topic: Topic, discussion: Discussion | None, comments: list[Comment]) -> Described:
    standard = _("Articles and discussion on the topic “%(topic)s”.") % {"topic": topic.title}
    description = _cut(topic.description or standard, DESCRIPTION_CHARACTERS)
    address = absolute(topic.get_absolute_url())
    structured = _collection(topic.title, description, address) | _said(discussion, comments)
    return Described(
        title=topic.title,
        description=description,
        address=address,
        feed=absolute(address_of("forum:topic_feed", topic.slug)),
        structured=as_data_block(structured),
    )


def discussion(
    described: Discussion, discussion: Discussion | None, comments: list[Comment]
) -> Described:
    """described: whose page it is; discussion: the same, or None where nobody may say anything."""
    subject = described.subject
    title = _("Discussion: %(subject)s") % {"subject": subject}
    description = _("What readers say about “%(subject)s”.") % {"subject": subject}
    address = absolute(described.get_absolute_url())
    picture = described.article.picture if described.article else None
    structured = _collection(title, description, address) | {
        "about": {
            "@type": "NewsArticle" if described.article else "Thing",
            "headline" if described.article else "name": str(subject),
            "url": absolute(subject.get_absolute_url()),
        },
        **_said(discussion, comments),
    }
    return Described(
        title=title,
        description=_cut(description, DESCRIPTION_CHARACTERS),
        address=address,
        picture=absolute(picture.url) if picture else "",
        picture_alt=described.article.picture_alt if described.article else "",
        feed=_feed_of(discussion),
        structured=as_data_block(structured),
    )


def comment(comment: Comment) -> Described:
    """Of what waits or is gone, nothing but where it stood."""
    subject = comment.discussion.subject
    title = _("Comment on: %(subject)s") % {"subject": subject}
    text = _text_of(comment, DESCRIPTION_CHARACTERS)
    return Described(title, text or title, absolute(comment.get_absolute_url()))


def reader(reader: User) -> Described:
    """For whoever is sent the address; search engines are asked to leave it out (see the view)."""
    description = _("What %(name)s has published.") % {"name": reader.name}
    return Described(reader.name, description, absolute(reader.get_absolute_url()), kind="profile")


def _said(discussion: Discussion | None, comments: Iterable[Comment]) -> dict[str, Any]:
    if discussion is None:
        return {}
    shown = [one for one in comments if one.is_published][:COMMENTS_TOLD]
    return {
        "commentCount": discussion.comment_count,
        "discussionUrl": absolute(discussion.get_absolute_url()),
        "comment": [_comment(one) for one in shown],
    }


def _comment(comment: Comment) -> dict[str, Any]:
    by_reader = _person(comment.author.name)
    if comment.author.closed_at is None:
        by_reader |= {"url": absolute(comment.author.get_absolute_url())}
    return {
        "@type": "Comment",
        "url": absolute(comment.get_absolute_url()),
        "text": _text_of(comment, TEXT_CHARACTERS),
        "datePublished": comment.published_at and comment.published_at.isoformat(),
        "author": _house() | {"name": name_of(comment)} if _is_the_house(comment) else by_reader,
    }


def _live(article: Article, entries: list[TickerEntry]) -> dict[str, Any]:
    """A report that is being written: its entries are postings of their own."""
    if article.kind != Article.Kind.LIVE:
        return {}
    return {
        "@type": "LiveBlogPosting",
        "coverageStartTime": article.published_at.isoformat(),
        "liveBlogUpdate": [
            {
                "@type": "BlogPosting",
                "url": absolute(f"{article.get_absolute_url()}#entry-{entry.pk}"),
                "headline": _cut(entry.text, 80),
                "articleBody": _cut(entry.text, TEXT_CHARACTERS),
                "datePublished": (entry.time or article.published_at).isoformat(),
                "author": _house(),
            }
            for entry in entries[:ENTRIES_TOLD]
        ],
    }


def _collection(name: str, description: str, address: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "name": name,
        "description": description,
        "url": address,
        "publisher": _house(),
    }


def _house() -> dict[str, str]:
    return {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")}


def _person(name: str) -> dict[str, str]:
    return {"@type": "Person", "name": name}


def _is_the_house(comment: Comment) -> bool:
    return comment.written_as == Comment.WrittenAs.MODERATION


def _feed_of(discussion: Discussion | None) -> str:
    if discussion is None:
        return ""
    return absolute(address_of("forum:discussion_feed", discussion.pk))


def _text_of(comment: Comment, characters: int) -> str:
    if not (comment.is_published and comment.visible_revision):
        return ""
    return _cut(as_text(comment.visible_revision.revision.html), characters)


def _cut(text: str, characters: int) -> str:
    line = " ".join(text.split())
    if len(line) <= characters:
        return line
    line = unicodedata.normalize("NFC", line)
    if any(map(unicodedata.combining, line[: characters + 1])):
        return Truncator(line).chars(characters)
    # Django counts letter by letter; where none is made of several, all stand in their places.
    return line if len(line) <= characters else f"{line[: characters - 1]}…"
