"""Does a reader get a copy of everything that is kept about him, and nobody else?"""

import gzip
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import exporting
from accounts.consent import agree_to_reply_mails
from accounts.exporting import request_export
from accounts.models import PersonalDataExport
from accounts.names import skeleton
from accounts.renaming import rename
from accounts.tasks import prepare_next_export
from accounts.upkeep import tidy
from forum.following import follow
from forum.muting import mute
from forum.ordering import choose_order
from forum.posting import edit_comment
from forum.recommending import recommend
from moderation.appealing import answer, appeal
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.models import Caution
from moderation.queue import open_case
from notifications import choosing
from tests.factories import make_comment, make_discussion, make_notice
from tests.people import PASSWORD

PAGE = "/account/data/"
REASONS = "Der Satz spricht Personen die Eignung ab."


@pytest.fixture
def discussion(db):
    return make_discussion()


def sign_in(client, person) -> None:
    """And give the password once more, as these pages want it."""
    client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})


def again(path: str) -> str:
    """Where one is asked for the password before going on to that page."""
    return f"/account/reauthenticate/?{urlencode({'next': path})}"


def prepared(reader) -> PersonalDataExport:
    export = request_export(reader)
    prepare_next_export()
    export.refresh_from_db()
    return export


def as_json(reader) -> dict:
    return json.loads(gzip.decompress(prepared(reader).json_file))


def as_html(reader) -> str:
    return gzip.decompress(prepared(reader).html_file).decode()


class RequestTests:
    def test_asking_twice_waits_for_one_copy(self, alice):
        assert request_export(alice) == request_export(alice)
        assert alice.exports.count() == 1

    def test_the_third_copy_in_a_day_is_too_much(self, alice):
        for _ in range(2):
            prepared(alice)
        with pytest.raises(ValidationError) as refused:
            request_export(alice)
        assert refused.value.code == "too_fast"

    def test_a_suspended_reader_gets_his_copy(self, eve):
        assert prepared(eve).prepared_at


