"""Which comments does a filter of a discussion show, and who may ask for it?"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench.filling import fill
from forum.filters import FILTERS, filtered
from forum.models import Comment, Discussion, Findable
from forum.muting import mute
from forum.picking import pick
from forum.publishing import remove
from tests import people
from tests.factories import make_comment, make_discussion
from tests.stage import staged

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


@pytest.fixture
def said(discussion, alice, bob, anna, mona) -> dict[str, Comment]:
    """One comment of each kind, each an answer to the one before, and its double elsewhere."""
    other = make_discussion()
    plain = make_comment(discussion, bob, "Dazu sage ich nichts.")
    comments = {
        "picks": make_comment(discussion, bob, "Das Beste von allem.", parent=plain),
        "newsroom": make_comment(discussion, anna, "Wir fragen nach.", parent=plain),
        "links": make_comment(discussion, bob, "Steht auf https://ufer.example/1.", parent=plain),
        "own": make_comment(discussion, alice, "Ich auch nicht.", parent=plain),
    }
    for author, body in ((anna, "Auch hier: https://a.example/"), (alice, "Hier nicht.")):
        pick(make_comment(other, author, body), by=mona)
    pick(comments["picks"], by=mona)
    return comments


class FilterTests:
    @pytest.mark.parametrize("show", FILTERS)
    def test_only_comments_of_that_kind_and_of_this_discussion(self, said, discussion, alice, show):
        assert filtered(discussion, show=show, reader=alice).comments == [said[show]]

    def test_what_moderators_say_is_of_the_house_too(self, said, discussion, mona):
        answer = make_comment(discussion, mona, "Bleiben Sie bitte beim Thema.")
        assert filtered(discussion, show="newsroom").comments == [answer, said["newsroom"]]

    @pytest.mark.parametrize("show", FILTERS)
    def test_what_is_taken_down_is_not_shown(self, said, discussion, alice, show):
        remove(said[show], ground="personal_attack")
        assert filtered(discussion, show=show, reader=alice).comments == []

    @pytest.mark.parametrize("show", FILTERS)
    def test_pages_show_each_once_the_newest_first(self, discussion, alice, mona, show):
        fill(discussion, count=45, authors=[alice])
        fill(make_discussion(), count=45, authors=[alice])
        everything = Comment.objects.filter(discussion=discussion)
        everything.update(written_as="newsroom", picked_at="2025-02-04T07:37Z")
        Findable.objects.update(has_links=True)
        shown, after = [], ""
        for _page in range(3):
            page = filtered(discussion, show=show, reader=alice, after=after)
            shown, after = shown + page.comments, page.next_cursor
        assert not after
        assert shown == list(everything.order_by("-pk"))


class Long(NamedTuple):
    """A discussion of 3,000 comments with 90 of each kind, and who has written a third of them."""

    discussion: Discussion
    reader: User


def make_long() -> Long:
    discussion, alice = make_discussion(), people.alice()
    fill(discussion, count=3_000, authors=[alice, people.bob(), people.carla()])
    # Hers stand elsewhere, too: by her index alone they would all be read.
    fill(make_discussion(), count=3_000, authors=[alice])
    few = Comment.objects.filter(pk__in=discussion.comments.order_by("?").values("pk")[:90])
    few.update(written_as="newsroom", picked_at="2025-02-04T07:37Z")
    Findable.objects.filter(pk__in=list(few.values_list("pk", flat=True))).update(has_links=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE forum_comment; ANALYZE forum_findable")
    return Long(discussion, alice)


@pytest.fixture(scope="class")
def long(django_db_setup, django_db_blocker) -> Iterator[Long]:
    with staged(django_db_blocker, make_long) as long:
        yield long


class IndexTests:
    @pytest.mark.parametrize(
        ("show", "index"),
        [
            ("picks", "comment_picked"),
            ("newsroom", "comment_of_the_house"),
            ("links", "findable_with_links"),
            ("own", "comment_of_one_here"),
        ],
    )
    def test_each_is_read_from_an_index_of_its_own(self, long, show, index):
        cursor = filtered(long.discussion, show=show, reader=long.reader).next_cursor
        for after in ("", cursor):
            with CaptureQueriesContext(connection) as captured:
                filtered(long.discussion, show=show, reader=long.reader, after=after)
            assert len(captured) == 2
            with connection.cursor() as asking:
                asking.execute(f"EXPLAIN (COSTS OFF) {captured[0]['sql']}")
                plan = "\n".join(line for (line,) in asking.fetchall())
            assert index in plan, plan
            assert "Seq Scan" not in plan, plan
            assert "Sort" not in plan, plan


class FilteredPageTests:
    def address(self, discussion, show) -> str:
        return f"/discussions/{discussion.pk}/?show={show}"

    def test_each_comment_says_whom_it_answers_and_leads_into_its_thread(
        self, client, said, discussion
    ):
        html = client.get(self.address(discussion, "links")).content.decode()
        pk = said["links"].pk
        assert re.findall(r'<article class="comment[^>]* id="comment-(\d+)"', html) == [str(pk)]
        assert "Antwort an" in html
        assert f"/discussions/{discussion.pk}/?around={pk}#comment-{pk}" in html
        assert "neueste zuerst" in html

    def test_the_discussion_leads_to_all_of_them_and_to_its_search(self, client, said, discussion):
        html = client.get(discussion.get_absolute_url()).content.decode()
        for show in FILTERS:
            assert f'href="{self.address(discussion, show)}"' in html
        assert f"/search/?discussion={discussion.pk}" in html

    def test_what_there_is_none_of_is_said(self, client, discussion, alice):
        make_comment(discussion, alice)
        assert (
            "Noch enthält hier kein Beitrag einen Link."
            in client.get(self.address(discussion, "links")).content.decode()
        )

    @pytest.mark.parametrize("show", ["", "best", "Picks", "\x00", "picks,links"])
    def test_a_filter_that_nobody_knows_is_no_page(self, client, discussion, show):
        assert client.get(f"/discussions/{discussion.pk}/", {"show": show}).status_code == 404

    def test_forged_cursor_is_refused_with_a_sentence(self, client, discussion):
        answer = client.get(self.address(discussion, "picks") + "&after=W10:x")
        assert answer.status_code == 400
        assert "Diese Adresse führt auf keine Seite" in answer.content.decode()

    def test_strangers_are_asked_who_they_are_before_they_see_theirs(self, client, discussion):
        answer = client.get(self.address(discussion, "own"))
        assert answer.status_code == 302
        assert "/account/login/?next=" in answer["Location"]

    def test_readers_see_theirs_which_nobody_keeps(self, client, said, discussion, alice):
        client.force_login(alice)
        answer = client.get(self.address(discussion, "own"))
        assert f'id="comment-{said["own"].pk}"' in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]

    def test_public_ones_are_kept_like_the_discussion_and_not_told_to_search_engines(
        self, client, said, discussion
    ):
        answer = client.get(self.address(discussion, "picks"))
        assert "s-maxage=1" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        again = client.get(
            self.address(discussion, "picks"), headers={"If-None-Match": answer["ETag"]}
        )
        assert again.status_code == 304

    def test_people_whom_the_reader_hides_stay_hidden(self, client, said, discussion, alice, bob):
        mute(bob, reader=alice)
        client.force_login(alice)
        html = client.get(self.address(discussion, "links")).content.decode()
        assert "ufer.example" not in html
        assert "Beitrag von Bob ausgeblendet" in html

    def test_the_page_costs_the_same_few_queries(self, client, discussion, alice):
        counts = []
        for number in (5, 60):
            fill(discussion, count=number, authors=[alice])
            Findable.objects.update(has_links=True)
            with CaptureQueriesContext(connection) as captured:
                client.get(self.address(discussion, "links"))
            counts.append(len(captured))
        assert counts == [4, 4]
