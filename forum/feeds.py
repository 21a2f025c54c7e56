"""What was said last in a discussion, for feed readers?"""

import re

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from forum import reading
from forum.describing import absolute, name_of
from forum.models import Comment, Discussion
from forum.views.answering import read_only, shared
from forum.views.discussions import discussion_or_404, state_of

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


@read_only
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    return _newest(request, discussion_or_404(pk))


@read_only
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The feed of the topic's own discussion, under an address that lasts as the topic does."""
    of_topics = Discussion.objects.select_related("article", "topic")
    return _newest(request, get_object_or_404(of_topics, topic__slug=slug))


def _newest(request: HttpRequest, discussion: Discussion) -> HttpResponse:
    feed = NewestComments()
    return shared(request, lambda: feed(request, discussion=discussion), state_of(discussion))


def _sound(text: str) -> str:
    return _NOT_XML.sub("", text)
