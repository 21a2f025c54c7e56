"""Does a decision lead to the next case without the list, and does every key press something?"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from forum.models import Comment
from moderation import deciding, respites
from moderation.flagging import flag
from moderation.models import Case, Decision, Respite
from moderation.queue import claim, open_case, take_next
from moderation.readers import add_note
from tests import people
from tests.factories import make_comment, make_discussion, make_notice
from tests.moderation.races import at_once
from tests.moderation.test_respites import pass_time

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(bob, alice):
    return flag(make_comment(make_discussion(), bob, TEXT), reader=alice, reason="rude").case


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


def make_cases(count, author):
    discussion = make_discussion()
    return [
        open_case(make_comment(discussion, author), reason="opened") for _number in range(count)
    ]


def form(case, **changed):
    fields = {"measure": "remove", "ground": "personal_attack", "explanation": WHY}
    return fields | {"revision": case.comment.revisions.get().pk} | changed


def decide(client, case, query="", headers=HTMX, **changed):
    address = f"{case.get_absolute_url()}decision/{query}"
    return client.post(address, form(case, **changed), headers=headers)


class TakeNextTests:
    def test_it_is_the_most_urgent_and_claimed_from_then_on(self, case, bob, mona):
        make_cases(2, bob)
        assert take_next(mona) == case
        assert Case.objects.get(pk=case.pk).claimant == mona

    def test_what_was_loaded_ahead_is_kept_if_it_is_free(self, case, bob, mona):
        other = make_cases(1, bob)[0]
        assert take_next(mona, ahead=other.pk) == other

    def test_what_somebody_else_has_taken_meanwhile_is_not(self, case, bob, mona, max_):
        other = make_cases(1, bob)[0]
        claim(other, moderator=mona)
        assert take_next(max_, ahead=other.pk) == case

    def test_the_one_just_decided_is_not_next_though_a_hold_leaves_it_open(self, case, mona):
        assert take_next(mona, besides=case) is None

    def test_a_notice_is_seen_by_whoever_is_led_to_it(self, bob, mona):
        notice = make_notice(make_comment(make_discussion(), bob))
        take_next(mona)
        notice.refresh_from_db()
        assert notice.seen_at is not None

    @pytest.mark.django_db(transaction=True)
    def test_ten_who_have_decided_at_once_are_shown_ten_cases(self, bob):
        make_cases(12, bob)
        crew = [people.person(f"Mika {n}", role="moderator") for n in range(10)]
        shown = at_once(10, lambda number: take_next(crew[number]))
        assert len({case.pk for case in shown}) == 10
        assert Case.objects.filter(claimed_by__isnull=False).count() == 10


class PartTests:
    def test_htmx_gets_the_case_without_the_list(self, desk, case):
        response = desk.get(case.get_absolute_url(), headers=HTMX)
        page = response.content.decode()
        assert TEXT[:20] in page
        assert 'id="queue"' not in page
        assert "<title>Beitrag von Bob" in page
        assert 'id="told" hx-swap-oob="true"' in page
        assert (response["HX-Retarget"], response["HX-Reselect"]) == ("#file", "#file")
        assert response["HX-Push-Url"] == case.get_absolute_url()

    def test_back_gets_the_whole_page(self, desk, case):
        headers = HTMX | {"HX-History-Restore-Request": "true"}
        page = desk.get(case.get_absolute_url(), headers=headers).content.decode()
        assert 'id="queue"' in page

    def test_the_link_to_new_cases_gets_the_list_beside_the_same_case(self, desk, case):
        response = desk.get(case.get_absolute_url(), headers=HTMX | {"X-List": "new"})
        assert 'id="queue"' in response.content.decode()
        assert f'id="file" data-case="{case.pk}"' in response.content.decode()

    def test_the_authors_record_stands_beside_it(self, desk, case, bob, mona):
        add_note(bob, moderator=mona, text="War im Mai schon einmal laut.")
        warned = make_cases(1, bob)[0]
        revision = warned.comment.revisions.get()
        deciding.decide(
            warned,
            moderator=mona,
            measure="warn",
            revision=revision,
            ground="personal_attack",
            explanation=WHY,
        )
        page = desk.get(case.get_absolute_url()).content.decode()
        assert "<dt>Verwarnt in 12 Monaten</dt><dd>1 (" in page
        assert re.search(r"<dt>Notizen für [^<]+</dt><dd>1</dd>", page)

    def test_a_decision_answers_with_the_next_case_claimed(self, desk, case, bob, mona):
        following = make_cases(1, bob)[0]
        response = decide(desk, case)
        page = response.content.decode()
        assert response.status_code == 200
        assert response["HX-Push-Url"] == following.get_absolute_url()
        assert f'id="file" data-case="{following.pk}"' in page
        assert 'id="queue"' not in page
        assert "Rückgängig" in page
        assert "Sie bearbeiten diesen Fall." in page
        assert Case.objects.get(pk=following.pk).claimant == mona

    def test_what_was_loaded_ahead_is_not_sent_again(self, desk, case, bob, mona):
        following = make_cases(1, bob)[0]
        response = decide(desk, case, ahead=following.pk)
        page = response.content.decode()
        assert response["X-Ahead"] == str(following.pk)
        assert 'id="told" hx-swap-oob="true"' in page
        assert 'id="file"' not in page
        assert Case.objects.get(pk=following.pk).claimant == mona

    def test_if_a_colleague_was_faster_another_case_comes(self, desk, case, bob, max_):
        loaded, other = make_cases(2, bob)
        claim(loaded, moderator=max_)
        response = decide(desk, case, ahead=loaded.pk)
        assert "X-Ahead" not in response.headers
        assert f'id="file" data-case="{other.pk}"' in response.content.decode()
        assert Case.objects.get(pk=loaded.pk).claimant == max_

    @pytest.mark.parametrize("ahead", ["x", "-1", "²", "9" * 30, "0"])
    def test_nonsense_ahead_is_passed_over(self, desk, case, bob, ahead):
        following = make_cases(1, bob)[0]
        response = decide(desk, case, ahead=ahead)
        assert response["HX-Push-Url"] == following.get_absolute_url()

    def test_the_view_that_was_chosen_is_kept(self, desk, case, bob, alice):
        make_cases(1, bob)
        other = make_comment(make_discussion(), bob)
        following = flag(other, reader=alice, reason="spam").case
        response = decide(desk, case, query="?view=flagged")
        assert response["HX-Push-Url"] == f"{following.get_absolute_url()}?view=flagged"

    def test_a_refusal_leaves_list_and_address_as_they_are(self, desk, case, bob, max_):
        response = decide(desk, case, explanation="zu kurz")
        page = response.content.decode()
        assert response.status_code == 422
        assert response["HX-Push-Url"] == "false"
        assert 'id="queue"' not in page
        assert "zu kurz" in page

    def test_after_the_last_one_the_empty_desk_is_shown(self, desk, case):
        response = decide(desk, case)
        assert (response.status_code, response["Location"]) == (303, "/moderation/")


class AheadTests:
    def test_loading_ahead_claims_nothing_and_shows_it_as_claimed(self, desk, case):
        page = desk.get(f"{case.get_absolute_url()}ahead/").content.decode()
        assert f'id="file" data-case="{case.pk}"' in page
        assert "Sie bearbeiten diesen Fall." in page
        assert Case.objects.get().claimed_by is None

    def test_the_page_names_the_one_after_it(self, desk, case, bob):
        following = make_cases(1, bob)[0]
        page = desk.get(case.get_absolute_url()).content.decode()
        address = f"{following.get_absolute_url()}ahead/"
        assert f'<desk-ahead data-case="{following.pk}" data-url="{address}">' in page

    def test_a_closed_one_is_not_found(self, desk, case, mona):
        decide(desk, case, measure="publish")
        assert desk.get(f"{case.get_absolute_url()}ahead/").status_code == 404

    def test_leaving_asks_for_no_page(self, desk, case, mona):
        claim(case, moderator=mona)
        response = desk.post(f"{case.get_absolute_url()}release/", {"left": "1"})
        assert response.status_code == 204
        assert Case.objects.get().claimed_by is None


class CostTests:
    def cost_of(self, ask):
        with CaptureQueriesContext(connection) as queries:
            assert ask().status_code == 200
        return [query["sql"] for query in queries]

    def test_a_decision_never_asks_for_the_list(self, desk, bob):
        first, loaded, *_others = make_cases(30, bob)
        sent = form(first, ahead=loaded.pk)
        address = f"{first.get_absolute_url()}decision/"
        asked = self.cost_of(lambda: desk.post(address, sent, headers=HTMX))
        assert [sql for sql in asked if "LIMIT 51" in sql] == []
        assert len(asked) <= 40

    def test_showing_a_case_costs_less_than_the_whole_page(self, desk, bob):
        case = make_cases(30, bob)[0]
        asked = self.cost_of(lambda: desk.get(case.get_absolute_url(), headers=HTMX))
        assert len(asked) <= 22


class WarnBesidesTests:
    def test_v_removes_and_warns_by_two_decisions_after_the_seconds(self, desk, case, bob):
        assert decide(desk, case, measure="remove_and_warn").status_code == 303
        assert not Decision.objects.exists()
        respites.take_effect(pass_time(Respite.objects.get()))
        removal, warning = Decision.objects.order_by("number")
        assert (removal.measure, warning.measure) == ("remove", "warn")
        assert warning.ground == removal.ground == "personal_attack"
        assert warning.text.explanation == WHY
        bob.refresh_from_db()
        assert bob.warned_at == warning.decided_at
        assert Comment.objects.get().status == "removed"

    def test_undone_nobody_is_warned(self, desk, case, bob):
        decide(desk, case, measure="remove_and_warn")
        desk.post(f"/moderation/respites/{Respite.objects.get().pk}/undo/")
        assert respites.take_effect(pass_time(Respite.objects.get())) is None
        bob.refresh_from_db()
        assert bob.warned_at is None
        assert not Decision.objects.exists()

    def test_whoever_writes_for_the_house_is_not_warned(self, desk, alice, anna):
        comment = make_comment(make_discussion(), anna)
        Comment.objects.filter(pk=comment.pk).update(written_as="staff")
        page = desk.get(flag(comment, reader=alice, reason="rude").case.get_absolute_url())
        assert 'value="remove"' in page.content.decode()
        assert 'value="remove_and_warn"' not in page.content.decode()


class PassageTests:
    def test_b_hides_a_passage_and_closes_the_case(self, desk, case):
        decide(desk, case, measure="hide_passage", passage="ein Schwachkopf")
        decision = Decision.objects.get()
        assert (decision.measure, decision.case) == ("hide_passage", case)
        assert Case.objects.get().closed_at is not None
        assert "Schwachkopf" not in Comment.objects.get().visible_revision.revision.html

    @pytest.mark.parametrize("passage", ["", "das steht dort nicht", "e"])
    def test_a_passage_that_is_not_there_once_is_said(self, desk, case, passage):
        response = decide(desk, case, measure="hide_passage", passage=passage)
        assert response.status_code == 422
        assert "Diese Stelle kommt" in response.content.decode()
        assert not Decision.objects.exists()

    def test_b47_the_second_is_told_here_too(self, desk, case, max_):
        respites.grant(
            case,
            moderator=max_,
            ground="threat",
            explanation=WHY,
            revision=case.comment.revisions.get(),
        )
        response = decide(desk, case, measure="hide_passage", passage="ein Schwachkopf")
        assert response.status_code == 409
        assert "Schon entschieden von Max" in response.content.decode()


class KeyTests:
    KEYS = ["Control+Enter", "/", "2", "9", "?", "b", "e", "f", "h", "l", "m", "n", "v", "w"]

    def keys_of(self, client, address):
        page = client.get(address).content.decode()
        return re.findall(r'aria-keyshortcuts="([^"]+)"', page), page

    def test_each_stands_once_on_what_it_presses(self, desk, case):
        keys, page = self.keys_of(desk, case.get_absolute_url())
        assert sorted(keys) == sorted(set(keys))
        assert set(self.KEYS) <= set(keys)
        assert '<kbd aria-hidden="true">f</kbd>' in page

    def test_they_can_be_switched_off_and_on_again(self, desk, case, mona):
        response = desk.post(
            "/moderation/keys/",
            {"keys": "off"},
            headers={"Referer": f"http://testserver{case.get_absolute_url()}"},
        )
        assert response["Location"].endswith(case.get_absolute_url())
        keys, page = self.keys_of(desk, case.get_absolute_url())
        assert keys == []
        assert "<kbd" not in page
        assert "<desk-keys" not in page
        assert "Die Tastenkürzel sind ausgeschaltet." in page
        desk.post("/moderation/keys/", {"keys": "on"})
        assert User.objects.get(pk=mona.pk).has_desk_keys

    @pytest.mark.parametrize("wanted", ["", "maybe"])
    def test_neither_on_nor_off_is_a_bad_request(self, desk, wanted):
        response = desk.post("/moderation/keys/", {"keys": wanted})
        assert response.status_code == 400
        assert "Ein oder aus?" in response.content.decode()
