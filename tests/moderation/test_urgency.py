"""How urgent is a case, and does the order stay right while the clock goes on?"""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from moderation.flagging import flag
from moderation.models import Case, FlaggerRecord
from moderation.queue import open_case
from moderation.urgency import DUE, EPOCH, PERIODS, WEIGHT_OF_HOUR, Flags, urgency
from tests.factories import make_comment, make_discussion

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def parts(*, flags=(), reasons=("flagged",), reach=0, hours=0.0, **more):
    return urgency(
        flags=flags,
        reasons=reasons,
        reach=reach,
        opened_at=NOW - timedelta(hours=hours),
        now=NOW,
        **more,
    )


class UrgencyTests:
    def test_more_reports_weigh_more(self):
        one = parts(flags=[Flags("rude", "regular", 1)])
        four = parts(flags=[Flags("rude", "regular", 4)])
        assert four.flags == 4 * one.flags > 0

    def test_a_trusted_readers_report_weighs_more_than_a_new_ones(self):
        weights = [
            parts(flags=[Flags("rude", standing, 1)]).flags
            for standing in ("new", "regular", "trusted")
        ]
        assert weights == sorted(weights)
        assert len(set(weights)) == 3

    def test_contempt_weighs_more_than_beside_the_point(self):
        grave, light = (
            parts(flags=[Flags(reason, "regular", 1)]).flags for reason in ("hateful", "off_topic")
        )
        assert grave > light

    def test_the_sum_is_that_of_its_parts(self):
        whole = parts(
            flags=[Flags("rude", "trusted", 2)], reasons=["flagged", "held"], reach=7, hours=6
        )
        assert (whole.flags, whole.checks, whole.reach, whole.waiting) == (8, 3, 3, 3)
        assert whole.score == 17

    def test_the_stored_order_is_the_order_at_any_time(self):
        """Scores are stored as of 2025 and never written anew by the clock."""
        earlier, later = NOW - timedelta(hours=5), NOW
        for looked_at in (EPOCH, NOW, NOW + timedelta(days=400)):
            old, new = (
                urgency(flags=[], reasons=["held"], reach=0, opened_at=moment, now=looked_at)
                for moment in (earlier, later)
            )
            assert old.score - new.score == pytest.approx(5 * WEIGHT_OF_HOUR)

    def test_what_checks_found_weighs_by_how_grave_it_is(self):
        held, removed = (parts(verdicts=[outcome]).checks for outcome in ("hold", "remove"))
        assert 0 < held < removed
        assert parts(verdicts=["pass", "stale"]).checks == 0

    def test_the_list_puts_the_most_urgent_first(self, bob, alice):
        discussion = make_discussion()
        calm = open_case(make_comment(discussion, bob), reason="opened")
        held = open_case(make_comment(discussion, bob, status="held"), reason="held")
        assert list(Case.objects.open().most_urgent_first()) == [held, calm]


def record(judged, upheld):
    return FlaggerRecord(upheld=upheld, unfounded=judged - upheld)


class RecordTests:
    """Who was mostly right weighs more, who never was weighs nothing."""

    def weight(self, decided, upheld):
        return parts(flags=[Flags("rude", "regular", 1, record(decided, upheld))]).flags

    def test_up_to_five_decided_flags_say_nothing(self):
        assert self.weight(0, 0) == self.weight(5, 5) == self.weight(5, 0) > 0

    def test_the_more_often_he_was_right_the_more_his_next_one_weighs(self):
        weights = [self.weight(16, upheld) for upheld in (0, 8, 12, 16)]
        assert weights == sorted(weights)
        assert len(set(weights)) == 4
        assert self.weight(64, 64) > self.weight(16, 16)

    def test_a_notorious_flagger_shields_nobody(self):
        assert self.weight(1_000, 0) == 0


class LawTests:
    def test_danger_to_life_stands_above_all(self):
        danger = parts(reasons=["danger"])
        crowd = parts(
            flags=[Flags("hateful", "trusted", 200, record(64, 64))],
            reasons=["notice", "trusted", "appeal", "held", "flagged"],
            due_at=NOW,
            hours=24 * 60,
            reach=5_000,
        )
        assert danger.score > crowd.score

    def test_then_trusted_flaggers_then_other_notices_then_the_rest(self):
        due = {"due_at": NOW + timedelta(hours=24)}
        scores = [
            parts(reasons=["notice", "trusted"], **due).score,
            parts(reasons=["notice"], **due).score,
            parts(reasons=["held", "flagged"], flags=[Flags("rude", "regular", 9)]).score,
        ]
        assert scores == sorted(scores, reverse=True)

    def test_the_nearer_date_stands_above_whenever_the_cases_were_opened(self):
        """At any time, and without a score being written anew."""
        opened = [NOW - timedelta(days=6), NOW]
        for looked_at in (EPOCH, NOW, NOW + timedelta(days=9)):
            for early, late in (opened, reversed(opened)):
                near, far = (
                    urgency(flags=[], reasons=[], reach=0, opened_at=at, now=looked_at, due_at=due)
                    for at, due in (
                        (early, NOW + timedelta(days=2)),
                        (late, NOW + timedelta(days=3)),
                    )
                )
                assert near.score - far.score == pytest.approx(24 * WEIGHT_OF_HOUR)

    def test_on_its_date_it_stands_where_twenty_days_of_waiting_stand(self):
        due = NOW + timedelta(days=14)
        appeal = urgency(flags=[], reasons=["appeal"], reach=0, opened_at=NOW, now=due, due_at=due)
        assert appeal.law + appeal.waiting == DUE == 20 * 24 * WEIGHT_OF_HOUR

    def test_a_date_far_away_takes_nothing_away(self):
        assert parts(due_at=NOW + timedelta(days=90)).law == 0

    def test_a_case_gets_the_date_of_its_reason_and_keeps_the_nearest(self, bob):
        comment = make_comment(make_discussion(), bob)
        assert open_case(comment, reason="flagged").due_at is None
        appeal = open_case(comment, reason="appeal").due_at
        assert abs(appeal - timezone.now() - PERIODS["appeal"]) < timedelta(minutes=1)
        notice = open_case(comment, reason="notice").due_at
        assert abs(notice - timezone.now() - PERIODS["notice"]) < timedelta(minutes=1)
        assert open_case(comment, reason="appeal", due_at=appeal).due_at == notice
        given = timezone.now() + timedelta(hours=2)
        assert open_case(comment, reason="opened", due_at=given).due_at == given
        assert Case.objects.get().due_at == given

    def test_the_list_shows_an_appeal_near_its_date_above_newer_reports(self, bob, alice):
        discussion = make_discussion()
        flag(make_comment(discussion, bob), reader=alice, reason="rude")
        soon = timezone.now() + timedelta(hours=3)
        appeal = open_case(
            make_comment(discussion, bob, status="removed"), reason="appeal", due_at=soon
        )
        assert Case.objects.open().most_urgent_first()[0] == appeal


class BreakdownTests:
    def test_the_case_shows_each_part_and_their_sum(self, client, bob, alice, mona):
        comment = make_comment(make_discussion(), bob)
        flag(comment, reader=alice, reason="rude")
        case = open_case(comment, reason="notice")
        client.force_login(mona)
        page = client.get(case.get_absolute_url()).content.decode()
        table = page[page.index('id="urgency"') :].split("</table>")[0]
        for part in ("Recht, Antwort bis", "Meldungen (1)", "Prüfungen", "Wartet seit", "Summe"):
            assert part in table
