"""What does a moderator see and do at the desk, and who is kept from it?"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.throttling import throttle
from forum.posting import edit_comment, withdraw
from moderation.deciding import decide
from moderation.desk_rules.options import Kind
from moderation.desk_rules.rule_checks import RULES
from moderation.flagging import flag
from moderation.models import Case, Decision, Respite, Screening, Verdict
from moderation.queue import claim, open_case
from moderation.reading import PAGE
from moderation.rows import CHECKS
from moderation.screening import CHECKS as RUN
from tests import people
from tests.factories import make_comment, make_discussion

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
WHY = "Sie nennen Mitglieder des Stadtrats „Schwachköpfe“."
HOSTILE = "<b onmouseover=alert(1)>x</b> {{ 7*7 }} \u202eneseL"


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, TEXT)


@pytest.fixture
def case(comment, alice):
    flag(comment, reader=alice, reason="rude", explanation="Das trifft gewählte Leute.")
    return Case.objects.get()


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


def page_of(client, case, status=200):
    response = client.get(case.get_absolute_url())
    assert response.status_code == status
    return response.content.decode()


def form(case, **changed):
    revision = case.comment.revisions.latest("number")
    fields = {"measure": "remove", "ground": "personal_attack", "explanation": WHY}
    return fields | {"revision": revision.pk} | changed


def post(client, case, what, **fields):
    return client.post(f"{case.get_absolute_url()}{what}/", fields)


class PermissionTests:
    """security.md 2.8: moderators and seniors, nobody else; strangers are offered to sign in."""

    ADDRESSES = [
        ("get", "/moderation/"),
        ("get", "/moderation/cases/{case}/"),
        ("post", "/moderation/cases/{case}/claim/"),
        ("post", "/moderation/cases/{case}/release/"),
        ("post", "/moderation/cases/{case}/decision/"),
        ("get", "/moderation/comments/{comment}/"),
        ("post", "/moderation/comments/{comment}/"),
    ]
    REFUSED = ["alice", "nina", "tom", "eve", "bob", "anna", "admin"]

    @pytest.mark.parametrize(("method", "address"), ADDRESSES)
    @pytest.mark.parametrize("name", [None, *REFUSED])
    def test_everybody_else_is_refused(self, client, case, method, address, name, request):
        if name:
            client.force_login(request.getfixturevalue(name))
        path = address.format(case=case.pk, comment=case.comment_id)
        response = getattr(client, method)(path, form(case))
        page = response.content.decode()
        assert response.status_code == 403
        assert "Diese Seite ist für die Moderation." in page
        assert TEXT not in page
        assert ("/account/login/?next=" in page) == (name is None)
        assert Case.objects.get().claimed_by is None
        assert not Decision.objects.exists()

    @pytest.mark.parametrize("name", ["mona", "max_"])
    def test_moderators_and_seniors_see_and_decide(self, client, case, name, request):
        client.force_login(request.getfixturevalue(name))
        assert client.get("/moderation/").status_code == 200
        assert TEXT in page_of(client, case)
        assert post(client, case, "claim").status_code == 303
        assert client.get(f"/moderation/comments/{case.comment_id}/").status_code == 302
        assert post(client, case, "decision", **form(case)).status_code == 303
        assert Respite.objects.get().measure == "remove"

    @pytest.mark.parametrize("what", ["claim", "release", "decision"])
    def test_no_address_that_changes_something_answers_get(self, desk, case, what):
        assert desk.get(f"{case.get_absolute_url()}{what}/").status_code == 405

    def test_whose_comment_it_is_does_not_learn_who_reported_it(self, desk, mona, alice):
        own = make_comment(make_discussion(), mona, TEXT)
        flag(own, reader=alice, reason="rude", explanation="Da bin ich gemeint.")
        page = page_of(desk, Case.objects.get())
        assert TEXT in page
        assert "Alice" not in page
        assert "Da bin ich gemeint." not in page

    def test_b48_ones_own_comment_can_be_read_there_but_not_decided(self, desk, mona):
        own = open_case(make_comment(make_discussion(), mona, TEXT), reason="opened")
        page = page_of(desk, own)
        assert "Über eigene Beiträge entscheidet jemand anderes." in page
        assert 'id="decision-form"' not in page
        for what in ("claim", "decision"):
            response = post(desk, own, what, **form(own, measure="publish"))
            assert response.status_code == 403
            assert "Über eigene Beiträge entscheidet jemand" in response.content.decode()


class ListTests:
    def test_each_line_says_why_it_is_here_what_it_is_and_by_whom(self, desk, case):
        page = desk.get("/moderation/").content.decode()
        row = re.search(rf'id="case-{case.pk}".*?</li>', page, re.DOTALL)[0]
        assert "<b>1 Meldung</b> · beleidigend" in row
        assert TEXT in row
        assert "Bob · Stadtrat sperrt die Uferstraße" in row

    def test_the_most_urgent_stands_first(self, desk, case, bob, alice, carla, tom):
        other = make_comment(make_discussion(), bob, "Viel schlimmer.")
        for reader in (alice, carla, tom):
            flag(other, reader=reader, reason="hateful")
        page = desk.get("/moderation/").content.decode()
        assert page.index("Viel schlimmer.") < page.index(TEXT)

    def test_what_a_check_held_says_which(self, desk, bob):
        held = make_comment(make_discussion(), bob, "Lest das da: n4z1.", status="held")
        screening = Screening.objects.get_or_create(revision=held.revisions.get())[0]
        Verdict.objects.create(screening=screening, check_name="word_list", outcome="hold")
        Verdict.objects.create(screening=screening, check_name="links", outcome="pass")
        open_case(held, reason="held")
        page = desk.get("/moderation/").content.decode()
        assert "<b>zurückgehalten</b> · Wortliste" in page
        assert "viele Links" not in page.split('<ol class="queue"')[1]

    def test_every_check_that_runs_has_a_name_for_people(self):
        rules = {Kind.WORD_LIST, *RULES}
        assert {check.__name__ for check in RUN} | {kind.value for kind in rules} == set(CHECKS)

    def test_another_moderators_case_names_her(self, desk, case, max_):
        claim(case, moderator=max_)
        assert "Max bearbeitet das gerade" in desk.get("/moderation/").content.decode()

    def test_an_empty_desk_says_when_the_last_case_was_done(self, desk, case, mona):
        decide(case, moderator=mona, measure="publish", revision=case.comment.revisions.get())
        clock = timezone.localtime(Case.objects.get().closed_at).strftime("%H:%M Uhr")
        page = desk.get("/moderation/").content.decode()
        assert f"Nichts zu tun. Der letzte Fall war um {clock} erledigt." in page

    def test_a_desk_that_never_had_a_case_says_just_that(self, desk):
        assert "Nichts zu tun." in desk.get("/moderation/").content.decode()

    def test_the_further_ones_are_one_link_away(self, desk, bob):
        discussion = make_discussion()
        cases = [
            open_case(make_comment(discussion, bob, f"Beitrag {n:02}."), reason="opened")
            for n in range(PAGE + 3)
        ]
        first = desk.get("/moderation/").content.decode()
        following = re.search(r'href="(/moderation/\?after=\d+)"', first)[1]
        second = desk.get(following).content.decode()
        shown = [re.findall(r'id="case-(\d+)"', page) for page in (first, second)]
        assert [len(each) for each in shown] == [PAGE, 3]
        assert {int(pk) for each in shown for pk in each} == {case.pk for case in cases}
        assert f"{PAGE + 3} Fälle" in second

    @pytest.mark.parametrize("after", ["0", "999999", "x", "²", "9" * 30, "-1", "1 or 1=1"])
    def test_a_place_that_never_was_is_not_an_error_of_ours(self, desk, case, after):
        assert desk.get("/moderation/", {"after": after}).status_code in {200, 404}

    def test_it_costs_the_same_few_queries_however_many_wait(self, desk, bob):
        discussion = make_discussion()

        def cost_with(more):
            for n in range(more):
                comment = make_comment(discussion, bob, status="held" if n % 2 else "published")
                open_case(comment, reason="held" if n % 2 else "opened")
            return queries_of(desk, "/moderation/")

        assert cost_with(0) <= 10
        assert cost_with(2) == cost_with(38) == 9


def queries_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


class CasePageTests:
    def test_it_shows_all_that_is_needed_to_decide(self, desk, bob, alice, carla):
        discussion = make_discussion()
        parent = make_comment(discussion, carla, "Die Frage ist, wohin mit den Autos.")
        comment = make_comment(discussion, bob, TEXT, parent=parent)
        flag(comment, reader=alice, reason="rude", explanation="Das trifft gewählte Leute.")
        screening = Screening.objects.get(revision=comment.revisions.get())
        Verdict.objects.create(
            screening=screening,
            check_name="word_list",
            outcome="hold",
            found=["Schwachkopf"],
            ground="personal_attack",
        )
        page = page_of(desk, Case.objects.get())
        assert "Beitrag von Bob" in page
        assert TEXT in page
        assert "Die Frage ist, wohin mit den Autos." in page
        assert discussion.article.get_absolute_url() in page
        assert "Wortliste: <mark>Schwachkopf</mark> · persönlicher Angriff" in page
        assert "<b>beleidigend</b> · Alice" in page
        assert "Das trifft gewählte Leute." in page
        assert f"{timezone.localtime(bob.joined_at):%d.%m.%Y}" in page
        assert "Fassung 1" in page
        assert "Warum hier oben?" in page

    def test_the_authors_record_counts_removals_of_a_year(self, desk, case, bob, mona):
        for _time in range(2):
            other = open_case(make_comment(make_discussion(), bob), reason="opened")
            decide(
                other,
                moderator=mona,
                measure="remove",
                ground="threat",
                explanation=WHY,
                revision=other.comment.revisions.get(),
            )
        page = page_of(desk, case)
        assert re.search(r"<dt>Entfernt, 12 Monate</dt><dd>2 \([\d,]+\u00a0%\)</dd>", page)

    def test_an_edit_stands_beside_what_readers_see(self, desk, comment, bob):
        edit_comment(comment, author=bob, body="Wer das beschloss, irrt sich gründlich.")
        page = page_of(desk, open_case(comment, reason="edit"))
        assert "Zu sehen ist Fassung 1" in page
        assert "Fassung 2 wartet" in page
        assert TEXT in page
        assert "Wer das beschloss, irrt sich gründlich." in page
        assert "Neue Fassung freigeben" in page
        assert "Frühere Fassung behalten" in page

    def test_the_form_offers_what_is_possible_and_the_ground_readers_named(self, desk, case):
        page = page_of(desk, case)
        assert re.findall(r'name="measure" value="(\w+)"', page) == [
            "publish",
            "hide_passage",
            "warn",
            "hold",
            "remove",
            "remove_and_warn",
        ]
        chosen = re.findall(r'name="ground" value="(\w+)"[^>]* checked', page)
        assert chosen == ["personal_attack"]
        assert "persönlicher Angriff (2)" in page

    def test_reading_claims_nothing(self, desk, case):
        page_of(desk, case)
        assert Case.objects.get().claimed_by is None

    def test_hostile_lines_stay_text(self, desk, bob, alice):
        comment = make_comment(make_discussion(), bob, HOSTILE)
        flag(comment, reader=alice, reason="other", explanation=HOSTILE)
        case = Case.objects.get()
        desk.post(f"{case.get_absolute_url()}decision/", form(case, explanation=HOSTILE, ground=""))
        for page in (page_of(desk, case), desk.get("/moderation/").content.decode()):
            assert "<b onmouseover" not in page
            assert "&lt;b onmouseover=alert(1)&gt;x&lt;/b&gt; {{ 7*7 }}" in page

    def test_it_costs_the_same_queries_however_many_reported(self, desk, case):
        page_of(desk, case)  # what the house rules say is known from then on
        before = queries_of(desk, case.get_absolute_url())
        for n in range(12):
            flag(case.comment, reader=people.person(f"Leser {n}"), reason="rude")
        assert queries_of(desk, case.get_absolute_url()) == before <= 27

    @pytest.mark.parametrize("pk", ["0", "999999", "9" * 25])
    def test_a_case_that_never_was_is_not_found(self, desk, pk):
        assert desk.get(f"/moderation/cases/{pk}/").status_code == 404


class ClaimTests:
    def test_one_takes_it_on_and_gives_it_back(self, desk, case, mona):
        post(desk, case, "claim")
        assert Case.objects.get().claimant == mona
        assert "Sie bearbeiten diesen Fall." in page_of(desk, case)
        post(desk, case, "release")
        assert Case.objects.get().claimant is None

    def test_anothers_case_can_be_read_but_not_decided(self, desk, case):
        other = people.person("Mika", role="moderator")
        claim(case, moderator=other)
        page = page_of(desk, case)
        assert "Mika bearbeitet das gerade, seit" in page
        assert "Entscheiden und nächster Fall" not in page
        assert "Übernehmen" not in page
        assert post(desk, case, "claim").status_code == 409

    def test_a_senior_may_take_it_over(self, client, case, mona, max_):
        claim(case, moderator=mona)
        client.force_login(max_)
        page = page_of(client, case)
        assert "Mona bearbeitet das gerade, seit" in page
        assert "Übernehmen" in page
        post(client, case, "claim")
        assert Case.objects.get().claimant == max_


class DecisionPageTests:
    def test_a_removal_leads_to_the_next_case(self, desk, case, comment, bob):
        following = open_case(make_comment(make_discussion(), bob), reason="opened")
        response = post(desk, case, "decision", **form(case))
        assert (response.status_code, response["Location"]) == (303, following.get_absolute_url())
        comment.refresh_from_db()
        assert comment.status == "held"
        assert "bis dahin erfährt niemand davon: Beitrag von Bob" in page_of(desk, following)

    def test_the_last_one_leads_to_the_empty_desk(self, desk, case):
        response = post(desk, case, "decision", **form(case, measure="publish"))
        assert response["Location"] == "/moderation/"
        assert "Nichts zu tun." in desk.get("/moderation/").content.decode()

    @pytest.mark.parametrize(
        "missing", [{"ground": ""}, {"explanation": "zu kurz"}, {"measure": ""}, {"revision": ""}]
    )
    def test_what_is_missing_is_said_and_what_was_typed_stays(self, desk, case, missing):
        fields = form(case) | {"explanation": "Das ist eine lange, mühsame Begründung."} | missing
        response = post(desk, case, "decision", **fields)
        assert response.status_code == 422
        assert fields["explanation"] in response.content.decode()
        assert not Decision.objects.exists()

    def test_b47_the_second_is_told_and_keeps_his_reasons(self, client, case, mona, max_):
        decide(
            case,
            moderator=max_,
            measure="remove",
            ground="threat",
            explanation="Das ist eine Drohung gegen Menschen.",
            revision=case.comment.revisions.get(),
        )
        client.force_login(mona)
        response = post(client, case, "decision", **form(case))
        page = response.content.decode()
        assert response.status_code == 409
        assert "Schon entschieden von Max um" in page
        assert WHY in page
        assert "Das ist eine Drohung gegen Menschen." in page
        assert Decision.objects.count() == 1

    def test_b47_an_edit_in_between_is_noticed_and_shown(self, desk, case, comment, bob):
        read = form(case)
        edit_comment(comment, author=bob, body="So schlimm war es gar nicht gemeint.")
        response = post(desk, case, "decision", **read)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Der Beitrag wurde inzwischen bearbeitet." in page
        assert "So schlimm war es gar nicht gemeint." in page
        assert WHY in page

    def test_b42_withdrawn_meanwhile(self, desk, case, comment, bob):
        withdraw(comment, author=bob)
        response = post(desk, case, "decision", **form(case))
        assert response.status_code == 409
        assert WHY in response.content.decode()
        assert not Decision.objects.exists()

    def test_b43_a_wording_of_another_comment_is_refused(self, desk, case, bob):
        other = make_comment(make_discussion(), bob)
        response = post(desk, case, "decision", **form(case, revision=other.revisions.get().pk))
        assert response.status_code == 422
        assert not Decision.objects.exists()

    def test_the_121st_decision_in_a_minute_has_to_wait(self, desk, mona, case):
        for _time in range(120):
            throttle("decide", reader=mona)
        response = post(desk, case, "decision", **form(case))
        assert response.status_code == 429
        assert int(response["Retry-After"]) > 0
        assert WHY in response.content.decode()


class FromCommentTests:
    def test_it_leads_to_the_open_case(self, desk, case):
        response = desk.get(f"/moderation/comments/{case.comment_id}/")
        assert response["Location"] == case.get_absolute_url()

    def test_without_one_it_asks_before_opening_one(self, desk, comment):
        address = f"/moderation/comments/{comment.pk}/"
        page = desk.get(address).content.decode()
        assert "Fall öffnen" in page
        assert TEXT in page
        assert not Case.objects.exists()
        response = desk.post(address)
        case = Case.objects.get()
        assert (response.status_code, response["Location"]) == (303, case.get_absolute_url())
        assert case.reasons == ["opened"]
        assert "von der Moderation geöffnet" in page_of(desk, case)

    def test_for_a_withdrawn_one_there_is_nothing_to_open(self, desk, comment, bob):
        withdraw(comment, author=bob)
        address = f"/moderation/comments/{comment.pk}/"
        assert "Es gibt nichts mehr zu entscheiden." in desk.get(address).content.decode()
        assert desk.post(address).status_code == 409
        assert not Case.objects.exists()

    @pytest.mark.parametrize("status", ["pending", "held", "removed"])
    def test_moderators_reach_comments_that_readers_do_not_see(self, desk, bob, status):
        hidden = make_comment(make_discussion(), bob, TEXT, status=status)
        address = f"/moderation/comments/{hidden.pk}/"
        assert desk.get(address).status_code == 200
        desk.post(address)
        assert TEXT in page_of(desk, Case.objects.get())
