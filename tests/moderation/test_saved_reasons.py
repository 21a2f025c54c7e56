"""Do saved reasons speak of the comment at hand, and does what readers wrote stay what it is?"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from moderation import rulebook, saved_reasons
from moderation.flagging import flag
from moderation.models import Respite, SavedReason, Screening, Verdict
from moderation.saved_reasons import filled, left_in, offered, suggested, values_of
from tests import people
from tests.factories import make_comment, make_discussion

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
LIST = "/moderation/reasons/"
FORM = {
    "ground": "threat",
    "title": "Drohung gegen {name}",
    "text": "Der Beitrag droht jemandem. Das lassen wir nicht stehen, {name}.",
}


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, TEXT)


def make_reason(text, *, ground="threat", title="Neu") -> SavedReason:
    return SavedReason.objects.create(ground=ground, title=title, text=text)


def marks(comment, *found):
    """As a check leaves it."""
    screening = Screening.objects.get(revision=comment.revisions.get())
    Verdict.objects.create(
        screening=screening, check_name="word_list", outcome="hold", found=list(found)
    )


def decision_form(case, **changed):
    fields = {"measure": "remove", "ground": "personal_attack", "explanation": ""}
    return fields | {"revision": case.comment.revisions.get().pk} | changed


class FillTests:
    def test_each_placeholder_says_what_the_comment_has(self, comment):
        reason = make_reason("{name}: {headline}, {ground}, {passage}, {time}")
        text = filled(reason, values_of(comment, passages=["Schwachkopf", "gehört weg"]))
        assert text.startswith("Bob: Stadtrat sperrt die Uferstraße")
        assert "Drohung, „Schwachkopf“, „gehört weg“, " in text
        assert "{" not in text

    def test_what_cannot_be_filled_is_refused_in_words(self, comment):
        reason = make_reason("Die Formulierung {passage} droht.", title="Mit Stelle")
        with pytest.raises(ValidationError, match=r"„Mit Stelle“ braucht {passage}"):
            filled(reason, values_of(comment, passages=[]))

    def test_what_a_reader_wrote_is_not_filled_again(self, comment):
        comment.author.name = "{headline}"
        reason = make_reason("Guten Tag {name}: {passage} geht nicht.")
        text = filled(reason, values_of(comment, passages=["{name} <b>", "%(name)s"]))
        assert text == "Guten Tag {headline}: „{name} <b>“, „%(name)s“ geht nicht."

    @pytest.mark.parametrize(
        ("text", "wrote", "left"),
        [
            ("Hallo {name}!", "", ["{name}"]),
            ("Hallo {name}!", "Ich heiße {name}.", []),
            ("Hallo {foo} {}", "", []),
            ("Hallo { name }", "", []),
        ],
    )
    def test_only_ours_count_as_left_over(self, text, wrote, left):
        assert left_in(text, reader_wrote=wrote) == left


class OfferTests:
    def test_what_fits_comes_first_and_what_lacks_something_says_so(self, comment):
        before = offered(comment, passages=[])
        assert suggested(before, ground="personal_attack").title == "Persönlicher Angriff"
        (lacking,) = [one for one in before if one.title == "Beleidigung, mit der Stelle"]
        assert lacking.text == ""
        assert "{passage}" in lacking.lacks
        after = offered(comment, passages=["Schwachkopf"])
        chosen = suggested(after, ground="personal_attack")
        assert chosen.text.startswith("Die Formulierung „Schwachkopf“ setzt")

    def test_every_ground_is_shipped_with_words_that_need_nothing(self, comment):
        plain = offered(comment, passages=[])
        for ground in rulebook.current().grounds:
            assert suggested(plain, ground=ground), ground

    def test_no_ground_suggests_nothing(self, comment):
        assert suggested(offered(comment, passages=[]), ground="") is None


class CasePageTests:
    @pytest.fixture
    def case(self, comment, alice):
        return flag(comment, reader=alice, reason="rude").case

    @pytest.fixture
    def desk(self, client, mona):
        client.force_login(mona)
        return client

    def test_the_form_has_chosen_by_flags_and_checks(self, desk, case, comment):
        marks(comment, "Schwachkopf", 12)
        page = desk.get(case.get_absolute_url()).content.decode()
        chosen = SavedReason.objects.get(title="Beleidigung, mit der Stelle")
        assert f'<option value="{chosen.pk}" data-ground="personal_attack"' in page
        option = page.split(f'<option value="{chosen.pk}"')[1].split("</option>")[0]
        assert " selected" in option
        assert "Die Formulierung „Schwachkopf“" in option
        assert "ist ein <mark>Schwachkopf</mark>." in page

    def test_without_script_the_chosen_one_is_sent(self, desk, case, comment):
        marks(comment, "Schwachkopf")
        chosen = SavedReason.objects.get(title="Beleidigung, mit der Stelle")
        response = desk.post(
            f"{case.get_absolute_url()}decision/", decision_form(case, saved=chosen.pk)
        )
        assert response.status_code == 303
        assert Respite.objects.get().explanation.startswith("Die Formulierung „Schwachkopf“ setzt")

    def test_what_was_written_is_sent_instead(self, desk, case):
        chosen = SavedReason.objects.get(title="Persönlicher Angriff")
        mine = "Das ist eine Beleidigung, und zwar eine grobe."
        desk.post(
            f"{case.get_absolute_url()}decision/",
            decision_form(case, saved=chosen.pk, explanation=mine),
        )
        assert Respite.objects.get().explanation == mine

    def test_one_that_lacks_something_is_refused_and_the_form_is_kept(self, desk, case):
        chosen = SavedReason.objects.get(title="Beleidigung, mit der Stelle")
        response = desk.post(
            f"{case.get_absolute_url()}decision/", decision_form(case, saved=chosen.pk)
        )
        page = response.content.decode()
        assert response.status_code == 422
        assert "braucht {passage}, das es bei diesem Beitrag nicht gibt" in page
        assert 'value="remove" id="id_measure_' in page
        assert not Respite.objects.exists()

    def test_a_placeholder_is_never_sent(self, desk, case):
        typed = "Guten Tag {name}, so geht das nicht."
        response = desk.post(
            f"{case.get_absolute_url()}decision/", decision_form(case, explanation=typed)
        )
        assert response.status_code == 422
        assert "Bitte schreiben Sie etwas an die Stelle von {name}." in response.content.decode()
        assert typed in response.content.decode()

    @pytest.mark.parametrize("saved", ["0", "x", "9" * 20])
    def test_one_that_is_gone_is_said(self, desk, case, saved):
        response = desk.post(
            f"{case.get_absolute_url()}decision/", decision_form(case, saved=saved)
        )
        assert response.status_code == 422
        assert "gibt es nicht mehr" in response.content.decode()

    def test_a_readers_text_in_it_stays_text(self, desk, bob, alice):
        hostile = '"><script>alert(1)</script>'
        comment = make_comment(make_discussion(), bob, f"Lest {hostile} dort.")
        case = flag(comment, reader=alice, reason="rude").case
        marks(comment, hostile)
        page = desk.get(case.get_absolute_url()).content.decode()
        assert "<script>alert" not in page
        assert "Lest <mark>" in page


class EditTests:
    @pytest.fixture
    def senior(self, client, max_):
        client.force_login(max_)
        return client

    def test_a_senior_adds_rewords_and_deletes_one(self, senior, max_):
        assert senior.post(LIST, FORM).status_code == 303
        reason = SavedReason.objects.get(title=FORM["title"])
        assert (reason.text, reason.edited_by) == (FORM["text"], max_)
        address = f"{LIST}{reason.pk}/"
        assert FORM["text"] in senior.get(address).content.decode()
        senior.post(address, FORM | {"text": "Der Beitrag droht jemandem mit Gewalt."})
        reason.refresh_from_db()
        assert reason.text == "Der Beitrag droht jemandem mit Gewalt."
        assert senior.post(f"{address}deletion/").status_code == 303
        assert not SavedReason.objects.filter(pk=reason.pk).exists()

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"text": ""}, "Bitte füllen Sie dieses Feld aus."),
            ({"text": "zu kurz"}, "mindestens 20 Zeichen"),
            ({"text": "x" * 1_501}, "höchstens 1500 Zeichen"),
            ({"text": "Das {wort} gibt es hier nicht."}, "Für {wort} ist nichts bekannt"),
            ({"ground": "nonsense"}, "Bitte eine gültige Auswahl treffen."),
            ({"title": "x" * 61}, "höchstens 60 Zeichen"),
        ],
    )
    def test_bad_input_is_said_and_kept(self, senior, wrong, said):
        response = senior.post(LIST, FORM | wrong)
        page = response.content.decode()
        assert response.status_code == 422
        assert said in page
        assert "Drohung gegen" in page or "title" in wrong

    def test_the_same_name_twice_is_refused(self, senior):
        senior.post(LIST, FORM)
        response = senior.post(LIST, FORM)
        assert response.status_code == 422
        assert SavedReason.objects.filter(title=FORM["title"]).count() == 1

    def test_moderators_read_but_do_not_write(self, client, mona):
        client.force_login(mona)
        page = client.get(LIST).content.decode()
        assert "Die leitende Moderation schreibt sie." in page
        assert 'name="text"' not in page
        reason = SavedReason.objects.first()
        assert client.post(LIST, FORM).status_code == 403
        assert client.get(f"{LIST}{reason.pk}/").status_code == 403
        assert client.post(f"{LIST}{reason.pk}/deletion/").status_code == 403
        with pytest.raises(PermissionDenied):
            saved_reasons.save(reason, moderator=mona)
        with pytest.raises(PermissionDenied):
            saved_reasons.delete(reason, moderator=people.person("Mika", role="moderator"))
