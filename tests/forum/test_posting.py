"""What a reader can do with his own words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.utils import timezone

from forum.models import PATH_DIGITS, PATH_LEVELS, Comment, Discussion, Submission
from forum.posting import edit_comment, post_comment, withdraw
from forum.publishing import hold, remove
from forum.recounting import recount
from forum.signals import comment_submitted, comment_withdrawn
from forum.upkeep import forget_submissions
from moderation.deciding import decide
from moderation.queue import open_case
from tests import people
from tests.factories import (
    ArticleFactory,
    TickerEntryFactory,
    TopicFactory,
    make_comment,
    make_discussion,
    pass_screening,
)


@pytest.fixture
def discussion(db) -> Discussion:
    return make_discussion()


def code_of(refused) -> str:
    return refused.value.code


class PostCommentTests:
    def test_waits_unseen_until_it_is_screened(self, discussion, alice):
        comment = post_comment(discussion, author=alice, body="Ich war dabei.")
        assert comment.status == "pending"
        assert comment not in Comment.objects.listed()
        discussion.refresh_from_db()
        assert discussion.comment_count == 0
        assert discussion.version == 1

    def test_is_announced_with_its_wording(self, discussion, alice, request):
        heard = []

        def hear(comment, revision, **kwargs):
            heard.append((comment.pk, revision.body))

        comment_submitted.connect(hear)
        request.addfinalizer(lambda: comment_submitted.disconnect(hear))
        comment = post_comment(discussion, author=alice, body="Ich war dabei.")
        assert heard == [(comment.pk, "Ich war dabei.")]

    def test_touches_no_row_of_the_discussion(self, discussion, alice):
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin FROM forum_discussion WHERE id = %s", [discussion.pk])
            before = cursor.fetchone()
            post_comment(discussion, author=alice, body="Ich war dabei.")
            cursor.execute("SELECT xmin FROM forum_discussion WHERE id = %s", [discussion.pk])
            assert cursor.fetchone() == before

    def test_suspended_reader_is_told_until_when_and_why(self, discussion, eve):
        with pytest.raises(PermissionDenied, match="Grund: Werbung"):
            post_comment(discussion, author=eve, body="Ich war dabei.")

    def test_closed_meanwhile_keeps_the_text(self, discussion, alice):
        discussion.closed_at = timezone.now()
        discussion.save()
        with pytest.raises(ValidationError, match="inzwischen geschlossen") as refused:
            post_comment(discussion, author=alice, body="Ich war dabei.")
        assert code_of(refused) == "conflict"

    def test_withdrawn_article_closes_its_discussion(self, discussion, alice):
        discussion.article.state = "withdrawn"
        discussion.article.save()
        with pytest.raises(ValidationError) as refused:
            post_comment(discussion, author=alice, body="Ich war dabei.")
        assert code_of(refused) == "conflict"

    def test_moderator_answers_in_a_closed_discussion(self, discussion, alice, mona, anna):
        parent = make_comment(discussion, alice)
        discussion.closed_at = timezone.now()
        discussion.save()
        post_comment(discussion, author=mona, body="Wir schließen hier.", parent=parent)
        with pytest.raises(ValidationError):
            post_comment(discussion, author=anna, body="Danke an alle.", parent=parent)

    def test_staff_are_marked(self, discussion, alice, anna, mona):
        written_as = [make_comment(discussion, author).written_as for author in (alice, anna, mona)]
        assert written_as == ["reader", "newsroom", "moderation"]

    def test_same_text_within_ten_minutes_names_the_first(self, discussion, alice, bob):
        first = post_comment(discussion, author=alice, body="Das ist doch Unsinn!")
        with pytest.raises(ValidationError) as refused:
            post_comment(discussion, author=alice, body="das ist doch  unsinn")
        assert code_of(refused) == "conflict"
        assert refused.value.params["url"] == first.get_absolute_url()
        assert post_comment(discussion, author=bob, body="Das ist doch Unsinn!").pk != first.pk

    def test_same_text_later_is_welcome(self, discussion, alice):
        first = post_comment(discussion, author=alice, body="Guten Morgen!")
        first.revisions.update(created_at=timezone.now() - timedelta(minutes=11))
        assert post_comment(discussion, author=alice, body="Guten Morgen!").pk > first.pk

    def test_text_that_was_taken_back_may_be_sent_again(self, discussion, alice):
        first = post_comment(discussion, author=alice, body="Am falschen Platz.")
        withdraw(first, author=alice)
        assert post_comment(discussion, author=alice, body="Am falschen Platz.").pk > first.pk

    def test_new_reader_is_slowed(self, discussion, nina):
        for number in ("eins", "zwei", "drei"):
            post_comment(discussion, author=nina, body=f"Beitrag {number}")
        with pytest.raises(ValidationError, match="weiterschreiben") as refused:
            post_comment(discussion, author=nina, body="Beitrag vier")
        assert code_of(refused) == "too_fast"
        assert 0 < refused.value.params["retry_after"] <= 600

    def test_same_form_twice_makes_one_comment(self, discussion, alice):
        sent = {"author": alice, "body": "Nur einmal.", "submission_id": uuid4()}
        first = post_comment(discussion, **sent)
        assert post_comment(discussion, **sent) == first
        assert alice.comments.count() == 1

    def test_lost_answer_is_repeated_even_when_closed_since(self, discussion, alice):
        sent = {"author": alice, "body": "Nur einmal.", "submission_id": uuid4()}
        first = post_comment(discussion, **sent)
        discussion.closed_at = timezone.now()
        discussion.save()
        assert post_comment(discussion, **sent) == first

    def test_refused_form_may_be_sent_again(self, discussion, alice):
        sent = {"author": alice, "submission_id": uuid4()}
        with pytest.raises(ValidationError):
            post_comment(discussion, body=" ", **sent)
        assert post_comment(discussion, body="Jetzt mit Text.", **sent).pk

    def test_id_of_another_readers_form_is_his_own(self, discussion, alice, bob):
        same = uuid4()
        first = post_comment(discussion, author=alice, body="Von Alice.", submission_id=same)
        other = post_comment(discussion, author=bob, body="Von Bob.", submission_id=same)
        assert other != first

    def test_ids_of_forms_are_forgotten_after_a_month(self, discussion, alice):
        post_comment(discussion, author=alice, body="Alt.", submission_id=uuid4())
        post_comment(discussion, author=alice, body="Neu.", submission_id=uuid4())
        old = Submission.objects.earliest("pk")
        Submission.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
        assert forget_submissions() == 1
        assert alice.comments.count() == 2


class ReplyTests:
    def test_stands_below_its_parent(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        reply = post_comment(discussion, author=bob, body="Dazu eine Frage.", parent=root)
        assert (reply.root_id, reply.depth) == (root.pk, 1)
        assert reply.path == f"{root.path}{reply.pk:012d}"

    def test_beyond_32_levels_it_stands_beside_its_parent(self, discussion, alice):
        comment = None
        for _level in range(PATH_LEVELS + 3):
            comment = make_comment(discussion, alice, parent=comment)
        assert comment.depth == PATH_LEVELS + 2
        assert len(comment.path) == PATH_DIGITS * PATH_LEVELS
        assert comment.parent.path < comment.path
        withdraw(comment, author=alice)
        assert recount() == []

    def test_b43_parent_of_another_discussion_is_refused(self, discussion, alice, bob):
        elsewhere = make_comment(make_discussion(), alice)
        with pytest.raises(ValidationError) as refused:
            post_comment(discussion, author=bob, body="Verirrt.", parent=elsewhere)
        assert code_of(refused) == "invalid_parent"

    @pytest.mark.parametrize("status", ["pending", "held"])
    def test_b43_parent_that_nobody_sees_does_not_exist(self, discussion, alice, bob, status):
        for where in (discussion, make_discussion()):
            parent = make_comment(where, alice, status=status)
            with pytest.raises(Http404):
                post_comment(discussion, author=bob, body="Ins Leere.", parent=parent)

    @pytest.mark.parametrize("status", ["removed", "withdrawn"])
    def test_b42_parent_taken_down_while_writing(self, discussion, alice, bob, status):
        parent = make_comment(discussion, alice, status=status)
        with pytest.raises(ValidationError, match="kopieren") as refused:
            post_comment(discussion, author=bob, body="Zu spät.", parent=parent)
        assert code_of(refused) == "conflict"


class AboutTests:
    @pytest.fixture
    def topic(self, db):
        return TopicFactory()

    @pytest.fixture
    def article(self, topic):
        return ArticleFactory(topic=topic)

    def test_in_a_topic_one_writes_about_its_article(self, topic, article, alice):
        comment = make_comment(make_discussion(topic=topic), alice, about_article=article)
        assert comment.about_article == article

    def test_entry_names_its_article(self, topic, article, alice):
        entry = TickerEntryFactory(article=article)
        comment = make_comment(make_discussion(topic=topic), alice, about_entry=entry)
        assert (comment.about_article, comment.about_entry) == (article, entry)

    def test_under_a_live_report_one_writes_about_its_entry(self, alice):
        entry = TickerEntryFactory()
        comment = make_comment(make_discussion(article=entry.article), alice, about_entry=entry)
        assert (comment.about_article, comment.about_entry) == (None, entry)

    def test_article_of_another_topic_is_refused(self, topic, alice):
        other = ArticleFactory(topic=TopicFactory())
        with pytest.raises(ValidationError) as refused:
            make_comment(make_discussion(topic=topic), alice, about_article=other)
        assert code_of(refused) == "invalid_about"

    def test_entry_of_another_article_is_refused(self, discussion, alice):
        with pytest.raises(ValidationError):
            make_comment(discussion, alice, about_entry=TickerEntryFactory())


class EditCommentTests:
    def test_waiting_comment_gets_another_wording(self, discussion, alice):
        comment = make_comment(discussion, alice, status="pending")
        edit_comment(comment, author=alice, body="Besser gesagt.")
        assert [r.number for r in comment.revisions.order_by("number")] == [1, 2]

    def test_same_wording_again_changes_nothing(self, discussion, alice):
        comment = make_comment(discussion, alice, "So.")
        assert edit_comment(comment, author=alice, body=" So. ".strip()).number == 1

    def test_b44_not_after_ten_minutes(self, discussion, alice):
        comment = make_comment(discussion, alice)
        Comment.objects.update(submitted_at=timezone.now() - timedelta(minutes=10))
        with pytest.raises(ValidationError, match="nicht mehr möglich") as refused:
            edit_comment(comment, author=alice, body="Anders.")
        assert code_of(refused) == "conflict"

    def test_b44_not_after_an_answer_that_others_see(self, discussion, alice, bob):
        comment = make_comment(discussion, alice)
        reply = make_comment(discussion, bob, parent=comment, status="pending")
        edit_comment(comment, author=alice, body="Anders.")
        pass_screening(reply)
        with pytest.raises(ValidationError) as refused:
            edit_comment(comment, author=alice, body="Ganz anders.")
        assert code_of(refused) == "conflict"

    def test_b32_somebody_elses_does_not_exist(self, discussion, alice, bob):
        comment = make_comment(discussion, alice)
        with pytest.raises(Http404):
            edit_comment(comment, author=bob, body="Das war Bob.")
        assert comment.revisions.count() == 1

    def test_removed_comment_is_not_edited(self, discussion, alice):
        comment = make_comment(discussion, alice, status="removed")
        with pytest.raises(ValidationError):
            edit_comment(comment, author=alice, body="Milder.")

    def test_held_comment_stays_held(self, discussion, alice):
        comment = make_comment(discussion, alice, status="held")
        edit_comment(comment, author=alice, body="Milder.")
        comment.refresh_from_db()
        assert comment.status == "held"

    def test_suspended_reader_cannot_edit(self, discussion, alice):
        comment = make_comment(discussion, alice)
        alice.suspended_at = timezone.now()
        with pytest.raises(PermissionDenied):
            edit_comment(comment, author=alice, body="Anders.")


class WithdrawTests:
    @pytest.mark.parametrize("status", ["pending", "published", "held"])
    def test_text_is_out_of_sight_at_once(self, discussion, alice, status):
        comment = withdraw(make_comment(discussion, alice, status=status), author=alice)
        assert comment.status == "withdrawn"
        assert comment.visible_revision is None
        assert comment not in Comment.objects.listed()
        assert recount() == []

    def test_tombstone_stays_above_answers(self, discussion, alice, bob):
        root = make_comment(discussion, alice)
        make_comment(discussion, bob, parent=root)
        withdraw(root, author=alice)
        assert root in Comment.objects.listed()
        discussion.refresh_from_db()
        assert discussion.comment_count == 1

    def test_twice_is_once(self, discussion, alice, request):
        comment = make_comment(discussion, alice)
        heard = []

        def hear(comment, **kwargs):
            heard.append(comment.pk)

        comment_withdrawn.connect(hear)
        request.addfinalizer(lambda: comment_withdrawn.disconnect(hear))
        withdraw(comment, author=alice)
        withdraw(comment, author=alice)
        assert heard == [comment.pk]

    def test_waiting_edit_goes_with_it(self, discussion, alice):
        comment = make_comment(discussion, alice)
        edit_comment(comment, author=alice, body="Anders.")
        withdraw(comment, author=alice)
        with pytest.raises(ValidationError):
            pass_screening(comment)

    def test_removed_comment_stays_removed(self, discussion, alice):
        comment = make_comment(discussion, alice, status="removed")
        with pytest.raises(ValidationError) as refused:
            withdraw(comment, author=alice)
        assert code_of(refused) == "conflict"

    def test_b32_somebody_elses_does_not_exist(self, discussion, alice, bob):
        with pytest.raises(Http404):
            withdraw(make_comment(discussion, alice), author=bob)

    def test_suspended_reader_may_still_withdraw(self, discussion, alice):
        comment = make_comment(discussion, alice)
        alice.suspended_at = timezone.now()
        assert withdraw(comment, author=alice).status == "withdrawn"


@pytest.mark.django_db(transaction=True)
class AtOnceTests:
    """What several requests do at the same moment."""

    def at_once(self, *acts):
        """All acts in parallel; what they raised."""

        def run(act):
            try:
                act()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as threads:
            failures = [one.exception() for one in [threads.submit(run, act) for act in acts]]
        return [failure for failure in failures if failure]

    def test_b19_double_click_makes_one_comment(self):
        discussion, alice = make_discussion(), people.alice()
        made = []
        sent = {"author": alice, "body": "Nur einmal.", "submission_id": uuid4()}

        def click():
            made.append(post_comment(discussion, **sent).pk)

        assert self.at_once(*[click] * 8) == []
        assert len(made) == 8
        assert len(set(made)) == 1

    def test_b18_same_text_at_once_is_taken_once(self):
        discussion, alice = make_discussion(), people.alice()

        def send():
            post_comment(discussion, author=alice, body="Zweimal dasselbe.")

        failures = self.at_once(*[send] * 4)
        assert [failure.code for failure in failures] == ["conflict"] * 3
        assert alice.comments.count() == 1

    def test_counters_hold_when_many_publish_and_take_down(self):
        discussion, alice = make_discussion(), people.alice()
        root = make_comment(discussion, alice)
        pending = [make_comment(discussion, alice, parent=root, status="pending") for _ in range(6)]
        public = [make_comment(discussion, alice, parent=root) for _ in range(6)]
        acts = [
            *[lambda c=comment: pass_screening(c) for comment in pending],
            *[lambda c=comment: withdraw(c, author=alice) for comment in public[:2]],
            *[lambda c=comment: hold(c) for comment in public[2:4]],
            *[lambda c=comment: remove(c, ground="threat") for comment in public[4:]],
        ]
        assert self.at_once(*acts) == []
        discussion.refresh_from_db()
        assert discussion.comment_count == 7
        assert recount() == []

    def test_tombstone_comes_back_while_its_last_answer_goes(self):
        """Whoever is first: nobody runs into a deadlock, and the counters hold."""
        discussion, alice, mona = make_discussion(), people.alice(), people.mona()
        for _ in range(15):
            above = make_comment(discussion, alice)
            below = make_comment(discussion, alice, parent=above)
            hold(above)
            case, wording = open_case(above, reason="held"), above.revisions.get()
            failures = self.at_once(
                lambda c=case, r=wording: decide(c, moderator=mona, measure="publish", revision=r),
                lambda c=below: withdraw(c, author=alice),
            )
            assert failures == []
        assert recount() == []
