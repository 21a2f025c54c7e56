"""After what may a page of a moment ago not be shown any more, not even while the next is built?"""

import pytest

from forum.leaving import show_pseudonym
from forum.models import Comment, Departure, Discussion, Tally
from forum.opening import ask, lead
from forum.picking import pick, pin
from forum.posting import edit_comment, withdraw
from forum.publishing import hold, remove
from forum.recommending import fold_recommendations, recommend
from forum.recounting import recount
from tests.factories import make_comment, make_discussion, pass_screening

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment(alice, anna) -> Comment:
    discussion = make_discussion()
    discussion.article.author = anna
    discussion.article.save()
    return make_comment(discussion, alice)


def reword(comment: Comment) -> None:
    edit_comment(comment, author=comment.author, body="So war es nicht gemeint.")
    pass_screening(comment)


def rename(comment: Comment) -> None:
    show_pseudonym(Departure.objects.create(reader=comment.author, keeps_texts=True))


def recount_what_was_wrong(comment: Comment) -> None:
    Tally.objects.update(recommendation_count=7)
    assert recount()


class RetractedTests:
    @pytest.mark.parametrize(
        "happens",
        [
            hold,
            lambda c: remove(c, ground="personal_attack"),
            lambda c: withdraw(c, author=c.author),
            reword,
            rename,
            recount_what_was_wrong,
        ],
        ids=["held", "removed", "withdrawn", "reworded", "left", "recounted"],
    )
    def test_what_is_gone_or_says_something_else(self, comment, happens):
        happens(comment)
        discussion = Discussion.objects.get()
        assert discussion.retracted_version == discussion.version

    def test_question_that_reads_otherwise(self, comment, anna):
        for put in (
            lambda of: ask(of.article, by=anna, question="Wohin?"),
            lambda of: lead(of, by=anna, state="open", question="Warum?"),
        ):
            put(Discussion.objects.select_related("article").get())
            discussion = Discussion.objects.get()
            assert discussion.retracted_version == discussion.version


class StandingTests:
    def test_what_is_new_takes_nothing_away(self, comment, bob, mona, anna):
        def close() -> None:
            discussion = Discussion.objects.select_related("article").get()
            lead(discussion, by=anna, state="closed", question="")

        def fold() -> None:
            recommend(comment, reader=bob)
            assert fold_recommendations()

        for happens in (
            lambda: make_comment(comment.discussion, bob, parent=comment),
            lambda: make_comment(comment.discussion, bob, status="held"),
            fold,
            lambda: pick(in_discussion(comment), by=mona),
            lambda: pin(in_discussion(comment), by=mona),
            close,
        ):
            before = Discussion.objects.get()
            happens()
            after = Discussion.objects.get()
            assert after.version >= before.version
            assert after.retracted_version == before.retracted_version


def in_discussion(comment: Comment) -> Comment:
    return Comment.objects.select_related("discussion__article").get(pk=comment.pk)
