"""What is new in the paper, on a topic and in a discussion, for feed readers?"""

import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from articles.models import Article, Topic
from forum import reading, states
from forum.describing import absolute, name_of
from forum.models import Comment, Discussion
from forum.views.answering import read_only, shared
from forum.views.discussions import discussion_or_404

ENTRIES = 50
# What XML 1.0 cannot hold; one such character would make the whole feed unreadable.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NewestComments(Feed):
    """Of one discussion; links are absolute, so that the host that was asked stays out of them."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args, discussion: Discussion, **kwargs):
        return discussion

    def title(self, discussion: Discussion) -> str:
        return _sound(_("Discussion: %(subject)s") % {"subject": discussion.subject})

    def subtitle(self, discussion: Discussion) -> str:
        return _sound(_("What readers say about “%(subject)s”.") % {"subject": discussion.subject})

    def link(self, discussion: Discussion) -> str:
        return absolute(discussion.get_absolute_url())

    def feed_url(self, discussion: Discussion) -> str:
        return absolute(f"{discussion.get_absolute_url()}feed/")

    def items(self, discussion: Discussion) -> list[Comment]:
        return reading.newest(discussion, limit=ENTRIES)

    def item_title(self, comment: Comment) -> str:
        return _sound(_("Comment by %(name)s") % {"name": name_of(comment)})

    def item_description(self, comment: Comment) -> str:
        """The HTML that the page shows, sanitised when it was written."""
        return _sound(comment.visible_revision.revision.html) if comment.visible_revision else ""

    def item_link(self, comment: Comment) -> str:
        return absolute(comment.get_absolute_url())

    def item_author_name(self, comment: Comment) -> str:
        return _sound(name_of(comment))

    def item_pubdate(self, comment: Comment):
        return comment.published_at

    def item_updateddate(self, comment: Comment):
        return comment.edited_at or comment.published_at


class NewestArticles(Feed):
    """Of the paper, or of a topic; without a topic, it is the front page's."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args, topic: Topic | None, **kwargs):
        return topic

    def title(self, topic: Topic | None) -> str:
        return _sound(f"{topic} · {settings.SITE_NAME}" if topic else settings.SITE_NAME)

    def subtitle(self, topic: Topic | None) -> str:
        if not topic:
            return _("The newest articles.")
        return _sound(_("Articles on the topic “%(topic)s”.") % {"topic": topic})

    def link(self, topic: Topic | None) -> str:
        return absolute(topic.get_absolute_url() if topic else reverse("forum:front"))

    def feed_url(self, topic: Topic | None) -> str:
        name, args = ("topic_feed", [topic.slug]) if topic else ("front_feed", [])
        return absolute(reverse(f"forum:{name}", args=args))

    def items(self, topic: Topic | None) -> list[Article]:
        articles = topic.articles if topic else Article.objects
        return list(articles.published().newest_first()[:ENTRIES])

    def item_title(self, article: Article) -> str:
        return _sound(article.headline)

    def item_description(self, article: Article) -> str:
        """Its beginning: the rest is read in the paper."""
        return escape(_sound(article.paragraphs[0])) if article.paragraphs else ""

    def item_link(self, article: Article) -> str:
        return absolute(article.get_absolute_url())

    def item_pubdate(self, article: Article):
        return article.published_at

    def item_updateddate(self, article: Article):
        return article.updated_at


@read_only
def front(request: HttpRequest) -> HttpResponse:
    return _articles(request, None)


@read_only
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    return _articles(request, get_object_or_404(Topic.objects.published(), slug=slug))


@read_only
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    feed = NewestComments()
    return shared(
        request,
        lambda: feed(request, discussion=discussion_or_404(pk)),
        states.discussion(pk),
    )


def _articles(request: HttpRequest, topic: Topic | None) -> HttpResponse:
    feed = NewestArticles()
    return shared(request, lambda: feed(request, topic=topic))


def _sound(text: str) -> str:
    return _NOT_XML.sub("", text)