class ContentTests:
    def test_it_has_every_text_in_every_wording_and_state(self, discussion, alice, bob):
        first = make_comment(discussion, alice, "Endlich Ruhe.", status="pending")
        edit_comment(first, author=alice, body="Endlich Ruhe am Ufer.")
        for status in ("held", "removed", "withdrawn"):
            make_comment(discussion, alice, f"Das war {status}.", status=status)
        make_comment(discussion, bob, "Das geht Alice nichts an.")

        comments = as_json(alice)["comments"]
        assert [comment["status"] for comment in comments] == [
            "pending",
            "held",
            "removed",
            "withdrawn",
        ]
        assert [wording["body"] for wording in comments[0]["revisions"]] == [
            "Endlich Ruhe.",
            "Endlich Ruhe am Ufer.",
        ]
        assert comments[2]["revisions"][0]["body"] == "Das war removed."

    def test_it_has_notices_and_how_reports_were_judged(self, discussion, alice, bob, mona):
        comment = make_comment(discussion, bob, "Werft Steine!")
        notice = make_notice(
            comment, reader=alice, reason="Ein Aufruf zu Gewalt. <script>alert(1)</script>"
        )
        decide(notice.case, moderator=mona, measure="publish", revision=comment.revisions.get())
        Caution.objects.create(reader=alice, unfounded=10, judged=12)

        copy = as_json(alice)
        [told] = copy["notices"]
        assert (told["number"], told["email"]) == (notice.number, "gerda@example.com")
        assert told["reason"].endswith("<script>alert(1)</script>")
        assert "Der Beitrag bleibt stehen." in told["outcome"]
        assert copy["flagger_record"] == [{"upheld": 0, "unfounded": 1}]
        assert copy["cautions"][0]["judged"] == 12
        assert [mail["kind"] for mail in copy["mails"]] == ["receipt", "outcome"]
        assert "<script>" not in as_html(alice)

    def test_it_has_recommendations_reports_decisions_and_mails(
        self, discussion, alice, bob, carla, mona, client
    ):
        agree_to_reply_mails(alice)
        choosing.refuse(alice, "published")
        choosing.ask_for(alice, "follow")
        follow(discussion, reader=alice)
        mute(carla, reader=alice)
        choose_order(alice, "most-discussed")
        comment = make_comment(discussion, alice, "Wer das beschlossen hat, gehört abgewählt.")
        other = make_comment(discussion, bob, "Ach was.", parent=comment)
        recommend(other, reader=alice)
        flag(other, reader=alice, reason="off_topic", explanation="Gehört nicht hierher.")
        decide(
            open_case(comment, reason="opened"),
            moderator=mona,
            measure="remove",
            revision=comment.revisions.get(),
            ground="personal_attack",
            explanation=REASONS,
        )

        copy = as_json(alice)
        assert copy["recommendations"][0]["comment"].endswith(other.get_absolute_url())
        assert copy["flags"][0]["explanation"] == "Gehört nicht hierher."
        assert copy["decisions"][0]["ground"] == "persönlicher Angriff"
        assert REASONS in copy["decisions"][0]["statement"]
        assert {line["kind"] for line in copy["notifications"]} == {"reply", "decision"}
        assert {mail["kind"] for mail in copy["mails"]} == {"reply", "decision"}
        assert copy["mail_refusals"][0]["kind"] == "published"
        assert copy["mail_consents"][0]["kind"] == "follow"
        assert copy["follows"][0]["url"].endswith(discussion.get_absolute_url())
        assert copy["read_markers"][0]["url"].endswith(discussion.get_absolute_url())
        assert [hidden["name"] for hidden in copy["mutes"]] == ["Carla"]
        assert copy["chosen_order"][0]["order"] == "Meistdiskutiert"

    def test_it_has_appeals_with_their_answers_and_nobodys_name(
        self, discussion, alice, mona, max_
    ):
        rude = make_comment(discussion, alice, "Wer das beschlossen hat, gehört abgewählt.")
        removal = decide(
            open_case(rude, reason="opened"),
            moderator=mona,
            measure="remove",
            revision=rude.revisions.get(),
            ground="personal_attack",
            explanation=REASONS,
        )
        made = appeal(removal, text="<b>=1+1</b> meint niemanden.")
        answer(made, moderator=max_, outcome="upheld", answer="Der Satz meint den ganzen Rat.")
        (entry,) = as_json(alice)["appeals"]
        assert entry["number"] == made.number
        assert entry["text"] == "<b>=1+1</b> meint niemanden."
        assert entry["answer"] == "Der Satz meint den ganzen Rat."
        page = as_html(alice)
        assert "<b>=1+1" not in page
        assert "Max" not in page

    def test_it_has_profile_address_sessions_and_second_factors_without_secrets(
        self, client, alice
    ):
        sign_in(client, alice)
        Authenticator.objects.create(user=alice, type="totp", data={"secret": "GEHEIM"})

        export = prepared(alice)
        both = gzip.decompress(export.json_file) + gzip.decompress(export.html_file)
        copy = json.loads(gzip.decompress(export.json_file))
        assert copy["profile"][0]["name"] == "Alice"
        assert copy["addresses"][0] == {
            "email": "alice@example.org",
            "verified": True,
            "primary": True,
        }
        assert copy["sessions"][0]["ip"] == "127.0.0.1"
        assert copy["second_factors"][0]["type"] == "totp"
        assert b"GEHEIM" not in both
        assert alice.password.encode() not in both

    def test_it_has_what_is_kept_of_a_former_name(self, alice):
        copy = as_json(rename(alice, name="Paula"))
        assert copy["profile"][0]["name"] == "Paula"
        assert copy["profile"][0]["renamed_at"]
        assert [kept["name_skeleton"] for kept in copy["former_names"]] == [skeleton("Alice")]

    def test_moderators_and_those_who_reported_are_not_named(self, discussion, alice, carla, mona):
        comment = make_comment(discussion, alice, "Alles Lügner.")
        case = flag(comment, reader=carla, reason="rude", explanation="Gemein.").case
        decide(
            case,
            moderator=mona,
            measure="remove",
            revision=comment.revisions.get(),
            ground="personal_attack",
            explanation=REASONS,
        )
        both = as_html(alice) + json.dumps(as_json(alice))
        for foreign in ("Carla", "Mona", "Gemein."):
            assert foreign not in both

    def test_people_read_german_words_and_local_times(self, discussion, alice, time_machine):
        time_machine.move_to("2025-07-01T10:00:00Z", tick=False)
        make_comment(discussion, alice, "Endlich Ruhe\nam Ufer.")
        page = as_html(alice)
        assert '<html lang="de">' in page
        assert "<dt>Zustand</dt>\n<dd>veröffentlicht</dd>" in page
        assert "<dt>Gesendet am</dt>\n<dd>01.07.2025, 12:00 Uhr</dd>" in page
        assert "Endlich Ruhe<br>am Ufer." in page
        assert "Davon ist nichts gespeichert." in page

    def test_what_readers_typed_is_no_markup(self, discussion, alice):
        make_comment(discussion, alice, "<script>alert(1)</script> </dd>")
        page = as_html(alice)
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;/dd&gt;" in page

    def test_ten_comments_cost_as_many_queries_as_one(self, discussion, alice, bob):
        comment = make_comment(discussion, alice)
        recommend(make_comment(discussion, bob), reader=alice)

        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                exporting.files_of(alice)
            return len(asked)

        few = queries()
        for _ in range(9):
            recommend(make_comment(discussion, bob, parent=comment), reader=alice)
            make_comment(discussion, alice)
        assert queries() == few

    def test_rows_are_read_in_pieces(self, discussion, alice, monkeypatch):
        monkeypatch.setattr("forum.exporting.CHUNK", 2)
        for number in range(5):
            make_comment(discussion, alice, f"Nummer {number}.")
        assert len(as_json(alice)["comments"]) == 5


