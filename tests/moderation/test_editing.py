"""How do admins give a page of the house a new wording, and what is refused?"""

from datetime import timedelta
from threading import Event

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from moderation import editing
from moderation.editing import ship, write_edition
from moderation.models import Edition
from tests.factories import make_edition, reworded
from tests.moderation.races import at_once
from tests.servers import PATIENCE, until

EDIT = "/moderation/pages/"
TOMORROW = timedelta(days=1)


def newest(page="netiquette"):
    return Edition.objects.of(page)[0]


def written(admin, page="netiquette", **fields):
    former = newest(page)
    fields = {
        "based_on": former,
        "valid_from": timezone.now() + TOMORROW,
        "text_de": former.text_de,
        "text_en": former.text_en,
        "clauses": former.clauses,
    } | fields
    return write_edition(page, author=admin, **fields)


def typed(page="netiquette", **fields):
    """What the form sends: the newest edition, to hold from tomorrow, but for what is given."""
    former = newest(page)
    tomorrow = timezone.localtime() + TOMORROW
    sent = {
        "text_de": former.text_de,
        "text_en": former.text_en,
        "valid_from": tomorrow.strftime("%Y-%m-%dT%H:%M"),
        "based_on": former.pk,
        "changes": "",
        "clause-TOTAL_FORMS": len(former.clauses) + 1,
        "clause-INITIAL_FORMS": len(former.clauses),
    }
    for place, clause in enumerate(former.clauses):
        sent |= {f"clause-{place}-{name}": value for name, value in clause.items()}
    return sent | {name.replace("__", "-"): value for name, value in fields.items()}


class WritingTests:
    def test_a_clause_is_reworded_renumbered_and_added(self, admin):
        clauses = reworded(newest().clauses, "off_topic", number=10, text_de="Zur Sache bitte.")
        new = {
            "code": "",
            "number": 5,
            "noun_de": "Großbuchstaben",
            "noun_en": "Off topic",
            "text_de": "Schreiben Sie nicht in Großbuchstaben.",
            "text_en": "Do not shout.",
        }
        edition = written(admin, clauses=[*clauses, new])
        by_number = {clause["number"]: clause["code"] for clause in edition.clauses}
        # Its name would give a code that decisions use for something else.
        assert by_number[5] == "off_topic_2"
        assert by_number[10] == "off_topic"
        assert edition.written_by == admin

    def test_two_of_one_day_have_versions_of_their_own(self, admin):
        day = timezone.localtime() + TOMORROW
        first = written(admin, valid_from=day.replace(hour=8))
        second = written(admin, valid_from=day.replace(hour=9))
        assert (first.version, second.version) == (f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}-2")

    def test_a_clause_that_decisions_name_cannot_go(self, admin):
        with pytest.raises(ValidationError, match="kann nicht wegfallen"):
            written(admin, clauses=newest().clauses[:-1])

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"number": 9}, "jede Nummer einmal"),
            ({"number": 77}, "jede Nummer einmal"),
            ({"noun_de": "", "noun_en": ""}, "Punkt 4 braucht seinen Kurznamen"),
            ({"noun_en": ""}, "Punkt 4 braucht seinen Kurznamen"),
            ({"text_en": ""}, "Punkt 4 braucht seinen Text"),
        ],
    )
    def test_an_unsound_clause_is_refused(self, admin, changes, sentence):
        with pytest.raises(ValidationError, match=sentence):
            written(admin, clauses=reworded(newest().clauses, "threat", **changes))

    def test_nothing_holds_from_the_past_or_before_the_one_before(self, admin):
        with pytest.raises(ValidationError, match="künftigen Zeitpunkt"):
            written(admin, valid_from=timezone.now())
        written(admin, valid_from=timezone.now() + 3 * TOMORROW)
        with pytest.raises(ValidationError, match="später gelten"):
            written(admin)

    def test_a_page_without_clauses_gets_none(self, admin):
        with pytest.raises(ValidationError, match="keine Punkte"):
            written(admin, "imprint", clauses=newest().clauses)

    def test_who_was_slower_is_told(self, admin):
        former = newest()
        written(admin)
        with pytest.raises(ValidationError) as refused:
            written(admin, based_on=former, valid_from=timezone.now() + 2 * TOMORROW)
        assert refused.value.code == "conflict"

    def test_significance_needs_words(self, admin):
        with pytest.raises(ValidationError, match="was sich ändert"):
            written(admin, is_significant=True)

    @pytest.mark.parametrize("name", ["alice", "anna", "mona", "max_"])
    def test_nobody_but_admins_may(self, request, name):
        with pytest.raises(PermissionDenied):
            written(request.getfixturevalue(name))


