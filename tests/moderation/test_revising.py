"""How does an author send a removed comment again, in another wording?"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from accounts.standing import suspend
from forum.models import Comment
from forum.recounting import recount
from moderation import screening
from moderation.appealing import answer, appeal
from moderation.deciding import decide, decide_by_check
from moderation.models import Case, Decision, Screening, Verdict
from moderation.queue import open_case
from moderation.revising import revise
from moderation.statements import key_of
from tests.factories import make_comment, make_discussion

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
BETTER = "Wer das beschlossen hat, hat sich geirrt."
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, TEXT)


@pytest.fixture
def removal(comment, mona) -> Decision:
    return removed(comment, mona)


def removed(comment, moderator, **fields) -> Decision:
    fields = {"measure": "remove", "ground": "personal_attack", "explanation": WHY} | fields
    return decide(
        open_case(comment, reason="opened"),
        moderator=moderator,
        revision=comment.revisions.latest("number"),
        **fields,
    )


def screened(revision) -> Comment:
    screening.screen(Screening.objects.get(revision=revision))
    return Comment.objects.get(pk=revision.comment_id)


class ReviseTests:
    def test_it_waits_and_is_read_by_a_person(self, removal, bob, mona):
        sent = revise(removal, author=bob, body=BETTER)
        assert (sent.number, sent.comment.status) == (2, "pending")
        comment = screened(sent)
        assert comment.status == "held"
        case = Case.objects.open().get()
        assert case.reasons == ["held"]
        decide(case, moderator=mona, measure="publish", revision=sent)
        comment.refresh_from_db()
        assert comment.visible_revision.revision == sent
        assert comment.removal_ground == ""
        assert comment.edited_at

    def test_what_a_check_removed_is_read_by_checks(self, bob):
        comment = make_comment(make_discussion(), bob, "Lest das da: n4z1.", status="held")
        revision = comment.revisions.get()
        verdict = Verdict(
            screening=Screening.objects.get_or_create(revision=revision)[0],
            check_name="word_list",
            outcome="remove",
            found=["n4z1"],
            ground="group_contempt",
        )
        removal = decide_by_check(revision, verdict=verdict)
        assert screened(revise(removal, author=bob, body=BETTER)).is_published

    def test_its_tombstone_and_the_replies_below_it_stay(self, client, comment, alice, mona, bob):
        reply = make_comment(comment.discussion, alice, "Das sehe ich anders.", parent=comment)
        revise(removed(comment, mona), author=bob, body=BETTER)
        comment.refresh_from_db()
        assert comment.status == "pending"
        assert comment.is_listed
        assert recount() == []
        page = client.get(comment.discussion.get_absolute_url()).content.decode()
        assert f'id="comment-{reply.pk}"' in page
        assert f'id="comment-{comment.pk}"' in page
        assert BETTER not in page
        assert TEXT not in page

    def test_twice_at_most(self, removal, comment, bob, mona):
        for body in (BETTER, f"{BETTER} Wirklich."):
            removal = removed(screened(revise(removal, author=bob, body=body)), mona)
        with pytest.raises(ValidationError, match="zweimal") as told:
            revise(removal, author=bob, body="Und noch einmal anders.")
        assert told.value.code == "conflict"

    def test_only_after_the_last_removal(self, removal, bob, mona):
        removed(screened(revise(removal, author=bob, body=BETTER)), mona)
        with pytest.raises(ValidationError):
            revise(removal, author=bob, body="Und noch einmal anders.")

    def test_not_against_the_law(self, comment, bob, mona):
        removal = removed(comment, mona, ground="illegal")
        with pytest.raises(ValidationError, match="nicht noch einmal"):
            revise(removal, author=bob, body=BETTER)

    @pytest.mark.parametrize("body", [TEXT, f"  {TEXT}\n", "", " \n"])
    def test_not_the_same_again_and_not_nothing(self, removal, bob, body):
        with pytest.raises(ValidationError):
            revise(removal, author=bob, body=body)
        assert Comment.objects.get().status == "removed"

    def test_not_by_the_suspended_nor_by_others(self, removal, alice, bob):
        with pytest.raises(Http404):
            revise(removal, author=alice, body=BETTER)
        suspend(bob, until=None, ground="Drohung")
        with pytest.raises(PermissionDenied):
            revise(removal, author=bob, body=BETTER)

    def test_an_appeal_that_succeeds_brings_the_first_wording_back(self, removal, bob, max_):
        made = appeal(removal, text="Das ist ein Zitat.")
        sent = revise(removal, author=bob, body=BETTER)
        answer(
            made, moderator=max_, outcome="overturned", answer="Das ist ein Zitat, kein Angriff."
        )
        screening.screen(Screening.objects.get(revision=sent))
        comment = Comment.objects.get()
        assert comment.visible_revision.revision.body == TEXT
        assert comment.status == "published"


class RevisionPageTests:
    def test_its_author_sends_it_from_the_statement(self, client, removal, bob):
        client.force_login(bob)
        page = client.get(removal.get_absolute_url()).content.decode()
        assert 'id="revision-form"' in page
        sent = client.post(f"{removal.get_absolute_url()}revision/", {"body": BETTER})
        assert sent.status_code == 303
        assert Comment.objects.get().status == "pending"
        again = client.post(f"{removal.get_absolute_url()}revision/", {"body": "Noch anders."})
        assert again.status_code == 409
        assert "Noch anders." in again.content.decode()
        assert 'id="revision-form"' not in client.get(removal.get_absolute_url()).content.decode()

    def test_a_text_that_is_too_long_or_missing_is_422(self, client, removal, bob):
        client.force_login(bob)
        for body in ("", "a" * 5_001, TEXT):
            response = client.post(f"{removal.get_absolute_url()}revision/", {"body": body})
            assert response.status_code == 422

    def test_the_key_of_the_mail_is_not_enough(self, client, removal):
        page = client.get(removal.get_absolute_url(), {"key": key_of(removal)}).content.decode()
        assert "revision-form" not in page
        sent = client.post(
            f"{removal.get_absolute_url()}revision/", {"body": BETTER, "key": key_of(removal)}
        )
        assert sent.status_code == 302
        assert Comment.objects.get().status == "removed"

    def test_the_suspended_are_not_offered_it(self, client, removal, bob):
        suspend(bob, until=None, ground="Drohung")
        client.force_login(bob)
        assert "revision-form" not in client.get(removal.get_absolute_url()).content.decode()
        sent = client.post(f"{removal.get_absolute_url()}revision/", {"body": BETTER})
        assert sent.status_code == 403
        assert BETTER in sent.content.decode()

    def test_others_do_not_find_it(self, client, removal, alice):
        client.force_login(alice)
        sent = client.post(f"{removal.get_absolute_url()}revision/", {"body": BETTER})
        assert sent.status_code == 404
