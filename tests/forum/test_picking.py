"""What does it do to a discussion that the newsroom puts a comment forward?"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from forum import publishing
from forum.models import Comment, Discussion, Tally
from forum.paging import threads_page
from forum.picking import pick, pin, unpick, unpin
from forum.posting import withdraw
from forum.ranking import PICK_LEAD
from forum.recommending import fold_recommendations, recommend
from forum.sorts import SORTS
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion
from tests.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion(anna) -> Discussion:
    return make_discussion(article=ArticleFactory(author=anna))


def order(discussion: Discussion, sort: str = "best") -> list[int]:
    discussion.refresh_from_db()
    page = threads_page(discussion, sort=sort)
    return [thread.root.pk for thread in page.threads]


def afresh(comment: Comment) -> Comment:
    return Comment.objects.select_related("discussion__article").get(pk=comment.pk)


class WhoTests:
    @pytest.mark.parametrize("verb", [pick, pin, unpick, unpin])
    @pytest.mark.parametrize("who", ["alice", "eve", "tom"])
    def test_readers_may_not(self, discussion, bob, verb, who, request):
        comment = afresh(make_comment(discussion, bob))
        with pytest.raises(PermissionDenied):
            verb(comment, by=request.getfixturevalue(who))

    @pytest.mark.parametrize("who", ["mona", "max_", "admin"])
    def test_moderators_and_admins_may_everywhere(self, bob, who, request):
        for discussion in (make_discussion(), make_discussion(topic=TopicFactory())):
            comment = afresh(make_comment(discussion, bob))
            by = request.getfixturevalue(who)
            assert pick(comment, by=by).picked_by == by

    def test_an_author_may_under_his_own_articles_only(self, discussion, anna, bob):
        assert pick(afresh(make_comment(discussion, bob)), by=anna).picked_at
        for other in (make_discussion(), make_discussion(topic=TopicFactory())):
            with pytest.raises(PermissionDenied):
                pick(afresh(make_comment(other, bob)), by=anna)
        with pytest.raises(PermissionDenied):
            pin(afresh(make_comment(discussion, bob)), by=person("Otto", role="staff author"))

    def test_nobody_picks_his_own_but_he_may_pin_it(self, discussion, anna):
        own = afresh(make_comment(discussion, anna))
        with pytest.raises(PermissionDenied):
            pick(own, by=anna)
        assert pin(own, by=anna).pinned_comment == own


class PickTests:
    def test_a_pick_stands_ahead_in_best_only(self, discussion, anna, alice, bob, carla):
        first, second, third = (make_comment(discussion, who) for who in (alice, bob, carla))
        recommend(third, reader=alice)
        fold_recommendations()
        assert order(discussion)[0] == third.pk
        pick(afresh(first), by=anna)
        assert order(discussion)[0] == first.pk
        assert order(discussion, "newest") == [third.pk, second.pk, first.pk]

    def test_later_recommendations_and_answers_leave_it_there(self, discussion, anna, alice, bob):
        first, second = (make_comment(discussion, who) for who in (alice, bob))
        pick(afresh(first), by=anna)
        make_comment(discussion, bob, parent=first)
        make_comment(discussion, alice, parent=second)
        recommend(afresh(second), reader=alice)
        fold_recommendations()
        assert order(discussion)[0] == first.pk

    def test_taken_back_it_falls_to_its_place(self, discussion, anna, alice, bob):
        first, second = (make_comment(discussion, who) for who in (alice, bob))
        before = order(discussion)
        pick(afresh(first), by=anna)
        unpick(afresh(first), by=anna)
        assert order(discussion) == before
        assert second.pk in before

    def test_readers_pages_change_once(self, discussion, anna, bob):
        comment = make_comment(discussion, bob)
        versions = []
        for _again in range(2):
            pick(afresh(comment), by=anna)
            discussion.refresh_from_db()
            versions.append(discussion.version)
        assert versions[0] == versions[1]
        assert afresh(comment).visible_version == versions[0]

    def test_what_is_out_of_sight_is_no_pick(self, discussion, anna, bob, alice):
        comment = make_comment(discussion, bob)
        make_comment(discussion, alice, parent=comment)
        pick(afresh(comment), by=anna)
        withdraw(comment, author=bob)
        assert afresh(comment).picked_at is None
        assert Tally.objects.get(comment=comment).rank < PICK_LEAD
        with pytest.raises(ValidationError) as refused:
            pick(afresh(comment), by=anna)
        assert refused.value.code == "conflict"


class PinTests:
    def test_it_stands_on_top_in_every_order_and_once(self, discussion, anna, alice):
        comments = [make_comment(discussion, alice) for _ in range(4)]
        pin(afresh(comments[1]), by=anna)
        for sort in SORTS:
            ids = order(discussion, sort)
            assert ids[0] == comments[1].pk
            assert sorted(ids) == [comment.pk for comment in comments]

    def test_later_pages_do_not_repeat_it(self, discussion, anna, alice, settings):
        settings.RATE_LIMITS = False
        comments = [make_comment(discussion, alice) for _ in range(25)]
        pin(afresh(comments[2]), by=anna)
        discussion.refresh_from_db()
        shown, cursor = [], ""
        for _page in range(2):
            page = threads_page(discussion, sort="newest", after=cursor)
            shown += [thread.root.pk for thread in page.threads]
            cursor = page.next_cursor
        assert not cursor
        assert sorted(shown) == [comment.pk for comment in comments]

    def test_there_is_one_a_discussion(self, discussion, anna, alice, bob):
        first, second = (make_comment(discussion, who) for who in (alice, bob))
        pin(afresh(first), by=anna)
        assert pin(afresh(second), by=anna).pinned_comment == second
        unpin(afresh(first), by=anna)
        discussion.refresh_from_db()
        assert discussion.pinned_comment == second
        unpin(afresh(second), by=anna)
        discussion.refresh_from_db()
        assert (discussion.pinned_comment, discussion.pinned_at) == (None, None)

    def test_an_answer_cannot_be_pinned(self, discussion, anna, alice, bob):
        answer = make_comment(discussion, bob, parent=make_comment(discussion, alice))
        with pytest.raises(PermissionDenied):
            pin(afresh(answer), by=anna)

    def test_what_is_removed_is_no_longer_pinned(self, discussion, anna, bob, alice):
        comment = make_comment(discussion, bob)
        make_comment(discussion, alice, parent=comment)
        pin(afresh(comment), by=anna)
        publishing.remove(comment, ground="off_topic")
        discussion.refresh_from_db()
        assert discussion.pinned_comment is None
        assert not threads_page(discussion, sort="best").has_pin
