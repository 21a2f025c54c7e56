"""How does an article of the newsroom come about, change, appear and go?"""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import Http404
from django.utils import timezone

from articles.models import Article, TickerEntry, Topic
from articles.pictures import read_picture
from articles.upkeep import remove_unused_pictures
from articles.writing import (
    add_entry,
    edit_article,
    edit_entry,
    mark_of,
    publish,
    withdraw,
    withdraw_entry,
    write_article,
)
from forum.models import Discussion
from tests.factories import ArticleFactory, make_comment
from tests.people import person
from tests.pictures import picture

pytestmark = pytest.mark.django_db

WORDING = {
    "kind": "report",
    "kicker": "Schulen",
    "headline": "Neue Fenster für die Schule am Wall",
    "paragraphs": ["Der Rat hat zugestimmt."],
}


def sample():
    sent = picture()
    return read_picture(BytesIO(sent), size=len(sent))


def live(anna) -> Article:
    article = write_article(author=anna, **WORDING | {"kind": "live", "paragraphs": []})
    return publish(article, editor=anna)


class WriteArticleTests:
    def test_a_draft_is_its_authors_and_nobody_sees_it(self, anna):
        article = write_article(author=anna, topic_title="Schulen", **WORDING)
        assert article.author == anna
        assert article.slug == "neue-fenster-fuer-die-schule-am-wall"
        assert not Article.objects.published().exists()
        assert not Discussion.objects.filter(article=article).exists()

    def test_topics_are_found_by_title_or_made(self, anna):
        known = Topic.objects.create(title="Schulen", slug="schulen")
        article = write_article(
            author=anna, topic_title="Schulen", related_titles=["Fenster", "Schulen"], **WORDING
        )
        assert article.topic == known
        assert [topic.title for topic in article.related_topics.all()] == ["Fenster"]

    @pytest.mark.parametrize("who", ["alice", "mona", "max_"])
    def test_readers_and_moderators_write_no_articles(self, who, request):
        with pytest.raises(PermissionDenied):
            write_article(author=request.getfixturevalue(who), **WORDING)

    def test_a_suspended_author_writes_none_either(self, anna):
        anna.suspended_at = timezone.now() - timedelta(hours=1)
        with pytest.raises(PermissionDenied):
            write_article(author=anna, **WORDING)


class EditArticleTests:
    def test_the_author_changes_it_and_an_admin_may(self, anna, admin):
        article = write_article(author=anna, **WORDING)
        for editor, headline in ((anna, "Neue Fenster"), (admin, "Alte Fenster")):
            article = edit_article(
                article, editor=editor, seen=mark_of(article), **WORDING | {"headline": headline}
            )
            assert article.headline == headline
        assert article.author == anna

    def test_another_author_may_not(self, anna):
        article = write_article(author=anna, **WORDING)
        other = person("Otto", role="staff author")
        with pytest.raises(PermissionDenied, match="geschrieben"):
            edit_article(article, editor=other, seen=mark_of(article), **WORDING)

    def test_nobody_overwrites_what_he_has_not_seen(self, anna, admin):
        article = write_article(author=anna, **WORDING)
        seen = mark_of(article)
        edit_article(article, editor=admin, seen=seen, **WORDING | {"headline": "Anders"})
        with pytest.raises(ValidationError) as refused:
            edit_article(article, editor=anna, seen=seen, **WORDING | {"headline": "Meins"})
        assert refused.value.code == "conflict"
        article.refresh_from_db()
        assert article.headline == "Anders"

    def test_a_published_article_keeps_its_address_and_its_time(self, anna):
        article = publish(write_article(author=anna, **WORDING), editor=anna)
        changed = edit_article(
            article, editor=anna, seen=mark_of(article), **WORDING | {"headline": "Anders"}
        )
        assert (changed.slug, changed.published_at) == (article.slug, article.published_at)
        assert changed.updated_at > article.updated_at

    def test_moving_the_discussion_opens_it_on_the_topic_page(self, anna):
        article = publish(write_article(author=anna, **WORDING), editor=anna)
        edit_article(
            article, editor=anna, seen=mark_of(article), topic_title="Schulen",
            discussion_at="topic", **WORDING,
        )  # fmt: skip
        assert Discussion.objects.filter(topic__title="Schulen").exists()


