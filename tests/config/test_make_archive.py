"""Is a made archive true to the schema, and shaped like a real paper's?"""

import tempfile
from io import StringIO
from pathlib import Path
from random import Random
from statistics import median

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import SimpleTestCase, TestCase, override_settings
from psycopg.types.json import Jsonb

from articles.models import Article
from config.archive import making, shape
from config.archive.copying import literal
from forum.models import Comment, Discussion, Recommendation, Revision
from forum.paging import threads_page
from forum.recounting import recount
from forum.reranking import rerank
from moderation.models import Case, Decision, Flag
from moderation.queue import grow
from tests.factories import make_comment, make_discussion
from tests.people import alice

SMALL = {"articles": 60, "comments": 3_000, "readers": 300, "hot": 900, "seed": 7, "cases": 0}


def make(**size) -> str:
    out = StringIO()
    call_command("make_archive", **(SMALL | size), stdout=out)
    return out.getvalue()


class MakeArchiveTests(TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        # The keys of the sessions are written there, by whichever process makes an archive.
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.enterClassContext(override_settings(DATA_DIR=cls.folder))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        make(sessions=3)

    def test_every_counter_equals_its_rows_and_every_rank_the_formula(self):
        assert Comment.objects.count() == 3_000
        assert rerank() == 0
        assert recount() == []
        assert not Discussion.objects.exclude(retracted_version=F("version")).exists()

    def test_what_is_visible_has_been_cleared_and_what_was_removed_decided_on(self):
        removed = Comment.objects.filter(status="removed")
        assert 0.03 < removed.count() / 3_000 < 0.09
        assert Decision.objects.filter(measure="remove").count() == removed.count()
        assert not Comment.objects.published().filter(visible_revision__isnull=True).exists()
        # Each has its number and hash, though other triggers sleep meanwhile. Raises otherwise.
        call_command("verify_log", stdout=StringIO())
        assert Flag.objects.count() == Case.objects.count() > removed.count() / 3

    def test_the_hot_one_is_the_newest_live_report_and_can_be_read(self):
        report = Article.objects.newest_first()[0]
        assert report.kind == "live"
        discussion = Discussion.objects.get(article=report)
        assert discussion.comment_count > 800
        page = threads_page(discussion, sort="best")
        assert len(page.threads) == 20
        assert all(comment.tally for comment in page.comments)

    def test_a_third_of_the_comments_begin_a_thread_and_texts_differ(self):
        roots = Comment.objects.filter(parent__isnull=True).count()
        assert roots / 3_000 == pytest.approx(shape.ROOT_SHARE, abs=0.05)
        assert Revision.objects.values("body").distinct().count() > 1_000

    def test_nobody_recommends_himself(self):
        assert Recommendation.objects.count() > 3_000
        assert not Recommendation.objects.filter(reader=F("comment__author")).exists()

    def test_some_readers_are_signed_in(self):
        keys = (self.folder / "archive-sessions.txt").read_text().split()
        assert len(set(keys)) == 3
        self.client.cookies[settings.SESSION_COOKIE_NAME] = keys[0]
        assert self.client.get("/notifications/").status_code == 200


class EmptySiteTests(TestCase):
    def test_articles_of_given_sizes_keep_all_their_comments_where_nothing_was_removed(self):
        making.make_sized([5, 70], readers=20, has_hot=False, random=Random(1), removed_share=0)
        counts = Discussion.objects.order_by("article").values_list("comment_count", flat=True)
        assert list(counts) == [5, 70]
        assert recount() == []

    def test_a_site_with_readers_is_left_alone(self):
        make_comment(make_discussion(), alice(), "Schon da.")
        with pytest.raises(CommandError):
            make()
        assert Comment.objects.count() == 1


class ShapeTests(SimpleTestCase):
    def test_articles_have_the_median_the_sum_and_the_maximum_of_the_corpus(self):
        sizes = shape.sizes(20_000, 963_546, Random(7))
        assert sum(sizes) == 963_546
        assert 20 <= median(sizes) <= 24
        assert max(sizes) <= 3_656

    def test_the_same_seed_spreads_them_alike(self):
        assert shape.sizes(59, 2_100, Random(7)) == shape.sizes(59, 2_100, Random(7))

    def test_what_cannot_be_spread_is_refused(self):
        with pytest.raises(ValueError, match="cannot have"):
            shape.sizes(2, 10_000, Random(7))

    def test_parents_stand_before_their_replies_and_not_too_deep(self):
        placed = shape.discussion(0, 500, opened=0, until=1e9, random=Random(7))
        assert all(one.parent < one.place for one in placed)
        assert [one.at for one in placed] == sorted(one.at for one in placed)

    def test_literals_are_what_copy_reads(self):
        assert literal("a\tb\n\\") == "a\\tb\\n\\\\"
        assert literal(None) == "\\N"
        assert literal(True) == "t"
        assert literal(Jsonb(["a\tb"])) == '["a\\\\tb"]'


class WaitingCasesTests(TestCase):
    def test_cases_wait_as_the_verbs_would_have_left_them(self):
        make(cases=100, moderators=2)
        waiting = Case.objects.open()
        assert waiting.count() == 100
        assert (
            waiting.of_kind("held").count() == Comment.objects.filter(status="held").count() == 60
        )
        before = dict(waiting.values_list("pk", "score"))
        for case in waiting.select_related("comment"):
            grow(case)
            assert case.flag_count or case.checks
        after = dict(waiting.values_list("pk", "score"))
        assert after == {pk: pytest.approx(score) for pk, score in before.items()}
        assert recount() == []
        keys = (Path(settings.DATA_DIR) / "archive-moderators.txt").read_text().split()
        assert len(keys) == 2
