"""Which replies does a thread show, and what is newest in a discussion?"""

import pytest
from django.core.exceptions import BadRequest

from forum import cursors, paging, reading
from forum.models import Discussion
from forum.posting import edit_comment, post_comment
from forum.publishing import hold
from moderation.deciding import decide
from moderation.queue import open_case
from tests.factories import (
    make_comment,
    make_discussion,
    pass_screening,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


class RepliesPageTests:
    def test_fifty_at_a_time_until_all_were_shown(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        replies = [make_comment(discussion, bob, parent=root) for _number in range(53)]
        root = reading.comment_in_view(root.pk)
        first = reading.replies_page(root)
        assert first.replies == replies[:50]
        assert first.remaining == 3
        second = reading.replies_page(root, after=first.next_cursor)
        assert second.replies == replies[50:]
        assert second.next_cursor == ""

    def test_cursor_of_another_thread_is_refused(self, discussion, alice, bob):
        root, other = make_comment(discussion, alice), make_comment(discussion, alice)
        cursor = cursors.write(f"replies {root.pk}", [root.pk, 0])
        assert reading.replies_page(reading.comment_in_view(root.pk), after=cursor).replies == []
        with pytest.raises(BadRequest):
            reading.replies_page(reading.comment_in_view(other.pk), after=cursor)


class ThreadOfTests:
    def test_comment_stands_between_whom_it_answers_and_who_answers_it(
        self, discussion, alice, bob
    ):
        root = make_comment(discussion, alice)
        aside = make_comment(discussion, bob, parent=root)
        comment = make_comment(discussion, bob, parent=root)
        reply = make_comment(discussion, alice, parent=comment)
        around = reading.thread_of(reading.comment_in_view(comment.pk))
        assert around.ancestors == [root]
        assert around.replies == [reply]
        assert aside not in around.comments

    def test_forty_levels_deep_the_parent_is_still_shown(self, discussion, alice):
        chain = [make_comment(discussion, alice)]
        for _level in range(40):
            chain.append(make_comment(discussion, alice, parent=chain[-1]))
        around = reading.thread_of(reading.comment_in_view(chain[38].pk))
        assert chain[37] in around.ancestors
        assert around.replies == [chain[39]]
        assert around.ancestors[0] == chain[0]


class NewestTests:
    def test_last_published_first_wherever_it_stands(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        other = make_comment(discussion, bob)
        reply = make_comment(discussion, bob, parent=root)
        make_comment(discussion, bob, status="pending")
        make_comment(discussion, bob, status="removed")
        assert reading.newest(discussion) == [reply, other, root]
        assert reading.newest(discussion, limit=1) == [reply]

    def test_old_comment_that_is_restored_or_reworded_is_not_new(
        self, discussion, alice, bob, mona
    ):
        old = make_comment(discussion, alice)
        newer = [make_comment(discussion, bob) for _number in range(3)]
        edit_comment(newer[0], author=bob, body="Genauer gesagt so.")
        pass_screening(newer[0])
        case = open_case(hold(old), reason="opened")
        decide(case, moderator=mona, measure="publish", revision=old.revisions.get())
        assert reading.newest(discussion) == newer[::-1]

    def test_comment_that_had_to_wait_is_new_when_it_appears(self, discussion, alice, bob):
        waiting = make_comment(discussion, alice, status="pending")
        make_comment(discussion, bob)
        pass_screening(waiting)
        assert reading.newest(discussion, limit=1) == [waiting]


def test_pending_reply_is_not_among_the_replies(discussion, alice, bob):
    root = make_comment(discussion, alice)
    post_comment(discussion, author=bob, body="Noch nicht gelesen.", parent=root)
    (thread,) = paging.threads_page(discussion, sort="newest").threads
    assert thread.replies == []
    assert not thread.has_more
