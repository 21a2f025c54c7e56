"""Is a comment that was fetched for showing the same as the one Django would have built?"""

import pytest
from django.utils import timezone

from forum import fetching
from forum.models import Comment
from forum.reading import in_view
from tests.factories import ArticleFactory, TickerEntryFactory, make_comment, make_discussion

pytestmark = pytest.mark.django_db


@pytest.fixture
def comments(alice, bob) -> list[Comment]:
    discussion = make_discussion()
    root = make_comment(discussion, alice)
    reply = make_comment(discussion, bob, parent=root)
    gone = make_comment(discussion, bob, parent=root)
    make_comment(discussion, alice, parent=gone)
    about = make_comment(discussion, alice)
    Comment.objects.filter(pk=about.pk).update(
        about_article=ArticleFactory(),
        about_entry=TickerEntryFactory(),
        picked_at=timezone.now(),
        edited_at=timezone.now(),
    )
    Comment.objects.filter(pk=gone.pk).update(
        status="removed", visible_revision=None, removal_ground="personal_attack"
    )
    return [root, reply, gone, about]


def at(one, path: str):
    for name in path.split("__"):
        one = None if one is None else getattr(one, name)
    return one


def test_every_column_is_what_django_reads_and_costs_no_query(comments, django_assert_num_queries):
    ids = [comment.pk for comment in comments]
    known = in_view().in_bulk(ids)
    with django_assert_num_queries(1):
        found = fetching.comments_by_id(ids)
        assert found.keys() == known.keys()
        for pk, comment in found.items():
            for path in fetching.COLUMNS:
                assert at(comment, path) == at(known[pk], path), path
            assert comment == known[pk]


def test_what_was_not_fetched_is_asked_for(comments, alice, django_assert_num_queries):
    comment = fetching.comments_by_id([comments[0].pk])[comments[0].pk]
    with django_assert_num_queries(1):
        assert comment.author.email == alice.email
    with django_assert_num_queries(1):
        assert comment.held_at is None


def test_one_person_is_one_object(comments):
    found = fetching.comments_by_id([comment.pk for comment in comments])
    root, reply = (found[comment.pk] for comment in comments[:2])
    assert reply.parent.author is root.author


def test_nothing_is_asked_for_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert fetching.comments_by_id([]) == {}
