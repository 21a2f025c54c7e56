"""What would a rule have held of the newest comments?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from forum.models import Comment
from moderation.desk_rules import trying
from moderation.desk_rules.options import (
    OPTIONS,
    ClosingAge,
    HeatedThread,
    Kind,
    Links,
    Newcomer,
    Options,
    RemovalRate,
    RepeatedText,
)
from moderation.desk_rules.places import EVERYWHERE, Place
from moderation.desk_rules.trying import try_rule, try_words
from moderation.desk_rules.wordlists import Word
from moderation.models import RuleSetting
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion
from tests.moderation.ruling import set_by
from tests.moderation.test_rule_checks import LONG

pytestmark = pytest.mark.django_db


def word(folded: str, match: str = "word", place: Place = EVERYWHERE) -> Word:
    return Word(folded, match, "hold", "personal_attack", place=place)


class TryWordsTests:
    def test_counts_shows_and_changes_nothing(self, alice, bob):
        discussion = make_discussion()
        hit = make_comment(discussion, alice, "So ein Tropf, dieser Tropf.")
        removed = make_comment(discussion, bob, "Noch ein Tropf.", status="removed")
        make_comment(discussion, bob, "Tropfsteine sind schön.")
        trial = try_words([word("tropf"), word("esel")])
        assert (trial.looked_at, trial.caught, trial.removed) == (3, 2, 1)
        assert [each.comment_id for each in trial.examples] == [removed.pk, hit.pk]
        assert trial.examples[0].found == ["Tropf"]
        assert trial.per_entry == {"tropf": 2}
        assert trial.is_complete
        hit.refresh_from_db()
        assert hit.status == "published"

    def test_words_of_a_topic_are_tried_there_alone(self, alice):
        topic = TopicFactory()
        make_comment(make_discussion(), alice, "So ein Tropf.")
        make_comment(make_discussion(article=ArticleFactory(topic=topic)), alice, "Tropf, Tropf.")
        trial = try_words([word("tropf", place=Place(topic_id=topic.pk))])
        assert (trial.looked_at, trial.concerned, trial.caught) == (2, 1, 1)

    def test_ten_examples_are_enough(self, alice):
        discussion = make_discussion()
        for number in range(12):
            make_comment(discussion, alice, f"Tropf Nummer {number}.")
        trial = try_words([word("tropf")])
        assert (trial.caught, len(trial.examples)) == (12, 10)

    def test_few_comments_say_nothing_about_a_share(self, alice):
        discussion = make_discussion()
        for number in range(trying.ENOUGH):
            assert try_words([word("tropf")]).share == 0
            make_comment(discussion, alice, f"Tropf Nummer {number}.")
        assert try_words([word("tropf")]).share == 1


class BoundTests:
    @pytest.fixture
    def seven(self, alice):
        discussion = make_discussion()
        return [make_comment(discussion, alice) for _ in range(7)]

    def test_the_newest_are_read_chunk_by_chunk_one_query_each(
        self, seven, monkeypatch, django_assert_num_queries
    ):
        monkeypatch.setattr(trying, "NEWEST", 6)
        monkeypatch.setattr(trying, "CHUNK", 2)
        # For each of three chunks: the time limit, the question, and a transaction of three.
        with django_assert_num_queries(3 * 5):
            trial = try_words([word("tropf")])
        assert (trial.looked_at, trial.is_complete) == (6, True)

    def test_when_time_runs_out_it_says_how_many_it_has_read(self, seven, monkeypatch):
        monkeypatch.setattr(trying, "CHUNK", 3)
        monkeypatch.setattr(trying, "LONGEST_SECONDS", 0)
        trial = try_words([word("tropf")])
        assert (trial.looked_at, trial.is_complete) == (3, False)

    def test_a_question_that_takes_too_long_ends_it(self, seven, monkeypatch):
        monkeypatch.setattr(trying, "LONGEST_MS", 50)
        monkeypatch.setattr(trying, "_CHUNK", "SELECT pg_sleep(10)")
        trial = try_words([word("tropf")])
        assert (trial.looked_at, trial.is_complete) == (0, False)
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone()[0] != "50ms"


class TryRuleTests:
    def caught(self, kind: Kind, options: Options, place: Place = EVERYWHERE) -> int:
        return try_rule(kind, place=place, options=options).caught

    @pytest.mark.parametrize("kind", list(Kind)[1:])
    def test_every_rule_can_be_tried_where_nobody_has_written(self, kind):
        trial = try_rule(kind, place=EVERYWHERE, options=OPTIONS[kind]())
        assert (trial.looked_at, trial.caught, trial.is_complete) == (0, 0, True)

    def test_links(self, nina):
        make_comment(make_discussion(), nina, "Siehe https://example.org/1")
        assert self.caught(Kind.LINKS, Links()) == 1
        assert self.caught(Kind.LINKS, Links(new=1)) == 0

    def test_newcomers_are_judged_by_what_they_had_written_then(self, nina):
        discussion = make_discussion()
        for _ in range(5):
            make_comment(discussion, nina)
        assert self.caught(Kind.NEWCOMER, Newcomer(comments=2)) == 2

    def test_the_first_of_two_equal_texts_was_no_repetition(self, alice, bob):
        make_comment(make_discussion(), alice, LONG)
        make_comment(make_discussion(), bob, LONG)
        assert self.caught(Kind.REPEATED_TEXT, RepeatedText()) == 1

    def test_removals_before_a_comment_count_for_it(self, bob):
        discussion = make_discussion()
        for status in ("removed", "removed", "published", "published"):
            make_comment(discussion, bob, status=status)
        # Of the third one's two predecessors all were removed, of the fourth one's two of three.
        assert self.caught(Kind.REMOVAL_RATE, RemovalRate(percent=60, at_least=2)) == 2
        assert self.caught(Kind.REMOVAL_RATE, RemovalRate(percent=90, at_least=2)) == 1

    def test_heat(self, alice, bob, carla):
        discussion = make_discussion()
        root = make_comment(discussion, alice)
        for _ in range(2):
            make_comment(discussion, bob, parent=root, status="removed")
        make_comment(discussion, carla, parent=root)
        assert self.caught(Kind.HEATED_THREAD, HeatedThread(contested=2)) == 1

    def test_closing_by_age_says_what_would_have_come_too_late(self, alice):
        appeared = timezone.now() - timedelta(days=20)
        make_comment(make_discussion(article=ArticleFactory(published_at=appeared)), alice)
        assert self.caught(Kind.CLOSING_AGE, ClosingAge(days=14)) == 1
        assert self.caught(Kind.CLOSING_AGE, ClosingAge(days=30)) == 0

    def test_a_place_with_a_setting_of_its_own_is_left_alone(self, alice, bob, max_):
        topic = TopicFactory()
        set_by(max_, "sensitive_topic", topic=topic, state="off")
        make_comment(make_discussion(article=ArticleFactory(topic=topic)), alice)
        make_comment(make_discussion(), bob)
        trial = try_rule(Kind.SENSITIVE_TOPIC, place=EVERYWHERE, options=Options())
        assert (trial.looked_at, trial.concerned, trial.caught) == (2, 1, 1)
        there = Place(topic_id=topic.pk)
        assert self.caught(Kind.SENSITIVE_TOPIC, Options(), there) == 1
        assert RuleSetting.objects.count() == 1

    def test_what_waits_and_what_was_removed_is_read_as_well(self, alice):
        for status in ("pending", "held", "removed", "published"):
            make_comment(make_discussion(), alice, status=status)
        assert self.caught(Kind.SENSITIVE_TOPIC, Options()) == Comment.objects.count() == 4
