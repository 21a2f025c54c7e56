"""What happens to whoever reports frequently without cause (DSA art. 23)?"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.utils import timezone

from moderation import misuse
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.models import Caution, Flag, TrustedFlagger
from tests.factories import make_comment, make_discussion, make_notice

WHY = {"ground": "personal_attack", "explanation": "Der Satz spricht Personen die Eignung ab."}


@pytest.fixture
def report(bob, mona):
    """report(alice, 9): so many reports of hers are decided; unfounded, if nothing else is said."""
    discussion = make_discussion()

    def act(reader, times=1, *, measure="publish", kind="flag"):
        with override_settings(RATE_LIMITS=False):
            for _time in range(times):
                comment = make_comment(discussion, bob)
                sent = flag(comment, reader=reader, reason="rude") if kind == "flag" else None
                sent = sent or make_notice(comment, reader=reader)
                decide(
                    sent.case,
                    moderator=mona,
                    measure=measure,
                    revision=comment.revisions.get(),
                    **({} if measure == "publish" else WHY),
                )

    return act


@pytest.fixture
def later(time_machine):
    return lambda **span: time_machine.move_to(timezone.now() + timedelta(**span))


class WarningTests:
    def test_the_tenth_unfounded_report_brings_a_warning_and_no_pause(self, report, alice, bob):
        report(alice, 9)
        assert not Caution.objects.exists()
        report(alice)
        caution = Caution.objects.get()
        assert (caution.reader, caution.until) == (alice, None)
        assert (caution.unfounded, caution.judged) == (10, 10)
        flag(make_comment(make_discussion(), bob), reader=alice, reason="rude")

    def test_the_share_counts_whoever_is_mostly_right_may_be_wrong_often(self, report, alice):
        report(alice, 4, measure="remove")
        report(alice, 15)
        assert not Caution.objects.exists()
        report(alice)
        assert Caution.objects.get().judged == 20

    def test_an_unfounded_notice_of_illegal_content_weighs_three_times(self, report, alice):
        report(alice, 3, kind="notice")
        assert not Caution.objects.exists()
        report(alice, kind="notice")
        assert Caution.objects.get().unfounded == 4

    def test_what_is_older_than_ninety_days_is_forgiven(self, report, alice, later):
        report(alice, 9)
        later(days=91)
        report(alice)
        assert not Caution.objects.exists()

    def test_people_of_the_house_are_left_to_people(self, report, anna):
        report(anna, 12)
        assert not Caution.objects.exists()

    def test_trusted_flaggers_too(self, report, alice, admin):
        TrustedFlagger.objects.create(organisation="Meldestelle", account=alice, added_by=admin)
        report(alice, 12)
        assert not Caution.objects.exists()


class PauseTests:
    def test_if_it_goes_on_after_the_warning_a_pause_of_thirty_days_follows(
        self, report, alice, later, bob
    ):
        report(alice, 10)
        later(days=1)
        report(alice, 9)
        assert Caution.objects.count() == 1
        report(alice)
        pause = Caution.objects.pauses().get()
        assert pause.until - pause.cautioned_at == timedelta(days=30)
        comment = make_comment(make_discussion(), bob)
        with pytest.raises(PermissionDenied, match="nichts melden"):
            flag(comment, reader=alice, reason="rude")
        with pytest.raises(PermissionDenied, match="nichts melden"):
            make_notice(comment, reader=alice)
        later(days=31)
        assert flag(comment, reader=alice, reason="rude")

    def test_what_was_sent_before_the_warning_is_not_held_against_him_again(
        self, report, alice, bob, mona
    ):
        comments = [make_comment(make_discussion(), bob) for _number in range(10)]
        with override_settings(RATE_LIMITS=False):
            waiting = [flag(one, reader=alice, reason="rude") for one in comments]
        report(alice, 10)
        for sent in waiting:
            decide(sent.case, moderator=mona, measure="publish", revision=sent.revision)
        assert not Caution.objects.pauses().exists()

    def test_a_year_later_he_is_warned_first_again(self, report, alice, later):
        report(alice, 10)
        later(days=366)
        report(alice, 10)
        assert Caution.objects.count() == 2
        assert not Caution.objects.pauses().exists()

    def test_an_administrator_lifts_it(self, client, report, alice, admin, bob):
        now = timezone.now()
        pause = Caution.objects.create(
            reader=alice, until=now + timedelta(days=30), unfounded=10, judged=10
        )
        client.force_login(admin)
        client.post(
            "/admin/moderation/caution/", {"action": "lift", "_selected_action": [pause.pk]}
        )
        pause.refresh_from_db()
        assert pause.lifted_at
        assert not misuse.lift(pause)
        assert flag(make_comment(make_discussion(), bob), reader=alice, reason="rude")


class PageTests:
    @pytest.fixture
    def paused(self, alice):
        return Caution.objects.create(
            reader=alice, until=timezone.now() + timedelta(days=30), unfounded=10, judged=12
        )

    @pytest.mark.usefixtures("paused")
    @pytest.mark.parametrize("what", ["flags", "notices"])
    def test_the_page_says_until_when_and_why_and_by_which_rule(self, client, bob, alice, what):
        comment = make_comment(make_discussion(), bob)
        client.force_login(alice)
        page = client.get(f"/comments/{comment.pk}/{what}/").content.decode()
        assert "10 Ihrer 12 Meldungen unbegründet" in page
        assert "mindestens 10 unbegründete Meldungen" in page
        assert "mindestens 80 Prozent der entschiedenen" in page
        assert "Sehen Sie das anders?" in page
        assert "<form" not in page.partition("<main")[2].partition("</main>")[0]

    @pytest.mark.usefixtures("paused")
    def test_what_he_sends_anyway_is_refused_and_stays(self, client, bob, alice):
        comment = make_comment(make_discussion(), bob)
        client.force_login(alice)
        response = client.post(
            f"/comments/{comment.pk}/flags/", {"reason": "rude", "explanation": "Unerhört!"}
        )
        assert response.status_code == 403
        assert "Unerhört!" in response.content.decode()
        assert not Flag.objects.exists()

    def test_without_a_pause_nobody_reads_of_it(self, client, bob, alice):
        client.force_login(alice)
        comment = make_comment(make_discussion(), bob)
        page = client.get(f"/comments/{comment.pk}/flags/").content.decode()
        assert "Wir verwarnen" not in page