class JobTests:
    def test_killed_after_claiming_it_is_made_by_another_once_the_lease_is_over(
        self, alice, time_machine
    ):
        export = request_export(alice)
        assert exporting.claim(export)
        prepare_next_export()
        export.refresh_from_db()
        assert export.prepared_at is None

        time_machine.move_to(timezone.now() + exporting.LEASE)
        prepare_next_export()
        export.refresh_from_db()
        assert export.prepared_at
        assert export.attempts == 2

    def test_stored_twice_it_is_told_once(self, alice):
        export = request_export(alice)
        for _ in range(2):
            exporting.store(export, json_file=b"1", html_file=b"2")
        assert alice.notifications.filter(kind="export").count() == 1

    def test_after_five_failures_it_is_set_aside_and_the_reader_may_ask_again(
        self, client, alice, bob, monkeypatch, time_machine
    ):
        def break_down(reader):
            raise ArithmeticError

        export = request_export(alice)
        monkeypatch.setattr(exporting, "files_of", break_down)
        for _ in range(exporting.ATTEMPTS):
            with pytest.raises(ArithmeticError):
                prepare_next_export()
            time_machine.move_to(timezone.now() + timedelta(hours=1))
        prepare_next_export()
        export.refresh_from_db()
        assert export.set_aside_at
        assert "forum_exports_set_aside 1.0" in client.get("/metrics").content.decode()

        client.force_login(alice)
        page = client.get(PAGE).content.decode()
        assert "konnte nicht erstellt werden" in page
        assert "Kopie anfordern" in page
        assert request_export(alice) != export

    def test_a_failure_holds_nobody_else_up(self, alice, bob, monkeypatch):
        request_export(alice)
        second = request_export(bob)
        whole = exporting.files_of
        monkeypatch.setattr(
            exporting, "files_of", lambda reader: 1 / 0 if reader == alice else whole(reader)
        )
        with pytest.raises(ZeroDivisionError):
            prepare_next_export()
        prepare_next_export()
        second.refresh_from_db()
        assert second.prepared_at

    def test_nothing_waits_nothing_happens(self, db):
        prepare_next_export()

    def test_a_week_later_it_is_deleted(self, alice, time_machine):
        prepared(alice)
        assert tidy()["exports"] == 0
        time_machine.move_to(timezone.now() + timedelta(days=7, minutes=1))
        assert tidy()["exports"] == 1


class PageTests:
    def test_a_stranger_signs_in_first(self, client, db):
        assert client.get(PAGE).url == f"/account/login/?next={PAGE}"

    def test_asking_needs_the_password_again(self, client, alice):
        client.force_login(alice)
        assert client.post(PAGE).url == again(PAGE)
        assert not alice.exports.exists()

        client.post(again(PAGE), {"password": PASSWORD})
        assert alice.exports.count() == 1

    def test_asked_for_it_waits_and_then_can_be_fetched(self, client, alice):
        sign_in(client, alice)
        assert client.post(PAGE).url == PAGE
        page = client.get(PAGE).content.decode()
        assert "Sie wird vorbereitet" in page
        assert "Kopie anfordern" not in page

        prepare_next_export()
        export = alice.exports.get()
        page = client.get(PAGE).content.decode()
        assert f'href="{PAGE}{export.pk}/json/"' in page
        assert f'href="{PAGE}{export.pk}/html/"' in page

    def test_both_files_are_saved_under_names_of_ours(self, client, alice, time_machine):
        time_machine.move_to("2025-02-04T12:00:00Z")
        sign_in(client, alice)
        export = prepared(alice)
        for ending, content_type in (
            ("json", "application/json"),
            ("html", "text/html; charset=utf-8"),
        ):
            response = client.get(f"{PAGE}{export.pk}/{ending}/")
            assert response["Content-Type"] == content_type
            named = f'attachment; filename="meine-daten-2025-02-04.{ending}"'
            assert response["Content-Disposition"] == named
            assert "no-store" in response["Cache-Control"]
            body = b"".join(response.streaming_content).decode()
            assert "alice@example.org" in body
            assert len(body.encode()) == int(response["Content-Length"])

    def test_fetching_needs_the_password_again(self, client, alice):
        client.force_login(alice)
        address = f"{PAGE}{prepared(alice).pk}/json/"
        assert client.get(address).url == again(address)

    @pytest.mark.parametrize("ending", ["json", "html"])
    def test_nobody_else_finds_it(self, client, alice, bob, admin, ending):
        address = f"{PAGE}{prepared(alice).pk}/{ending}/"
        assert client.get(address).url == f"/account/login/?next={address}"
        sign_in(client, bob)
        assert client.get(address).status_code == 404

    def test_what_is_not_ready_is_not_found(self, client, alice):
        sign_in(client, alice)
        assert client.get(f"{PAGE}{request_export(alice).pk}/json/").status_code == 404

    def test_too_much_is_said_with_the_time(self, client, alice):
        sign_in(client, alice)
        for _ in range(2):
            prepared(alice)
        response = client.post(PAGE)
        assert response.status_code == 429
        assert int(response["Retry-After"]) > 0
        assert 'role="alert"' in response.content.decode()
