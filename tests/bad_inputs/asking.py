"""Where do bad inputs arrive, and what does a reader find in the answer?"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from accounts.models import User
from forum.models import Comment, Discussion
from tests import people
from tests.factories import make_comment, make_discussion
from tests.stage import WatchedClient

TEXT = "Ich war am Montag selbst dabei."
AREA = re.compile(r"<textarea\b[^>]*>\n?(.*?)</textarea>", re.DOTALL)
VALUE = re.compile(r'<input\b[^>]*\bvalue="([^"]*)"')
# What nobody reads as the page's own words: tags, and what stands in fields and scripts.
NOT_SAID = re.compile(r"<(textarea|script)\b.*?</\1>|<[^>]*>", re.DOTALL)


@dataclass
class Site:
    """A discussion with a comment of Bob's, the cast, and one browser."""

    cast: dict[str, User]
    discussion: Discussion
    comment: Comment
    # Who asks is Alice, where nothing else is said.
    client: Client = field(default_factory=WatchedClient)

    def as_(self, name: str) -> Client:
        self.client.force_login(self.cast[name])
        return self.client

    def write(self, body: str = TEXT, *, by: str = "alice", **fields: Any) -> HttpResponse:
        return self.as_(by).post(self.box, {"body": body} | fields)

    def edit(self, comment: Comment, body: str = TEXT) -> HttpResponse:
        return self.as_("alice").post(reverse("forum:revisions", args=[comment.pk]), {"body": body})

    def recommend(self, comment: Comment, **fields: Any) -> HttpResponse:
        url = reverse("forum:recommendation", args=[comment.pk])
        return self.as_("alice").post(url, fields)

    def own(self, **fields: Any) -> Comment:
        return make_comment(self.discussion, self.cast["alice"], **fields)

    def others(self, **fields: Any) -> Comment:
        return make_comment(self.discussion, self.cast["bob"], **fields)

    @property
    def box(self) -> str:
        return reverse("forum:write", args=[self.discussion.pk])


def make_site() -> Site:
    cast = {
        name: getattr(people, name)() for name in ("alice", "bob", "eve", "anna", "mona", "max_")
    }
    discussion = make_discussion()
    comment = make_comment(discussion, cast["bob"], "Und der Wochenmarkt?")
    return Site(cast=cast, discussion=discussion, comment=comment)


class Bad(NamedTuple):
    """A line of bad-inputs.md, or a part of one."""

    number: int
    what: str
    ask: Callable[[Site], HttpResponse]
    status: int
    # A sentence that the page has to hold.
    says: str = ""
    # A text that has to stand in a field: to be sent again, or to be copied.
    keeps: str = ""
    # What operators find in the log.
    logs: str = ""
    # Tables that may have been written all the same. A refusal writes nothing else.
    writes: frozenset[str] = frozenset()
    # Whatever else has to be so.
    then: Callable[[Site, HttpResponse], None] | None = None


def in_fields(answer: HttpResponse) -> list[str]:
    page = answer.content.decode()
    return [unescape(text) for text in AREA.findall(page) + VALUE.findall(page)]


def words(answer: HttpResponse) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def route_of(answer: HttpResponse) -> str:
    """Where it arrived, also if it was refused before."""
    try:
        return resolve(answer.wsgi_request.path_info).view_name
    except Resolver404:
        return ""


def said_again(answer: HttpResponse) -> list[str]:
    """Values of the form or query that stand on the page elsewhere than in a field."""
    page = " ".join(unescape(NOT_SAID.sub(" ", answer.content.decode())).split())
    values = {" ".join(value.split()) for value in _values_sent(answer)}
    return [value for value in values if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", page)]


def _values_sent(answer: HttpResponse) -> Iterator[str]:
    request = answer.wsgi_request
    asked = [request.GET, request.POST] if is_read(answer) else [request.GET]
    for _name, values in (pair for form in asked for pair in form.lists()):
        # A number is of a row, not typed; the page may well have the same.
        yield from (value for value in values if value.strip() and not value.isdecimal())


def is_read(answer: HttpResponse) -> bool:
    return answer.wsgi_request.environ["wsgi.input"].read_started


def none_of_it_read(_site: Site, answer: HttpResponse) -> None:
    assert not is_read(answer)
