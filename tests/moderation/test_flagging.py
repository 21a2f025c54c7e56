"""What happens when a reader reports a comment?"""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from forum.posting import edit_comment, withdraw
from moderation.flagging import flag
from moderation.models import Case, Flag
from moderation.signals import comment_flagged
from tests import people
from tests.factories import make_comment, make_discussion, pass_screening
from tests.moderation.races import at_once

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} =cmd|' /C calc'!A0 \u202egnirts"


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, "Wer das beschlossen hat, ist ein Esel.")


@pytest.fixture
def heard():
    """The facts announced while the test runs."""
    facts = []

    def listener(flag, **kwargs):
        facts.append(flag)

    comment_flagged.connect(listener)
    yield facts
    comment_flagged.disconnect(listener)


class FlagTests:
    def test_a_flag_opens_the_comments_case_and_says_so(self, comment, alice, heard):
        made = flag(comment, reader=alice, reason="rude", explanation="Das trifft Menschen.")
        case = Case.objects.get()
        assert (case.comment, case.flag_count, case.reasons) == (comment, 1, ["flagged"])
        assert made.revision == comment.visible_revision.revision
        assert heard == [made]

    def test_further_flags_grow_the_same_case_and_make_it_more_urgent(
        self, comment, alice, carla, tom
    ):
        flag(comment, reader=alice, reason="rude")
        first = Case.objects.get().score
        flag(comment, reader=carla, reason="rude")
        second = Case.objects.get().score
        flag(comment, reader=tom, reason="hateful")
        case = Case.objects.get()
        assert case.flag_count == 3
        assert first < second < case.score
        assert case.score - second > second - first  # trusted, and a graver reason

    def test_b58_the_same_report_a_hundred_times_counts_once(self, comment, alice, heard):
        for _time in range(100):
            flag(comment, reader=alice, reason="rude")
        assert Flag.objects.count() == Case.objects.get().flag_count == len(heard) == 1

    def test_whoever_flags_a_new_wording_is_heard_again(self, comment, alice, bob):
        flag(comment, reader=alice, reason="rude")
        edit_comment(comment, author=bob, body="Wer das beschlossen hat, ist ein Ochse.")
        comment = pass_screening(comment)
        flag(comment, reader=alice, reason="rude")
        assert Case.objects.get().flag_count == 2

    def test_b37_nobody_flags_his_own_comment(self, comment, bob):
        with pytest.raises(PermissionDenied, match="Den eigenen Beitrag können Sie nicht melden"):
            flag(comment, reader=bob, reason="rude")
        assert not Case.objects.exists()

    def test_a_suspended_reader_cannot_flag(self, comment, eve):
        with pytest.raises(PermissionDenied):
            flag(comment, reader=eve, reason="rude")
        assert not Flag.objects.exists()

    def test_b42_a_comment_withdrawn_meanwhile_is_gone(self, comment, alice, bob):
        withdraw(comment, author=bob)
        with pytest.raises(ValidationError, match="nicht mehr zu sehen") as refusal:
            flag(comment, reader=alice, reason="rude")
        assert refusal.value.code == "gone"
        assert not Flag.objects.exists()

    def test_a_new_reader_flags_five_times_a_day_at_most(self, bob, nina):
        discussion = make_discussion()
        for _time in range(5):
            flag(make_comment(discussion, bob), reader=nina, reason="spam")
        with pytest.raises(ValidationError, match="gemeldet") as refusal:
            flag(make_comment(discussion, bob), reader=nina, reason="spam")
        assert refusal.value.code == "too_fast"
        assert Flag.objects.count() == 5


@pytest.mark.django_db(transaction=True)
class RaceTests:
    def test_twelve_readers_at_once_make_one_case_that_counts_twelve(self, bob):
        comment = make_comment(make_discussion(), bob)
        readers = [people.person(f"Leser {n}") for n in range(12)]
        flags = at_once(12, lambda number: flag(comment, reader=readers[number], reason="rude"))
        assert len(set(flags)) == 12
        assert Case.objects.get().flag_count == 12

    def test_a_double_click_counts_once(self, bob, alice):
        comment = make_comment(make_discussion(), bob)
        first, second = at_once(2, lambda _click: flag(comment, reader=alice, reason="rude"))
        assert first == second
        assert Flag.objects.count() == Case.objects.get().flag_count == 1


