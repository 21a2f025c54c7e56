"""How do seniors keep the word list, and what do moderators see of it?"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from moderation import screening
from moderation.desk_rules import entries
from moderation.desk_rules.entries import add_entries, take_off, words_in
from moderation.desk_rules.places import EVERYWHERE
from moderation.desk_rules.policy import current
from moderation.desk_rules.wordlists import add_entry, retire
from moderation.models import WordHit, WordlistEntry
from tests.factories import TopicFactory, make_comment, make_discussion

WORDS = "/moderation/rules/words/"
WHY = "Seit Wochen in vielen Diskussionen."
FORM = {
    "words": "Tropf\n\nPfeffersack\r\nTROPF",
    "match": "compound",
    "outcome": "hold",
    "ground": "personal_attack",
    "reason": WHY,
}

# Session, account, his own permissions and his group's, new notifications; the clauses, the entries
# counted, and those of the page.
QUERIES_OF_LIST = 8

pytestmark = pytest.mark.django_db


@pytest.fixture
def senior(client, max_):
    client.force_login(max_)
    return client


def text_of(answer) -> str:
    return answer.content.decode()


def typed(text: str):
    return words_in(text, match="word", outcome="hold", ground="personal_attack", place=EVERYWHERE)


class AddTests:
    def test_a_senior_adds_entries_that_then_work(self, senior, max_):
        assert senior.post(WORDS, FORM | {"save": "1"}).status_code == 303
        listed = {one.text: (one.added_by, one.reason) for one in WordlistEntry.objects.all()}
        assert listed == {"Tropf": (max_, WHY), "Pfeffersack": (max_, WHY)}
        assert current().words.hits("Ihr PFEFFERSÄCKE, du Pfeffersack!")

    def test_trying_counts_for_each_entry_and_saves_nothing(self, senior, alice):
        make_comment(make_discussion(), alice, "Du Tropf.")
        page = text_of(senior.post(WORDS, FORM | {"try": "1"}))
        assert "<b>1</b> der letzten 1 Beiträge wäre zurückgehalten worden." in page
        assert "<td><bdi>Tropf</bdi></td><td>1</td>" in page
        assert "<td><bdi>Pfeffersack</bdi></td><td>0</td>" in page
        assert not WordlistEntry.objects.exists()

    def test_the_same_word_may_stand_there_for_a_topic(self, senior):
        topic = TopicFactory()
        senior.post(WORDS, FORM | {"save": "1"})
        answer = senior.post(WORDS, FORM | {"topic": topic.title, "save": "1"})
        assert answer.status_code == 303
        assert WordlistEntry.objects.filter(topic=topic).count() == 2

    def test_is_for_seniors(self, client, mona, max_):
        client.force_login(mona)
        assert client.get(WORDS).status_code == 200
        assert client.post(WORDS, FORM | {"save": "1"}).status_code == 403
        with pytest.raises(PermissionDenied):
            add_entries(typed("Tropf"), by=mona, reason=WHY)
        assert not WordlistEntry.objects.exists()

    def test_all_or_none_are_added(self, senior):
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        answer = senior.post(WORDS, FORM | {"save": "1"})
        assert answer.status_code == 422
        assert "Schon auf der Liste: Eintrag 1." in text_of(answer)
        assert "Pfeffersack" in text_of(answer)
        assert WordlistEntry.objects.count() == 1


class BadInputTests:
    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("", "mindestens ein Wort"),
            (" \n\n ", "mindestens ein Wort"),
            ("Tropf\n!!!", "Zeile 2: Ein Eintrag hat 1 bis 120 Zeichen"),
            ("x" * 10_000, "Zeile 1: Ein Eintrag hat 1 bis 120 Zeichen"),
            ("Tropf\nTro\x07pf", "Zeile 2 enthält unsichtbare Zeichen"),
            ("Tro\u202epf", "Zeile 1 enthält unsichtbare Zeichen"),
            ("Tro\x00pf", ""),
            ("\n".join(f"wort{n}wort" for n in range(5_001)), "Platz für 5.000 Einträge"),
        ],
    )
    def test_is_told_with_a_sentence_and_the_form_is_kept(self, senior, words, sentence):
        answer = senior.post(WORDS, FORM | {"words": words, "save": "1"})
        assert answer.status_code == 422
        assert sentence in text_of(answer)
        assert WHY in text_of(answer)
        assert not WordlistEntry.objects.exists()

    @pytest.mark.parametrize(
        "changed",
        [{"topic": "gibt es nicht"}, {"discussion": "99"}, {"ground": "x"}, {"match": "regex"}],
    )
    def test_so_is_what_there_is_not(self, senior, changed):
        answer = senior.post(WORDS, FORM | changed | {"save": "1"})
        assert answer.status_code == 422
        assert "Pfeffersack" in text_of(answer)
        assert not WordlistEntry.objects.exists()

    def test_the_list_has_an_end(self, monkeypatch, max_):
        monkeypatch.setattr(entries, "MOST_ENTRIES", 2)
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        with pytest.raises(ValidationError):
            add_entries(typed("Esel\nOchse"), by=max_, reason=WHY)
        add_entries(typed("Esel"), by=max_, reason=WHY)


class TooBroadTests:
    def said(self, alice, bob, *, hits: int, of: int) -> None:
        discussion = make_discussion()
        for number in range(of):
            body = f"Tropf Nummer {number}." if number < hits else f"Der Weg Nummer {number}."
            make_comment(discussion, (alice, bob)[number % 2], body)

    def test_what_would_have_held_most_is_refused(self, senior, alice, bob):
        self.said(alice, bob, hits=13, of=24)
        answer = senior.post(WORDS, FORM | {"save": "1", "is_meant": "on"})
        assert answer.status_code == 422
        assert "13 von 24 Beiträgen zurückgehalten, mehr als die Hälfte" in text_of(answer)
        assert 'name="is_meant"' not in text_of(answer)
        assert not WordlistEntry.objects.exists()

    def test_what_would_have_held_many_is_asked_about(self, senior, alice, bob):
        self.said(alice, bob, hits=3, of=24)
        assert 'name="is_meant"' not in text_of(senior.get(WORDS))
        answer = senior.post(WORDS, FORM | {"save": "1"})
        assert answer.status_code == 422
        assert "3 von 24 Beiträgen" in text_of(answer)
        assert 'name="is_meant"' in text_of(answer)
        assert senior.post(WORDS, FORM | {"save": "1", "is_meant": "on"}).status_code == 303


class HitTests:
    def test_each_entry_tells_how_often_it_hit_and_what_was_published_all_the_same(
        self, senior, alice, bob
    ):
        entry = add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        discussion = make_discussion()
        held = make_comment(discussion, alice, "Du Tropf, du Tropf.", status="pending")
        make_comment(discussion, bob, "Ein Tropf auf den heißen Stein.", status="pending")
        screening.screen_waiting()
        page = text_of(senior.get(WORDS))
        assert "2 Treffer in 30 Tagen" in page
        assert "0 davon trotzdem veröffentlicht" in page
        page = text_of(senior.get(f"{WORDS}{entry.pk}/"))
        assert f'href="/moderation/comments/{held.pk}/"' in page

    def test_a_job_that_runs_twice_counts_once(self, alice):
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        comment = make_comment(make_discussion(), alice, "Du Tropf.", status="pending")
        job = comment.revisions.get().screening
        screening.screen(job)
        screening.screen(job)
        assert WordHit.objects.count() == 1

    def test_the_list_costs_the_same_however_long_it_is(self, senior, django_assert_num_queries):
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        senior.get(WORDS)
        with django_assert_num_queries(QUERIES_OF_LIST):
            senior.get(WORDS)
        for number in range(60):
            add_entry(f"wort{number}wort", ground="personal_attack", reason="Beleidigung")
        with django_assert_num_queries(QUERIES_OF_LIST):
            page = text_of(senior.get(WORDS))
        assert "Ältere Einträge" in page

    def test_an_entry_is_found_as_it_is_folded(self, senior):
        add_entry("Tölpel", ground="personal_attack", reason="Beleidigung")
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        page = text_of(senior.get(f"{WORDS}?q=TOELP"))
        assert "Tölpel" in page
        assert "Tropf" not in page


class TakeOffTests:
    def test_it_works_no_more_and_stays_on_record(self, senior, max_):
        entry = add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        address = f"{WORDS}{entry.pk}/"
        assert senior.post(address, {"reason": WHY}).status_code == 303
        entry.refresh_from_db()
        assert (entry.retired_by, entry.retired_for) == (max_, WHY)
        assert not current().words.hits("Du Tropf!")
        assert WHY in text_of(senior.get(address))
        assert senior.post(address, {"reason": WHY}).status_code == 409

    def test_needs_a_reason_and_a_senior(self, senior, client, mona):
        entry = add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        assert senior.post(f"{WORDS}{entry.pk}/", {"reason": "so"}).status_code == 422
        client.force_login(mona)
        assert client.post(f"{WORDS}{entry.pk}/", {"reason": WHY}).status_code == 403
        with pytest.raises(PermissionDenied):
            take_off(entry, by=mona, reason=WHY)
        assert retire(entry)
