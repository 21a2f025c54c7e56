"""What does a search find, in which order, and what if somebody asks for nonsense?"""

from datetime import timedelta

import pytest
from django.core.exceptions import BadRequest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.filling import fill
from forum import searching
from forum.models import Comment, Discussion
from forum.searching import Question, search
from tests.factories import make_comment, make_discussion, pass_screening
from tests.samples import hostile

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


def found(words: str, **asked) -> list[Comment]:
    return search(Question(words, **asked)).comments


def all_found(question: Question) -> list[Comment]:
    page = search(question)
    comments = page.comments
    while page.next_cursor:
        page = search(question, after=page.next_cursor)
        comments = comments + page.comments
    return comments


class WordsTests:
    @pytest.mark.parametrize(
        ("said", "asked"),
        [
            ("Die Häuser am Platz.", "Haus"),
            ("Das Haus am Platz.", "HÄUSER"),
            ("In der Wiener Straße.", "strasse"),
            ("In der Wiener Strasse.", "Straße"),
            ("Herr Müller hat recht.", "Mueller"),
            ("Herr Mueller hat recht.", "Müller"),
            ("Herr Müller hat recht.", "muller"),
            ("Im Café gegenüber.", "cafe"),
            ("Die Corona-Politik der Stadt.", "Corona-Politik"),
            ("Die Corona Politik der Stadt.", "corona-politik"),
            ("Siehe https://orf.example/stories/32.", "orf.example"),
            ("Es steht 3:1.", "3:1"),
            ("Это правда.", "правда"),
            ("Wer *laut* ruft, hat nicht recht.", "laut"),
        ],
    )
    def test_a_word_is_found_in_each_of_its_forms(self, discussion, alice, said, asked):
        comment = make_comment(discussion, alice, said)
        make_comment(discussion, alice, "Dazu fällt mir nichts ein.")
        assert found(asked) == [comment]

    def test_all_words_must_be_there(self, discussion, alice):
        both = make_comment(discussion, alice, "Der Rat vertagt die Brücke.")
        make_comment(discussion, alice, "Der Rat tagt.")
        assert found("Brücken Rat") == [both]

    @pytest.mark.parametrize(
        "quotes", ['"{}"', "„{}“", "“{}”", "»{}«", "«{}»", '"{}', "„{}"], ids=repr
    )
    def test_quoted_words_stand_side_by_side(self, discussion, alice, quotes):
        phrase = make_comment(discussion, alice, "Am neuen Rathaus wird gebaut.")
        make_comment(discussion, alice, "Am Rathaus wird neuen Häusern gebaut.")
        assert found(quotes.format("neuen Rathaus")) == [phrase]

    def test_a_word_with_a_minus_must_not_be_there(self, discussion, alice):
        make_comment(discussion, alice, "Der Rat vertagt die Brücke.")
        other = make_comment(discussion, alice, "Der Rat tagt.")
        assert found("Rat -Brücke") == [other]
        assert found('Rat -"vertagt die Brücke"') == [other]
        assert found("Rat - Brücke") == found("Rat Brücke")

    def test_the_parser_has_no_words_of_its_own(self, discussion, alice):
        make_comment(discussion, alice, "Nur das Rathaus.")
        both = make_comment(discussion, alice, "Rathaus or Brücke, to be or not to be.")
        assert found("Rathaus or Brücke") == [both]

    def test_twenty_words_are_looked_for_and_the_reader_is_told(self, discussion, alice):
        comment = make_comment(discussion, alice, "eins " * 30)
        page = search(Question("eins " * 20 + "zwei"))
        assert page.comments == [comment]
        assert page.is_cut
        assert not search(Question("eins " * 20)).is_cut


