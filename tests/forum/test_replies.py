"""In which orders the replies of a thread are read."""

import re

import pytest
from django.core.exceptions import BadRequest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.filling import fill
from forum import publishing, reading
from forum.models import Comment, Discussion, Tally
from forum.picking import pick
from forum.posting import withdraw
from forum.recommending import fold_recommendations, recommend
from forum.replies import sorted_replies
from forum.sorts import SORTS
from tests.factories import make_comment, make_discussion
from tests.forum.test_overlay import page

pytestmark = pytest.mark.django_db
FLAT = [name for name in SORTS if name != "oldest"]


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


@pytest.fixture
def root(discussion, alice) -> Comment:
    return make_comment(discussion, alice)


def order(root: Comment, sort: str) -> list[Comment]:
    return sorted_replies(reading.comment_in_view(root.pk), sort=sort).replies


class SortedRepliesTests:
    @pytest.fixture
    def replies(self, discussion, root, alice, bob, carla) -> list[Comment]:
        """An answer, the answer to that one, and a late answer."""
        first = make_comment(discussion, bob, parent=root)
        below = make_comment(discussion, alice, parent=first)
        late = make_comment(discussion, carla, parent=root)
        return [first, below, late]

    def test_newest_stands_first_wherever_it_hangs(self, root, replies):
        assert order(root, "newest") == replies[::-1]

    def test_best_is_what_readers_recommend(self, root, replies, alice, bob, carla, dieter, tom):
        _first, below, _late = replies
        for reader in (bob, carla, tom):
            recommend(below, reader=reader)
        fold_recommendations()
        assert order(root, "best")[0] == below

    def test_a_pick_stands_ahead_in_best(self, root, replies, mona):
        first, *_others = replies
        picked = Comment.objects.select_related("discussion__article").get(pk=first.pk)
        pick(picked, by=mona)
        assert order(root, "best")[0] == first

    def test_most_discussed_is_what_most_answer_directly(self, root, replies, discussion, bob):
        first, below, late = replies
        assert order(root, "most-discussed") == [first, late, below]
        for _number in range(2):
            make_comment(discussion, bob, parent=late)
        assert order(root, "most-discussed")[:2] == [late, first]
        assert Tally.objects.get(comment=root).reply_count == 5

    def test_ties_are_broken_by_age(self, root, replies):
        Tally.objects.update(rank=1, reply_count=1)
        for sort in ("best", "most-discussed"):
            assert order(root, sort) == replies[::-1]

    def test_what_is_not_shown_has_no_place(self, root, discussion, bob):
        for status in ("pending", "held", "removed", "withdrawn"):
            make_comment(discussion, bob, parent=root, status=status)
        for sort in FLAT:
            assert order(root, sort) == []

    def test_tombstones_keep_their_place_and_answers_are_counted_down(self, root, replies, alice):
        first, below, late = replies
        publishing.remove(first, ground="personal_attack")
        assert order(root, "newest") == [late, below, first]
        withdraw(below, author=alice)
        assert order(root, "newest") == [late]
        assert Tally.objects.get(comment=first).reply_count == 0
        assert Tally.objects.get(comment=root).reply_count == 1

    @pytest.mark.parametrize("sort", FLAT)
    def test_every_reply_is_shown_once_page_by_page(self, discussion, alice, sort):
        fill(discussion, count=400, authors=[alice])
        busiest = Tally.objects.filter(listed_in=discussion).order_by("-reply_count")[0]
        root = reading.comment_in_view(busiest.pk)
        Tally.objects.filter(listed_under=root).update(rank=0.1 + 0.2)
        shown, after, remaining = [], "", root.tally.reply_count
        while after or not shown:
            thread = sorted_replies(root, sort=sort, after=after)
            shown += [reply.pk for reply in thread.replies]
            remaining -= len(thread.replies)
            assert thread.remaining == (remaining or None)
            after = thread.next_cursor
        replies = Comment.objects.filter(root_id=root.pk, depth__gt=0)
        assert len(shown) == len(set(shown)) == replies.count() == busiest.reply_count
        assert len(shown) > 50

    def test_cursor_of_another_order_is_refused(self, discussion, alice):
        fill(discussion, count=400, authors=[alice])
        busiest = Tally.objects.filter(listed_in=discussion).order_by("-reply_count")[0]
        root = reading.comment_in_view(busiest.pk)
        after = sorted_replies(root, sort="best").next_cursor
        assert after
        for sort in ("newest", "most-discussed"):
            with pytest.raises(BadRequest):
                sorted_replies(root, sort=sort, after=after)
        with pytest.raises(BadRequest):
            reading.replies_page(root, after=after)

    @pytest.mark.parametrize(
        ("sort", "index"),
        [
            ("newest", "tally_replies_by_time"),
            ("best", "tally_replies_by_rank"),
            ("most-discussed", "tally_replies_by_replies"),
        ],
    )
    def test_they_come_from_the_index_of_their_order(self, discussion, alice, sort, index):
        fill(discussion, count=3_000, authors=[alice])
        busiest = Tally.objects.filter(listed_in=discussion).order_by("-reply_count")[0]
        root = reading.comment_in_view(busiest.pk)
        after = sorted_replies(root, sort=sort).next_cursor
        for cursor in ("", after):
            with CaptureQueriesContext(connection) as captured:
                sorted_replies(root, sort=sort, after=cursor)
            assert len(captured) == 2
            with connection.cursor() as explained:
                # A thread of a test is so short that sorting it by hand costs as little.
                explained.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
                explained.execute(f"EXPLAIN {captured[0]['sql']}")
                plan = "\n".join(line for (line,) in explained.fetchall())
            assert index in plan
            assert "Sort" not in plan


