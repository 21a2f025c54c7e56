"""Do the figures count what happened, for those days and for that moderator alone?"""

from datetime import date, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from forum.posting import withdraw
from moderation.appealing import answer, appeal
from moderation.deciding import decide
from moderation.figures import compared, decided, flow, reported, transparency
from moderation.figures.decided import Scope
from moderation.figures.periods import Period, period_of
from moderation.figures.tables import Share, duration
from moderation.flagging import flag
from moderation.models import Appeal, Case, Decision, Screening, Verdict
from moderation.queue import open_case
from moderation.reversing import reverse
from tests.factories import make_comment, make_discussion, make_notice

EXPLANATION = "Der Satz spricht Personen die Eignung ab."


@pytest.fixture
def week(db):
    return period_of("7", None)


@pytest.fixture
def discussion(db):
    return make_discussion()


def removed(case, moderator, ground="personal_attack"):
    return decide(
        case,
        moderator=moderator,
        measure="remove",
        revision=case.comment.revisions.get(),
        ground=ground,
        explanation=EXPLANATION,
    )


def let_stand(case, moderator):
    return decide(
        case, moderator=moderator, measure="publish", revision=case.comment.revisions.get()
    )


def by_label(table):
    return {row.label: row.cells for row in table.rows}


def objected(comment, check, outcome="hold"):
    screening, _created = Screening.objects.get_or_create(
        revision=comment.revisions.get(),
        defaults={"decided_at": timezone.now(), "outcome": outcome},
    )
    Verdict.objects.create(screening=screening, check_name=check, outcome=outcome)


class PeriodTests:
    def test_seven_days_end_with_today(self, week):
        today = timezone.localdate()
        assert (week.first, week.last) == (today - timedelta(days=6), today)
        assert week.seen_at < week.end

    def test_a_day_of_summer_time_has_its_own_length(self):
        day = Period("today", date(2026, 3, 29))
        assert day.end - day.since == timedelta(days=1)
        assert day.end.timestamp() - day.since.timestamp() == 23 * 3_600

    @pytest.mark.parametrize(
        ("span", "words"),
        [
            (timedelta(seconds=59), "unter 1 Min."),
            (timedelta(minutes=12, seconds=40), "12 Min."),
            (timedelta(hours=3, minutes=5), "3 Std. 5 Min."),
            (timedelta(days=2, hours=4, minutes=59), "2 T. 4 Std."),
        ],
    )
    def test_times_are_said_in_two_units(self, span, words):
        assert duration(span) == words


