"""What do the police get, and who has said why?"""

import pytest

from moderation.models import Decision
from moderation.statements import decision_for_key, key_of
from notifications.models import Notification
from tests import people
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
def report(desk, comment):
    address = f"/moderation/comments/{comment.pk}/danger/"
    assert desk.post(address, {"reason": "kurz"}).status_code == 422
    response = desk.post(address, {"reason": WHY})
    assert response.status_code == 303
    return response.headers["Location"]


class ReportTests:
    def test_gathers_the_evidence_once_it_is_written_down_why(self, desk, report, comment, bob):
        page = desk.get(report)
        html = page.content.decode()
        for told in (WHY, bob.email, comment.get_absolute_url(), comment.discussion.subject.slug):
            assert told in html
        assert "&lt;script&gt;" in html
        assert "<script>alert" not in html
        assert page.headers["Cache-Control"] == "private, no-store"
        machine = desk.get(f"{report}json/").json()
        assert machine["wordings"][0]["text"] == HOSTILE
        assert machine["account"]["email"] == bob.email
        assert Decision.objects.get().measure == "tell_police"

    def test_the_author_learns_nothing_of_it(self, client, report, bob):
        decision = Decision.objects.get()
        client.force_login(bob)
        assert client.get(decision.get_absolute_url()).status_code == 404
        assert client.get(report).status_code == 403
        assert decision_for_key(key_of(decision)) is None
        assert not Notification.objects.filter(recipient=bob).exists()

    def test_another_moderator_does_not_see_it_but_a_senior_does(self, client, report, max_):
        client.force_login(people.person("Mia", role="moderator"))
        assert client.get(report).status_code == 403
        assert client.get(f"{report}json/").status_code == 403
        client.force_login(max_)
        assert client.get(report).status_code == 200

    def test_no_other_decision_is_a_report(self, desk, report):
        assert desk.get("/moderation/police/999999/").status_code == 404
