"""Are several cases decided all together or not at all, each by a decision of its own?"""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.throttling import throttle
from forum.posting import edit_comment, withdraw
from moderation import similar
from moderation.deciding import decide
from moderation.models import Case, Decision, Respite
from moderation.queue import claim, open_case
from moderation.together import AT_MOST, decide_together
from tests import people
from tests.factories import make_comment, make_discussion
from tests.moderation.races import at_once

WHY = "Der Beitrag wirbt für ein Angebot, statt zum Thema zu sprechen."
REMOVAL = {"measure": "remove", "ground": "advertising", "explanation": WHY}
ADDRESS = "/moderation/together/"


def make_read(count, author, status="published"):
    """Cases with the wording that was read, below two discussions in turn."""
    discussions = [make_discussion(), make_discussion()]
    read = []
    for number in range(count):
        comment = make_comment(
            discussions[number % 2], author, f"Kauft hier, {number}!", None, status
        )
        read.append((open_case(comment, reason="opened"), comment.revisions.get()))
    return read


def named(read):
    return [f"{case.pk}-{revision.pk}" for case, revision in read]


class TogetherTests:
    def test_each_gets_a_decision_of_its_own(self, bob, mona):
        read = make_read(3, bob, "held")
        assert decide_together(read, moderator=mona, measure="publish") == 3
        decisions = Decision.objects.filter(case__in=[case for case, _revision in read])
        assert decisions.values("number").distinct().count() == 3
        assert {one.comment.status for one in decisions.select_related("comment")} == {"published"}
        assert not Case.objects.open().exists()

    def test_a_removal_can_be_undone_for_each(self, bob, mona):
        read = make_read(3, bob)
        decide_together(read, moderator=mona, **REMOVAL)
        assert Respite.objects.running().count() == 3
        assert not Decision.objects.exists()

    @pytest.mark.parametrize("happened", ["edited", "withdrawn", "decided", "claimed"])
    def test_one_in_the_way_leaves_all_as_they_are(self, bob, mona, happened):
        read = make_read(3, bob)
        case, revision = read[1]
        other = people.person("Mika", role="moderator")
        {
            "edited": lambda: edit_comment(case.comment, author=bob, body="Doch nicht."),
            "withdrawn": lambda: withdraw(case.comment, author=bob),
            "decided": lambda: decide(case, moderator=other, measure="publish", revision=revision),
            "claimed": lambda: claim(case, moderator=other),
        }[happened]()
        with pytest.raises(ValidationError, match="nichts entschieden"):
            decide_together(read, moderator=mona, **REMOVAL)
        assert not Respite.objects.exists()
        assert Case.objects.open().filter(pk__in=[read[0][0].pk, read[2][0].pk]).count() == 2

    def test_more_than_fifty_are_refused(self, bob, mona, settings):
        settings.RATE_LIMITS = False
        read = make_read(1, bob) * (AT_MOST + 1)
        with pytest.raises(ValidationError, match="Höchstens 50 Fälle") as refused:
            decide_together(read, moderator=mona, **REMOVAL)
        assert refused.value.code == "too_many"

    def test_reasons_are_asked_for_once(self, bob, mona):
        with pytest.raises(ValidationError, match="mindestens 20 Zeichen"):
            decide_together(make_read(2, bob), moderator=mona, measure="remove", ground="threat")

    def test_each_counts_for_the_limit(self, bob, carla, mona):
        decide_together(make_read(AT_MOST, bob), moderator=mona, **REMOVAL)
        for _decided_alone in range(AT_MOST):
            throttle("decide", reader=mona)
        with pytest.raises(ValidationError) as refused:
            decide_together(make_read(21, carla), moderator=mona, **REMOVAL)
        assert refused.value.code == "too_fast"
        assert Respite.objects.count() == AT_MOST

    def test_b48_ones_own_is_not_among_them(self, bob, mona):
        own = make_read(1, mona)
        with pytest.raises(PermissionDenied, match="Über eigene Beiträge"):
            decide_together(make_read(1, bob) + own, moderator=mona, **REMOVAL)
        assert not Respite.objects.exists()

    @pytest.mark.parametrize("name", ["alice", "anna", "admin", "eve"])
    def test_only_moderators_decide(self, bob, name, request):
        with pytest.raises(PermissionDenied):
            decide_together(make_read(1, bob), moderator=request.getfixturevalue(name), **REMOVAL)


