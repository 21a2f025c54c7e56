"""Does everybody look up the rules that held when something was decided?"""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from moderation import rulebook
from moderation.deciding import decide
from moderation.editing import shipped
from moderation.models import Decision, Edition
from moderation.queue import open_case
from moderation.statements import statement
from tests.factories import make_comment, make_discussion, make_edition, reworded

NOUNS = [
    "persönlicher Angriff",
    "Herabwürdigung von Gruppen",
    "Drohung",
    "nicht zum Thema",
    "personenbezogene Daten",
    "Werbung",
    "unbelegte Tatsachenbehauptung",
    "rechtswidriger Inhalt",
]
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
NEW_CLAUSE = {
    "code": "capitals",
    "number": 10,
    "noun_de": "Großbuchstaben",
    "noun_en": "capitals",
    "text_de": "Schreiben Sie nicht in Großbuchstaben.",
    "text_en": "Do not shout.",
}


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob)


def removed(comment, moderator, *, ground="personal_attack"):
    case = open_case(comment, reason="opened")
    revision = comment.revisions.latest("number")
    measure = {"measure": "remove", "ground": ground, "explanation": WHY}
    return decide(case, moderator=moderator, revision=revision, **measure)


def renumbered():
    """The personal attack is clause 3 now, and worded anew."""
    clauses = reworded(shipped("netiquette")["clauses"], "group_contempt", number=2)
    return reworded(
        clauses, "personal_attack", number=3, noun_de="Angriff auf Personen", text_de="Neu gesagt."
    )


def tombstone(comment):
    comment.refresh_from_db()
    template = Template('{% load moderation %}{% include "components/_tombstone.html" %}')
    return template.render(Context({"comment": comment}))


@pytest.mark.django_db
class RulesTests:
    def test_eight_grounds_are_shipped_after_a_clause_that_asks(self):
        rules = rulebook.current()
        assert [clause.number for clause in rules.clauses] == list(range(1, 10))
        assert [ground.noun for ground in rules.grounds.values()] == NOUNS
        with override("en"):
            assert rules.grounds["off_topic"].noun == "off topic"

    def test_what_held_at_a_moment_of_the_past_costs_no_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            rulebook.current()
        with django_assert_num_queries(0):
            rulebook.held_at(timezone.now() - timedelta(hours=1))
            rulebook.of_version("2026-11-22")
        with django_assert_num_queries(1):
            rulebook.current()

    def test_an_edition_of_another_machine_is_heard_of_when_it_holds(self):
        """This process has looked at the table before the other one has written."""
        before = rulebook.current()
        Edition.objects.create(
            page="netiquette",
            version="later",
            valid_from=timezone.now() + timedelta(milliseconds=1),
            clauses=renumbered(),
            text_de="x",
            text_en="x",
        )
        later = timezone.now() + timedelta(minutes=2)
        assert before.version == "2026-11-22"
        assert rulebook.held_at(later).version == "later"

    def test_the_first_edition_holds_from_the_beginning(self):
        assert rulebook.held_at(timezone.now() - timedelta(days=4000)).version == "2026-11-22"

    def test_a_clause_that_another_machine_has_added_is_named_here_as_well(self):
        clauses = [*rulebook.current().clauses, rulebook.Clause(**NEW_CLAUSE)]
        Edition.objects.create(
            page="netiquette",
            version="later",
            valid_from=timezone.now(),
            clauses=[asdict(clause) for clause in clauses],
            text_de="x",
            text_en="x",
        )
        assert rulebook.noun_of("capitals") == "Großbuchstaben"

    def test_an_unknown_code_says_nothing_and_breaks_no_page(self):
        assert rulebook.noun_of("gone") == ""
        assert rulebook.broken_clause("gone") is None
        assert rulebook.broken_clause("threat", version="1999-01-01") is None


class DecisionTests:
    def test_a_decision_keeps_the_version_of_its_day(self, comment, mona):
        assert removed(comment, mona).rules_version == "2026-11-22"
        edition = make_edition(held_since=timezone.now() - timedelta(seconds=1))
        other = make_comment(comment.discussion, comment.author)
        assert removed(other, mona).rules_version == edition.version

    def test_an_old_statement_shows_the_old_clause(self, client, comment, bob, mona):
        decision = removed(comment, mona)
        make_edition(held_since=timezone.now() - timedelta(seconds=1), clauses=renumbered())
        told = statement(Decision.objects.in_view().get(pk=decision.pk))
        assert "gegen Punkt\u00a02 (persönlicher Angriff) unserer Netiquette" in told.opening
        assert "(Fassung vom 22.11.2026)" in told.opening
        client.force_login(bob)
        page = client.get(decision.get_absolute_url()).content.decode()
        assert 'href="/netiquette/2026-11-22/#punkt-2"' in page
        old = client.get("/netiquette/2026-11-22/").content.decode()
        assert "Greifen Sie niemanden persönlich an" in old
        assert "Diese Fassung gilt nicht mehr." in old
        assert "Neu gesagt." not in old

    def test_a_tombstone_names_the_clause_as_it_was(self, comment, mona):
        removed(comment, mona)
        now = timezone.now()
        make_edition(held_since=now, clauses=renumbered())
        shown = tombstone(comment)
        assert "persönlicher Angriff." in shown
        assert 'href="/netiquette/2026-11-22/#punkt-2"' in shown
        assert "Netiquette, Punkt\u00a02" in shown

    def test_a_withdrawn_comment_asks_for_no_rules(self, bob, django_assert_num_queries):
        gone = make_comment(make_discussion(), bob, status="withdrawn")
        with django_assert_num_queries(1):
            assert "Zurückgezogen" in tombstone(gone)

    def test_a_clause_of_the_house_becomes_a_ground(self, comment, mona):
        clauses = [*shipped("netiquette")["clauses"], NEW_CLAUSE]
        make_edition(held_since=timezone.now(), clauses=clauses)
        decision = removed(comment, mona, ground="capitals")
        told = statement(Decision.objects.in_view().get(pk=decision.pk))
        assert "Punkt\u00a010 (Großbuchstaben)" in told.opening

    def test_the_desk_offers_it(self, client, comment, mona):
        clauses = [*shipped("netiquette")["clauses"], NEW_CLAUSE]
        make_edition(held_since=timezone.now(), clauses=clauses)
        client.force_login(mona)
        page = client.get(open_case(comment, reason="opened").get_absolute_url()).content.decode()
        assert "Großbuchstaben (10)" in page


@pytest.mark.django_db
class AppendOnlyTests:
    def test_nobody_changes_an_edition(self):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Edition.objects.update(text_de="Anders.")

    def test_nobody_deletes_one(self):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Edition.objects.all().delete()

    def test_not_even_by_emptying_the_table(self):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("TRUNCATE moderation_edition CASCADE")

    def test_rules_without_clauses_and_other_pages_with_some_cannot_be_stored(self):
        for page, clauses in (("netiquette", []), ("imprint", [NEW_CLAUSE])):
            with pytest.raises(IntegrityError), transaction.atomic():
                make_edition(page, held_since=timezone.now(), clauses=clauses)