class FlowTests:
    @pytest.fixture
    def cases(self, discussion, bob, alice, mona):
        """Two came in and one of them went out today; one has waited since before the week, one
        went out before it."""
        reported = make_comment(discussion, bob)
        flag(reported, reader=alice, reason="rude")
        held = open_case(make_comment(discussion, bob, status="held"), reason="held")
        old = open_case(make_comment(discussion, bob, status="held"), reason="held")
        former = open_case(make_comment(discussion, bob), reason="opened")
        let_stand(held, mona)
        let_stand(former, mona)
        now = timezone.now()
        Case.objects.filter(pk=held.pk).update(opened_at=now - timedelta(minutes=40), closed_at=now)
        Case.objects.filter(pk=old.pk).update(opened_at=now - timedelta(days=20))
        Case.objects.filter(pk=former.pk).update(
            opened_at=now - timedelta(days=30), closed_at=now - timedelta(days=25)
        )

    def test_cases_in_out_and_waiting_by_why_they_are_here(self, cases, week):
        found = by_label(flow.cases(week))
        came, went, waiting, oldest, median = found["Alle Fälle"]
        assert (came, went, waiting) == (2, 1, 2)
        assert timedelta(days=20) <= oldest < timedelta(days=20, minutes=5)
        assert median == timedelta(minutes=40)
        assert found["Gemeldet"][:3] == [1, 0, 1]
        assert found["Zurückgehalten"][:3] == [1, 1, 1]
        assert found["Rechtswidrige Inhalte"] == [0, 0, 0, None, None]

    def test_a_former_period_is_seen_as_it_was(self, cases):
        ten_days_ago = timezone.localdate() - timedelta(days=10)
        came, went, waiting, oldest, median = by_label(flow.cases(period_of("7", ten_days_ago)))[
            "Alle Fälle"
        ]
        assert (came, went, waiting, median) == (0, 0, 1, None)
        assert timedelta(days=9) < oldest < timedelta(days=11)

    def test_the_course_adds_up_from_day_to_day(self, cases, week):
        # Opened forty minutes ago: early in the night that was yesterday.
        Case.objects.filter(closed_at__gte=week.end - timedelta(days=1)).update(
            opened_at=F("closed_at")
        )
        rows = flow.course(week).rows
        assert len(rows) == 7
        assert [row.cells for row in rows[:-1]] == [[0, 0, 1]] * 6
        assert rows[-1].cells == [2, 1, 2]
        month = flow.course(period_of("30", None)).rows
        assert sum(row.cells[0] for row in month) == 3
        assert month[-1].cells[2] == 2

    def test_of_one_day_the_hours_that_have_begun(self, cases):
        rows = flow.course(period_of("today", None)).rows
        assert len(rows) == timezone.localtime().hour + 1
        assert rows[-1].cells[2] == 2
        yesterday = period_of("today", timezone.localdate() - timedelta(days=1))
        assert [row.label for row in flow.course(yesterday).rows][::23] == ["00:00", "23:00"]

    def test_what_its_author_took_back_is_out_but_nobody_decided_it(
        self, discussion, bob, alice, week
    ):
        comment = make_comment(discussion, bob)
        flag(comment, reader=alice, reason="rude")
        withdraw(comment, author=bob)
        assert by_label(flow.cases(week))["Alle Fälle"] == [1, 1, 0, None, None]

    def test_a_case_counts_with_each_check_that_objected(self, discussion, bob, mona, week):
        first = open_case(make_comment(discussion, bob, status="held"), reason="held")
        second = open_case(make_comment(discussion, bob, status="held"), reason="held")
        Case.objects.filter(pk=first.pk).update(checks=["links", "newcomer"])
        Case.objects.filter(pk=second.pk).update(checks=["links"])
        let_stand(second, mona)
        found = by_label(flow.checks(week))
        assert found["viele Links"][:3] == [2, 1, 1]
        assert found["erste Beiträge"][:3] == [1, 0, 1]
        assert found["viele Links"][4] is not None
        assert found["erste Beiträge"][4] is None


class DecidedTests:
    @pytest.fixture
    def decisions(self, discussion, bob, mona, max_):
        def case():
            return open_case(make_comment(discussion, bob), reason="opened")

        first = removed(case(), mona)
        removed(case(), mona, ground="off_topic")
        let_stand(case(), max_)
        reverse(first, first.comment, moderator=max_, explanation=EXPLANATION)
        return first

    def test_by_measure_with_what_did_not_last(self, decisions, week):
        found = by_label(decided.measures(Scope(week)))
        assert found == {"Entfernen": [2, 0, 1], "Freigeben": [2, 0, 0]}

    def test_by_ground_in_the_words_of_the_house_rules(self, decisions, week):
        found = by_label(decided.grounds(Scope(week)))
        assert found == {
            "persönlicher Angriff": [1, 0, 1, Share(1, 1)],
            "nicht zum Thema": [1, 0, 0, Share(0, 1)],
        }

    def test_by_moderator(self, decisions, week, mona, max_):
        found = {row.label: row for row in decided.moderators(Scope(week)).rows}
        assert found["Mona"].cells[:4] == [2, 2, 1, Share(1, 2)]
        assert found["Max"].cells[:4] == [2, 0, 0, Share(0, 0)]
        assert found["Mona"].key == str(mona.pk)

    def test_the_time_is_from_the_cases_opening_and_leaves_reversals_out(
        self, decisions, week, mona, max_
    ):
        for decision in Decision.objects.filter(case__isnull=False):
            minutes = 10 if decision.decided_by == mona else 90
            Case.objects.filter(pk=decision.case_id).update(
                opened_at=decision.decided_at - timedelta(minutes=minutes)
            )
        Case.objects.filter(pk=decisions.case_id).update(
            opened_at=decisions.decided_at - timedelta(minutes=10)
        )
        found = by_label(decided.moderators(Scope(week)))
        assert found["Mona"][4] == timedelta(minutes=10)
        # His reversal came ten minutes after an opening, too, and says nothing about him.
        assert found["Max"][4] == timedelta(minutes=90)

    def test_of_one_moderator_alone(self, decisions, week, mona):
        his = Scope(week, mona)
        assert by_label(decided.measures(his)) == {"Entfernen": [2, 0, 1]}
        assert list(by_label(decided.moderators(his))) == ["Mona"]

    def test_other_days_are_left_out(self, decisions):
        before = Scope(period_of("30", timezone.localdate() - timedelta(days=1)))
        assert decided.measures(before).rows == []
        assert decided.moderators(before).rows == []