class WhereWhoAndWhenTests:
    @pytest.fixture
    def said(self, discussion, alice, bob) -> list[Comment]:
        """By Alice here, by Bob here, by Alice elsewhere three days ago."""
        other = make_discussion()
        comments = [
            make_comment(discussion, alice, "Das Rathaus ist zu."),
            make_comment(discussion, bob, "Das Rathaus ist offen."),
        ]
        old = make_comment(other, alice, "Das Rathaus ist alt.", status="pending")
        Comment.objects.filter(pk=old.pk).update(submitted_at=timezone.now() - timedelta(days=3))
        return [*comments, pass_screening(old)]

    def test_in_one_discussion(self, said, discussion):
        assert found("Rathaus", discussion=discussion) == [said[1], said[0]]

    def test_of_one_author_with_and_without_words(self, said, alice, bob):
        assert found("Rathaus", author=alice) == [said[2], said[0]]
        assert found("offen", author=alice) == []
        assert found("", author=bob) == [said[1]]

    def test_within_days(self, said):
        today = timezone.localdate(said[0].submitted_at)
        assert found("Rathaus", first_day=today) == [said[1], said[0]]
        assert found("Rathaus", last_day=today - timedelta(days=2)) == [said[2]]
        assert found("", first_day=today - timedelta(days=4), last_day=today) == said[::-1]
        assert found("Rathaus", first_day=today + timedelta(days=1)) == []

    def test_days_beyond_the_calendar_of_the_paper_cost_nothing(self, said):
        first, last = timezone.localdate().replace(year=1), timezone.localdate().replace(year=9999)
        assert found("Rathaus", first_day=first, last_day=last) == said[::-1]


class PagesTests:
    def test_the_newest_first_and_each_once(self, discussion, alice, monkeypatch):
        # Steps of four and sixteen comments; from the first id on, or there would be too many.
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE forum_comment ALTER COLUMN id RESTART")
        monkeypatch.setattr(searching.indexing, "FINE", 2)
        monkeypatch.setattr(searching.indexing, "COARSE", 4)
        comments = [make_comment(discussion, alice, f"Rathaus {n}") for n in range(53)]
        assert all_found(Question("Rathaus")) == comments[::-1]
        assert found("Rathaus 1") == [comments[1]]

    def test_what_comes_and_goes_meanwhile_moves_nothing_else(self, discussion, alice):
        comments = [make_comment(discussion, alice, f"Rathaus {n}") for n in range(45)]
        question = Question("Rathaus")
        first = search(question)
        make_comment(discussion, alice, "Noch ein Rathaus.")
        searching.indexing.Findable.objects.filter(pk=comments[24].pk).delete()
        second = search(question, after=first.next_cursor)
        assert second.comments == comments[4:24][::-1]

    @pytest.mark.parametrize("forged", ["abc", "0", "-1", "1" * 21, "W10:x", "\x00", "é:é", ":"])
    def test_forged_cursor_is_refused(self, discussion, forged):
        with pytest.raises(BadRequest):
            search(Question("Rathaus"), after=forged)

    def test_cursor_of_another_question_is_refused(self, discussion, alice):
        for number in range(21):
            make_comment(discussion, alice, f"Rathaus {number}")
        cursor = search(Question("Rathaus")).next_cursor
        for other in (Question("Brücke"), Question("Rathaus", author=alice)):
            with pytest.raises(BadRequest):
                search(other, after=cursor)


