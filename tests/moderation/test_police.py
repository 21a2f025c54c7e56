"""What do the police get, and who has said why?"""

import pytest

from moderation.models import Decision
from moderation.statements import decision_for_key, key_of
from notifications.models import Notification
from tests.factories import make_comment, make_discussion

WHY = "Er kündigt an, morgen um zehn vor dem Rathaus auf jemanden zu warten."
HOSTILE = "Morgen um zehn, <script>alert(1)</script> dann seht ihr."


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, HOSTILE)


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


@pytest.fixture
def address(comment):
    return f"/moderation/comments/{comment.pk}/danger/"


class ReportTests:
    def test_gathers_the_evidence_once_it_is_written_down_why(self, desk, address, comment, bob):
        refused = desk.post(address, {"reason": "kurz"})
        assert refused.status_code == 422
        assert bob.email not in refused.content.decode()
        page = desk.post(address, {"reason": WHY})
        html = page.content.decode()
        for told in (WHY, bob.email, comment.get_absolute_url(), comment.discussion.subject.slug):
            assert told in html
        assert "&lt;script&gt;" in html
        assert "<script>alert" not in html
        assert page.headers["Cache-Control"] == "private, no-store"
        assert Decision.objects.get().measure == "tell_police"

    def test_or_as_a_file(self, desk, address, bob):
        answer = desk.post(address, {"reason": WHY, "file": ""})
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.json()["wordings"][0]["text"] == HOSTILE
        assert answer.json()["account"]["email"] == bob.email

    def test_whoever_looks_again_says_why_again_and_is_in_the_log_again(
        self, desk, address, max_, bob
    ):
        desk.post(address, {"reason": WHY})
        assert bob.email not in desk.get(address).content.decode()
        desk.force_login(max_)
        assert desk.post(address, {"reason": ""}).status_code == 422
        desk.post(address, {"reason": WHY, "file": ""})
        reports = Decision.objects.filter(measure="tell_police").order_by("pk")
        assert [one.decided_by.name for one in reports] == ["Mona", "Max"]

    def test_the_author_learns_nothing_of_it(self, desk, address, bob):
        desk.post(address, {"reason": WHY})
        decision = Decision.objects.get()
        desk.force_login(bob)
        assert desk.get(decision.get_absolute_url()).status_code == 404
        assert desk.post(address, {"reason": WHY}).status_code == 403
        assert decision_for_key(key_of(decision)) is None
        assert not Notification.objects.filter(recipient=bob).exists()