@pytest.mark.django_db(transaction=True)
class RaceTests:
    def test_two_with_the_same_cases_in_other_order_do_not_wait_for_one_another(
        self, bob, mona, max_
    ):
        read = make_read(12, bob, "held")

        def decide_all(number):
            mine = read if number else read[::-1]
            return decide_together(mine, moderator=[mona, max_][number], measure="publish")

        results = at_once(2, decide_all)
        assert [one for one in results if one == 12] == [12]
        (refused,) = [one for one in results if isinstance(one, ValidationError)]
        assert "Schon entschieden von" in refused.messages[0]
        assert Decision.objects.count() == 12


class PageTests:
    @pytest.fixture
    def desk(self, client, mona):
        client.force_login(mona)
        return client

    def test_one_form_decides_what_is_ticked(self, desk, bob):
        read = make_read(3, bob)
        page = desk.get(ADDRESS).content.decode()
        for name in named(read):
            assert f'name="cases" value="{name}"' in page
        response = desk.post(ADDRESS, REMOVAL | {"cases": named(read[:2])})
        assert (response.status_code, response["Location"]) == (303, "/moderation/")
        assert Respite.objects.count() == 2
        assert "2 Fälle entschieden." in desk.get("/moderation/").content.decode()

    @pytest.mark.parametrize("cases", [[], ["x"], ["1-"], ["²-²"], ["9" * 30]])
    def test_nothing_ticked_is_said_and_what_was_written_stays(self, desk, bob, cases):
        make_read(1, bob)
        response = desk.post(ADDRESS, REMOVAL | {"cases": cases})
        assert response.status_code == 422
        assert "Bitte wählen Sie mindestens einen Fall." in response.content.decode()
        assert WHY in response.content.decode()

    def test_a_wording_of_another_comment_is_refused(self, desk, bob):
        (one, _mine), (_case, other) = make_read(2, bob)
        response = desk.post(ADDRESS, REMOVAL | {"cases": [f"{one.pk}-{other.pk}"]})
        assert response.status_code == 422
        assert not Respite.objects.exists()

    def test_a_conflict_is_told_and_what_was_chosen_stays(self, desk, bob):
        read = make_read(2, bob)
        edit_comment(read[0][0].comment, author=bob, body="Doch nicht.")
        response = desk.post(ADDRESS, REMOVAL | {"cases": named(read)})
        assert response.status_code == 409
        assert "Beitrag von Bob: Der Beitrag wurde inzwischen" in response.content.decode()
        assert WHY in response.content.decode()

    def test_a_placeholder_is_not_sent_to_many(self, desk, bob):
        sent = REMOVAL | {"explanation": "Guten Tag {name}, das ist Werbung."}
        response = desk.post(ADDRESS, sent | {"cases": named(make_read(2, bob))})
        assert response.status_code == 422
        assert not Respite.objects.exists()

    def test_what_says_nearly_the_same_is_offered_with_a_case(self, desk, bob, alice):
        body = "Bei kauf-mich.example gibt es diese Woche alles zum halben Preis."
        same = [make_comment(make_discussion(), who, body) for who in (bob, alice)]
        for comment in same:
            similar.note([comment.revisions.get()])
        first, second = (open_case(comment, reason="opened") for comment in same)
        other = make_read(1, bob)[0][0]
        assert f"{ADDRESS}?like={first.pk}" in desk.get(first.get_absolute_url()).content.decode()
        page = desk.get(ADDRESS, {"like": first.pk}).content.decode()
        ticked = re.findall(r'value="(\d+)-\d+" id="case-\d+" checked', page)
        assert {int(pk) for pk in ticked} == {first.pk, second.pk}
        assert f'id="case-{other.pk}"' not in page

    @pytest.mark.parametrize(("like", "status"), [("x", 200), ("0", 404), ("9" * 30, 200)])
    def test_like_a_case_that_is_none(self, desk, like, status):
        assert desk.get(ADDRESS, {"like": like}).status_code == status
