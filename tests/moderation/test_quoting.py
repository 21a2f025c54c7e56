"""Do replies that quote a removed comment go with it, if a moderator says so?"""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.posting import edit_comment, withdraw
from moderation import quoting, respites
from moderation.flagging import flag
from moderation.models import Case, Decision, Respite
from moderation.queue import claim, open_case
from moderation.statements import statement
from tests.factories import make_comment, make_discussion
from tests.people import person

TEXT = "Wer das beschlossen hat, ist ein *Schwachkopf*.\n\nUnd wer nicht, auch."
QUOTE = "> Wer das beschlossen hat, ist ein Schwachkopf.\n\nDas geht zu weit."
WHY = "Der Text nennt Mitglieder des Stadtrats „Schwachköpfe“."


@pytest.fixture
def comment(bob):
    return make_comment(make_discussion(), bob, TEXT)


@pytest.fixture
def case(comment, alice):
    return flag(comment, reader=alice, reason="rude").case


@pytest.fixture
def reply(comment, carla):
    return make_comment(comment.discussion, carla, QUOTE, parent=comment)


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


def wording(comment):
    return comment.revisions.latest("number")


def found(comment, viewer):
    return [one.comment for one in quoting.replies_quoting(wording(comment), viewer=viewer)]


def name_of(*replies):
    return " ".join(f"{reply.pk}-{wording(reply).pk}" for reply in replies)


def form(case, **changed):
    fields = {"measure": "remove", "ground": "personal_attack", "explanation": WHY}
    return fields | {"revision": wording(case.comment).pk} | changed


def decide(client, case, **changed):
    return client.post(f"{case.get_absolute_url()}decision/", form(case, **changed))


class FindingTests:
    def test_whoever_quotes_a_line_is_found(self, comment, reply, mona):
        assert found(comment, mona) == [reply]

    @pytest.mark.parametrize(
        "body",
        [
            "Das geht zu weit: wer das beschlossen hat, ist ein Schwachkopf!",
            "> Die Schranke kostet 90.000 Euro.\n\nEben.",
            "> auch.\n\nSo kurz steht es überall.",
            "Nein.",
        ],
    )
    def test_who_does_not_quote_it_is_not(self, comment, carla, mona, body):
        make_comment(comment.discussion, carla, body, parent=comment)
        assert found(comment, mona) == []

    def test_the_latest_wording_counts(self, comment, reply, carla, mona):
        edit_comment(reply, author=carla, body="Ohne Zitat: Das geht zu weit.")
        assert found(comment, mona) == []

    def test_who_has_taken_it_back_and_the_moderators_own_stay_out(
        self, comment, reply, carla, mona
    ):
        make_comment(comment.discussion, mona, QUOTE, parent=comment)
        withdraw(reply, author=carla)
        assert found(comment, mona) == []

    def test_it_is_one_query_however_many_there_are(self, comment, carla, mona):
        for number in range(12):
            make_comment(comment.discussion, carla, f"{QUOTE} {number}.", parent=comment)
        read = wording(comment)
        with CaptureQueriesContext(connection) as queries:
            replies = quoting.replies_quoting(read, viewer=mona)
            assert {one.comment.author.name for one in replies} == {"Carla"}
        assert (len(replies), len(queries)) == (12, 1)


class PageTests:
    def test_the_box_names_them_and_the_wording_that_was_read(self, desk, case, reply):
        page = desk.get(case.get_absolute_url()).content.decode()
        assert "1 Antwort, davon 1 mit Zitat" in page
        assert "auch 1 Antwort entfernen, die diese Stelle zitiert" in page
        box = re.search(r'<input type="checkbox" name="quoting"[^>]*>', page)[0]
        assert f'value="{name_of(reply)}"' in box
        assert "checked" not in box
        assert "Das geht zu weit." in page

    def test_without_such_replies_there_is_none(self, desk, case):
        assert 'name="quoting"' not in desk.get(case.get_absolute_url()).content.decode()

    def test_it_stays_ticked_when_something_is_missing(self, desk, case, reply):
        response = decide(desk, case, quoting=name_of(reply), explanation="zu kurz", saved="")
        assert response.status_code == 422
        box = re.search(r'<input type="checkbox" name="quoting"[^>]*>', response.content.decode())
        assert " checked" in box[0]


