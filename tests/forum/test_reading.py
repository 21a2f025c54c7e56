"""Which comments does a page hold, in which order, and does anything get lost between pages?"""

import pytest
from django.core.exceptions import BadRequest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.filling import fill
from forum import cursors, reading
from forum.models import Comment, Discussion, Tally
from forum.posting import edit_comment, post_comment, withdraw
from forum.publishing import hold
from moderation.deciding import decide
from moderation.queue import open_case
from tests.factories import (
    ArticleFactory,
    TopicFactory,
    make_comment,
    make_discussion,
    pass_screening,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


def all_pages(discussion: Discussion, **asked) -> list[reading.ThreadsPage]:
    pages = [reading.threads_page(discussion, **asked)]
    while pages[-1].next_cursor:
        pages.append(reading.threads_page(discussion, after=pages[-1].next_cursor, **asked))
    return pages


class ThreadsPageTests:
    def test_newest_thread_stands_first(self, discussion, alice, bob):
        first = make_comment(discussion, alice)
        second = make_comment(discussion, bob)
        page = reading.threads_page(discussion, sort="newest")
        assert [thread.root for thread in page.threads] == [second, first]

    def test_oldest_thread_stands_first_when_asked_for(self, discussion, alice, bob):
        first = make_comment(discussion, alice)
        second = make_comment(discussion, bob)
        page = reading.threads_page(discussion, sort="oldest")
        assert [thread.root for thread in page.threads] == [first, second]

    def test_best_goes_by_rank(self, discussion, alice, bob):
        praised = make_comment(discussion, alice)
        make_comment(discussion, bob)
        Tally.objects.filter(pk=praised.pk).update(rank=1_000)
        page = reading.threads_page(discussion, sort="best")
        assert page.threads[0].root == praised

    def test_most_discussed_goes_by_replies(self, discussion, alice, bob):
        talked_about = make_comment(discussion, alice)
        make_comment(discussion, bob, parent=talked_about)
        make_comment(discussion, bob)
        page = reading.threads_page(discussion, sort="most-discussed")
        assert page.threads[0].root == talked_about

    def test_first_three_replies_come_in_the_order_of_the_tree(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        answer = make_comment(discussion, bob, parent=root)
        late = make_comment(discussion, bob, parent=root)
        deep = make_comment(discussion, alice, parent=answer)
        make_comment(discussion, bob, parent=late)
        (thread,) = reading.threads_page(discussion, sort="newest").threads
        assert thread.replies == [answer, deep, late]
        assert thread.has_more
        assert thread.reply_count == 4

    def test_thread_of_three_replies_has_no_more(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        for _number in range(3):
            make_comment(discussion, bob, parent=root)
        (thread,) = reading.threads_page(discussion, sort="newest").threads
        assert len(thread.replies) == 3
        assert not thread.has_more

    def test_waiting_and_vanished_comments_have_no_place(self, discussion, alice):
        for status in ("pending", "held", "removed", "withdrawn"):
            make_comment(discussion, alice, status=status)
        assert reading.threads_page(discussion, sort="newest").threads == []

    def test_withdrawn_comment_keeps_its_place_above_replies(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        reply = make_comment(discussion, bob, parent=root)
        withdraw(root, author=alice)
        (thread,) = reading.threads_page(discussion, sort="newest").threads
        assert thread.comments == [root, reply]
        assert thread.root.status == "withdrawn"

    @pytest.mark.parametrize("sort", ["newest", "oldest", "best", "most-discussed"])
    def test_pages_show_every_thread_once_also_where_ranks_are_equal(self, discussion, alice, sort):
        fill(discussion, count=130, authors=[alice])
        Tally.objects.update(rank=0.1 + 0.2)
        shown = [t.root.pk for page in all_pages(discussion, sort=sort) for t in page.threads]
        roots = set(Comment.objects.filter(depth=0).values_list("pk", flat=True))
        assert len(roots) > 40
        assert len(shown) == len(roots)
        assert set(shown) == roots

    def test_what_remains_is_counted_down_to_the_last_page(self, discussion, alice):
        fill(discussion, count=130, authors=[alice])
        pages = all_pages(discussion, sort="newest")
        passed = sum(1 + thread.reply_count for thread in pages[0].threads)
        assert pages[0].remaining == 130 - passed
        assert pages[-1].remaining is None
        assert pages[-1].next_cursor == ""

    def test_cursor_of_another_discussion_is_refused(self, discussion, alice):
        fill(discussion, count=80, authors=[alice])
        cursor = reading.threads_page(discussion, sort="newest").next_cursor
        with pytest.raises(BadRequest):
            reading.threads_page(make_discussion(), sort="newest", after=cursor)

    def test_cursor_of_another_order_is_refused(self, discussion, alice):
        fill(discussion, count=80, authors=[alice])
        cursor = reading.threads_page(discussion, sort="newest").next_cursor
        with pytest.raises(BadRequest):
            reading.threads_page(discussion, sort="best", after=cursor)

    @pytest.mark.parametrize("forged", ["abc", "0", "-1", "1" * 21, "W10:x", "\x00", "é:é", ":"])
    def test_forged_cursor_is_refused_with_a_sentence(self, discussion, forged):
        with pytest.raises(BadRequest, match="Diese Adresse führt auf keine Seite"):
            reading.threads_page(discussion, sort="newest", after=forged)

    def test_threads_about_one_article_of_a_topic(self, alice, bob):
        topic = TopicFactory()
        ours, theirs = ArticleFactory(topic=topic), ArticleFactory(topic=topic)
        discussion = make_discussion(topic=topic)
        about_ours = make_comment(discussion, alice, about_article=ours)
        make_comment(discussion, bob, about_article=theirs)
        make_comment(discussion, bob)
        page = reading.threads_page(discussion, sort="newest", about=ours)
        assert [thread.root for thread in page.threads] == [about_ours]


class PageAroundTests:
    def test_page_begins_with_the_thread_and_shows_the_comment(self, discussion, alice, bob):
        fill(discussion, count=60, authors=[alice])
        root = make_comment(discussion, alice)
        for _number in range(4):
            make_comment(discussion, bob, parent=root)
        fifth = make_comment(discussion, bob, parent=root)
        deep = make_comment(discussion, alice, parent=fifth)
        fill(discussion, count=60, authors=[alice])
        page = reading.page_around(deep, sort="newest")
        thread = page.threads[0]
        assert thread.root == root
        assert thread.replies[-2:] == [fifth, deep]
        assert len(thread.replies) == 5
        assert len(page.threads) == 20

    def test_thread_that_has_risen_meanwhile_costs_its_place_only(
        self, discussion, alice, bob, monkeypatch
    ):
        asked_for = make_comment(discussion, alice)
        reply = make_comment(discussion, bob, parent=asked_for)
        other = make_comment(discussion, bob)
        Tally.objects.filter(pk=other.pk).update(rank=1)
        Tally.objects.filter(pk=asked_for.pk).update(rank=2)
        place_of = reading.beyond

        def risen(*args, **options):
            Tally.objects.filter(pk=asked_for.pk).update(rank=3)
            return place_of(*args, **options)

        monkeypatch.setattr(reading, "beyond", risen)
        page = reading.page_around(reply, sort="best")
        assert [thread.root for thread in page.threads] == [other]
        assert page.threads[0].replies == []
        Tally.objects.filter(pk=other.pk).update(rank=4)
        Tally.objects.filter(pk=asked_for.pk).update(rank=2)
        assert reading.page_around(reply, sort="best").threads == []


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
        cursor = cursors.write(f"replies {root.pk}", [root.path, 0])
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


class IndexTests:
    """What a page reads is found by index, however large the discussion."""

    @pytest.fixture
    def plan(self, discussion, alice):
        fill(discussion, count=3_000, authors=[alice])

        def plan_of(call) -> str:
            """Of the statement that chooses; the rest is fetched by its ids."""
            with CaptureQueriesContext(connection) as captured:
                call()
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {captured[0]['sql']}")
                return "\n".join(line for (line,) in cursor.fetchall())

        return plan_of

    @pytest.mark.parametrize(
        ("sort", "index"),
        [
            ("newest", "tally_by_time"),
            ("oldest", "tally_by_time"),
            ("best", "tally_by_rank"),
            ("most-discussed", "tally_by_replies"),
        ],
    )
    def test_threads_come_from_the_index_of_their_order(self, discussion, plan, sort, index):
        second = reading.threads_page(discussion, sort=sort).next_cursor
        for after in ("", second):
            found = plan(lambda at=after: reading.threads_page(discussion, sort=sort, after=at))
            assert index in found
            assert "comment_thread_listed" in found
            assert "Seq Scan" not in found
            assert "Sort" not in found

    def test_next_page_starts_at_the_cursor_not_at_the_top(self, discussion, plan):
        second = reading.threads_page(discussion, sort="most-discussed").next_cursor
        found = plan(lambda: reading.threads_page(discussion, sort="most-discussed", after=second))
        assert "Index Cond: ((listed_in_id = " in found
        assert "ROW(reply_count, comment_id) < ROW(" in found
        assert "Filter: (ROW(" not in found

    def test_replies_of_a_thread_come_from_its_index(self, discussion, plan):
        busiest = Tally.objects.order_by("-reply_count")[0]
        root = reading.comment_in_view(busiest.pk)
        found = plan(lambda: reading.replies_page(root))
        assert "comment_thread_listed" in found

    def test_newest_come_from_the_index_of_news(self, discussion, plan):
        assert "comment_news" in plan(lambda: reading.newest(discussion))


def test_pending_reply_is_not_among_the_replies(discussion, alice, bob):
    root = make_comment(discussion, alice)
    post_comment(discussion, author=bob, body="Noch nicht gelesen.", parent=root)
    (thread,) = reading.threads_page(discussion, sort="newest").threads
    assert thread.replies == []
    assert not thread.has_more
