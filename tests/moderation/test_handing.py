"""What becomes of a case that a moderator hands over?"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from moderation.deciding import decide
from moderation.handing import hand_over
from moderation.models import Case, Decision
from moderation.queue import next_case, open_case
from moderation.remarking import hide_passage
from moderation.statements import decision_for_key, key_of
from moderation.sweeping import remove_branch
from notifications.models import Mail
from tests.factories import make_comment, make_discussion


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob)


@pytest.fixture
def case(comment, mona):
    case = open_case(comment, reason="flagged")
    hand_over(case, moderator=mona, to="seniors", note="Das könnte § 130 sein.")
    return Case.objects.get()


def published(case, moderator):
    return decide(
        case, moderator=moderator, measure="publish", revision=case.comment.revisions.get()
    )


class HandOverTests:
    def test_only_seniors_decide_on_it_then(self, case, mona, max_):
        assert case.closed_at is None
        assert next_case(mona) is None
        assert next_case(max_) == case
        with pytest.raises(PermissionDenied, match="leitende"):
            published(case, mona)
        assert published(case, max_)

    def test_nobody_outside_learns_of_it(self, client, case, bob):
        decision = Decision.objects.get()
        assert decision.text.note == "Das könnte § 130 sein."
        assert not Mail.objects.exists()
        client.force_login(bob)
        assert client.get(decision.get_absolute_url()).status_code == 404
        assert decision_for_key(key_of(decision)) is None

    def test_not_twice_to_the_same(self, case, max_):
        with pytest.raises(ValidationError):
            hand_over(case, moderator=max_, to="seniors", note="Noch einmal.")
        hand_over(case, moderator=max_, to="legal", note="Bitte prüfen.")

    def test_seniors_have_a_list(self, client, case, mona, max_):
        client.force_login(mona)
        assert client.get("/moderation/handed-over/").status_code == 403
        client.force_login(max_)
        assert case.get_absolute_url() in client.get("/moderation/handed-over/").content.decode()

    def test_from_the_page_a_case_is_opened_for_it(self, client, comment, mona):
        client.force_login(mona)
        address = f"/moderation/comments/{comment.pk}/hand-over/"
        assert client.post(address, {"hand-to": "police"}).status_code == 422
        sent = {"hand-to": "legal", "hand-note": "Unterlassung angedroht, bitte prüfen."}
        assert client.post(address, sent).status_code == 303
        assert Case.objects.get().handed_to == "legal"


class OtherWaysTests:
    """Whatever would settle the case is refused, wherever it is asked for."""

    REASONS = {
        "ground": "personal_attack",
        "explanation": "Der Satz spricht einer Person ihre Würde ab.",
    }

    def test_no_passage_is_hidden_by_the_way(self, case, comment, mona, max_):
        revision = comment.revisions.get()
        told = {"revision": revision, "passage": revision.body[:12], **self.REASONS}
        with pytest.raises(PermissionDenied, match="leitende"):
            hide_passage(comment, moderator=mona, **told)
        assert Case.objects.open().get() == case
        assert hide_passage(comment, moderator=max_, **told).case == case

    def test_a_branch_is_removed_without_it(self, case, comment, carla, mona):
        answer = make_comment(comment.discussion, carla, parent=comment)
        removal = remove_branch(comment, moderator=mona, **self.REASONS)
        assert [one.case.comment for one in removal.granted] == [answer]
        assert removal.passed_over == 1
        assert Case.objects.open().get() == case
        assert case.reasons == ["flagged"]

    def test_who_opens_an_appeal_by_hand_does_not_make_it_his(self, client, comment, mona):
        appealed = open_case(comment, reason="appeal")
        client.force_login(mona)
        assert client.post(f"/moderation/comments/{comment.pk}/").status_code == 303
        with pytest.raises(PermissionDenied, match="Beschwerde"):
            published(Case.objects.get(), mona)
        appealed.refresh_from_db()
        assert appealed.reasons == ["appeal"]

    def test_nor_without_an_appeal_that_waits_there(self, comment, mona):
        appealed = open_case(comment, reason="appeal")
        with pytest.raises(ValidationError):
            remove_branch(comment, moderator=mona, **self.REASONS)
        appealed.refresh_from_db()
        assert (appealed.reasons, appealed.closed_at) == (["appeal"], None)