class PageTests:
    @pytest.fixture
    def conversation(self, discussion, root, bob, carla) -> list[Comment]:
        first = make_comment(discussion, bob, "Zuerst.", parent=root)
        return [first, make_comment(discussion, carla, "Darauf.", parent=first)]

    def test_replies_page_offers_each_order_and_marks_its_own(self, client, root, conversation):
        address = reverse("forum:replies", args=[root.pk])
        for name, sort in SORTS.items():
            html = page(client, None, f"{address}?sort={name}")
            assert f'aria-current="true">{sort.label}</a>' in html
            assert html.count("aria-current") == 1
        assert f'href="{address}?sort=best"' in page(client, None, address)

    def test_the_page_of_a_root_leads_to_them(self, client, root, conversation):
        html = page(client, None, root.get_absolute_url())
        assert f'href="{reverse("forum:replies", args=[root.pk])}?sort=newest"' in html
        assert 'class="sorts' not in page(client, None, conversation[0].get_absolute_url())

    def test_one_reply_has_no_order(self, client, discussion, root, bob):
        make_comment(discussion, bob, parent=root)
        for address in (root.get_absolute_url(), reverse("forum:replies", args=[root.pk])):
            assert 'class="sorts' not in page(client, None, address)

    def test_flat_replies_say_whom_they_answer(self, client, root, conversation):
        address = reverse("forum:replies", args=[root.pk])
        flat = page(client, None, f"{address}?sort=newest")
        assert 'class="thread thread--flat"' in flat
        assert len(re.findall('class="comment__to"', flat)) == 2
        assert flat.index("Darauf.") < flat.index("Zuerst.")
        tree = page(client, None, f"{address}?sort=oldest")
        assert "comment__to" not in tree
        assert tree.index("Zuerst.") < tree.index("Darauf.")

    def test_the_next_page_keeps_the_order(self, client, discussion, root, bob):
        for number in range(52):
            make_comment(discussion, bob, f"Antwort {number}.", parent=root)
        address = reverse("forum:replies", args=[root.pk])
        more = re.search(
            r'href="([^"]*sort=newest&amp;after=[^"]*)"',
            page(client, None, f"{address}?sort=newest"),
        )
        assert more
        html = page(client, None, more[1].replace("&amp;", "&"))
        assert "Antwort 0." in html
        assert "Antwort 2." not in html

    @pytest.mark.parametrize("sort", ["", "worst", "rank", "best%00", "BEST"])
    def test_unknown_orders_are_not_found(self, client, root, sort):
        address = reverse("forum:replies", args=[root.pk])
        assert client.get(f"{address}?sort={sort}").status_code == 404

    def test_a_discussion_still_shows_the_tree(self, client, discussion, root, conversation):
        html = page(client, None, f"{discussion.get_absolute_url()}?sort=best")
        assert html.index("Zuerst.") < html.index("Darauf.")
        assert "thread--flat" not in html
