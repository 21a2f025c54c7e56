"""Can a decision rest on a law, and is everybody told so in his words?"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from moderation import respites, rulebook
from moderation.flagging import flag
from moderation.laws import LAWS, law_of
from moderation.models import Case, Decision, Respite
from moderation.queue import open_case
from moderation.statements import statement
from tests.factories import make_comment, make_discussion, make_notice

TEXT = "Den sollte man mal nachts besuchen."
WHY = "Der Satz kündigt einem Menschen einen Überfall an."


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, TEXT)


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


def decide(client, case, **changed):
    revision = case.comment.revisions.latest("number")
    fields = {"measure": "remove", "ground": "illegal", "law": "threat", "explanation": WHY}
    fields |= {"revision": revision.pk} | changed
    return client.post(f"{case.get_absolute_url()}decision/", fields)


def removed(client, comment, **changed):
    assert decide(client, open_case(comment, reason="opened"), **changed).status_code == 303
    Respite.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    respites.take_effect(Respite.objects.get())
    return Decision.objects.in_view().get()


class GroundTests:
    def test_the_author_reads_the_paragraphs(self, desk, comment):
        decision = removed(desk, comment)
        told = statement(decision)
        assert (
            f"Ihr Text verstößt gegen §§ 240, 241 StGB (Bedrohung, Nötigung): {WHY}" in told.opening
        )
        assert dict(told.facts)["Gesetz"] == "Bedrohung, Nötigung (§§ 240, 241 StGB)"

    def test_another_law_is_named_in_the_reasons(self, desk, comment):
        told = statement(removed(desk, comment, law="other"))
        assert "Ihr Text verstößt gegen ein Gesetz, das wir hier nennen: " in told.opening

    def test_readers_read_the_clause_that_speaks_of_laws(self, desk, comment, alice, client):
        reply = make_comment(comment.discussion, alice, "Das ist eine Drohung.", parent=comment)
        removed(desk, comment)
        client.logout()
        page = client.get(reply.get_absolute_url()).content.decode()
        assert re.search(r"Von der Moderation entfernt am [\d.]+: rechtswidriger Inhalt\.", page)
        assert "Punkt\u00a09" in page

    def test_colleagues_read_the_law(self, desk, comment):
        removed(desk, comment)
        page = desk.get(Case.objects.get().get_absolute_url()).content.decode()
        assert "Bedrohung, Nötigung (§§ 240, 241 StGB)</li>" in re.sub(r"<br>.*?</q>", "", page)

    def test_the_clause_of_the_same_code_stays_a_clause(self, desk, comment):
        told = statement(removed(desk, comment, ground="threat"))
        assert "gegen Punkt\u00a04 (Drohung) unserer Netiquette" in told.opening

    def test_every_law_fits_where_grounds_are_kept(self, db):
        longest = Decision._meta.get_field("ground").max_length
        for law in LAWS.values():
            assert law_of(law.ground) == law
            assert len(law.ground) <= longest
        assert not set(rulebook.current().grounds) & {law.ground for law in LAWS.values()}


class FormTests:
    def test_without_the_paragraphs_it_is_not_decided(self, desk, comment):
        case = open_case(comment, reason="opened")
        response = decide(desk, case, law="")
        page = response.content.decode()
        assert response.status_code == 422
        assert "Bitte wählen Sie das Gesetz." in page
        assert WHY in page
        assert not Respite.objects.exists()

    @pytest.mark.parametrize("law", ["../etc", "law:threat", "\u0000"])
    def test_a_law_that_there_is_not_is_refused(self, desk, comment, law):
        case = open_case(comment, reason="opened")
        assert decide(desk, case, law=law).status_code == 422
        assert not Respite.objects.exists()

    def test_beside_a_clause_the_law_is_not_asked_for(self, desk, comment):
        case = open_case(comment, reason="opened")
        assert decide(desk, case, ground="off_topic", law="insult").status_code == 303
        assert Respite.objects.get().ground == "off_topic"

    def test_a_notice_suggests_the_law_that_it_names(self, desk, comment, alice):
        case = make_notice(comment, reader=alice, category="threat").case
        page = desk.get(case.get_absolute_url()).content.decode()
        assert re.findall(r'name="ground" value="(\w+)"[^>]* checked', page) == ["illegal"]
        assert re.search(r'<option value="threat" selected>', page)

    def test_what_readers_meant_goes_before_the_law(self, desk, comment, alice, carla):
        case = make_notice(comment, reader=alice, category="threat").case
        flag(comment, reader=carla, reason="rude")
        page = desk.get(case.get_absolute_url()).content.decode()
        assert re.findall(r'name="ground" value="(\w+)"[^>]* checked', page) == ["personal_attack"]

    def test_the_red_line_stands_in_every_legal_case_once(self, desk, comment, alice):
        red = "Gefahr für Leib und Leben?"
        legal = make_notice(comment, reader=alice).case
        page = desk.get(legal.get_absolute_url()).content.decode()
        assert page.count(red) == 1
        head, _form = page.split('id="decision"')
        assert red in head
        # Elsewhere it opens with the laws.
        case = open_case(make_comment(make_discussion(), alice, TEXT), reason="opened")
        page = desk.get(case.get_absolute_url()).content.decode()
        assert red not in page.split('class="decision__law"')[0]
        assert page.count(red) == 1
