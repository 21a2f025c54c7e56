"""Can a moderator read the whole letter before it is sent?"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation import drafting, respites
from moderation.decision_forms import DecisionForm
from moderation.flagging import flag
from moderation.models import Case, Decision, Respite
from moderation.queue import claim
from moderation.statements import statement
from tests.factories import make_comment, make_discussion

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
HOSTILE = '<img src=x onerror=alert(1)> %(name)s %s {0} {{ 7*7 }}" \u202e'


@pytest.fixture
def case(alice, bob):
    comment = make_comment(make_discussion(), bob, TEXT)
    return flag(comment, reader=alice, reason="rude").case


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


def form(case, **changed):
    revision = case.comment.revisions.latest("number")
    fields = {"measure": "remove", "ground": "personal_attack", "explanation": WHY}
    return fields | {"revision": revision.pk} | changed


def ask(client, case, *, htmx=True, **changed):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"{case.get_absolute_url()}letter/", form(case, **changed), headers=headers)


def drafted(case, **changed):
    sent = DecisionForm(form(case, **changed), comment=case.comment)
    assert sent.is_valid(), sent.errors
    read = Case.objects.in_view().get(pk=case.pk)
    return drafting.letters_for(read, **sent.cleaned_data)


class DraftTests:
    @pytest.mark.parametrize("measure", ["remove", "hide_passage", "warn", "hold"])
    def test_it_is_the_letter_that_is_sent_word_for_word(self, desk, case, measure, time_machine):
        time_machine.move_to("2026-11-28T12:00:00Z", tick=False)
        draft = drafted(case, measure=measure, passage="Schwachkopf")[0]
        desk.post(
            f"{case.get_absolute_url()}decision/",
            form(case, measure=measure, passage="Schwachkopf"),
        )
        if measure == "remove":
            Respite.objects.update(due_at="2026-11-28T11:59:00Z")
            respites.take_effect(Respite.objects.get())
        sent = statement(Decision.objects.in_view().get())
        assert (draft.heading, draft.opening, draft.redress, draft.signature) == (
            sent.heading,
            sent.opening,
            sent.redress,
            sent.signature,
        )
        assert WHY in draft.opening

    def test_whoever_is_warned_besides_gets_two(self, case):
        removal, warning = drafted(case, measure="remove_and_warn")
        assert "haben Ihren Beitrag entfernt" in removal.heading
        assert "Verwarnung" in warning.heading

    def test_asking_for_it_decides_nothing_claims_nothing_and_needs_few_queries(self, desk, case):
        ask(desk, case)
        with CaptureQueriesContext(connection) as queries:
            page = ask(desk, case).content.decode()
        assert "Guten Tag Bob, wir haben Ihren Beitrag" in page
        assert WHY in page
        assert "<html" not in page
        # Session, moderator, his groups, the case, the saved reason, its wording, the house rules.
        assert len(queries) <= 9
        assert not Decision.objects.exists()
        assert not Respite.objects.exists()
        assert Case.objects.get().claimed_by is None

    def test_without_script_the_page_comes_back_with_the_letter_open(self, desk, case):
        response = ask(desk, case, htmx=False, explanation="Nur diese eigenen Worte, bitte sehr.")
        page = response.content.decode()
        assert response.status_code == 200
        assert re.search(r'<details class="decision__letter"[^>]* open>', page)
        assert page.count("Nur diese eigenen Worte, bitte sehr.") == 2

    def test_what_is_missing_is_said_instead(self, desk, case):
        for changed, sentence in [
            ({"measure": ""}, "Bitte wählen Sie die Maßnahme."),
            ({"ground": ""}, "Bitte wählen Sie den Grund."),
        ]:
            for htmx in (True, False):
                response = ask(desk, case, htmx=htmx, **changed)
                assert response.status_code == 422
                assert sentence in response.content.decode()
                assert "Guten Tag Bob" not in response.content.decode()

    def test_reasons_that_are_not_written_yet_have_a_place(self, case):
        assert "(Ihre Begründung)" in drafted(case, explanation="")[0].opening

    def test_what_somebody_wrote_stays_text(self, desk, case):
        page = ask(desk, case, explanation=HOSTILE).content.decode()
        assert "<img" not in page
        assert "&lt;img src=x onerror=alert(1)&gt; %(name)s %s {0} {{ 7*7 }}" in page

    def test_anothers_claim_does_not_keep_from_reading_it(self, desk, case, max_):
        claim(case, moderator=max_)
        assert ask(desk, case).status_code == 200
