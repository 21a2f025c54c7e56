"""Does every query of every page find what it needs by index, and read no more than it shows?

In an archive of 200,000 comments, one discussion of 36,454 among them. The queries are those that
the pages send, whoever has added them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from articles.models import Article, TickerEntry, Topic
from config import crawlers
from config.archive import making
from config.archive.copying import copy, literal, reserve
from forum import cursors, paging, reading, recounting, snapshots
from forum.models import Comment, Discussion, Follow, Mute, Tally
from forum.sorts import SORTS, scope_of
from moderation.models import Case
from notifications.models import Notification
from tests import people

ARCHIVE = {
    "articles": 5_000,
    "comments": 200_000,
    "readers": 5_000,
    "hot": 36_454,
    "seed": 7,
    "cases": 10_000,
}
# A table of more rows is not read from end to end.
SMALL = 1_000
# Rows that one query may read for each comment, article or line on the page: itself and what stands
# beside it (author, wording, clearance, tally, parent and its author, article, entry and its).
EACH = 10
# And besides: the page's own article, discussion and reader, what begins the next page.
BESIDES = 60


@dataclass(frozen=True)
class Scan:
    """How a query read from one table."""

    kind: str
    table: str
    index: str
    rows: float

    def __str__(self) -> str:
        return f"{self.kind} of {self.table} {self.index}: {self.rows:.0f} rows"


def scans_of(plan: dict[str, Any]) -> Iterator[Scan]:
    if table := plan.get("Relation Name"):
        kept = plan["Actual Rows"]
        dropped = plan.get("Rows Removed by Filter", 0) + plan.get(
            "Rows Removed by Index Recheck", 0
        )
        rows = (kept + dropped) * plan["Actual Loops"]
        yield Scan(plan["Node Type"], table, plan.get("Index Name", ""), rows)
    for below in plan.get("Plans", []):
        yield from scans_of(below)


def explained(query: str) -> list[Scan]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}")
        (plans,) = cursor.fetchone()
    return list(scans_of(plans[0]["Plan"]))


def rows(count: int, row: Callable[[int], tuple[Any, ...]]) -> Iterator[tuple[str, ...]]:
    return (tuple(map(literal, row(number))) for number in range(count))


@pytest.mark.timeout(600)
@pytest.mark.first
class PlansTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        archive = making.make(**ARCHIVE, progress=lambda *_step: None)
        cls.hot = Discussion.objects.order_by("-comment_count")[0]
        cls.reader = User.objects.order_by("-published_count")[0]
        cls._gather_a_topic(archive)
        cls._follow_mute_and_tell(archive)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [SMALL]
            )
            cls.large = {name for (name,) in cursor.fetchall()}
        assert {"forum_comment", "notifications_notification", "articles_topic"} <= cls.large

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        # Two million dead rows would be in the way of every test that follows.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")

    @classmethod
    def _gather_a_topic(cls, archive: making.Archive) -> None:
        """1,500 articles of a topic whose readers discuss one of them, and its live report."""
        first = reserve(Topic, 2_000)
        copy(
            Topic,
            ["id", "title", "slug", "published_at"],
            rows(2_000, lambda n: (first + n, f"Thema {n}", f"thema-{n}", timezone.now())),
        )
        cls.topic = Topic.objects.get(pk=first)
        articles = Article.objects.filter(pk__lt=archive.first_article + 1_500)
        articles.update(topic=cls.topic)
        cls.about = articles[0]
        copy(
            TickerEntry,
            ["article_id", "position", "text"],
            rows(3_000, lambda n: (archive.first_article + n, 0, "Es geht weiter.")),
        )
        moved = Discussion.objects.order_by("-comment_count")[1]
        cls.of_topic = Discussion.objects.create(
            topic=cls.topic, comment_count=moved.comment_count, version=moved.version
        )
        Tally.objects.filter(listed_in=moved).update(listed_in=cls.of_topic)
        Comment.objects.filter(discussion=moved).update(
            discussion=cls.of_topic, about_article=cls.about
        )

    @classmethod
    def _follow_mute_and_tell(cls, archive: making.Archive) -> None:
        readers, discussion = archive.readers, archive.first_discussion
        others, now = archive.first_reader + 1, timezone.now()
        copy(
            Follow,
            ["reader_id", "discussion_id", "known_version"],
            rows(20_000, lambda n: (others + n % 4_000, discussion + n // 4_000, 1)),
        )
        copy(
            Mute,
            ["reader_id", "muted_id"],
            rows(20_000, lambda n: (others + n % 4_000, others + 4_000 + n // 4_000)),
        )
        Follow.objects.bulk_create(
            Follow(reader=cls.reader, discussion=one, known_version=1, known_at=one.opened_at)
            for one in [cls.hot, cls.of_topic]
        )
        Mute.objects.create(reader=cls.reader, muted_id=others)
        copy(
            Notification,
            ["recipient_id", "kind", "fact", "comment_id", "created_at"],
            rows(
                50_000,
                lambda n: (
                    cls.reader.pk if n % 20 == 0 else others + n % (readers - 1),
                    "reply",
                    f"reply:{n}",
                    archive.first_comment + n,
                    now,
                ),
            ),
        )

    def test_pages_of_a_discussion(self) -> None:
        for sort in SORTS:
            for place in self.places(sort):
                self.assert_cheap(f"{self.hot.get_absolute_url()}?sort={sort}{place}")
                self.client.force_login(self.reader)
                self.assert_cheap(f"{self.hot.get_absolute_url()}?sort={sort}{place}")
                self.client.logout()

    def test_single_comments_and_their_replies(self) -> None:
        listed = Comment.objects.listed().filter(discussion=self.hot)
        busiest = Tally.objects.filter(listed_in=self.hot).order_by("-reply_count")[0]
        replies = f"/comments/{busiest.pk}/replies/"
        second = reading.replies_page(reading.comment_in_view(busiest.pk)).next_cursor
        for pk in (listed.earliest("pk").pk, listed.latest("pk").pk, busiest.pk):
            self.assert_cheap(f"/comments/{pk}/")
            for sort in SORTS:
                self.assert_cheap(f"{self.hot.get_absolute_url()}?sort={sort}&around={pk}")
        self.assert_cheap(replies)
        self.assert_cheap(f"{replies}?after={second}")

    def test_front_page_articles_topic_and_feeds(self) -> None:
        about = f"?about={self.about.pk}"
        where_topic_is = Article.objects.filter(topic=self.topic)[1]
        Article.objects.filter(pk=where_topic_is.pk).update(discussion_at="topic")
        for address in (
            "/",
            self.next_of("/", "older"),
            self.hot.article.get_absolute_url(),
            where_topic_is.get_absolute_url(),
            self.topic.get_absolute_url(),
            self.next_of(self.topic.get_absolute_url(), "older"),
            f"{self.topic.get_absolute_url()}{about}",
            f"{self.topic.get_absolute_url()}{about}&sort=oldest",
            "/feed/",
            f"{self.topic.get_absolute_url()}feed/",
            f"{self.hot.get_absolute_url()}feed/",
            f"{self.of_topic.get_absolute_url()}feed/",
        ):
            self.assert_cheap(address)

    def test_maps_for_crawlers(self) -> None:
        self.assert_cheap("/sitemap.xml")
        with patch.object(crawlers.OurSitemap, "limit", 100):
            self.assert_cheap("/sitemap-articles.xml?p=30")

    def test_pages_of_one_reader(self) -> None:
        self.assert_cheap(self.reader.get_absolute_url())
        self.assert_cheap(self.next_of(self.reader.get_absolute_url(), "after"))
        self.client.force_login(self.reader)
        for address in ("/account/comments/", "/notifications/"):
            self.assert_cheap(address)
            self.assert_cheap(self.next_of(address, "after"))
        self.assert_cheap("/account/muted/")
        # What is new is counted, up to a hundred in each.
        self.assert_cheap("/account/following/", counted=300)

    def test_the_desks_list_its_views_and_filters(self) -> None:
        self.client.force_login(people.mona())
        case = Case.objects.open().most_urgent_first()[1_000]
        topic = self.topic.slug
        for query in (
            "",
            f"?after={case.pk}",
            "?view=flagged",
            "?view=held",
            "?view=notices",
            "?view=appeals",
            "?view=mine",
            "?view=set-aside",
            f"?view=held&after={case.pk}",
            f"?discussion={self.hot.pk}",
            f"?author={case.author.name}",
            "?check=newcomer",
            "?check=personal_data",
        ):
            # Nine numbers, of a hundred rows each.
            self.assert_cheap(f"/moderation/{query}", counted=90)
        # The discussions of its 1,500 articles, and the cases in them.
        self.assert_cheap(f"/moderation/?topic={topic}", counted=1_500)
        newest = Case.objects.latest("pk").pk - 5_000
        self.assert_cheap(f"/moderation/news/?since={newest}&view=held", counted=100)
        self.assert_cheap(case.get_absolute_url(), counted=90)

    def test_an_order_is_read_in_one_look_at_its_index(self) -> None:
        for sort in ("best", "most-discussed"):
            caches["pages"].clear()
            first = paging.threads_page(self.hot, sort=sort)
            with CaptureQueriesContext(connection) as captured:
                paging.threads_page(self.hot, sort=sort, after=first.next_cursor)
            (scan,) = explained(captured[0]["sql"])
            assert scan.kind.startswith("Index")
            assert scan.rows == snapshots.MOST_THREADS

    def test_a_recount_reads_its_discussion_alone(self) -> None:
        median = Discussion.objects.filter(comment_count__gt=20).order_by("comment_count")[0]
        with CaptureQueriesContext(connection) as captured:
            assert recounting._recount(median.pk) == []
        self.assert_queries_cheap("recount", captured, shown=median.comments.count())

    def places(self, sort: str) -> Iterator[str]:
        """The first page, the second, one in the middle and the last."""
        order, scope = SORTS[sort], scope_of(self.hot, SORTS[sort], None)
        roots = list(
            Tally.objects.filter(listed_in=self.hot).order_by("pk").values_list("pk", flat=True)
        )
        caches["pages"].clear()
        second = paging.threads_page(self.hot, sort=sort).next_cursor
        third = paging.threads_page(self.hot, sort=sort, after=second).next_cursor
        middle, last = roots[len(roots) // 2], roots[5] if order.descending else roots[-5]
        if order.is_steady:
            deep = [[middle, 1], [last, 1]]
        else:
            names, passed, _place = cursors.read(scope, third)
            deep = [[names, passed, place] for place in (1_000, 1_990, -middle, -last)]
        yield ""
        for cursor in (second, third, *(cursors.write(scope, position) for position in deep)):
            yield f"&after={cursor}"

    def next_of(self, address: str, name: str) -> str:
        html = self.client.get(address).content.decode()
        return f"{address}?{name}=" + html.split(f"?{name}=")[1].split('"')[0]

    def assert_cheap(self, address: str, *, counted: int = 0) -> None:
        with CaptureQueriesContext(connection) as captured:
            response = self.client.get(address)
        assert response.status_code == 200, address
        shown = response.content.decode()
        count = (
            shown.count("<article")
            + shown.count("<entry")
            + shown.count("<url>")
            + shown.count("<li")
        )
        self.assert_queries_cheap(address, captured, shown=count + counted)

    def assert_queries_cheap(
        self, what: str, captured: CaptureQueriesContext, *, shown: int
    ) -> None:
        queries = [one["sql"].strip() for one in captured.captured_queries]
        selects = [
            one
            for one in queries
            # To explain a setting would be to set it for all that follows.
            if one.startswith(("SELECT", "WITH")) and "set_config" not in one
        ]
        assert selects, what
        for query in selects:
            scans = explained(query)
            story = f"{what}\n{query[:2_000]}\n" + "\n".join(map(str, scans))
            assert not [
                one for one in scans if one.kind == "Seq Scan" and one.table in self.large
            ], story
            assert sum(one.rows for one in scans) <= EACH * shown + BESIDES, story