class NonsenseTests:
    @pytest.mark.parametrize(
        "words",
        [
            *("", " ", "%", "_", "'", "''", '"', '"""', "„“", ":*", "&!|", "!", "a:*", "(((", "\\"),
            *("\x00", "\x00\x00Rathaus\x00", "-", "--", "-Rathaus", "-und", "<->", "a <2> b"),
            *("und", "der die das", "ist nicht und", "\ud83d", "\u202e", "𝔯𝔞𝔱", "🙂", "¿?"),
            *("a" * 1_000, "ä" * 10_000, "ab " * 10_000, '"ab ' * 1_000, "-ab " * 1_000),
            *("'; DROP TABLE forum_comment; --", "Rathaus & !", "Rathaus:A", "or", "or or or"),
        ],
        ids=lambda words: repr(words[:12]),
    )
    def test_it_finds_something_or_nothing(self, discussion, alice, words):
        make_comment(discussion, alice, "Am Rathaus ist nichts zu sehen.")
        page = search(Question(words))
        assert page.next_cursor == ""
        assert not page.is_too_broad

    def test_so_do_strings_that_broke_others(self, discussion):
        for line in hostile("naughty")[:600]:
            assert search(Question(line["text"])).comments == []

    def test_only_words_that_everybody_uses_find_nothing_and_read_nothing(
        self, discussion, alice, django_assert_num_queries
    ):
        make_comment(discussion, alice, "Das ist der und die.")
        with django_assert_num_queries(2):
            assert found("und der") == []

    def test_only_what_must_not_be_there_finds_nothing(self, discussion, alice, bob):
        comment = make_comment(discussion, alice, "Am Rathaus.")
        make_comment(discussion, bob, "Am Ufer.")
        assert found("-Rathaus") == []
        assert found("-Ufer", author=alice) == [comment]

    def test_what_takes_too_long_is_to_be_asked_more_precisely(
        self, discussion, alice, monkeypatch
    ):
        make_comment(discussion, alice, "Am Rathaus.")
        slow = searching._WALK.replace("SELECT found", "SELECT pg_sleep(2)::text::int, found")
        monkeypatch.setattr(searching, "_WALK", slow)
        monkeypatch.setattr(searching, "LONGEST_MS", 20)
        page = search(Question("Rathaus"))
        assert page.is_too_broad
        assert page.comments == []

    def test_other_failures_are_failures(self, monkeypatch):
        monkeypatch.setattr(searching, "_walk", _fail)
        with pytest.raises(OperationalError):
            search(Question("Rathaus"))


def _fail(*_arguments) -> list[int]:
    raise OperationalError("server closed the connection")


class CostTests:
    def test_five_queries_however_much_there_is(self, discussion, alice, django_assert_num_queries):
        make_comment(discussion, alice, "Am Rathaus.")
        for count in (0, 300):
            fill(discussion, count=count, authors=[alice])
            with CaptureQueriesContext(connection) as captured:
                assert found("Rathaus")
            asked = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
            assert len(asked) == 5

    def test_what_was_set_for_the_search_ends_with_it(self, discussion, alice):
        make_comment(discussion, alice, "Am Rathaus.")
        with transaction.atomic(), connection.cursor() as cursor:
            assert found("Rathaus")
            for setting, usual in (("statement_timeout", "0"), ("enable_seqscan", "on")):
                cursor.execute(f"SHOW {setting}")
                assert cursor.fetchone() == (usual,)

    def test_the_index_is_asked_for_everything_and_reads_what_is_shown(self, alice, bob):
        """On a word in every second comment, one in none, an author, a discussion and days."""
        busy, quiet = make_discussion(), make_discussion()
        fill(busy, count=3_000, authors=[alice])
        rare = make_comment(quiet, bob, "Die Nachtigall.")
        # What fills it is minutes and hours old; it may be midnight.
        yesterday = timezone.localdate() - timedelta(days=1)
        for question in (
            Question("Rathaus"),
            Question("Nachtigall"),
            Question("Rathaus", discussion=busy, first_day=yesterday),
            Question("Nachtigall", author=bob, discussion=quiet),
        ):
            with CaptureQueriesContext(connection) as captured:
                assert search(question).comments
            (walk,) = [q["sql"] for q in captured if "LATERAL" in q["sql"]]
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(searching._ONLY_THE_INDEX, ["0"])
                cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {walk}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
                transaction.set_rollback(True)
            assert "Bitmap Index Scan on findable_words" in plan, plan
            assert "Seq Scan on forum" not in plan, plan
            assert "Rows Removed by Index Recheck" not in plan, plan
        assert rare.pk
