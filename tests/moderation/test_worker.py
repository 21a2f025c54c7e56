"""What happens to a comment when workers are killed and Redis is emptied, stopped or frozen?"""

import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from forum.models import Comment
from moderation.models import Screening
from moderation.tasks import ring_for_overdue_screenings
from tests import people
from tests.factories import make_comment, make_discussion
from tests.servers import own_redis, own_worker, until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broker(tmp_path):
    with own_redis(tmp_path) as server:
        yield server


@pytest.fixture
def comment(broker) -> Comment:
    """Sent while Redis is well; nobody has heard the bell yet."""
    return make_comment(make_discussion(), people.nina(), "Ganz neu hier.", status="pending")


def status(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


def minutes_pass() -> None:
    """Leases end and bells are overdue, for workers that live by the real clock."""
    past = timezone.now() - timedelta(minutes=2)
    Screening.objects.waiting().update(queued_at=past, leased_until=past)


def is_published_once(comment: Comment) -> bool:
    discussion = type(comment.discussion).objects.get(pk=comment.discussion_id)
    return status(comment) == "published" and discussion.comment_count == 1


class WorkerTests:
    def test_killed_while_it_reads_another_one_publishes_once(self, broker, comment):
        task = Screening.objects.get()
        with own_worker(broker) as worker, transaction.atomic():
            # The worker claims the job and then waits for this row.
            Comment.objects.select_for_update().get(pk=comment.pk)
            until(lambda: attempts_committed(task) == 1)
            worker.kill()
            worker.wait()
        assert status(comment) == "pending"

        minutes_pass()
        with own_worker(broker):
            ring_for_overdue_screenings()
            until(lambda: status(comment) == "published")
        assert is_published_once(comment)
        task.refresh_from_db()
        assert task.attempts == 2

    def test_redis_emptied_before_anybody_heard_the_bell(self, broker, comment):
        broker.empty()
        with own_worker(broker):
            minutes_pass()
            ring_for_overdue_screenings()
            until(lambda: status(comment) == "published")
        assert is_published_once(comment)

    @pytest.mark.parametrize("trouble", ["stop", "freeze"])
    def test_without_redis_posting_works_and_the_comment_waits(self, broker, trouble):
        discussion, nina = make_discussion(), people.nina()
        getattr(broker, trouble)()
        start = time.perf_counter()
        comment = make_comment(discussion, nina, "Ganz neu hier.", status="pending")
        assert time.perf_counter() - start < 1
        assert status(comment) == "pending"
        ring_for_overdue_screenings()
        assert status(comment) == "pending"
        broker.thaw()


def attempts_committed(task: Screening) -> int:
    return Screening.objects.get(pk=task.pk).attempts