class RemovingTests:
    def test_each_gets_thirty_seconds_and_a_decision_of_its_own(self, desk, case, reply, bob):
        assert decide(desk, case, quoting=name_of(reply)).status_code == 303
        reply.refresh_from_db()
        assert reply.status == "held"
        granted = Respite.objects.order_by("granted_at")
        assert [one.revision.comment for one in granted] == [reply, case.comment]
        Respite.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        for one in Respite.objects.all():
            respites.take_effect(one)
        told = {
            one.comment: statement(one).opening for one in Decision.objects.in_view().order_by("pk")
        }
        assert set(told) == {reply, case.comment}
        quote = "Ihr Beitrag zitiert eine Stelle, die wir entfernt haben. " + WHY
        assert quote in told[reply]
        assert WHY in told[case.comment]
        assert "zitiert" not in told[case.comment]
        assert not Case.objects.open().exists()

    def test_they_stay_where_nobody_ticked_the_box(self, desk, case, reply):
        decide(desk, case)
        reply.refresh_from_db()
        assert reply.is_published
        assert Respite.objects.get().revision.comment == case.comment

    def test_they_stay_where_something_milder_was_decided(self, desk, case, reply):
        decide(desk, case, measure="warn", quoting=name_of(reply))
        reply.refresh_from_db()
        assert reply.is_published

    def test_only_the_author_of_the_comment_is_warned(self, desk, case, reply):
        decide(desk, case, measure="remove_and_warn", quoting=name_of(reply))
        warned = Respite.objects.filter(also_warns=True)
        assert [one.revision.comment for one in warned] == [case.comment]

    def test_an_edit_in_between_undoes_all_and_says_whose(self, desk, case, reply, carla):
        named = name_of(reply)
        edit_comment(reply, author=carla, body=f"{QUOTE} Viel zu weit.")
        response = decide(desk, case, quoting=named)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Es wurde nichts entschieden. Beitrag von Carla:" in page
        assert WHY in page
        assert not Respite.objects.exists()

    def test_whatever_a_colleague_works_on_undoes_all(self, desk, case, reply):
        claim(open_case(reply, reason="opened"), moderator=person("Mika", role="moderator"))
        response = decide(desk, case, quoting=name_of(reply))
        assert response.status_code == 409
        assert "Mika bearbeitet das gerade" in response.content.decode()
        assert not Respite.objects.exists()

    def test_a_reply_that_is_gone_keeps_nobody_from_the_rest(self, desk, case, reply, carla):
        named = name_of(reply)
        withdraw(reply, author=carla)
        assert decide(desk, case, quoting=named).status_code == 303
        assert Respite.objects.get().revision.comment == case.comment

    def test_what_is_no_reply_of_it_is_refused(self, desk, case, comment, carla):
        other = make_comment(comment.discussion, carla, QUOTE)
        response = decide(desk, case, quoting=name_of(other))
        assert response.status_code == 422
        assert "gehört zu einem anderen Beitrag" in response.content.decode()
        assert not Respite.objects.exists()

    def test_a_conflict_of_the_comment_itself_leaves_the_replies(self, case, reply, mona):
        claim(case, moderator=person("Mika", role="moderator"))
        with pytest.raises(ValidationError, match="Mika bearbeitet das gerade"):
            quoting.remove_with_quotes(
                case,
                quoting=[wording(reply)],
                moderator=mona,
                revision=wording(case.comment),
                ground="personal_attack",
                explanation=WHY,
            )
        assert not Respite.objects.exists()
