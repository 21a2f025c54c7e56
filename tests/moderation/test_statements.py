"""What does the author read about a decision on his comment?"""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from forum.posting import edit_comment
from moderation import rulebook
from moderation.deciding import decide, decide_by_check
from moderation.flagging import flag
from moderation.models import Case, Decision, DecisionText, Screening, Verdict
from moderation.phrasing import TOLD
from moderation.queue import open_case
from moderation.statements import decision_for_key, key_of, statement
from tests.factories import ArticleFactory, make_comment, make_discussion

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
HOSTILE = '<img src=x onerror=alert(1)> %(name)s %s {0} {{ 7*7 }}" \u202e =1+1 \u2066'


@pytest.fixture
def comment(bob):
    article = ArticleFactory(headline="Stadtrat sperrt die Uferstraße")
    return make_comment(make_discussion(article=article), bob, TEXT)


def decided(comment, moderator, *, reason="opened", **measure):
    case = open_case(comment, reason=reason)
    measure = {"measure": "remove", "ground": "personal_attack", "explanation": WHY} | measure
    return decide(case, moderator=moderator, revision=comment.revisions.latest("number"), **measure)


def made(comment, moderator, **fields):
    """A decision of whatever kind, as it is recorded."""
    revision = comment.revisions.latest("number") if comment else None
    decision = Decision.objects.create(
        comment=comment,
        revision=revision,
        rules_version=rulebook.current().version,
        origin="own",
        decided_by=moderator,
        **fields,
    )
    DecisionText.objects.create(decision=decision, explanation="Das ist eine Beleidigung.")
    return Decision.objects.in_view().get(pk=decision.pk)


def clock(moment):
    return timezone.localtime(moment).strftime("%d.%m.%Y, %H:%M Uhr")


