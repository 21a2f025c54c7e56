"""Is the demo a believable small paper, and is every row of it true?"""

import os
import re
import tempfile
import xml.etree.ElementTree as ET
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Count, Q
from django.test import SimpleTestCase, TestCase, override_settings
from django.utils import timezone

from accounts.models import User
from articles.models import Article, Topic
from docs.screenshots.places import places
from forum.following import news_counts
from forum.models import Comment, Discussion, Revision, Tally
from forum.recommending import counting_from
from moderation.models import Case, Decision, Screening
from moderation.waiting import ENOUGH, samples
from notifications.models import Mail

PASSWORD = "Kirschbaum im Nebel"
READERS = ["alice", "bob", "carla", "dieter", "eve", "nina", "tom"]
CAST = [*READERS, "anna", "mona", "max", "admin"]
Status = Comment.Status


def load_demo(password: str = PASSWORD) -> str:
    out = StringIO()
    with patch.dict(os.environ, {"DEMO_PASSWORD": password}):
        call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.mark.timeout(600)
@pytest.mark.first
class LoadDemoTests(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.media = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.enterClassContext(override_settings(DEBUG=True, MEDIA_ROOT=cls.media))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls):
        load_demo()
        cls.long = Discussion.objects.order_by("-comment_count").first()

    def test_paper_has_articles_of_every_kind_in_several_topics(self):
        articles = Article.objects.published()
        assert articles.count() >= 12
        assert Topic.objects.filter(articles__in=articles).distinct().count() >= 5
        assert set(articles.values_list("kind", flat=True)) == {"report", "live"}
        assert set(articles.values_list("discussion_at", flat=True)) == {"here", "topic", "nowhere"}
        assert all(len(text.split(". ")) >= 2 for a in articles for text in a.paragraphs[:1])

    def test_everything_is_there_that_screenshots_show(self):
        table = (settings.BASE_DIR / "docs/screenshots/take.py").read_text()
        found = places()
        wanted = set(re.findall(r'Shot\("[\w-]+", "\{(\w+)\}', table))
        assert len(wanted) > 8
        assert {name for name in wanted if not found.get(name)} == set()

    def test_live_report_has_times_and_its_topic_leads_there(self):
        report = Article.objects.get(kind="live")
        entries = list(report.ticker_entries.all())
        assert len(entries) == 10
        assert all(entry.time for entry in entries)
        assert report.topic.live_report == report

    def test_alice_follows_the_long_discussion_and_does_not_read_egon(self):
        alice = User.objects.get(name="Alice")
        assert [one.discussion for one in alice.follows.all()] == [self.long]
        assert [one.muted.name for one in alice.mutes.all()] == ["Egon Ritter"]
        assert alice.notifications.filter(kind="follow").count() == 1
        assert news_counts(alice, discussions=[self.long.pk])[self.long.pk] > 0

    def test_pictures_are_drawings_in_sixteen_to_nine_and_described(self):
        pictured = Article.objects.exclude(picture="")
        assert pictured.count() >= 10
        for article in pictured:
            drawing = ET.parse(Path(self.media, article.picture.name)).getroot()
            assert int(drawing.get("width")) * 9 == int(drawing.get("height")) * 16
            assert article.picture_alt
            assert article.picture_caption
            assert article.picture_credit

    def test_long_discussion_has_four_hundred_different_comments(self):
        assert self.long.comments.count() == 400
        first = Revision.objects.filter(comment__discussion=self.long, number=1)
        assert first.values("fingerprint").distinct().count() == 400

    def test_discussions_are_deep_and_long_threads_fold(self):
        assert max(Comment.objects.values_list("depth", flat=True)) == 7
        assert Tally.objects.filter(listed_in=self.long, reply_count__gte=30).exists()

    def test_every_state_is_there(self):
        assert set(Comment.objects.values_list("status", flat=True)) == {
            Status.PUBLISHED,
            Status.HELD,
            Status.REMOVED,
            Status.WITHDRAWN,
        }
        for state in (Status.REMOVED, Status.WITHDRAWN):
            assert Comment.objects.filter(status=state, is_listed=True).exists(), state
        assert Comment.objects.filter(edited_at__isnull=False).exists()
        assert Comment.objects.filter(picked_at__isnull=False, status=Status.PUBLISHED).exists()
        written_as = Comment.objects.values_list("written_as", flat=True)
        assert set(written_as) == {"reader", "newsroom", "moderation"}

    def test_moderators_find_work_and_former_decisions(self):
        reasons = {reason for case in Case.objects.open() for reason in case.reasons}
        assert reasons >= {"flagged", "held", "edit"}
        assert Case.objects.open().filter(claimed_by__name="Mona").exists()
        decisions = set(Decision.objects.values_list("measure", "automated"))
        assert decisions >= {("publish", False), ("remove", False), ("remove", True)}

    def test_an_edit_waits_while_the_former_wording_is_public(self):
        waiting = Revision.objects.filter(
            number=2, clearance__isnull=True, declined_at__isnull=True
        ).select_related("comment")
        assert [revision.comment.status for revision in waiting] == [Status.PUBLISHED]

    def test_some_discussions_are_closed_or_read_before_publication(self):
        assert Discussion.objects.filter(closed_at__isnull=False, comment_count__gt=0).exists()
        read_first = Discussion.objects.get(premoderated_at__isnull=False)
        assert read_first.comments.filter(status=Status.HELD).exists()
        assert read_first.comment_count > 0

    def test_it_can_be_said_how_long_a_comment_waits(self):
        assert len(samples(timezone.now())) > 2 * ENOUGH

    def test_nina_has_joined_today_before_she_wrote(self):
        nina = User.objects.get(name="Nina")
        assert counting_from(nina, now=timezone.now())
        assert nina.joined_at < nina.comments.get().submitted_at

    def test_counts_are_those_of_the_rows(self):
        published = Count("comments", filter=Q(comments__status=Status.PUBLISHED))
        for discussion in Discussion.objects.annotate(published=published):
            assert discussion.comment_count == discussion.published
        standing = Count("comment__recommendations")
        for tally in Tally.objects.annotate(recommended=standing):
            assert tally.recommendation_count == tally.recommended
        for reader in User.objects.annotate(published=published):
            assert reader.published_count == reader.published

    def test_times_are_in_order_and_past(self):
        times = list(Comment.objects.order_by("pk").values_list("submitted_at", flat=True))
        assert times == sorted(times)
        assert times[-1] < timezone.now()
        assert not Decision.objects.filter(decided_at__gt=timezone.now()).exists()
        for comment in Comment.objects.filter(parent__isnull=False).select_related("parent"):
            assert comment.submitted_at > comment.parent.published_at
        for comment in Comment.objects.filter(discussion__article__isnull=False).select_related(
            "discussion__article"
        ):
            assert comment.submitted_at > comment.discussion.article.published_at

    def test_nothing_is_left_to_be_done_or_sent(self):
        assert not Screening.objects.waiting().exists()
        assert not Mail.objects.filter(sent_at__isnull=True, dropped_at__isnull=True).exists()

    def test_cast_can_sign_in(self):
        for word in CAST:
            user = User.objects.get(email=f"{word}@example.org")
            assert user.check_password(PASSWORD), word
            assert user.emailaddress_set.get().verified

    def test_cast_is_what_it_is_meant_to_be(self):
        cast = {user.email.partition("@")[0]: user for user in User.objects.all()}
        assert cast["eve"].is_suspended
        assert cast["nina"].standing == User.Standing.NEW
        assert cast["tom"].standing == User.Standing.TRUSTED
        roles = {name: [group.name for group in cast[name].groups.all()] for name in cast}
        assert roles["anna"] == ["staff author"]
        assert roles["mona"] == ["moderator"]
        assert roles["max"] == ["senior moderator"]
        assert roles["admin"] == ["admin"]
        assert cast["mona"].has_perm("moderation.decide_case")
        assert not cast["alice"].is_staff

    def test_loading_again_adds_nothing_but_takes_over_the_password(self):
        def count_rows():
            return {
                model._meta.label: model.objects.count()
                for app in ("accounts", "account", "articles", "forum", "moderation")
                for model in apps.get_app_config(app).get_models()
            }

        before = count_rows()
        assert load_demo("Ein anderes Passwort").strip() == (
            "Die Demo-Personen haben das neue Passwort."
        )
        assert count_rows() == before
        assert User.objects.get(name="Mona").check_password("Ein anderes Passwort")
        assert load_demo("Ein anderes Passwort") == ""


class ProductionTests(SimpleTestCase):
    def test_the_demo_is_refused_where_accounts_must_not_be_known(self):
        with override_settings(DEBUG=False), pytest.raises(CommandError) as refusal:
            load_demo()
        assert str(refusal.value).startswith("Die Demo öffnet bekannte Konten")
