"""What may be doubtful about a text, as the desk has set it?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from forum.models import Comment, Revision
from forum.posting import withdraw
from moderation.checks import Finding
from moderation.desk_rules.rule_checks import is_free, rules_for
from moderation.desk_rules.wordlists import add_entry
from moderation.flagging import flag
from moderation.models import RuleSetting
from moderation.screening import findings_of, screen_waiting
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion
from tests.moderation.ruling import set_by

LONG = "Wer am Ufer wohnt, weiß seit Jahren, dass die Straße jeden Sonntag verstopft ist."

pytestmark = pytest.mark.django_db


def look(rule: str, comment: Comment) -> Finding:
    """As the worker does; KeyError where the rule is off."""
    revision = comment.revisions.latest("number")
    revision.comment = comment
    return findings_of(revision, rules_for([revision]))[rule]


def is_on(rule: str, comment: Comment) -> bool:
    revision = comment.revisions.latest("number")
    return rule in findings_of(revision, rules_for([revision]))


class NewcomerTests:
    @pytest.mark.parametrize(("published", "outcome"), [(0, "hold"), (1, "hold"), (2, "pass")])
    def test_the_first_two_comments_wait_where_the_newspaper_wants_it(
        self, nina, settings, published, outcome
    ):
        settings.MODERATION_HOLD_NEWCOMERS = True
        nina.published_count = published
        comment = make_comment(make_discussion(), nina, status="pending")
        assert look("newcomer", comment).outcome == outcome

    def test_nobody_asks_where_it_does_not(self, nina):
        assert not is_on("newcomer", make_comment(make_discussion(), nina, status="pending"))

    def test_the_desk_may_want_to_read_more(self, nina, max_):
        set_by(max_, "newcomer", comments=5)
        nina.published_count = 4
        comment = make_comment(make_discussion(), nina, status="pending")
        assert look("newcomer", comment).outcome == "hold"


class WordListTests:
    def test_the_strictest_entry_decides_and_names_the_ground(self, alice):
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        add_entry("Pfeffersack", ground="group_contempt", reason="verächtlich", outcome="remove")
        comment = make_comment(
            make_discussion(), alice, "Du Tropf, ihr Pfeffersäcke. Pfeffersack!", status="pending"
        )
        finding = look("word_list", comment)
        assert (finding.outcome, finding.ground) == ("remove", "group_contempt")
        assert finding.found == ["Tropf", "Pfeffersack"]


class LinkTests:
    def text(self, links: int) -> str:
        return "Dazu: " + " und ".join(f"https://example.org/{n}" for n in range(links))

    @pytest.mark.parametrize(
        ("standing", "links", "outcome"),
        [
            (User.Standing.NEW, 0, "pass"),
            (User.Standing.NEW, 1, "hold"),
            (User.Standing.REGULAR, 3, "pass"),
            (User.Standing.REGULAR, 4, "hold"),
            (User.Standing.TRUSTED, 5, "pass"),
            (User.Standing.TRUSTED, 6, "hold"),
        ],
    )
    def test_links_are_allowed_by_standing(self, alice, standing, links, outcome):
        alice.standing = standing
        comment = make_comment(make_discussion(), alice, self.text(links), status="pending")
        assert look("links", comment).outcome == outcome

    @pytest.mark.parametrize(
        "text", ["www.example.org", "schaut auf example.org/gewinn", "HTTP://X.DE"]
    )
    def test_an_address_to_be_typed_is_a_link_too(self, nina, text):
        comment = make_comment(make_discussion(), nina, text, status="pending")
        assert look("links", comment).outcome == "hold"

    @pytest.mark.parametrize("text", ["Das steht bei zeit.de so.", "am 1.2./3.2. und/oder später"])
    def test_naming_a_newspaper_is_no_link(self, nina, text):
        comment = make_comment(make_discussion(), nina, text, status="pending")
        assert look("links", comment).outcome == "pass"


class RepeatedTextTests:
    def test_the_same_text_from_somebody_else_waits(self, alice, bob):
        discussion = make_discussion()
        first = make_comment(discussion, alice, LONG)
        second = make_comment(discussion, bob, LONG.upper() + "!!", status="pending")
        finding = look("repeated_text", second)
        assert (finding.outcome, finding.found) == ("hold", [first.pk])

    def test_nearly_the_same_from_the_same_reader_waits(self, alice):
        first = make_comment(make_discussion(), alice, LONG)
        again = LONG.replace("jeden Sonntag", "jeden Samstag") + " Gruß"
        second = make_comment(make_discussion(), alice, again, status="pending")
        assert look("repeated_text", second).found == [first.pk]

    def test_nearly_the_same_from_somebody_else_passes(self, alice, bob):
        make_comment(make_discussion(), alice, LONG)
        again = LONG.replace("Sonntag", "Samstag")
        second = make_comment(make_discussion(), bob, again, status="pending")
        assert look("repeated_text", second).outcome == "pass"

    def test_short_texts_are_alike_by_chance(self, alice, bob):
        make_comment(make_discussion(), alice, "Danke für den Artikel!")
        second = make_comment(make_discussion(), bob, "Danke für den Artikel!", status="pending")
        assert look("repeated_text", second).outcome == "pass"

    def test_whoever_takes_his_text_back_may_write_it_elsewhere(self, alice):
        first = make_comment(make_discussion(), alice, LONG)
        withdraw(first, author=alice)
        second = make_comment(make_discussion(), alice, LONG, status="pending")
        assert look("repeated_text", second).outcome == "pass"

    def test_after_a_week_it_may_be_said_again(self, alice, bob):
        first = make_comment(make_discussion(), alice, LONG)
        first.revisions.update(created_at=timezone.now() - timedelta(days=8))
        second = make_comment(make_discussion(), bob, LONG, status="pending")
        assert look("repeated_text", second).outcome == "pass"

    def test_how_far_back_the_desk_looks_is_its_own_affair(self, alice, bob, max_):
        set_by(max_, "repeated_text", days=30)
        first = make_comment(make_discussion(), alice, LONG)
        first.revisions.update(created_at=timezone.now() - timedelta(days=8))
        second = make_comment(make_discussion(), bob, LONG, status="pending")
        assert look("repeated_text", second).found == [first.pk]


class FreeHostTests:
    @pytest.mark.parametrize(
        "link",
        ["https://example.org/1", "www.example.org", "HTTP://EXAMPLE.ORG:80?x", "a.example.org/b"],
    )
    def test_links_to_the_papers_own_pages_are_never_counted(self, link):
        assert is_free(link, ["example.org"])

    @pytest.mark.parametrize(
        "link",
        [
            "https://example.org.evil.test/",
            "https://notexample.org/",
            "https://example.org@evil.test/",
            "https://evil.test/example.org",
            "https://evil.test?example.org",
            "https://evil.test\\.example.org",
        ],
    )
    def test_what_only_looks_like_them_is(self, link):
        assert not is_free(link, ["example.org"])

    def test_a_newcomer_may_link_to_the_paper(self, nina, max_):
        set_by(max_, "links", free_hosts=("example.org",))
        text = "Das stand schon in https://example.org/7, nicht in https://example.com/8"
        comment = make_comment(make_discussion(), nina, text, status="pending")
        assert look("links", comment).found == ["https://example.com/8"]


class RemovalRateTests:
    def written(self, author, *statuses: str) -> Comment:
        discussion = make_discussion()
        for status in statuses:
            make_comment(discussion, author, status=status)
        return make_comment(discussion, author, status="pending")

    @pytest.fixture(autouse=True)
    def rule(self, max_):
        set_by(max_, "removal_rate", percent=35, at_least=5)

    def test_too_much_of_what_he_wrote_was_removed(self, bob):
        comment = self.written(bob, "removed", "removed", "published", "published", "published")
        assert look("removal_rate", comment).outcome == "hold"

    def test_one_removal_in_five_is_not_too_much(self, bob):
        comment = self.written(bob, "removed", *["published"] * 4)
        assert look("removal_rate", comment).outcome == "pass"

    def test_four_comments_prove_nothing(self, bob):
        assert look("removal_rate", self.written(bob, *["removed"] * 4)).outcome == "pass"

    def test_what_waits_proves_nothing_either(self, bob):
        comment = self.written(bob, *["removed"] * 4, "held", "pending")
        assert look("removal_rate", comment).outcome == "pass"

    @pytest.mark.parametrize("days", [300, 40_000])
    def test_what_is_long_ago_hardly_counts(self, bob, days):
        comment = self.written(bob, *["removed"] * 3, *["published"] * 3)
        long_ago = timezone.now() - timedelta(days=days)
        Comment.objects.filter(author=bob, status="removed").update(submitted_at=long_ago)
        assert look("removal_rate", comment).outcome == "pass"

    def test_others_are_not_judged_by_it(self, bob, alice):
        self.written(bob, *["removed"] * 5)
        assert look("removal_rate", self.written(alice)).outcome == "pass"


class HeatedThreadTests:
    @pytest.fixture(autouse=True)
    def rule(self, max_):
        set_by(max_, "heated_thread", contested=2, minutes=30)

    def test_removals_and_reports_together_make_it_hot(self, alice, bob, carla):
        discussion = make_discussion()
        root = make_comment(discussion, alice)
        make_comment(discussion, bob, parent=root, status="removed")
        reply = make_comment(discussion, carla, parent=root, status="pending")
        assert look("heated_thread", reply).outcome == "pass"
        flag(root, reader=bob, reason="rude")
        reply = make_comment(discussion, carla, parent=root, status="pending")
        assert look("heated_thread", reply).outcome == "hold"

    def test_another_conversation_stays_as_it_is(self, alice, bob, carla):
        discussion = make_discussion()
        root = make_comment(discussion, alice)
        for _ in range(3):
            make_comment(discussion, bob, parent=root, status="removed")
        other = make_comment(discussion, alice)
        reply = make_comment(discussion, carla, parent=other, status="pending")
        assert look("heated_thread", reply).outcome == "pass"

    def test_half_an_hour_later_it_has_calmed_down(self, alice, bob, carla, time_machine):
        discussion = make_discussion()
        root = make_comment(discussion, alice)
        for _ in range(3):
            make_comment(discussion, bob, parent=root, status="removed")
        time_machine.move_to(timezone.now() + timedelta(minutes=31))
        reply = make_comment(discussion, carla, parent=root, status="pending")
        assert look("heated_thread", reply).outcome == "pass"

    def test_what_it_holds_itself_does_not_keep_it_hot(self, alice, bob, carla):
        discussion = make_discussion()
        root = make_comment(discussion, alice)
        for _ in range(5):
            make_comment(discussion, bob, parent=root, status="held")
        reply = make_comment(discussion, carla, parent=root, status="pending")
        assert look("heated_thread", reply).outcome == "pass"


class SensitiveTopicTests:
    def test_everything_about_the_topic_is_read_first(self, tom, max_):
        topic = TopicFactory()
        set_by(max_, "sensitive_topic", topic=topic)
        at_topic = make_discussion(topic=topic)
        under_article = make_discussion(article=ArticleFactory(topic=topic))
        for discussion in (at_topic, under_article):
            comment = make_comment(discussion, tom, status="pending")
            assert look("sensitive_topic", comment).outcome == "hold"
        assert not is_on("sensitive_topic", make_comment(make_discussion(), tom, status="pending"))

    def test_but_not_what_the_newsroom_writes(self, anna, max_):
        set_by(max_, "sensitive_topic")
        comment = make_comment(make_discussion(), anna, status="pending")
        assert look("sensitive_topic", comment).outcome == "pass"


class OpeningHoursTests:
    @pytest.mark.parametrize(("hour", "outcome"), [(23, "hold"), (3, "hold"), (12, "pass")])
    def test_what_comes_at_night_waits_until_somebody_reads_it(
        self, alice, max_, time_machine, hour, outcome
    ):
        set_by(max_, "opening_hours", opens="07:00", closes="22:00")
        moment = timezone.localtime().replace(hour=hour, minute=30)
        time_machine.move_to(moment, tick=False)
        comment = make_comment(make_discussion(), alice, status="pending")
        assert look("opening_hours", comment).outcome == outcome


class PlaceTests:
    def test_the_narrowest_place_decides_as_a_whole(self, nina, max_):
        topic = TopicFactory()
        discussion = make_discussion(article=ArticleFactory(topic=topic))
        text = "Siehe https://example.org/1"
        comment = make_comment(discussion, nina, text, status="pending")
        assert look("links", comment).outcome == "hold"
        set_by(max_, "links", topic=topic, new=1)
        assert look("links", comment).outcome == "pass"
        set_by(max_, "links", discussion=discussion, new=0)
        assert look("links", comment).outcome == "hold"
        set_by(max_, "links", discussion=discussion, state="off")
        assert not is_on("links", comment)
        set_by(max_, "links", discussion=discussion, state="inherit")
        assert look("links", comment).outcome == "pass"

    def test_an_entry_of_a_topic_is_looked_for_there_alone(self, bob):
        topic = TopicFactory()
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung", topic=topic)
        there = make_discussion(article=ArticleFactory(topic=topic))
        for where, body, outcome in (
            (there, "So ein Tropf", "hold"),
            (make_discussion(), "Noch ein Tropf", "pass"),
        ):
            comment = make_comment(where, bob, body, status="pending")
            assert look("word_list", comment).outcome == outcome

    def test_where_the_list_is_off_no_word_is_looked_for(self, bob, max_):
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        discussion = make_discussion()
        set_by(max_, "word_list", discussion=discussion, state="off")
        assert not is_on("word_list", make_comment(discussion, bob, "Tropf", status="pending"))


class BatchTests:
    def test_history_is_asked_for_all_texts_at_once(
        self, alice, bob, max_, django_assert_num_queries
    ):
        for kind in ("removal_rate", "heated_thread"):
            set_by(max_, kind)
        discussion = make_discussion()
        written = [make_comment(discussion, who, status="pending") for who in (alice, bob) * 3]
        texts = Revision.objects.select_related(
            "comment__author", "comment__discussion__article"
        ).filter(comment__in=written)
        revisions = list(texts)
        rules_for(revisions)
        # The state of the rules, and one each for repeated text, removals and heat.
        with django_assert_num_queries(4):
            rules_for(revisions)

    def test_a_row_that_cannot_be_worked_with_lets_nothing_through(self, alice, max_):
        RuleSetting.objects.create(
            kind="links", state="on", options={"new": "viele"}, reason="von Hand", set_by=max_
        )
        comment = make_comment(make_discussion(), alice, status="pending")
        screen_waiting()
        comment.refresh_from_db()
        assert comment.status == "pending"
