"""What may be doubtful about a text?"""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.standing import suspend
from forum.markup import MAX_CHARACTERS
from forum.models import Comment
from forum.posting import withdraw
from moderation import checks
from moderation.checks import Finding
from moderation.screening import CHECKS
from moderation.wordlists import add_entry
from tests.factories import make_comment, make_discussion
from tests.forum.test_markup import hostile_texts

LONG = "Wer am Ufer wohnt, weiß seit Jahren, dass die Straße jeden Sonntag verstopft ist."

pytestmark = pytest.mark.django_db


def look(check, comment: Comment) -> Finding:
    return check(comment, comment.revisions.latest("number"))


class SuspensionTests:
    def test_a_reader_suspended_after_sending_waits_for_a_moderator(self, alice):
        comment = make_comment(make_discussion(), alice, status="pending")
        suspend(alice, until=timezone.now() + timedelta(days=1), ground="Werbung")
        comment.author.refresh_from_db()
        assert look(checks.suspension, comment).outcome == "hold"

    def test_others_pass(self, alice):
        comment = make_comment(make_discussion(), alice, status="pending")
        assert look(checks.suspension, comment).outcome == "pass"


class PremoderationTests:
    def test_everything_in_a_premoderated_discussion_is_read_first(self, tom):
        discussion = make_discussion(premoderated_at=timezone.now())
        comment = make_comment(discussion, tom, status="pending")
        assert look(checks.premoderated_discussion, comment).outcome == "hold"

    def test_but_not_what_the_newsroom_writes(self, anna):
        discussion = make_discussion(premoderated_at=timezone.now())
        comment = make_comment(discussion, anna, status="pending")
        assert look(checks.premoderated_discussion, comment).outcome == "pass"


class NewcomerTests:
    @pytest.mark.parametrize(("published", "outcome"), [(0, "hold"), (1, "hold"), (2, "pass")])
    def test_the_first_two_comments_wait_where_the_newspaper_wants_it(
        self, nina, settings, published, outcome
    ):
        settings.MODERATION_HOLD_NEWCOMERS = True
        nina.published_count = published
        comment = make_comment(make_discussion(), nina, status="pending")
        assert look(checks.newcomer, comment).outcome == outcome

    def test_they_pass_where_it_does_not(self, nina):
        comment = make_comment(make_discussion(), nina, status="pending")
        assert look(checks.newcomer, comment).outcome == "pass"


class WordListTests:
    def test_the_strictest_entry_decides_and_names_the_ground(self, alice):
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        add_entry("Pfeffersack", ground="group_contempt", reason="verächtlich", outcome="remove")
        comment = make_comment(
            make_discussion(), alice, "Du Tropf, ihr Pfeffersäcke. Pfeffersack!", status="pending"
        )
        finding = look(checks.word_list, comment)
        assert (finding.outcome, finding.ground) == ("remove", "group_contempt")
        assert finding.found == ["Tropf", "Pfeffersack"]


class LinkTests:
    def text(self, links: int) -> str:
        return "Dazu: " + " und ".join(f"https://example.org/{n}" for n in range(links))

    @pytest.mark.parametrize(
        ("standing", "links", "outcome"),
        [
            (User.Standing.NEW, 0, "pass"),
            (User.Standing.NEW, 1, "hold"),
            (User.Standing.REGULAR, 3, "pass"),
            (User.Standing.REGULAR, 4, "hold"),
            (User.Standing.TRUSTED, 5, "pass"),
            (User.Standing.TRUSTED, 6, "hold"),
        ],
    )
    def test_links_are_allowed_by_standing(self, alice, standing, links, outcome):
        alice.standing = standing
        comment = make_comment(make_discussion(), alice, self.text(links), status="pending")
        assert look(checks.links, comment).outcome == outcome

    @pytest.mark.parametrize(
        "text", ["www.example.org", "schaut auf example.org/gewinn", "HTTP://X.DE"]
    )
    def test_an_address_to_be_typed_is_a_link_too(self, nina, text):
        comment = make_comment(make_discussion(), nina, text, status="pending")
        assert look(checks.links, comment).outcome == "hold"

    @pytest.mark.parametrize("text", ["Das steht bei zeit.de so.", "am 1.2./3.2. und/oder später"])
    def test_naming_a_newspaper_is_no_link(self, nina, text):
        comment = make_comment(make_discussion(), nina, text, status="pending")
        assert look(checks.links, comment).outcome == "pass"