class StatementTests:
    def test_a_removal_is_told_word_for_word(self, comment, alice, mona):
        flag(comment, reader=alice, reason="rude")
        decision = decided(comment, mona)
        until = timezone.localtime(decision.decided_at + timedelta(days=184))
        told = statement(Decision.objects.in_view().get())
        assert told.opening == (
            f"Guten Tag Bob, wir haben Ihren Beitrag vom {clock(comment.submitted_at)} unter "
            "„Stadtrat sperrt die Uferstraße“ entfernt. Er ist seit "
            f"{clock(decision.decided_at)} auf unserer Seite für niemanden mehr sichtbar, "
            "unbefristet. Ihr Text verstößt gegen Punkt\u00a02 (persönlicher Angriff) unserer "
            f"Netiquette (Fassung vom 22.11.2026): {WHY} Aufmerksam wurden wir durch eine "
            "Meldung; entschieden hat ein Mensch."
        )
        assert told.redress == (
            f"Sehen Sie das anders? Bis {until:%d.%m.%Y} können Sie kostenlos Beschwerde "
            "einlegen, auch ohne Anmeldung; es entscheidet jemand anderes. Sie können außerdem "
            "eine zertifizierte außergerichtliche Streitbeilegungsstelle oder ein Gericht anrufen."
        )
        assert told.own_text == TEXT

    def test_the_facts_are_those_of_article_17(self, comment, mona):
        decision = decided(comment, mona)
        facts = dict(statement(decision).facts)
        assert facts["Maßnahme"] == "Entfernen"
        assert facts["Wo sie gilt"] == "auf unserer ganzen Seite, in allen Ländern"
        assert facts["Wie lange sie gilt"] == "unbefristet"
        assert "Fassung 1" in facts["Worum es geht"]
        assert facts["Punkt der Netiquette, Fassung"].startswith(
            "Punkt\u00a02 (persönlicher Angriff)"
        )
        assert facts["Begründung"] == WHY
        assert facts["Aufmerksam geworden durch"] == "eigene Durchsicht"
        assert facts["Automatisch bemerkt"] == facts["Automatisch entschieden"] == "nein"

    def test_what_happened_stands_before_the_reasons(self, comment, mona):
        decided(comment, mona, facts="Der zweite Satz nennt Stadträte")
        told = statement(Decision.objects.in_view().get())
        assert f": Der zweite Satz nennt Stadträte. {WHY} Aufmerksam" in told.opening
        assert dict(told.facts)["Was geschehen ist"] == "Der zweite Satz nennt Stadträte."

    def test_bodies_that_the_operator_names_are_named(self, comment, mona, settings):
        settings.DISPUTE_BODIES = "Schlichtungsstelle Auenbrück"
        assert statement(decided(comment, mona)).redress.endswith(
            "Zertifizierte Stellen sind: Schlichtungsstelle Auenbrück."
        )

    def test_after_six_months_only_bodies_and_courts_remain(self, comment, mona, time_machine):
        decision = decided(comment, mona)
        time_machine.move_to(timezone.now() + timedelta(days=185))
        assert statement(decision).redress.startswith("Sie können eine zertifizierte")

    def test_a_ground_that_no_clause_names_is_called_as_it_is(self, bob, mona):
        comment = make_comment(make_discussion(), bob, TEXT)
        told = statement(made(comment, mona, measure="remove", ground="stgb_185"))
        assert "Ihr Text verstößt gegen stgb 185: Das ist eine Beleidigung." in told.opening
        assert dict(told.facts)["Gesetz"] == "stgb 185"
        assert "Punkt der Netiquette, Fassung" not in dict(told.facts)

    def test_a_warning_holds_until_it_is_acknowledged(self, bob, mona):
        told = statement(made(None, mona, measure="warn", ground="threat", reader=bob))
        assert "haben wir entschieden, Sie zu verwarnen." in told.opening
        lasts = "bis Sie bestätigt haben, dass Sie sie gelesen haben"
        assert dict(told.facts)["Wie lange sie gilt"] == lasts

    @pytest.mark.parametrize(
        ("measure", "begins"),
        [
            ("read_first", "liest die Moderation Ihre Beiträge, bevor sie erscheinen, bis"),
            ("suspend", "können Sie auf unserer Seite lesen, aber nicht schreiben, bis"),
        ],
    )
    def test_what_a_reader_may_do_is_told_with_its_end(self, bob, mona, measure, begins):
        until = timezone.now() + timedelta(days=7)
        told = statement(
            made(None, mona, measure=measure, ground="threat", reader=bob, until=until)
        )
        assert begins in told.opening
        assert "Der Grund ist Punkt\u00a04 (Drohung) unserer Netiquette" in told.opening
        assert dict(told.facts)["Wie lange sie gilt"] == f"bis {clock(until)}"
        assert told.redress
        assert told.own_text == ""

    def test_the_comment_that_led_to_a_warning_is_named(self, comment, bob, mona):
        told = statement(made(comment, mona, measure="warn", ground="threat", reader=bob))
        assert "Anlass ist Ihr Beitrag vom" in told.opening

    @pytest.mark.parametrize("language", ["de", "en"])
    @pytest.mark.parametrize("measure", TOLD)
    def test_every_measure_that_is_told_has_its_words(self, comment, bob, mona, measure, language):
        decision = made(comment, mona, measure=measure, ground="threat", reader=bob)
        with override(language):
            told = statement(decision)
        assert "Bob" in told.opening
        assert "%" not in told.opening
        assert "Mona" not in f"{told}"

    def test_a_program_that_decided_says_so(self, bob):
        comment = make_comment(make_discussion(), bob, "Lest das da: n4z1.", status="held")
        revision = comment.revisions.get()
        verdict = Verdict(
            screening=Screening.objects.get_or_create(revision=revision)[0],
            check_name="word_list",
            outcome="remove",
            found=["n4z1"],
            ground="group_contempt",
        )
        told = statement(decide_by_check(revision, verdict=verdict))
        assert "Eine Prüfung hat in Ihrem Text gefunden: „n4z1“." in told.opening
        assert told.opening.endswith(
            "Aufmerksam wurden wir durch eine automatische Prüfung; entschieden hat ein Programm, "
            "ohne dass ein Mensch den Text gelesen hat."
        )
        assert dict(told.facts)["Automatisch entschieden"] == "ja"

    def test_a_declined_edit_leaves_the_former_wording(self, comment, bob, mona):
        edit_comment(comment, author=bob, body="Wer das beschloss, ist ein Hornochse.")
        told = statement(decided(comment, mona, reason="edit", measure="keep_former"))
        assert "Die frühere Fassung bleibt sichtbar" in told.opening
        assert told.own_text == "Wer das beschloss, ist ein Hornochse."
        assert told.redress

    def test_a_hold_is_told_with_its_end(self, comment, mona):
        told = statement(decided(comment, mona, measure="hold"))
        assert "bis die Moderation darüber entschieden hat" in told.opening
        assert (
            "Zu klären ist, ob Ihr Text gegen Punkt\u00a02 (persönlicher Angriff) unserer "
            f"Netiquette (Fassung vom 22.11.2026) verstößt: {WHY} Aufmerksam"
        ) in told.opening
        assert dict(told.facts)["Wie lange sie gilt"] == "bis die Moderation entschieden hat"

    def test_what_stays_published_needs_no_redress(self, comment, mona):
        told = statement(decided(comment, mona, measure="publish"))
        assert "Er ist für alle sichtbar." in told.opening
        assert told.redress == ""

    def test_a_long_headline_is_cut_at_a_word(self, bob, mona):
        headline = "Stadtrat sperrt die Uferstraße " * 5
        comment = make_comment(make_discussion(article=ArticleFactory(headline=headline)), bob)
        opening = statement(decided(comment, mona)).opening
        assert "„Stadtrat sperrt die Uferstraße Stadtrat sperrt die …“" in opening

    def test_erased_words_leave_a_statement_that_reads(self, comment, mona):
        decision = decided(comment, mona)
        decision.text.delete()
        told = statement(Decision.objects.in_view().get())
        assert "persönlicher Angriff" in told.opening
        assert "Begründung" not in dict(told.facts)

    def test_reasons_without_a_full_stop_get_one(self, comment, mona):
        told = statement(decided(comment, mona, explanation="Das trifft einzelne Menschen"))
        assert "Das trifft einzelne Menschen. Aufmerksam wurden wir" in told.opening

    def test_hostile_words_are_never_read_as_a_pattern(self, comment, mona):
        told = statement(decided(comment, mona, explanation=HOSTILE))
        assert HOSTILE.strip() in told.opening

    def test_it_is_complete_in_english(self, comment, mona):
        decision = decided(comment, mona)
        with override("en"):
            told = statement(decision)
        assert told.opening.startswith("Hello Bob, we have removed your comment of")
        assert "it was decided by a person." in told.opening


