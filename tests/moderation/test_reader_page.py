"""What does the desk know and decide about a reader, and what does he see of it?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from forum.posting import post_comment
from moderation import checks
from moderation.models import Case, Decision, Hearing, ReaderNote
from moderation.queue import open_case
from moderation.suspending import announce, answer
from tests.factories import make_comment, make_discussion

WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
HOSTILE = "<b onmouseover=alert(1)>x</b> {{ 7*7 }}"


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, "Wer das beschlossen hat, ist ein Schwachkopf.")


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


def form(occasion, **changed):
    fields = {"measure": "warn", "ground": "personal_attack", "explanation": WHY, "length": "7"}
    return fields | {"comment": occasion.pk} | changed


class MeasureTests:
    ADDRESS = "/moderation/readers/Bob/measures/"

    @pytest.mark.parametrize(
        ("measure", "decided"), [("warn", "warn"), ("read_first", "read_first")]
    )
    def test_each_takes_effect(self, desk, comment, measure, decided):
        assert desk.post(self.ADDRESS, form(comment, measure=measure)).status_code == 303
        assert Decision.objects.get().measure == decided

    def test_an_announcement_is_no_decision_yet(self, desk, comment):
        assert desk.post(self.ADDRESS, form(comment, measure="announce")).status_code == 303
        assert Hearing.objects.get().days == 7
        assert not Decision.objects.exists()

    def test_a_suspension_at_once_says_why(self, desk, comment, bob):
        sent = form(comment, measure="suspend")
        assert desk.post(self.ADDRESS, sent).status_code == 422
        sent["why_grave"] = "Drohung gegen eine Person."
        assert desk.post(self.ADDRESS, sent).status_code == 303
        assert User.objects.get(pk=bob.pk).is_suspended

    @pytest.mark.parametrize(
        "changed",
        [
            {"measure": "publish"},
            {"ground": "nothing"},
            {"explanation": "kurz"},
            {"length": "999"},
            {"comment": "x"},
            {"comment": "9" * 30},
            {"comment": ""},
        ],
    )
    def test_what_is_wrong_is_said_and_the_reasons_stay(self, desk, comment, changed):
        response = desk.post(self.ADDRESS, form(comment, **changed))
        assert response.status_code == 422
        assert changed.get("explanation", WHY) in response.content.decode()
        assert not Decision.objects.exists()

    def test_a_comment_of_somebody_else_is_no_occasion(self, desk, comment, alice):
        other = make_comment(comment.discussion, alice)
        assert desk.post(self.ADDRESS, form(other)).status_code == 422

    def test_longer_than_a_week_is_for_seniors(self, desk, comment):
        sent = form(comment, measure="announce", length="without_end")
        assert desk.post(self.ADDRESS, sent).status_code == 403


class ReadFirstTests:
    def test_what_he_writes_then_waits(self, desk, comment, bob):
        desk.post(MeasureTests.ADDRESS, form(comment, measure="read_first"))
        bob = User.objects.get(pk=bob.pk)
        waiting = post_comment(comment.discussion, author=bob, body="Und der Wochenmarkt?")
        found = checks.reader_read_first(waiting, waiting.revisions.get())
        assert found.outcome == "hold"

    def test_of_others_nothing_does(self, comment):
        assert checks.reader_read_first(comment, comment.revisions.get()).outcome == "pass"


class PageTests:
    def test_shows_what_is_known_in_few_queries(self, desk, comment, bob, mona):
        announce(
            comment, moderator=mona, days=3, ground="personal_attack", explanation=WHY + HOSTILE
        )
        answer(Hearing.objects.get(), reader=bob, text=HOSTILE)
        desk.post("/moderation/readers/Bob/notes/", {"note-text": HOSTILE})
        assert ReaderNote.objects.get().text == HOSTILE
        with CaptureQueriesContext(connection) as asked:
            page = desk.get(f"/moderation/readers/Bob/?comment={comment.pk}")
        html = page.content.decode()
        assert "<b onmouseover" not in html
        assert "&lt;b onmouseover" in html
        assert "3 Tage" in html
        assert len(asked) <= 18

    def test_the_case_about_him_leads_there_from_the_list(self, desk, comment, bob, mona):
        announce(comment, moderator=mona, days=3, ground="personal_attack", explanation=WHY)
        answer(Hearing.objects.get(), reader=bob, text="Das war im Zorn.")
        open_case(comment, reason="opened")
        case = Case.objects.get(reader=bob)
        assert f'href="{case.get_absolute_url()}"' in desk.get("/moderation/").content.decode()
        assert desk.get(case.get_absolute_url()).headers["Location"] == "/moderation/readers/Bob/"
        assert desk.post(f"{case.get_absolute_url()}decision/", {}).status_code == 404
        hearing = Hearing.objects.get()
        sent = {"hearing-outcome": "suspend", "hearing-explanation": "Es war das dritte Mal so."}
        assert desk.post(f"/moderation/hearings/{hearing.pk}/decision/", sent).status_code == 303
        assert User.objects.get(pk=bob.pk).is_suspended
        again = desk.post(f"/moderation/hearings/{hearing.pk}/decision/", sent)
        assert again.status_code == 409
        assert "Es war das dritte Mal so." in again.content.decode()

    def test_lifting_needs_a_reason(self, desk, comment, bob):
        desk.post(MeasureTests.ADDRESS, form(comment, measure="read_first"))
        lift = "/moderation/readers/Bob/reinstatement/"
        assert desk.post(lift, {"lift-explanation": "kurz"}).status_code == 422
        why = "Seit drei Wochen ohne Beanstandung."
        assert desk.post(lift, {"lift-explanation": why}).status_code == 303
        assert not User.objects.get(pk=bob.pk).is_read_first
        assert desk.post(lift, {"lift-explanation": why}).status_code == 409


class HearingPageTests:
    def test_he_finds_it_in_his_settings_and_answers(self, client, comment, bob, mona):
        hearing = announce(
            comment, moderator=mona, days=3, ground="personal_attack", explanation=WHY
        )
        client.force_login(bob)
        address = hearing.get_absolute_url()
        assert address in client.get("/account/settings/").content.decode()
        assert WHY in client.get(address).content.decode()
        assert client.post(address, {"text": " "}).status_code == 422
        assert client.post(address, {"text": "Das war im Zorn."}).status_code == 303
        assert "Das war im Zorn." in client.get(address).content.decode()
        again = client.post(address, {"text": "Und noch etwas."})
        assert again.status_code == 409
        assert "Und noch etwas." in again.content.decode()

    def test_nobody_else_sees_it(self, client, comment, alice, mona):
        hearing = announce(
            comment, moderator=mona, days=3, ground="personal_attack", explanation=WHY
        )
        client.force_login(alice)
        assert client.get(hearing.get_absolute_url()).status_code == 404
