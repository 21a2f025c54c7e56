"""Does every thread come once, whatever happens while somebody reads on?"""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.core.cache import caches
from django.core.exceptions import BadRequest
from hypothesis import Phase, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from redis import ConnectionError as RedisAway

from bench.filling import fill
from forum import listing, paging, reading, snapshots
from forum.models import Comment, Discussion, Tally
from forum.picking import pick, pin, unpick, unpin
from forum.posting import withdraw
from forum.publishing import hold, remove
from moderation.deciding import decide
from moderation.queue import open_case
from tests import people
from tests.factories import (
    ArticleFactory,
    TopicFactory,
    make_comment,
    make_discussion,
)

pytestmark = pytest.mark.django_db
# Explaining a failure means tracing every line, which takes minutes here.
QUICK = limits(max_examples=12, deadline=None, phases=set(Phase) - {Phase.explain})
SORTS = ["newest", "oldest", "best", "most-discussed"]
MOVING = ["best", "most-discussed"]


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


def all_pages(discussion: Discussion, **asked) -> list[reading.ThreadsPage]:
    first = paging.threads_page(discussion, **asked)
    return [first, *pages_from(discussion, first, **asked)]


def pages_from(
    discussion: Discussion, page: reading.ThreadsPage, **asked
) -> list[reading.ThreadsPage]:
    """What follows that page."""
    found = []
    while page.next_cursor:
        page = paging.threads_page(discussion, after=page.next_cursor, **asked)
        found.append(page)
    return found


def ids(*pages: reading.ThreadsPage) -> list[int]:
    return [thread.root.pk for page in pages for thread in page.threads]