class KeyTests:
    def test_a_key_opens_its_decision_and_no_other(self, comment, mona):
        decision = decided(comment, mona)
        key = key_of(decision)
        assert decision_for_key(key) == decision
        forged = key.replace(str(decision.pk), str(decision.pk + 1), 1)
        assert decision_for_key(forged) is None
        assert decision_for_key("") is None
        assert decision_for_key(f"{decision.pk}") is None
        assert decision_for_key("\x00.ü") is None


class StatementPageTests:
    def test_its_author_reads_it_with_his_own_text(self, client, comment, bob, mona):
        decision = decided(comment, mona)
        client.force_login(bob)
        response = client.get(decision.get_absolute_url())
        page = response.content.decode()
        assert response.status_code == 200
        assert "Wir haben Ihren Beitrag entfernt: Begründung" in page
        assert TEXT in page
        assert "/netiquette/2026-11-22/#punkt-2" in page
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]

    def test_the_key_of_the_mail_opens_it_without_signing_in(self, client, comment, mona):
        decision = decided(comment, mona)
        response = client.get(decision.get_absolute_url(), {"key": key_of(decision)})
        assert response.status_code == 200
        assert TEXT in response.content.decode()
        assert not response.cookies

    def test_the_suspended_read_theirs(self, client, eve, bob, mona):
        comment = make_comment(make_discussion(), bob, TEXT)
        decision = decided(comment, mona)
        bob.suspended_at = timezone.now() - timedelta(minutes=1)
        bob.save()
        client.force_login(bob)
        assert client.get(decision.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize("name", ["alice", "anna", "mona", "max_", "admin", "eve"])
    def test_nobody_else_learns_that_it_exists(self, client, comment, mona, name, request):
        decision = decided(comment, mona)
        client.force_login(request.getfixturevalue(name))
        response = client.get(decision.get_absolute_url())
        assert response.status_code == 404
        assert TEXT not in response.content.decode()

    @pytest.mark.parametrize("key", ["wrong", "1.wrong", "%00", "9" * 3000])
    def test_a_wrong_key_finds_nothing(self, client, comment, mona, key):
        decision = decided(comment, mona)
        response = client.get(decision.get_absolute_url(), {"key": key})
        assert response.status_code == 404

    def test_the_key_of_another_decision_finds_nothing(self, client, comment, alice, mona):
        decision = decided(comment, mona)
        other = decided(make_comment(make_discussion(), alice), mona)
        response = client.get(decision.get_absolute_url(), {"key": key_of(other)})
        assert response.status_code == 404

    def test_strangers_without_key_are_asked_to_sign_in_whether_it_exists_or_not(
        self, client, comment, mona
    ):
        for address in (decided(comment, mona).get_absolute_url(), "/decisions/999999/"):
            response = client.get(address)
            assert response.status_code == 302
            assert response["Location"] == f"/account/login/?next={address}"

    def test_what_the_house_does_within_itself_is_told_to_nobody(self, client, comment, bob, mona):
        client.force_login(bob)
        for measure in ("hand_over", "tell_police"):
            decision = made(comment, mona, measure=measure)
            for query in ({}, {"key": key_of(decision)}):
                assert client.get(decision.get_absolute_url(), query).status_code == 404

    def test_what_is_about_a_reader_is_read_by_him(self, client, bob, alice, mona):
        decision = made(None, mona, measure="suspend", ground="threat", reader=bob)
        client.force_login(bob)
        page = client.get(decision.get_absolute_url()).content.decode()
        assert "Sie können lesen, aber nicht schreiben: Begründung" in page
        client.force_login(alice)
        assert client.get(decision.get_absolute_url()).status_code == 404

    def test_hostile_reasons_stay_text(self, client, comment, bob, mona):
        decision = decided(comment, mona, explanation=HOSTILE)
        client.force_login(bob)
        page = client.get(decision.get_absolute_url()).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page

    def test_it_changes_nothing(self, client, comment, bob, mona):
        decision = decided(comment, mona)
        client.force_login(bob)
        client.get(decision.get_absolute_url())
        assert client.post(decision.get_absolute_url()).status_code == 405
        assert Case.objects.get().closed_at == decision.decided_at
