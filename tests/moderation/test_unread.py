"""How do moderators come to what no worker has read?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.models import Comment
from forum.posting import withdraw
from moderation import unread
from moderation.models import Case, Screening
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(bob) -> Comment:
    """Sent two minutes ago; nobody has read it."""
    comment = make_comment(make_discussion(), bob, "Wer liest das?", status="pending")
    Screening.objects.update(queued_at=timezone.now() - timedelta(minutes=2))
    return comment


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


class UnreadTests:
    def test_what_has_just_been_sent_is_left_to_the_checks(self, comment):
        Screening.objects.update(queued_at=timezone.now())
        assert unread.waiting_since() is None
        assert unread.bring_to_desk() == 0

    def test_the_oldest_come_first_and_no_more_than_one_reads(self, comment, bob, monkeypatch):
        monkeypatch.setattr(unread, "AT_ONCE", 1)
        newer = make_comment(comment.discussion, bob, "Und das?", status="pending")
        past = timezone.now() - timedelta(minutes=1, seconds=30)
        Screening.objects.filter(revision__comment=newer).update(queued_at=past)
        assert unread.bring_to_desk() == 1
        assert Case.objects.get().comment == comment
        assert unread.waiting_since() == past
        assert unread.bring_to_desk() == 1
        assert unread.bring_to_desk() == 0
        assert Case.objects.count() == 2

    def test_what_its_author_has_withdrawn_stays_away(self, comment, bob):
        withdraw(comment, author=bob)
        assert unread.bring_to_desk() == 0
        assert not Case.objects.exists()


class UnreadPageTests:
    def test_the_desk_says_that_the_checks_stand_still_and_leads_on(self, desk, comment):
        assert "Die Prüfungen stehen still" in desk.get("/moderation/").content.decode()
        page = desk.get("/moderation/unread/").content.decode()
        assert "1 Text wartet seit" in page
        assert "Wer liest das?" not in page

    def test_brought_to_the_desk_it_is_decided_by_hand(self, desk, comment):
        assert desk.post("/moderation/unread/").status_code == 303
        case = Case.objects.get()
        form = {"measure": "publish", "revision": comment.revisions.get().pk}
        assert desk.post(f"{case.get_absolute_url()}decision/", form).status_code == 303
        comment.refresh_from_db()
        assert comment.is_published
        assert "stehen still" not in desk.get("/moderation/").content.decode()

    def test_with_everything_read_there_is_nothing_to_bring(self, desk):
        assert "Keine." in desk.get("/moderation/unread/").content.decode()
        assert "stehen still" not in desk.get("/moderation/").content.decode()