class FormTests:
    @pytest.fixture
    def desk(self, client, admin):
        client.force_login(admin)
        return client

    def test_the_list_names_every_page(self, desk):
        page = desk.get(EDIT).content.decode()
        for word in ("Netiquette", "Nutzungsbedingungen", "Datenschutz", "Impressum", "Kontakt"):
            assert word in page
        assert "wie mit der Software geliefert" in page

    def test_the_form_holds_the_newest_wording(self, desk):
        page = desk.get(f"{EDIT}netiquette/").content.decode()
        assert "Greifen Sie niemanden persönlich an" in page
        assert "{contact_email}" in page

    def test_a_preview_shows_what_changes_and_stores_nothing(self, desk):
        sent = typed(clause__3__text_de="Drohen Sie <b>niemals</b>.", preview="1")
        page = desk.post(f"{EDIT}netiquette/", sent).content.decode()
        assert "<ins>4. Drohung: Drohen Sie &lt;b&gt;niemals&lt;/b&gt;.</ins>" in page
        assert "<del>4. Drohung: Drohen Sie niemandem" in page
        assert "Vorschau, englisch" in page
        assert Edition.objects.of("netiquette").count() == 1

    def test_published_it_is_announced_with_its_day(self, desk):
        sent = typed("imprint", text_de="## Verlag\n\nNeu.", publish="1")
        response = desk.post(f"{EDIT}imprint/", sent, follow=True)
        assert response.redirect_chain == [(EDIT, 303)]
        assert "Impressum: Die neue Fassung gilt ab" in response.content.decode()
        assert newest("imprint").text_de == "## Verlag\n\nNeu."

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"text_de": "Wir sind {verlag}."}, "dieses Namens gibt es nicht: {verlag}"),
            ({"text_en": ""}, "Bitte füllen Sie dieses Feld aus."),
            ({"text_de": "a" * 60_001}, "60000"),
            ({"valid_from": "gestern"}, "datum"),
            ({"valid_from": "2020-01-01T00:00"}, "künftigen Zeitpunkt"),
            ({"is_significant": "on"}, "was sich ändert"),
            ({"clause__3__number": "5"}, "jede Nummer einmal"),
            ({"clause__3__number": "viele"}, "Zahl"),
            ({"clause__3__noun_de": ""}, "Bitte füllen Sie dieses Feld aus."),
            ({"clause__9__noun_de": "Neues"}, "Bitte füllen Sie dieses Feld aus."),
            ({"based_on": "99999999"}, "Bitte laden Sie diese Seite neu"),
        ],
    )
    @pytest.mark.parametrize("button", ["preview", "publish"])
    def test_bad_input_is_told_and_the_text_stays(self, desk, fields, sentence, button):
        sent = typed(changes="", clause__1__text_de="Meine lange Mühe.", **fields)
        response = desk.post(f"{EDIT}netiquette/", sent | {button: "1"})
        page = response.content.decode()
        assert response.status_code == 422
        assert sentence.lower() in page.lower()
        assert "Meine lange Mühe." in page
        assert Edition.objects.of("netiquette").count() == 1

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"clause-TOTAL_FORMS": "many", "clause-INITIAL_FORMS": "-1"},
            {"clause-TOTAL_FORMS": "100000", "clause-INITIAL_FORMS": "0"},
        ],
    )
    def test_a_form_that_no_browser_sends_breaks_nothing(self, desk, sent):
        assert desk.post(f"{EDIT}netiquette/", sent).status_code == 422
        clause = typed("imprint") | {
            "clause-0-number": "1",
            **{f"clause-0-{name}": "x" for name in ("noun_de", "noun_en", "text_de", "text_en")},
        }
        assert desk.post(f"{EDIT}imprint/", clause | {"publish": "1"}).status_code == 422

    def test_a_clause_hidden_away_by_hand_is_missed(self, desk):
        sent = typed(clause__3__code="threat_2", publish="1")
        response = desk.post(f"{EDIT}netiquette/", sent)
        assert response.status_code == 422
        assert "kann nicht wegfallen" in response.content.decode()

    def test_who_was_slower_keeps_his_text(self, desk):
        sent = typed("imprint", text_de="Meine Fassung.", publish="1")
        make_edition("imprint", held_since=timezone.now())
        response = desk.post(f"{EDIT}imprint/", sent)
        assert response.status_code == 409
        assert "Meine Fassung." in response.content.decode()

    def test_no_such_page(self, desk):
        assert desk.get(f"{EDIT}privat/").status_code == 404

    @pytest.mark.parametrize("name", ["alice", "anna", "mona", "max_"])
    def test_others_stay_out(self, client, request, name):
        client.force_login(request.getfixturevalue(name))
        for address in (EDIT, f"{EDIT}netiquette/", f"{EDIT}privat/"):
            assert client.get(address).status_code == 403
            assert client.post(address, typed()).status_code == 403
        assert Edition.objects.of("netiquette").count() == 1


@pytest.mark.django_db
class ShippingTests:
    def test_every_page_is_there_from_the_start_and_shipping_again_does_nothing(self):
        assert Edition.objects.count() == len(Edition.Page)
        assert ship() == 0

    def test_a_newer_text_follows_one_that_nobody_has_written(self, monkeypatch):
        fields = editing.shipped("imprint") | {"text_de": "Neu geliefert."}
        monkeypatch.setattr(editing, "shipped", lambda page: fields if page == "imprint" else {})
        assert ship() == 1
        assert newest("imprint").text_de == "Neu geliefert."
        assert newest("imprint").valid_from > timezone.now()

    def test_but_never_one_that_the_house_has_written(self, admin, monkeypatch):
        written(admin, "imprint", text_de="Von Hand.")
        monkeypatch.setattr(editing, "shipped", lambda page: {"text_de": "Neu geliefert."})
        editing._ship_page("imprint")
        assert newest("imprint").text_de == "Von Hand."


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
class RaceTests:
    def test_who_waits_for_somebody_who_is_just_writing_is_told_as_well(self, admin):
        former, has_written = newest("imprint"), Event()

        @transaction.atomic
        def write(number):
            if number:
                assert has_written.wait(PATIENCE)
            edition = written(
                admin,
                "imprint",
                based_on=former,
                valid_from=timezone.now() + (number + 1) * TOMORROW,
            )
            has_written.set()
            until(somebody_waits)
            return edition

        first, second = at_once(2, write)
        assert newest("imprint") == first
        assert second.code == "conflict"