class ThreadsPageTests:
    def test_newest_thread_stands_first(self, discussion, alice, bob):
        first = make_comment(discussion, alice)
        second = make_comment(discussion, bob)
        page = paging.threads_page(discussion, sort="newest")
        assert [thread.root for thread in page.threads] == [second, first]

    def test_oldest_thread_stands_first_when_asked_for(self, discussion, alice, bob):
        first = make_comment(discussion, alice)
        second = make_comment(discussion, bob)
        page = paging.threads_page(discussion, sort="oldest")
        assert [thread.root for thread in page.threads] == [first, second]

    def test_best_goes_by_rank(self, discussion, alice, bob):
        praised = make_comment(discussion, alice)
        make_comment(discussion, bob)
        Tally.objects.filter(pk=praised.pk).update(rank=1_000)
        page = paging.threads_page(discussion, sort="best")
        assert page.threads[0].root == praised

    def test_most_discussed_goes_by_replies(self, discussion, alice, bob):
        talked_about = make_comment(discussion, alice)
        make_comment(discussion, bob, parent=talked_about)
        make_comment(discussion, bob)
        page = paging.threads_page(discussion, sort="most-discussed")
        assert page.threads[0].root == talked_about

    def test_first_three_replies_come_in_the_order_of_the_tree(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        answer = make_comment(discussion, bob, parent=root)
        late = make_comment(discussion, bob, parent=root)
        deep = make_comment(discussion, alice, parent=answer)
        make_comment(discussion, bob, parent=late)
        (thread,) = paging.threads_page(discussion, sort="newest").threads
        assert thread.replies == [answer, deep, late]
        assert thread.has_more
        assert thread.reply_count == 4

    def test_thread_of_three_replies_has_no_more(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        for _number in range(3):
            make_comment(discussion, bob, parent=root)
        (thread,) = paging.threads_page(discussion, sort="newest").threads
        assert len(thread.replies) == 3
        assert not thread.has_more

    def test_waiting_and_vanished_comments_have_no_place(self, discussion, alice):
        for status in ("pending", "held", "removed", "withdrawn"):
            make_comment(discussion, alice, status=status)
        assert paging.threads_page(discussion, sort="newest").threads == []

    def test_withdrawn_comment_keeps_its_place_above_replies(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        reply = make_comment(discussion, bob, parent=root)
        withdraw(root, author=alice)
        (thread,) = paging.threads_page(discussion, sort="newest").threads
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
        cursor = paging.threads_page(discussion, sort="newest").next_cursor
        with pytest.raises(BadRequest):
            paging.threads_page(make_discussion(), sort="newest", after=cursor)

    def test_cursor_of_another_order_is_refused(self, discussion, alice):
        fill(discussion, count=80, authors=[alice])
        cursor = paging.threads_page(discussion, sort="newest").next_cursor
        with pytest.raises(BadRequest):
            paging.threads_page(discussion, sort="best", after=cursor)

    @pytest.mark.parametrize(
        "forged", ["abc", "0", "-1", "1" * 21, "W10.x", "\x00", "é:é", ".", "a" * 8_000]
    )
    def test_forged_cursor_is_refused_with_a_sentence(self, discussion, forged):
        with pytest.raises(BadRequest, match="Diese Adresse führt auf keine Seite"):
            paging.threads_page(discussion, sort="newest", after=forged)

    def test_threads_about_one_article_of_a_topic(self, alice, bob):
        topic = TopicFactory()
        ours, theirs = ArticleFactory(topic=topic), ArticleFactory(topic=topic)
        discussion = make_discussion(topic=topic)
        about_ours = make_comment(discussion, alice, about_article=ours)
        make_comment(discussion, bob, about_article=theirs)
        make_comment(discussion, bob)
        page = paging.threads_page(discussion, sort="newest", about=ours)
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
        page = paging.page_around(deep.discussion, deep.pk, sort="newest")
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
        roots_from = paging._roots_from

        def risen(*shape, **values):
            Tally.objects.filter(pk=asked_for.pk).update(rank=3)
            return roots_from(*shape, **values)

        monkeypatch.setattr(paging, "_roots_from", risen)
        page = paging.page_around(reply.discussion, reply.pk, sort="best")
        assert [thread.root for thread in page.threads] == [other]
        assert page.threads[0].replies == []
        Tally.objects.filter(pk=other.pk).update(rank=4)
        Tally.objects.filter(pk=asked_for.pk).update(rank=2)
        assert paging.page_around(reply.discussion, reply.pk, sort="best").threads == []


@pytest.mark.parametrize("sort", SORTS)
class PinBetweenPagesTests:
    @pytest.fixture
    def roots(self, discussion, alice) -> list[Comment]:
        fill(discussion, count=130, authors=[alice])
        return list(Comment.objects.filter(depth=0).select_related("discussion").order_by("pk"))

    def test_what_stood_on_top_is_not_repeated_when_it_is_taken_off(
        self, discussion, roots, mona, sort
    ):
        middle = roots[len(roots) // 2]
        pin(middle, by=mona)
        discussion.refresh_from_db()
        first = paging.threads_page(discussion, sort=sort)
        unpin(middle, by=mona)
        discussion.refresh_from_db()
        shown = ids(first, *pages_from(discussion, first, sort=sort))
        assert shown[0] == middle.pk
        assert sorted(shown) == [root.pk for root in roots]

    def test_what_is_put_on_top_meanwhile_still_comes_in_its_place(
        self, discussion, roots, mona, sort
    ):
        middle = roots[len(roots) // 2]
        first = paging.threads_page(discussion, sort=sort)
        pin(middle, by=mona)
        discussion.refresh_from_db()
        shown = ids(first, *pages_from(discussion, first, sort=sort))
        assert sorted(shown) == [root.pk for root in roots]


class SnapshotTests:
    """Orders that move: a place in them is a place in what the reader began to read."""

    @pytest.fixture
    def roots(self, discussion, alice) -> list[int]:
        """Best first."""
        fill(discussion, count=130, authors=[alice])
        found = list(Tally.objects.filter(listed_in=discussion).order_by("pk"))
        for place, tally in enumerate(found):
            Tally.objects.filter(pk=tally.pk).update(rank=-place, reply_count=1000 - place)
        return [tally.pk for tally in found]

    def rise(self, pk: int) -> None:
        Tally.objects.filter(pk=pk).update(rank=7, reply_count=2000)

    @pytest.mark.parametrize("sort", MOVING)
    def test_what_rises_past_the_reader_is_still_shown_to_him(self, discussion, roots, sort):
        first = paging.threads_page(discussion, sort=sort)
        self.rise(roots[30])
        rest = pages_from(discussion, first, sort=sort)
        assert ids(first) == roots[:20]
        assert ids(*rest) == [roots[30], *roots[20:30], *roots[31:]]

    @pytest.mark.parametrize("sort", MOVING)
    def test_what_falls_behind_the_reader_is_not_shown_again(self, discussion, roots, sort):
        first = paging.threads_page(discussion, sort=sort)
        Tally.objects.filter(pk=roots[3]).update(rank=-25.5, reply_count=974)
        assert ids(*pages_from(discussion, first, sort=sort)) == roots[20:]

    def test_every_reader_of_the_same_order_shares_it(self, discussion, roots):
        first, again = (paging.threads_page(discussion, sort="best") for _reader in range(2))
        assert first.next_cursor == again.next_cursor
        second = paging.threads_page(discussion, sort="best", after=first.next_cursor)
        self.rise(roots[30])
        with patch.object(snapshots, "_ids") as read:
            page = paging.threads_page(discussion, sort="best", after=first.next_cursor)
        read.assert_not_called()
        assert ids(page) == ids(second)

    def test_what_is_lost_but_has_not_moved_is_read_on(self, discussion, roots):
        page = paging.threads_page(discussion, sort="best")
        shown = ids(page)
        while page.next_cursor:
            caches["pages"].clear()
            page = paging.threads_page(discussion, sort="best", after=page.next_cursor)
            assert not page.has_restarted
            shown += ids(page)
        assert shown == roots

    def test_so_it_is_without_redis(self, discussion, roots):
        away = RedisAway("nobody listens")
        with (
            patch.object(type(caches["pages"]), "get", side_effect=away),
            patch.object(type(caches["pages"]), "set", side_effect=away),
        ):
            pages = all_pages(discussion, sort="best")
        assert ids(*pages) == roots

    @pytest.mark.parametrize("begun", [0, 1])
    def test_what_is_lost_and_has_moved_starts_again_at_the_top(self, discussion, roots, begun):
        pages = all_pages(discussion, sort="best")
        caches["pages"].clear()
        self.rise(roots[30])
        page = paging.threads_page(discussion, sort="best", after=pages[begun].next_cursor)
        assert page.has_restarted
        assert ids(page) == [roots[30], *roots[:19]]
        assert page.remaining == paging.threads_page(discussion, sort="best").remaining

    def test_behind_the_kept_ones_the_rest_follows_newest_first(self, discussion, roots):
        with patch.object(snapshots, "MOST_THREADS", 25):
            pages = all_pages(discussion, sort="best")
        shown = ids(*pages)
        assert shown == [*roots[:25], *sorted(roots[25:], reverse=True)]
        assert [page.first_of_rest for page in pages] == [None, max(roots[25:]), None]

    def test_page_around_a_thread_leads_on_from_there(self, discussion, roots):
        around = paging.page_around(discussion, roots[7], sort="best")
        assert ids(around) == roots[7:27]
        assert ids(*pages_from(discussion, around, sort="best")) == roots[27:]

    def test_a_whole_page_taken_down_leaves_no_hole(self, discussion, roots):
        first = paging.threads_page(discussion, sort="best")
        paging.threads_page(discussion, sort="best", after=first.next_cursor)
        Tally.objects.filter(pk__in=roots[20:42]).update(listed_in=None)
        rest = pages_from(discussion, first, sort="best")
        assert ids(*rest) == roots[42:]

    def test_cursors_are_short(self, discussion, roots):
        for sort in SORTS:
            for page in all_pages(discussion, sort=sort):
                assert len(page.next_cursor) <= 56


class WhateverHappensTests(HypothesisTestCase):
    """Twenty-five threads of the same microsecond, pages of three, and a busy discussion."""

    EVENTS = ("write", "reply", "praise", "remove", "restore", "pin", "unpin", "pick", "unpick")

    def setUp(self) -> None:
        self.mona, self.bob = people.mona(), people.bob()
        self.discussion = make_discussion()
        fill(self.discussion, count=100, authors=[self.bob])
        roots = Tally.objects.filter(listed_in=self.discussion)
        Tally.objects.filter(pk__in=roots.order_by("pk")[25:].values("pk")).update(listed_in=None)
        at = Comment.objects.earliest("pk").submitted_at
        Comment.objects.update(submitted_at=at, published_at=at)

    @given(
        sort=st.sampled_from(SORTS),
        # Between two pages: what happens, and to which thread.
        events=st.lists(
            st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 24)), max_size=3),
            max_size=12,
        ),
        loses=st.sets(st.integers(0, 9), max_size=2),
        pinned=st.none() | st.integers(0, 24),
    )
    @QUICK
    def test_every_thread_that_stays_comes_once(self, sort, events, loses, pinned) -> None:
        # The rows of the example before have been rolled back; what was kept of them has not.
        caches["pages"].clear()
        if pinned is not None:
            self.pin(pinned)
        self.discussion.refresh_from_db()
        with (
            self.settings(RATE_LIMITS=False),
            patch.object(reading, "THREADS_PER_PAGE", 3),
            patch.object(paging, "THREADS_PER_PAGE", 3),
            patch.object(snapshots, "MOST_THREADS", 11),
            patch.object(snapshots, "LOOKED_UP", 4),
        ):
            self.read_on(sort, events, loses)

    def read_on(self, sort: str, events: list, loses: set[int]) -> None:
        page, number, has_moved = paging.threads_page(self.discussion, sort=sort), 0, False
        stayed, shown = self.listed(), ids(page)
        while page.next_cursor:
            for event, at in events[number] if number < len(events) else ():
                getattr(self, event)(at)
                stayed &= self.listed()
                has_moved = True
            if number in loses:
                caches["pages"].clear()
            number += 1
            page = paging.threads_page(self.discussion, sort=sort, after=page.next_cursor)
            assert set(ids(page)) <= self.listed()
            if page.has_restarted:
                assert has_moved
                # Of what happened before, the list that readers share may not know yet.
                stayed, shown = self.listed(), []
            shown += ids(page)
        assert len(shown) == len(set(shown))
        assert stayed <= set(shown)

    def listed(self) -> set[int]:
        self.discussion.refresh_from_db()
        return set(Tally.objects.filter(listed_in=self.discussion).values_list("pk", flat=True))

    def root(self, at: int) -> Comment:
        roots = Comment.objects.filter(discussion=self.discussion, depth=0).order_by("pk")
        return roots.select_related("discussion__article")[at]

    def write(self, at: int) -> None:
        make_comment(self.discussion, self.bob)

    def reply(self, at: int) -> None:
        if (root := self.root(at)).is_published:
            make_comment(self.discussion, self.bob, parent=root)

    def praise(self, at: int) -> None:
        Tally.objects.filter(pk=self.root(at).pk).update(recommendation_count=10 * at)
        listing.rerank(self.root(at))

    def remove(self, at: int) -> None:
        if (root := self.root(at)).is_published:
            remove(root, ground="personal_attack")

    def restore(self, at: int) -> None:
        gone = Comment.objects.filter(discussion=self.discussion, status="removed").first()
        if gone:
            case = open_case(gone, reason="opened")
            decide(case, moderator=self.mona, measure="publish", revision=gone.revisions.get())

    def pin(self, at: int) -> None:
        if (root := self.root(at)).is_published:
            pin(root, by=self.mona)

    def unpin(self, at: int) -> None:
        if pinned := self.discussion.pinned_comment:
            unpin(pinned, by=self.mona)

    def pick(self, at: int) -> None:
        if (root := self.root(at)).is_published:
            pick(root, by=self.mona)

    def unpick(self, at: int) -> None:
        if self.root(at).picked_at:
            unpick(self.root(at), by=self.mona)


class CountsTests(HypothesisTestCase):
    """Trees in which something waits, was taken down or taken back, against counting by hand."""

    STATUSES = ("published", "published", "pending", "held", "removed", "withdrawn")

    def setUp(self) -> None:
        self.bob = people.bob()
        self.discussion = make_discussion()

    @given(
        # Each comment's parent, among those before it, and what becomes of it.
        tree=st.lists(
            st.tuples(st.integers(0, 30), st.sampled_from(STATUSES)), min_size=4, max_size=12
        ),
        sort=st.sampled_from(SORTS),
    )
    @QUICK
    def test_what_is_said_to_remain_remains(self, tree, sort) -> None:
        with (
            self.settings(RATE_LIMITS=False),
            patch.object(reading, "THREADS_PER_PAGE", 1),
            patch.object(paging, "THREADS_PER_PAGE", 1),
            patch.object(reading, "REPLIES_PER_PAGE", 3),
        ):
            self.grow(tree)
            self.count_threads(sort)

    def grow(self, tree: list[tuple[int, str]]) -> None:
        """About every fifth begins a thread."""
        grown: list[Comment] = []
        for at, status in tree:
            parent = grown[at % len(grown)] if grown and at % 5 else None
            grown.append(make_comment(self.discussion, self.bob, parent=parent))
            if status == "pending":
                make_comment(self.discussion, self.bob, parent=parent, status="pending")
        for comment, (_at, status) in zip(grown, tree, strict=True):
            if status == "held":
                hold(comment)
            elif status == "removed":
                remove(comment, ground="personal_attack")
            elif status == "withdrawn":
                withdraw(comment, author=self.bob)
        self.discussion.refresh_from_db()
        self.comments = list(Comment.objects.order_by("path"))

    def is_listed(self, comment: Comment) -> bool:
        if comment.status == "published":
            return True
        below = [one for one in self.comments if one.path.startswith(comment.path)]
        return any(one.status == "published" for one in below)

    def count_threads(self, sort: str) -> None:
        left = sum(one.status == "published" for one in self.comments)
        for page in all_pages(self.discussion, sort=sort):
            for thread in page.threads:
                left -= self.count_thread(thread)
            assert page.remaining == (left if page.next_cursor else None)
        assert left == 0

    def count_thread(self, thread: reading.Thread) -> int:
        """How many of its comments are published; its replies were counted and none was missed."""
        of_thread = [one for one in self.comments if one.root_id == thread.root.pk]
        replies = [one for one in of_thread[1:] if self.is_listed(one)]
        published = sum(one.status == "published" for one in replies)
        assert thread.reply_count == published
        assert thread.replies == replies[: reading.FIRST_REPLIES]
        assert thread.is_folded == (len(replies) > reading.FIRST_REPLIES)
        left, shown = published, []
        root = reading.comment_in_view(thread.root.pk)
        for more in pages_of_replies(root):
            shown += more.replies
            left -= sum(one.status == "published" for one in more.replies)
            assert more.remaining == (left if more.next_cursor else None)
        assert shown == replies
        assert left == 0
        return published + (thread.root.status == "published")


def pages_of_replies(root: Comment) -> Iterator[reading.Thread]:
    page = reading.replies_page(root)
    yield page
    while page.next_cursor:
        page = reading.replies_page(root, after=page.next_cursor)
        yield page