class FlagPageTests:
    def test_everybody_can_open_it_and_strangers_are_shown_the_way(self, client, comment):
        response = client.get(f"/comments/{comment.pk}/flags/")
        page = response.content.decode()
        assert response.status_code == 200
        assert "Wer anderer Meinung ist, antwortet am besten" in page
        assert "Zum Melden brauchen Sie ein Konto." in page
        assert f"/account/login/?next=/comments/{comment.pk}/flags/" in page
        assert "<textarea" not in page
        assert not response.cookies

    def test_other_opinions_and_mistakes_in_the_article_have_their_own_ways(self, client, comment):
        page = client.get(f"/comments/{comment.pk}/flags/").content.decode()
        assert f"/discussions/{comment.discussion_id}/comments/?parent={comment.pk}" in page
        assert "mailto:leserdialog@example.org" in page

    def test_a_reader_reports_and_is_thanked(self, client, comment, alice):
        client.force_login(alice)
        response = client.post(
            f"/comments/{comment.pk}/flags/",
            {"reason": "rude", "explanation": "Das trifft Menschen."},
            follow=True,
        )
        assert response.redirect_chain[0][1] == 303
        page = response.content.decode()
        assert "Danke. Die Moderation sieht sich den Beitrag an; wie sie entscheidet" in page
        assert Flag.objects.get().explanation == "Das trifft Menschen."

    def test_b58_a_second_time_he_is_thanked_again_and_counted_once(self, client, comment, alice):
        client.force_login(alice)
        for _time in range(3):
            response = client.post(
                f"/comments/{comment.pk}/flags/", {"reason": "rude"}, follow=True
            )
            assert response.status_code == 200
            assert "Danke." in response.content.decode()
        assert Flag.objects.count() == 1

    def test_a_thousand_characters_fit_also_with_line_ends_of_windows(self, client, comment, alice):
        client.force_login(alice)
        text = "\r\n".join(["a" * 99] * 10)
        response = client.post(
            f"/comments/{comment.pk}/flags/", {"reason": "rude", "explanation": text}
        )
        assert response.status_code == 303

    @pytest.mark.parametrize("reason", ["", "illegal", "RUDE", "rude\x00"])
    def test_a_reason_that_does_not_exist_is_refused(self, client, comment, alice, reason):
        client.force_login(alice)
        response = client.post(f"/comments/{comment.pk}/flags/", {"reason": reason})
        assert response.status_code == 422
        assert not Flag.objects.exists()

    def test_strangers_cannot_send_it(self, client, comment):
        response = client.post(f"/comments/{comment.pk}/flags/", {"reason": "rude"})
        assert response.status_code == 403
        assert "Zum Melden brauchen Sie ein Konto." in response.content.decode()

    def test_b37_one_does_not_report_oneself(self, client, comment, bob):
        client.force_login(bob)
        page = client.get(f"/comments/{comment.pk}/flags/").content.decode()
        assert "Den eigenen Beitrag können Sie nicht melden" in page
        response = client.post(f"/comments/{comment.pk}/flags/", {"reason": "rude"})
        assert response.status_code == 403
        assert not Flag.objects.exists()

    @pytest.mark.parametrize("status", ["pending", "held", "removed", "withdrawn"])
    def test_b37_b43_what_readers_do_not_see_cannot_be_reported(self, client, bob, alice, status):
        hidden = make_comment(make_discussion(), bob, "Nur für meine Augen.", status=status)
        client.force_login(alice)
        address = f"/comments/{hidden.pk}/flags/"
        assert client.get(address).status_code == 404
        answer = client.post(address, {"reason": "rude"})
        assert answer.status_code == 404
        assert "Nur für meine Augen" not in answer.content.decode()
        assert not Case.objects.exists()

    @pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999999"])
    def test_b37_a_comment_that_never_was_is_not_found(self, client, alice, pk):
        client.force_login(alice)
        assert client.get(f"/comments/{pk}/flags/").status_code == 404

    def test_b42_in_a_closed_discussion_one_can_still_report(self, client, bob, alice):
        discussion = make_discussion()
        comment = make_comment(discussion, bob)
        discussion.closed_at = timezone.now()
        discussion.save()
        client.force_login(alice)
        answer = client.post(f"/comments/{comment.pk}/flags/", {"reason": "rude"})
        assert answer.status_code == 303

    def test_too_many_reports_are_told_when_to_go_on_and_keep_their_words(self, client, bob, nina):
        discussion = make_discussion()
        for _time in range(5):
            flag(make_comment(discussion, bob), reader=nina, reason="spam")
        client.force_login(nina)
        answer = client.post(
            f"/comments/{make_comment(discussion, bob).pk}/flags/",
            {"reason": "spam", "explanation": "Schon wieder dieselbe Werbung."},
        )
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
        assert "Schon wieder dieselbe Werbung." in answer.content.decode()

    def test_hostile_lines_stay_text(self, client, comment, alice, mona):
        flag(comment, reader=alice, reason="other", explanation=HOSTILE)
        client.force_login(mona)
        page = client.get(Case.objects.get().get_absolute_url()).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} =cmd" in page
