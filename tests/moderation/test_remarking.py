"""What do readers and the author see of a hidden passage, and of a note of the moderators?"""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from forum.hiding import text_of
from forum.posting import edit_comment
from moderation import checks
from moderation.models import Case, Decision
from moderation.queue import open_case
from moderation.remarking import hide_passage, note, reveal_passage
from notifications.letters import about_publication
from notifications.mailing import send_mail_row
from notifications.models import Mail, Notification
from notifications.reading import sentence_of
from tests.factories import make_comment, make_discussion

TEXT = (
    "Der Beschluss ist falsch. Wer ihn gefasst hat, ist ein *Schwachkopf*, siehe "
    "https://example.org/geheim/adresse und so weiter.\n\nEs bleibt dabei."
)
MARK = "<mark>[Stelle von der Moderation verborgen]</mark>"
WHY = "Die Stelle nennt Mitglieder des Rates Schwachköpfe."
REASONS = {"ground": "personal_attack", "explanation": WHY}


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, TEXT)


def hidden(comment, moderator, passage, **changed):
    revision = comment.revisions.latest("number")
    fields = {"passage": passage, "revision": revision} | REASONS | changed
    return hide_passage(comment, moderator=moderator, **fields)


class HidePassageTests:
    def test_everybody_sees_that_something_was_hidden_and_not_what(
        self, client, comment, mona, bob
    ):
        hidden(comment, mona, "ist ein *Schwachkopf*")
        revision = comment.revisions.get()
        assert revision.body == TEXT
        page = client.get(comment.get_absolute_url()).content.decode()
        assert MARK in page
        assert "Schwachkopf" not in page
        assert "Es bleibt dabei." in page
        assert "Schwachkopf" not in text_of(revision)
        quote = f"/discussions/{comment.discussion_id}/comments/?parent={comment.pk}&quote=1"
        client.force_login(bob)
        assert "Schwachkopf" not in client.get(quote).content.decode()

    def test_search_does_not_find_it_any_more(self, client, comment, mona):
        assert "Es bleibt dabei" in client.get("/search/?q=Schwachkopf").content.decode()
        hidden(comment, mona, "ist ein *Schwachkopf*")
        assert "Es bleibt dabei" not in client.get("/search/?q=Schwachkopf").content.decode()

    def test_the_author_is_told_which_and_why(self, comment, bob, mona):
        hidden(comment, mona, "ist ein *Schwachkopf*")
        send_mail_row(Mail.objects.get(recipient=bob))
        letter = mail.outbox[0]
        assert letter.subject == "Wir haben eine Stelle Ihres Beitrags verborgen: Begründung"
        assert "Verborgen: „ist ein *Schwachkopf*“" in letter.body
        assert WHY in letter.body

    def test_an_open_case_is_decided_by_it(self, comment, mona):
        case = open_case(comment, reason="flagged")
        decision = hidden(comment, mona, "Schwachkopf")
        assert Case.objects.get().closed_at
        assert decision.case == case

    @pytest.mark.parametrize("passage", ["geheim", "https://example.org/geheim/adresse", "/adr"])
    def test_a_part_of_an_address_leaves_no_broken_html(self, comment, mona, passage):
        hidden(comment, mona, passage)
        html = comment.revisions.get().html
        assert passage not in html
        assert html.count(MARK) == 1
        assert html.count("<a ") == html.count("</a>") == html.count('rel="nofollow')

    def test_passages_may_overlap(self, comment, mona):
        hidden(comment, mona, "Wer ihn gefasst hat, ist")
        hidden(comment, mona, "hat, ist ein *Schwachkopf*")
        html = comment.revisions.get().html
        assert html.count(MARK) == 1
        assert "gefasst" not in html

    @pytest.mark.parametrize("passage", ["", "  ", "nicht da", "e", "ist", "<mark>", "\x00"])
    def test_it_must_stand_there_once(self, comment, mona, passage):
        with pytest.raises(ValidationError) as refused:
            hidden(comment, mona, passage)
        assert "passage" in refused.value.error_dict
        assert not Decision.objects.exists()

    def test_readers_cannot_make_the_mark(self, bob):
        comment = make_comment(make_discussion(), bob, f"Hier {MARK} und *{MARK}*.")
        assert "<mark>" not in comment.revisions.get().html

    def test_nobody_hides_in_his_own_nor_without_reasons(self, comment, mona, bob):
        own = make_comment(comment.discussion, mona, "Bitte zur Sache.")
        with pytest.raises(PermissionDenied):
            hidden(own, mona, "Bitte")
        with pytest.raises(PermissionDenied):
            hidden(comment, bob, "Beschluss")
        with pytest.raises(ValidationError):
            hidden(comment, mona, "Beschluss", explanation="kurz")

    def test_of_a_wording_that_readers_do_not_see_nothing_is_hidden(self, bob, mona):
        held = make_comment(make_discussion(), bob, TEXT, status="held")
        with pytest.raises(ValidationError) as refused:
            hidden(held, mona, "Beschluss")
        assert refused.value.code == "conflict"


