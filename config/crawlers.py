"""What may search engines read, and where do they find it?"""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem
from django.contrib.sitemaps.views import sitemap as part_of
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from articles.models import Article, Topic
from forum.views.answering import read_only, shared
from moderation.models import Edition

# Rooms of one reader or of the house, and pages that are there to write on.
NOT_FOR_CRAWLERS = [
    "/account/",
    "/moderation/",
    "/notifications/",
    "/admin/",
    "/decisions/",
    "/unsubscribe/",
    "/search/",
    "/discussions/*/comments/",
    "/discussions/*/preview/",
    "/comments/*/flags/",
    "/comments/*/revisions/",
    "/comments/*/withdrawal/",
    "/comments/*/recommendation/",
]


class OurSitemap(Sitemap):
    # The protocol allows 50,000; so many at once would hold a worker for seconds.
    limit = 1_000

    def get_protocol(self, protocol=None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class RangesOfIds(Paginator):
    """Nothing is counted or skipped, and what stands in a part stays in it."""

    object_list: Any

    @cached_property
    def count(self) -> int:
        last = self.object_list.order_by("-pk").only("pk").first()
        return last.pk if last else 0

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        last = number * self.per_page
        within = self.object_list.filter(pk__gt=last - self.per_page, pk__lte=last)
        return Page(within, number, self)


class RowsSitemap(OurSitemap):
    @property
    def paginator(self) -> Paginator:
        rows: Any = self.items()
        return RangesOfIds(rows, self.limit)


class Articles(RowsSitemap):
    def items(self):
        return Article.objects.published().newest_first().only("slug", "updated_at")

    def lastmod(self, article: Article):
        return article.updated_at


class Topics(RowsSitemap):
    def items(self):
        return Topic.objects.published().order_by("pk").only("slug")


class HousePages(OurSitemap):
    """Netiquette, imprint and the like, in their present wording, and how comments are sorted."""

    def items(self):
        return [*(f"moderation:{page}" for page in Edition.Page), "forum:sorting"]

    def location(self, name: str) -> str:
        return reverse(name)


SITEMAPS: dict[str, Any] = {"articles": Articles, "topics": Topics, "pages": HousePages}


@read_only
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {address}" for address in NOT_FOR_CRAWLERS)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return shared(request, lambda: HttpResponse("\n".join(lines), content_type="text/plain"))


@read_only
def sitemap(request: HttpRequest) -> HttpResponse:
    """Where the parts are: a thousand addresses each."""
    _asked_as_named(request, "")
    parts = [
        SitemapIndexItem(f"{settings.SITE_URL}{reverse('sitemap_part', args=[name])}?p={number}")
        for name, one in SITEMAPS.items()
        for number in one().paginator.page_range
    ]
    context = {"sitemaps": parts}
    return shared(
        request,
        lambda: render(request, "sitemap_index.xml", context, content_type="application/xml"),
    )


@read_only
def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    _asked_as_named(request, r"(p=[1-9]\d{0,6})?")
    return shared(request, lambda: part_of(request, sitemaps=SITEMAPS, section=section).render())


def _asked_as_named(request: HttpRequest, query: str) -> None:
    """Caches know a page by its address: no other spelling has one built once more."""
    if not re.fullmatch(query, request.META["QUERY_STRING"]):
        raise Http404