class PictureTests:
    def test_a_former_picture_goes_a_day_after_nobody_shows_it(self, anna):
        article = write_article(author=anna, picture=sample(), picture_alt="Fenster", **WORDING)
        former = [article.picture.name, article.picture_small.name]
        assert all(default_storage.exists(name) for name in former)
        article = edit_article(
            article, editor=anna, seen=mark_of(article), picture=sample(), **WORDING
        )
        assert article.picture.name not in former
        assert remove_unused_pictures() == 0
        assert remove_unused_pictures(timezone.now() + timedelta(days=2)) == 2
        assert not any(default_storage.exists(name) for name in former)
        assert default_storage.exists(article.picture.name)

    def test_a_picture_can_be_taken_away(self, anna):
        article = write_article(author=anna, picture=sample(), picture_alt="Fenster", **WORDING)
        article = edit_article(
            article, editor=anna, seen=mark_of(article), is_without_picture=True, **WORDING
        )
        assert not article.picture
        assert not article.picture_small

    def test_without_any_picture_upkeep_has_nothing_to_do(self):
        assert remove_unused_pictures() == 0


class PublishTests:
    def test_readers_see_it_and_can_discuss_it(self, anna):
        article = publish(write_article(author=anna, **WORDING), editor=anna)
        assert Article.objects.published().get() == article
        assert Discussion.objects.get(article=article).is_open

    def test_a_time_ahead_is_waited_for(self, anna):
        tomorrow = timezone.now() + timedelta(days=1)
        article = publish(write_article(author=anna, published_at=tomorrow, **WORDING), editor=anna)
        assert article.published_at == tomorrow
        assert not Article.objects.published().exists()

    def test_an_empty_report_is_refused(self, anna):
        article = write_article(author=anna, **WORDING | {"paragraphs": []})
        with pytest.raises(ValidationError):
            publish(article, editor=anna)

    def test_published_again_it_has_its_former_time(self, anna):
        article = publish(write_article(author=anna, **WORDING), editor=anna)
        again = publish(withdraw(article, editor=anna), editor=anna)
        assert again.published_at == article.published_at


class WithdrawTests:
    def test_nobody_can_open_it_or_its_discussion(self, anna):
        article = publish(write_article(author=anna, **WORDING), editor=anna)
        withdraw(article, editor=anna)
        assert not Article.objects.published().exists()
        assert not Discussion.objects.reachable().filter(article=article).exists()


class EntryTests:
    def test_a_new_entry_stands_on_top_at_the_current_minute(self, anna):
        report = live(anna)
        add_entry(report, editor=anna, text="Die Sitzung beginnt.")
        add_entry(report, editor=anna, text="Es wird abgestimmt.")
        texts = [entry.text for entry in report.ticker_entries.all()]
        assert texts == ["Es wird abgestimmt.", "Die Sitzung beginnt."]
        top = report.ticker_entries.first()
        assert timezone.now() - top.time < timedelta(minutes=2)
        assert top.time.second == 0

    def test_a_second_click_adds_nothing(self, anna):
        report = live(anna)
        first = add_entry(report, editor=anna, text="Die Sitzung beginnt.")
        assert add_entry(report, editor=anna, text="Die Sitzung beginnt.") == first
        assert report.ticker_entries.count() == 1

    def test_the_public_page_changes_with_every_entry(self, anna):
        report = live(anna)
        entry = add_entry(report, editor=anna, text="Die Sitzung beginnt.")
        seen = []
        for act in (
            lambda: edit_entry(entry, editor=anna, text="Die Sitzung beginnt später."),
            lambda: withdraw_entry(entry, editor=anna),
        ):
            act()
            report.refresh_from_db()
            seen.append(report.updated_at)
        assert seen == sorted(set(seen))
        assert not report.ticker_entries.exists()

    def test_what_readers_wrote_about_a_withdrawn_entry_stays(self, anna, alice):
        report = live(anna)
        entry = add_entry(report, editor=anna, text="Die Sitzung beginnt.")
        comment = make_comment(report.discussion, alice, about_entry=entry)
        withdraw_entry(entry, editor=anna)
        comment.refresh_from_db()
        assert comment.is_published

    def test_an_entry_that_a_colleague_withdraws_meanwhile_cannot_be_changed(self, anna):
        entry = add_entry(live(anna), editor=anna, text="Die Sitzung beginnt.")
        withdraw_entry(TickerEntry.objects.get(), editor=anna)
        with pytest.raises(Http404):
            edit_entry(entry, editor=anna, text="Die Sitzung beginnt später.")

    def test_only_a_live_report_has_entries(self, anna):
        with pytest.raises(ValidationError):
            add_entry(write_article(author=anna, **WORDING), editor=anna, text="Nein.")

    def test_an_article_from_elsewhere_belongs_to_no_author(self, anna):
        with pytest.raises(PermissionDenied):
            add_entry(ArticleFactory(kind="live"), editor=anna, text="Nein.")
