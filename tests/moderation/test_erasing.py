"""Which words are erased once nobody can appeal any more, and what stays?"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from config.operators import Waiting
from forum.models import Comment, Revision
from forum.posting import edit_comment
from moderation import deciding, erasing, log, rules
from moderation.appealing import answer as answer_appeal
from moderation.appealing import appeal
from moderation.flagging import flag
from moderation.models import (
    Case,
    Decision,
    DecisionText,
    Erasure,
    Flag,
    Screening,
    Sweep,
    Verdict,
)
from moderation.queue import open_case
from moderation.suspending import announce
from moderation.suspending import answer as answer_hearing
from moderation.suspending import decide as decide_hearing
from moderation.sweeping import remove_since, work
from tests import people
from tests.factories import make_comment, make_discussion

WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
NOT_YET = settings.MODERATION_APPEAL_WINDOW + timedelta(days=89)
LONG_AGO = settings.MODERATION_APPEAL_WINDOW + timedelta(days=91)


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, "Wer das beschlossen hat, ist ein Schwachkopf.")


@pytest.fixture
def removal(comment, alice, mona) -> Decision:
    case = flag(comment, reader=alice, reason="rude", explanation="Geht gegen Personen.").case
    screening = Screening.objects.get(revision=comment.revisions.get())
    Verdict.objects.filter(screening=screening).delete()
    Verdict.objects.create(
        screening=screening, check_name="word_list", outcome="hold", found=["Schwachkopf"]
    )
    return deciding.decide(
        case,
        moderator=mona,
        measure="remove",
        revision=comment.revisions.get(),
        ground="personal_attack",
        explanation=WHY,
    )


def published_again(comment, moderator) -> Decision:
    case = open_case(comment, reason="opened")
    revision = comment.revisions.get()
    return deciding.decide(case, moderator=moderator, measure="publish", revision=revision)


def later(age: timedelta) -> None:
    erasing.erase(now=timezone.now() + age)


def erased() -> dict[str, int]:
    return dict(Erasure.objects.values_list("kind", "count"))


class EraseTests:
    def test_texts_go_and_decision_and_ground_stay(self, removal, comment):
        later(LONG_AGO)
        assert not DecisionText.objects.exists()
        assert Revision.objects.get(comment=comment).body == ""
        assert Revision.objects.get(comment=comment).html == ""
        assert Verdict.objects.get().found == []
        assert Flag.objects.get().explanation == ""
        assert Decision.objects.get().ground == "personal_attack"
        assert log.verify().wrong == []
        assert log.verify().erased == 1

    def test_not_before_90_days_after_the_last_appeal(self, removal, comment):
        later(NOT_YET)
        assert DecisionText.objects.get().explanation == WHY
        assert Revision.objects.get(comment=comment).body != ""
        assert Verdict.objects.get().found == ["Schwachkopf"]
        assert erased() == {}

    def test_each_is_counted_once_however_often_it_runs(self, removal):
        for _time in range(3):
            later(LONG_AGO)
        assert erased() == {"reasons": 1, "wording": 1, "flag": 1}
        [family] = [each for each in Waiting().collect() if each.name == "forum_texts_erased"]
        assert {s.labels["kind"]: s.value for s in family.samples} == erased()

    def test_many_are_erased_in_batches(self, removal, bob, mona, settings, monkeypatch):
        settings.RATE_LIMITS = False
        monkeypatch.setattr(erasing, "BATCH", 2)
        for _time in range(4):
            other = make_comment(make_discussion(), bob)
            deciding.decide(
                open_case(other, reason="opened"),
                moderator=mona,
                measure="remove",
                revision=other.revisions.get(),
                ground="personal_attack",
                explanation=WHY,
            )
        later(LONG_AGO)
        assert erased()["reasons"] == erased()["wording"] == 5

    def test_while_a_case_about_it_is_open_nothing_is_erased(self, removal, comment):
        """An appeal opens one."""
        open_case(comment, reason="opened")
        later(LONG_AGO)
        assert DecisionText.objects.exists()
        assert Revision.objects.get(comment=comment).body != ""

    def test_what_was_decided_on_it_later_counts(self, removal, comment, mona):
        """The reasons of both are needed to judge the newer one."""
        restored = published_again(comment, mona)
        erasing.erase(now=restored.decided_at + LONG_AGO - timedelta(days=2))
        assert DecisionText.objects.count() == 2

    def test_what_readers_see_is_never_erased(self, removal, comment, mona):
        published_again(comment, mona)
        later(LONG_AGO)
        comment.refresh_from_db()
        assert comment.is_published
        assert comment.visible_revision.revision.body != ""
        assert not DecisionText.objects.exists()

    def test_what_waits_for_a_decision_is_not(self, bob):
        held = make_comment(make_discussion(), bob, status="held")
        open_case(held, reason="held")
        later(LONG_AGO)
        assert held.revisions.get().body != ""

    def test_a_declined_edit_goes_and_the_former_wording_stays(self, comment, bob, mona):
        edit = edit_comment(comment, author=bob, body="Wer das beschloss, ist n4z1.")
        deciding.decide(
            open_case(comment, reason="edit"),
            moderator=mona,
            measure="keep_former",
            revision=edit,
            ground="personal_attack",
            explanation=WHY,
        )
        later(LONG_AGO)
        edit.refresh_from_db()
        assert edit.body == ""
        assert comment.visible_revision.revision.body != ""

    def test_a_suspension_that_still_holds_keeps_its_reasons(self, bob, mona):
        deciding.record(
            None,
            reader=bob,
            measure="suspend",
            until=timezone.now() + LONG_AGO,
            ground="personal_attack",
            origin="own",
            decided_by=mona,
            explanation=WHY,
        )
        later(LONG_AGO)
        assert DecisionText.objects.exists()

    def test_what_was_written_to_whom_it_concerned_goes_with_it(self, comment, bob, mona, max_):
        """Reasons stand not only beside a decision."""
        fields = {"ground": "personal_attack", "explanation": WHY}
        announced = announce(comment, moderator=mona, days=3, **fields)
        answer_hearing(announced, reader=bob, text="Das war im Zorn.")
        decide_hearing(announced, moderator=max_, suspends=False, explanation=WHY)
        many = remove_since(bob, since=comment.submitted_at, moderator=max_, **fields)
        Sweep.objects.update(leased_until=None)
        while work(many):
            pass
        removal = Decision.objects.get(measure="remove")
        senior = people.person("Moritz", role="senior moderator")
        appealed = appeal(removal, text="Ich meine niemanden persönlich.")
        answer_appeal(appealed, moderator=senior, outcome="upheld", answer=WHY)

        later(NOT_YET)
        announced.refresh_from_db()
        many.refresh_from_db()
        appealed.refresh_from_db()
        assert (announced.explanation, announced.answer) == (WHY, "Das war im Zorn.")
        assert (many.explanation, appealed.answer) == (WHY, WHY)
        later(LONG_AGO)
        announced.refresh_from_db()
        many.refresh_from_db()
        appealed.refresh_from_db()
        assert (announced.explanation, announced.answer, many.explanation) == ("", "", "")
        assert (appealed.text, appealed.answer) == ("", "")
        assert appealed.outcome == "upheld"
        assert log.verify().wrong == []

    def test_reasons_of_an_announcement_wait_for_its_decision(self, comment, mona):
        announced = announce(
            comment, moderator=mona, days=3, ground="personal_attack", explanation=WHY
        )
        later(LONG_AGO)
        announced.refresh_from_db()
        assert announced.explanation == WHY

    def test_an_erased_comment_cannot_be_published_empty(self, removal, comment, max_):
        later(LONG_AGO)
        revision = comment.revisions.get()
        comment.refresh_from_db()
        assert rules.measures(comment, revision) == []
        case = open_case(comment, reason="opened")
        with pytest.raises(ValidationError) as refusal:
            deciding.decide(case, moderator=max_, measure="publish", revision=revision)
        assert refusal.value.code == "conflict"
        assert Comment.objects.get(pk=comment.pk).status == "removed"

    def test_its_pages_still_answer(self, client, removal, bob, mona):
        later(LONG_AGO)
        client.force_login(bob)
        assert client.get(removal.get_absolute_url()).status_code == 200
        client.force_login(mona)
        assert client.get(Case.objects.get().get_absolute_url()).status_code == 200
