"""Is a moderator who may not do something told so before anything else, without losing words?"""

import re

import pytest

from moderation import handing
from moderation.flagging import flag
from moderation.models import Case, Decision, Respite
from tests.factories import make_comment, make_discussion

TEXT = "Bitte zur Sache, meine Herren."
WHY = "Der Satz spricht Menschen die Eignung ab, <b>nicht</b> ihrer Meinung."
OWN = "Über eigene Beiträge entscheidet jemand anderes."
SELF = "Über Sie entscheidet jemand anderes."


@pytest.fixture
def own(mona):
    return make_comment(make_discussion(), mona, TEXT)


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


def kept(page: str) -> str:
    return re.search(r'<textarea[^>]* id="kept"[^>]* readonly>(.*?)</textarea>', page, re.DOTALL)[1]


def refused(client, address: str, sent: dict) -> str:
    response = client.post(address, sent)
    assert response.status_code == 403
    assert not Decision.objects.exists()
    return response.content.decode()


class OwnCommentTests:
    FORMS = [
        ("passages", {"passage": "zur Sache", "ground": "off_topic", "explanation": WHY}),
        ("note", {"note-text": WHY}),
        ("branch", {"branch-ground": "off_topic", "branch-explanation": WHY}),
        ("hand-over", {"hand-to": "seniors", "hand-note": WHY}),
    ]

    @pytest.mark.parametrize(("what", "sent"), FORMS)
    @pytest.mark.parametrize("is_empty", [False, True])
    def test_it_says_whose_business_it_is_and_keeps_the_words(
        self, desk, own, what, sent, is_empty
    ):
        address = f"/moderation/comments/{own.pk}/{what}/"
        page = refused(desk, address, {} if is_empty else sent)
        assert OWN in page
        # Nothing that could be mended would help.
        assert "field__errors" not in page
        if is_empty:
            assert 'id="kept"' not in page
        else:
            assert "Der Satz spricht Menschen die Eignung ab, &lt;b&gt;nicht&lt;/b&gt;" in kept(
                page
            )

    def test_the_page_does_not_offer_what_it_would_refuse(self, desk, own):
        page = desk.get(f"/moderation/comments/{own.pk}/measures/").content.decode()
        assert OWN in page
        assert "<textarea" not in page

    def test_answers_to_his_own_comment_stay_as_well(self, desk, own, bob):
        reply = make_comment(own.discussion, bob, "Na gut.", parent=own)
        sent = {"branch-ground": "off_topic", "branch-explanation": WHY}
        refused(desk, f"/moderation/comments/{own.pk}/branch/", sent)
        reply.refresh_from_db()
        assert reply.is_published


class ReaderTests:
    def test_about_oneself_somebody_else_decides(self, desk):
        sent = {"measure": "warn", "ground": "off_topic", "explanation": WHY}
        page = refused(desk, "/moderation/readers/Mona/measures/", sent)
        assert SELF in page
        assert "Der Satz spricht" in kept(page)

    def test_a_sweep_is_for_seniors_whatever_is_wrong_with_the_form(self, desk, bob):
        address = "/moderation/readers/Bob/sweeps/"
        page = refused(desk, address, {"sweep-explanation": WHY})
        assert "Diese Seite ist für die leitende Moderation." in page
        assert "Der Satz spricht" in kept(page)

    def test_too_long_a_suspension_is_refused_with_the_form_and_its_words(self, desk, bob):
        comment = make_comment(make_discussion(), bob, TEXT)
        sent = {
            "measure": "suspend",
            "ground": "threat",
            "explanation": WHY,
            "length": "30",
            "why_grave": "Er kündigt einen Überfall an.",
            "comment": comment.pk,
        }
        page = refused(desk, "/moderation/readers/Bob/measures/", sent)
        assert "sieben Tage" in page
        assert "Der Satz spricht Menschen die Eignung ab, &lt;b&gt;nicht&lt;/b&gt;" in page


class CaseTests:
    @pytest.fixture
    def case(self, alice, bob):
        comment = make_comment(make_discussion(), bob, "Alles Schwachköpfe.")
        return flag(comment, reader=alice, reason="rude").case

    def test_handed_over_meanwhile_the_reasons_are_still_there(self, desk, case, mona):
        handing.hand_over(case, moderator=mona, to="seniors", note="Bitte ansehen.")
        sent = {
            "measure": "remove",
            "ground": "personal_attack",
            "explanation": WHY,
            "revision": case.comment.revisions.get().pk,
        }
        response = desk.post(f"{case.get_absolute_url()}decision/", sent)
        page = response.content.decode()
        assert response.status_code == 403
        assert "weitergegeben" in page
        assert "Der Satz spricht" in kept(page)
        assert not Respite.objects.exists()

    def test_of_several_it_is_told_which_one_stands_in_the_way(self, desk, case, mona, bob):
        handing.hand_over(case, moderator=mona, to="seniors", note="Bitte ansehen.")
        sent = {
            "cases": f"{case.pk}-{case.comment.revisions.get().pk}",
            "measure": "remove",
            "ground": "personal_attack",
            "explanation": WHY,
        }
        response = desk.post("/moderation/together/", sent)
        page = response.content.decode()
        assert response.status_code == 403
        assert "Es wurde nichts entschieden. Beitrag von Bob:" in page
        assert "Der Satz spricht" in page
        assert Case.objects.open().get() == case
