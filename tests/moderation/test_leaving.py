"""What becomes of decisions, cases and reports when a reader has closed his account?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.leaving import request_closing
from accounts.tasks import tidy
from forum.models import Comment
from forum.tasks import see_off_departed
from moderation.appealing import answer, appeal
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.models import Case, Decision, FlaggerRecord, Notice, Verdict
from tests.factories import make_comment, make_discussion, make_notice

REASONS = "Der Satz spricht Personen die Eignung ab."


@pytest.fixture
def removal(db, bob, carla, mona) -> Decision:
    """Bob's comment, reported by Carla, removed by Mona."""
    comment = make_comment(make_discussion(), bob, "Wer das beschlossen hat, gehört abgewählt.")
    case = flag(comment, reader=carla, reason="rude", explanation="Ich, Carla K., bin empört.").case
    return decide(
        case,
        moderator=mona,
        measure="remove",
        revision=comment.revisions.get(),
        ground="personal_attack",
        explanation=REASONS,
    )


@pytest.fixture
def leave(time_machine):
    def close(reader, *, keeps_texts: bool = False) -> None:
        request_closing(reader, keeps_texts=keeps_texts)
        time_machine.move_to(timezone.now() + timedelta(days=14, minutes=1))
        tidy()
        see_off_departed()

    return close


class LeavingTests:
    def test_the_decision_stays_under_the_pseudonym(self, client, removal, bob, mona, leave):
        leave(bob)
        decision = Decision.objects.in_view().get()
        assert decision.text.explanation == REASONS
        assert str(decision.comment.author) == "Gelöschtes Konto"
        client.force_login(mona)
        page = client.get(f"/moderation/cases/{removal.case_id}/").content.decode()
        assert "Gelöschtes Konto" in page
        assert "Bob" not in page

    def test_the_report_stays_without_its_words(self, removal, carla, leave):
        leave(carla)
        report = Case.objects.get().flags.get()
        assert report.explanation == ""
        assert report.reason == "rude"

    def test_what_was_counted_of_his_reports_goes(self, removal, carla, leave):
        assert FlaggerRecord.objects.get(reader=carla).upheld == 1
        leave(carla)
        assert not FlaggerRecord.objects.exists()

    def test_a_notice_stays_without_its_giver_and_once_decided_without_words(
        self, bob, carla, mona, leave
    ):
        decided, waiting = (make_comment(make_discussion(), bob) for _time in range(2))
        case = make_notice(decided, reader=carla).case
        make_notice(waiting, reader=carla)
        decide(case, moderator=mona, measure="publish", revision=decided.revisions.get())
        leave(carla)
        assert not Notice.objects.exclude(name="", email="").exists()
        assert Notice.objects.get(comment=decided).reason == ""
        assert Notice.objects.get(comment=waiting).reason

    def test_an_appeal_keeps_its_words_until_it_is_answered(self, removal, bob, max_, leave):
        made = appeal(removal, text="Ich, Bob Müller, meine niemanden.")
        leave(bob)
        made.refresh_from_db()
        assert made.text
        answer(made, moderator=max_, outcome="overturned", answer=REASONS)
        made.refresh_from_db()
        assert made.text == ""
        # He wanted his texts gone: they do not come back.
        assert Comment.objects.get().status == "removed"

    def test_of_an_answered_appeal_the_outcome_stays(self, removal, bob, max_, leave):
        made = appeal(removal, text="Ich, Bob Müller, meine niemanden.")
        answer(made, moderator=max_, outcome="upheld", answer=REASONS)
        leave(bob)
        made.refresh_from_db()
        assert (made.text, made.outcome, made.answer) == ("", "upheld", REASONS)

    def test_a_case_about_a_text_that_is_withdrawn_is_closed(self, bob, carla, leave):
        comment = make_comment(make_discussion(), bob)
        flag(comment, reader=carla, reason="rude")
        leave(bob)
        assert Case.objects.get().closed_at
        assert carla.notifications.filter(kind="flag").exists()

    @pytest.mark.parametrize(("keeps_texts", "found"), [(True, ["0170 1234567"]), (False, [])])
    def test_passages_that_checks_found_go_with_the_text(self, bob, leave, keeps_texts, found):
        comment = make_comment(make_discussion(), bob)
        Verdict.objects.create(
            screening=comment.revisions.get().screening,
            check_name="personal_data",
            outcome="hold",
            found=["0170 1234567"],
        )
        leave(bob, keeps_texts=keeps_texts)
        assert Verdict.objects.get(check_name="personal_data").found == found

    def test_who_has_gone_is_told_nothing(self, bob, carla, mona, leave):
        comment = make_comment(make_discussion(), bob)
        case = flag(comment, reader=carla, reason="rude").case
        request_closing(bob, keeps_texts=True)
        leave(carla)
        decide(
            case,
            moderator=mona,
            measure="remove",
            revision=comment.revisions.get(),
            ground="personal_attack",
            explanation=REASONS,
        )
        assert not bob.notifications.exists()
        assert not carla.notifications.exists()