class PersonalDataTests:
    @pytest.mark.parametrize(
        "text",
        [
            "Ruft ihn an: 0176/123 45 67",
            "Tel. (08382) 123456",
            "unter +49 8382 12 34 56 zu erreichen",
            "0049838212345",
            "Das Geld geht an DE89 3704 0044 0532 0130 00 in Lindau.",
            "gb29nwbk60161331926819",
            "Schreibt an h.reuter@example.org",
        ],
    )
    def test_numbers_and_addresses_wait_for_a_moderator(self, alice, text):
        comment = make_comment(make_discussion(), alice, text, status="pending")
        finding = look(checks.personal_data, comment)
        assert (finding.outcome, finding.ground) == ("hold", "personal_data")
        assert all(found in text for found in finding.found)

    @pytest.mark.parametrize(
        "text",
        [
            "Am 04.02.2025, 08:37 Uhr, waren es 1.204.000 Euro.",
            "Von 1990-2024 stieg es um 0,123456789 Prozent.",
            "Telefonseelsorge: 0800 1110111",
            "Notruf 110 und 112",
            "DE89 3704 1144 1532 1130 11 ist keine Kontonummer.",
            "https://example.org/artikel/0176123456789",
            "Wir waren @home.",
            "000000000000",
        ],
    )
    def test_other_numbers_pass(self, alice, text):
        comment = make_comment(make_discussion(), alice, text, status="pending")
        assert look(checks.personal_data, comment).outcome == "pass"


class HostileTextTests:
    """What was written to break sites like ours; time of the processor, not of the clock."""

    @pytest.fixture
    def look_at(self, alice):
        comment = make_comment(make_discussion(), alice, status="pending")
        revision = comment.revisions.get()

        def look_at(text: str) -> float:
            revision.body = text
            start = time.thread_time()
            for check in CHECKS:
                check(comment, revision)
            return time.thread_time() - start

        return look_at

    def test_every_text_gets_its_verdicts(self, look_at):
        add_entry("Tropf", ground="personal_attack", reason="Beleidigung")
        for name, text in hostile_texts():
            assert look_at(text[:MAX_CHARACTERS]) < 0.2, name

    @pytest.mark.parametrize(
        "piece", ["0", "0176 ", "+4", "a.", "a@a.", "DE89 ", "AA00", "w.w/", "www.", "a-", "( "]
    )
    def test_no_text_takes_long(self, look_at, piece):
        assert look_at((piece * MAX_CHARACTERS)[:MAX_CHARACTERS]) < 0.2


class RepeatedTextTests:
    def test_the_same_text_from_somebody_else_waits(self, alice, bob):
        discussion = make_discussion()
        first = make_comment(discussion, alice, LONG)
        second = make_comment(discussion, bob, LONG.upper() + "!!", status="pending")
        finding = look(checks.repeated_text, second)
        assert (finding.outcome, finding.found) == ("hold", [first.pk])

    def test_nearly_the_same_from_the_same_reader_waits(self, alice):
        first = make_comment(make_discussion(), alice, LONG)
        again = LONG.replace("jeden Sonntag", "jeden Samstag") + " Gruß"
        second = make_comment(make_discussion(), alice, again, status="pending")
        assert look(checks.repeated_text, second).found == [first.pk]

    def test_nearly_the_same_from_somebody_else_passes(self, alice, bob):
        make_comment(make_discussion(), alice, LONG)
        again = LONG.replace("Sonntag", "Samstag")
        second = make_comment(make_discussion(), bob, again, status="pending")
        assert look(checks.repeated_text, second).outcome == "pass"

    def test_short_texts_are_alike_by_chance(self, alice, bob):
        make_comment(make_discussion(), alice, "Danke für den Artikel!")
        second = make_comment(make_discussion(), bob, "Danke für den Artikel!", status="pending")
        assert look(checks.repeated_text, second).outcome == "pass"

    def test_whoever_takes_his_text_back_may_write_it_elsewhere(self, alice):
        first = make_comment(make_discussion(), alice, LONG)
        withdraw(first, author=alice)
        second = make_comment(make_discussion(), alice, LONG, status="pending")
        assert look(checks.repeated_text, second).outcome == "pass"

    def test_after_a_week_it_may_be_said_again(self, alice, bob):
        first = make_comment(make_discussion(), alice, LONG)
        first.revisions.update(created_at=timezone.now() - timedelta(days=8))
        second = make_comment(make_discussion(), bob, LONG, status="pending")
        assert look(checks.repeated_text, second).outcome == "pass"
