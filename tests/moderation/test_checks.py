"""What may be doubtful about a text?"""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.standing import suspend
from forum.markup import MAX_CHARACTERS
from forum.models import Comment
from moderation import checks
from moderation.checks import Finding
from moderation.desk_rules.rule_checks import rules_for
from moderation.desk_rules.wordlists import add_entry
from moderation.screening import findings_of
from tests.factories import make_comment, make_discussion
from tests.forum.test_markup import hostile_texts

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
            read_by = rules_for([revision])
            start = time.thread_time()
            findings_of(revision, read_by)
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
