"""By which words is a comment found, and when does it cease to be?"""

from datetime import date
from itertools import pairwise

import pytest

from accounts.models import User
from accounts.renaming import give_name
from articles.models import Article
from forum.indexing import between, fold, steps_before
from forum.models import Comment, Discussion, Findable
from forum.posting import edit_comment, withdraw
from forum.publishing import hold, remove
from forum.recounting import recount, reindex
from forum.searching import Question, search
from moderation.deciding import decide
from moderation.queue import open_case
from tests.factories import make_comment, make_discussion, pass_screening


def found(words: str, **asked) -> list[Comment]:
    return search(Question(words, **asked)).comments


@pytest.fixture
def discussion(db) -> Discussion:
    return make_discussion()


@pytest.fixture
def comment(discussion, alice) -> Comment:
    return make_comment(discussion, alice, "Am Ufer singen die Nachtigallen.")


class FoldingTests:
    @pytest.mark.parametrize("written", ["Müller", "Mueller", "MÜLLER", "Muller", "Mu\u0308ller"])
    def test_one_name_is_one_word_however_it_is_written(self, written):
        assert fold(written) == "muller"

    @pytest.mark.parametrize("word", ["neue", "Bauer", "Quelle", "Feuer", "Sauerei"])
    def test_an_e_behind_two_vowels_is_no_umlaut(self, word):
        assert fold(word) == word.lower()

    def test_signs_part_words_and_vanish(self):
        assert fold("  3:1 – „Straße“, (naïve_Café)! ") == "3 1 strasse naive cafe"
        assert fold("\x00%_'\":*&!|<>") == ""


class StepsTests:
    @pytest.mark.parametrize("pk", [1, 2, 16_384, 16_385, 300_000, 1_000_000, 20_000_001])
    def test_every_older_comment_lies_in_one_step_and_newer_steps_come_first(self, pk):
        numbers = []
        for step in steps_before(pk):
            size, number = step.split()
            bits = 14 if size == "fine" else 18
            numbers.append((int(number) << bits, (int(number) + 1) << bits))
        assert numbers[0][0] < pk <= numbers[0][1]
        assert numbers[-1][0] == 0
        assert all(former[0] == step[1] for former, step in pairwise(numbers))


class DaysTests:
    def test_a_span_is_told_in_years_months_and_single_days(self):
        assert list(between(date(2023, 11, 29), date(2025, 2, 2))) == [
            *("day 2023-11-29", "day 2023-11-30", "month 2023-12"),
            *("year 2024", "month 2025-01", "day 2025-02-01", "day 2025-02-02"),
        ]

    def test_no_span_has_no_day(self):
        assert list(between(date(2025, 2, 2), date(2025, 2, 1))) == []


class FindableTests:
    def test_what_nobody_has_read_yet_is_not_found(self, discussion, alice):
        for status in ("pending", "held"):
            make_comment(discussion, alice, f"Nachtigallen, {status}.", status=status)
        assert found("Nachtigall") == []
        assert not Findable.objects.exists()

    def test_a_published_one_is(self, comment):
        assert found("Nachtigall") == [comment]

    @pytest.mark.parametrize(
        "take_down",
        [
            hold,
            lambda comment: remove(comment, ground="personal_attack"),
            lambda comment: withdraw(comment, author=comment.author),
        ],
        ids=["held", "removed", "withdrawn"],
    )
    def test_what_is_taken_down_is_gone_at_once(self, comment, take_down):
        take_down(comment)
        assert found("Nachtigall") == []
        assert not Findable.objects.exists()

    def test_a_tombstone_above_a_reply_is_not_found(self, comment, discussion, bob):
        reply = make_comment(discussion, bob, "Nachtigallen gibt es hier keine.", parent=comment)
        remove(comment, ground="personal_attack")
        assert found("Nachtigall") == [reply]

    def test_what_is_restored_is_found_again(self, comment, mona):
        case = open_case(hold(comment), reason="opened")
        decide(case, moderator=mona, measure="publish", revision=comment.revisions.get())
        assert found("Nachtigall") == [comment]

    def test_an_edit_is_found_once_it_has_been_read_and_the_former_wording_no_more(
        self, comment, alice
    ):
        edit_comment(comment, author=alice, body="Am Ufer singen die Amseln.")
        assert found("Amsel") == []
        assert found("Nachtigall") == [comment]
        pass_screening(comment)
        assert found("Amsel") == [comment]
        assert found("Nachtigall") == []

    def test_under_an_article_that_is_taken_back_nothing_is_found(self, comment):
        Article.objects.update(state=Article.State.DRAFT)
        assert found("Nachtigall") == []

    def test_a_row_too_many_shows_nothing(self, comment):
        Comment.objects.filter(pk=comment.pk).update(status="removed", visible_revision=None)
        assert Findable.objects.count() == 1
        assert found("Nachtigall") == []

    def test_who_has_another_name_has_written_the_same(self, comment, alice):
        give_name(alice, name="Alice Amsel")
        assert found("", author=User.objects.get(name="Alice Amsel")) == [comment]

    def test_what_moderators_say_for_the_house_is_found_under_no_name(self, discussion, mona):
        comment = make_comment(discussion, mona, "Bitte bleiben Sie bei den Nachtigallen.")
        assert found("Nachtigall") == [comment]
        assert found("Nachtigall", author=mona) == []


class ReindexTests:
    def test_right_words_are_left_alone(self, comment):
        assert reindex() == 0
        assert recount() == []

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda comment: Findable.objects.all().delete(),
            lambda comment: Findable.objects.update(revision_id=0, words=""),
            lambda comment: Findable.objects.update(indexer=0, words=""),
        ],
        ids=["missing", "another wording", "former rules"],
    )
    @pytest.mark.parametrize("mend", [reindex, recount])
    def test_wrong_ones_are_written_anew(self, comment, spoil, mend):
        spoil(comment)
        assert mend()
        assert found("Nachtigall") == [comment]
        assert recount() == []

    def test_rows_of_what_is_hidden_go(self, comment, discussion):
        Comment.objects.filter(pk=comment.pk).update(status="removed", visible_revision=None)
        assert reindex() == 1
        assert not Findable.objects.exists()
