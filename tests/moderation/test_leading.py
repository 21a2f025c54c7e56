"""What can moderators do with a whole discussion, and what do its readers see of it?"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from forum.models import Comment
from forum.opening import lead
from forum.posting import post_comment
from moderation.leading import decide_about_discussion
from moderation.models import Decision
from tests.factories import make_comment, make_discussion

WHY = "Im Streit um die Uferstraße geht es seit Stunden nur noch um Personen."


@pytest.fixture
def discussion(db):
    return make_discussion()


def decided(discussion, moderator, measure, **fields):
    decision = decide_about_discussion(
        discussion, moderator=moderator, measure=measure, explanation=WHY, **fields
    )
    discussion.refresh_from_db()
    return decision


class DecideTests:
    @pytest.mark.parametrize(
        ("measure", "state"), [("close", "closed"), ("read_discussion_first", "premoderated")]
    )
    def test_readers_see_state_and_reason(self, client, discussion, mona, measure, state):
        make_comment(discussion, mona)
        decision = decided(discussion, mona, measure)
        assert (discussion.state, decision.discussion) == (state, discussion)
        assert decision.text.explanation == WHY
        assert WHY in client.get(discussion.get_absolute_url()).content.decode()
        decided(discussion, mona, "open")
        assert (discussion.state, discussion.state_reason) == ("open", "")
        assert WHY not in client.get(discussion.get_absolute_url()).content.decode()

    def test_needs_a_reason_and_a_change(self, discussion, mona):
        with pytest.raises(ValidationError):
            decide_about_discussion(
                discussion, moderator=mona, measure="close", explanation="Zu viel."
            )
        with pytest.raises(ValidationError) as refused:
            decided(discussion, mona, "open")
        assert refused.value.code == "conflict"
        assert not Decision.objects.exists()

    def test_is_for_moderators(self, discussion, bob, anna):
        for person in (bob, anna):
            with pytest.raises(PermissionDenied):
                decided(discussion, person, "close")

    def test_the_reason_goes_with_the_state_that_it_was_for(self, discussion, mona):
        decided(discussion, mona, "close")
        lead(discussion, by=mona, state="open", question="")
        discussion.refresh_from_db()
        assert discussion.state_reason == ""


class SlowDownTests:
    def test_the_second_comment_waits_and_is_told_until_when(self, discussion, bob, alice, mona):
        decided(discussion, mona, "slow_down", slow_seconds=300)
        first = make_comment(discussion, bob)
        with pytest.raises(ValidationError, match="verlangsamt") as refused:
            post_comment(discussion, author=bob, body="Und noch etwas dazu.")
        assert refused.value.code == "too_fast"
        assert 0 < refused.value.params["retry_after"] <= 300
        post_comment(discussion, author=alice, body="Das sehe ich nicht so.")
        post_comment(make_discussion(), author=bob, body="Anderswo geht es weiter.")
        earlier = timezone.now() - timedelta(seconds=301)
        Comment.objects.filter(pk=first.pk).update(submitted_at=earlier)
        post_comment(discussion, author=bob, body="Und noch etwas dazu.")

    def test_moderators_need_not_wait(self, discussion, mona):
        decided(discussion, mona, "slow_down", slow_seconds=300)
        make_comment(discussion, mona)
        post_comment(discussion, author=mona, body="Bitte bleiben Sie bei der Sache.")

    def test_sent_by_form_the_text_stays(self, client, discussion, bob, mona):
        decided(discussion, mona, "slow_down", slow_seconds=60)
        make_comment(discussion, bob)
        client.force_login(bob)
        address = f"/discussions/{discussion.pk}/comments/"
        refused = client.post(address, {"body": "Und noch etwas dazu."})
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert "Und noch etwas dazu.</textarea>" in refused.content.decode()
        page = client.get(discussion.get_absolute_url()).content.decode()
        assert "mindestens eine Minute" in page

    @pytest.mark.parametrize("seconds", [None, 0, -5, 7, 10**9])
    def test_only_by_a_pause_of_the_list(self, discussion, mona, seconds):
        with pytest.raises(ValidationError):
            decided(discussion, mona, "slow_down", slow_seconds=seconds)


class PageTests:
    def test_shows_the_state_and_changes_it(self, client, discussion, mona):
        client.force_login(mona)
        address = f"/moderation/discussions/{discussion.pk}/"
        assert client.get(address).status_code == 200
        sent = {"measure": "slow_down", "slow_seconds": "60", "explanation": WHY}
        assert client.post(address, sent | {"slow_seconds": ""}).status_code == 422
        assert client.post(address, sent | {"slow_seconds": "61"}).status_code == 422
        assert client.post(address, sent).status_code == 303
        again = client.post(address, sent)
        assert again.status_code == 409
        assert WHY in again.content.decode()