class ComparedTests:
    def test_each_check_against_the_last_word_of_people(self, discussion, bob, mona, max_, week):
        def case(**verdicts):
            comment = make_comment(discussion, bob, status="held")
            for check, outcome in verdicts.items():
                objected(comment, check, outcome)
            return open_case(comment, reason="held")

        removed(case(links="hold", word_list="pass"), mona)
        let_stand(case(links="hold", word_list="pass"), mona)
        let_stand(case(links="pass", word_list="pass"), mona)
        removed(case(links="pass", word_list="hold"), mona)
        overturned = removed(case(links="hold", word_list="pass"), mona)
        reverse(overturned, overturned.comment, moderator=max_, explanation=EXPLANATION)
        found = by_label(compared.comparison(Scope(week)))
        assert found["viele Links"] == [1, 2, 1, 1, Share(1, 3)]
        assert found["Wortliste"] == [1, 0, 1, 3, Share(1, 1)]
        # The reversal was another's: of Mona's own decisions it is her word that counts.
        mine = by_label(compared.comparison(Scope(week, mona)))
        assert mine["viele Links"] == [2, 1, 1, 1, Share(2, 3)]

    def test_a_hold_is_no_judgement_yet(self, discussion, bob, mona, week):
        comment = make_comment(discussion, bob)
        Verdict.objects.create(
            screening=comment.revisions.get().screening, check_name="links", outcome="pass"
        )
        decide(
            open_case(comment, reason="opened"),
            moderator=mona,
            measure="hold",
            revision=comment.revisions.get(),
            ground="personal_attack",
            explanation=EXPLANATION,
        )
        assert compared.comparison(Scope(week)).rows == []


class ReportedTests:
    def test_reports_of_closed_cases_by_reason(self, discussion, bob, alice, carla, mona, week):
        first, second, open_one = (make_comment(discussion, bob) for _n in range(3))
        rude = flag(first, reader=alice, reason="rude")
        flag(first, reader=carla, reason="hateful")
        unfounded = flag(second, reader=alice, reason="rude")
        flag(open_one, reader=alice, reason="rude")
        removed(rude.case, mona)
        let_stand(unfounded.case, mona)
        found = by_label(reported.flags(week))
        assert found["beleidigend"] == [2, 1, 1, 0, Share(1, 2)]
        assert len(found) == 2
        assert reported.flags(period_of("7", timezone.localdate() - timedelta(days=1))).rows == []


class TransparencyTests:
    def test_what_the_yearly_report_asks_for(self, discussion, bob, mona, max_, week):
        noticed = make_comment(discussion, bob)
        notice = make_notice(noticed)
        make_notice(make_comment(discussion, bob))
        case = notice.case
        decision = removed(case, mona)
        removed(open_case(make_comment(discussion, bob), reason="opened"), mona)
        answer(
            appeal(decision, text="Ich meine niemanden persönlich."),
            moderator=max_,
            outcome=Appeal.Outcome.OVERTURNED,
            answer="Der Satz trifft niemanden persönlich.",
        )
        found = {
            label: cells[0] for label, cells in by_label(transparency.transparency(week)).items()
        }
        assert found["Eingegangene Meldungen rechtswidriger Inhalte (Art. 16)"] == 2
        assert found["… entschieden"] == 1
        assert found["… mit einer Maßnahme"] == 1
        assert found["Einschränkungen mit Begründung (Art. 17)"] == 2
        assert found["… aus eigener Initiative"] == 1
        assert found["… von einer Prüfung allein entschieden"] == 0
        assert found["Beantwortete Beschwerden (Art. 20)"] == 1
        assert found["… und die Entscheidung aufgehoben"] == 1
        assert found["Schreibsperren (Art. 23 Abs. 1)"] == 0