class EditTests:
    def test_whatever_is_made_of_it_waits_for_the_moderators(self, comment, bob, mona):
        decision = hidden(comment, mona, "ist ein *Schwachkopf*")
        again = edit_comment(comment, author=bob, body=TEXT + " Wirklich.")
        found = checks.hidden_passage(comment, again)
        assert (found.outcome, found.found) == ("hold", ["ist ein *Schwachkopf*"])
        for changed in ("*Schwach\u00adkopf*", " *Schwachkopf*", "*Schwachkopf\u200b*"):
            body = TEXT.replace("*Schwachkopf*", changed)
            other = edit_comment(comment, author=bob, body=body)
            assert checks.hidden_passage(comment, other).outcome == "hold"
        reveal_passage(decision, moderator=mona, explanation="Die Stelle ist ein Zitat.")
        free = edit_comment(comment, author=bob, body="Der Beschluss ist falsch.")
        assert checks.hidden_passage(comment, free).outcome == "pass"


class RevealTests:
    def test_the_author_is_told_that_the_passage_is_shown_again(self, comment, mona):
        decision = hidden(comment, mona, "ist ein *Schwachkopf*")
        lifting = reveal_passage(decision, moderator=mona, explanation="Es war ein Zitat.")
        told = Notification.objects.in_view().get(decision=lifting)
        assert sentence_of(told) == "Eine Stelle Ihres Beitrags ist wieder zu sehen."
        assert about_publication(told).subject == "Ihr Beitrag ist wieder ganz zu lesen"

    def test_the_words_are_there_again(self, client, comment, mona):
        decision = hidden(comment, mona, "ist ein *Schwachkopf*")
        before = comment.revisions.get().html
        lifting = reveal_passage(decision, moderator=mona, explanation="Es war ein Zitat.")
        assert lifting.reverses == decision
        html = comment.revisions.get().html
        assert html != before
        assert "<em>Schwachkopf</em>" in html
        with pytest.raises(ValidationError):
            reveal_passage(decision, moderator=mona, explanation="Noch einmal.")


class NoteTests:
    def test_stands_below_the_comment_signed_by_the_house(self, client, comment, bob, mona):
        note(comment, moderator=mona, text="Die Zahl stimmt nicht: <b>siehe</b> den Artikel.")
        for address in (comment.get_absolute_url(), comment.discussion.get_absolute_url()):
            page = client.get(address).content.decode()
            assert "<b>Moderation:</b> Die Zahl stimmt nicht: &lt;b&gt;siehe" in page
            assert "Mona" not in page
        send_mail_row(Mail.objects.get(recipient=bob))
        assert "Die Zahl stimmt nicht" in mail.outbox[0].body

    def test_can_be_taken_away(self, client, comment, mona):
        note(comment, moderator=mona, text="Die Zahl stimmt nicht.")
        note(comment, moderator=mona, text="")
        assert "Die Zahl" not in client.get(comment.get_absolute_url()).content.decode()
        with pytest.raises(ValidationError):
            note(comment, moderator=mona, text=" ")


class PageTests:
    def test_each_form_works_and_keeps_what_was_typed(self, client, comment, mona):
        client.force_login(mona)
        base = f"/moderation/comments/{comment.pk}/"
        assert client.get(f"{base}measures/").status_code == 200
        sent = REASONS | {"passage": "nicht da", "revision": comment.revisions.get().pk}
        refused = client.post(f"{base}passages/", sent)
        assert refused.status_code == 422
        assert WHY in refused.content.decode()
        other = make_comment(comment.discussion, mona).revisions.get().pk
        assert client.post(f"{base}passages/", sent | {"revision": other}).status_code == 422
        assert client.post(f"{base}passages/", sent | {"passage": "Beschluss"}).status_code == 303
        decision = Decision.objects.get()
        reveal = f"/moderation/passages/{decision.pk}/reveal/"
        assert client.post(reveal, {"reveal-explanation": "kurz"}).status_code == 422
        why = "Die Stelle war ein Zitat aus dem Artikel."
        assert client.post(reveal, {"reveal-explanation": why}).status_code == 303
        assert client.post(reveal, {"reveal-explanation": why}).status_code == 409
        assert client.post(f"{base}note/", {"note-text": "Siehe Artikel."}).status_code == 303
