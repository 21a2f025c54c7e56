"""How does anybody give notice of illegal content, and what becomes of it (DSA art. 16)?"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from forum.describing import absolute
from forum.posting import withdraw
from moderation import noticing
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.laws import LAWS
from moderation.models import Case, Decision, Notice
from moderation.queue import claim
from moderation.statements import statement
from tests.factories import ArticleFactory, make_comment, make_discussion, make_notice
from tests.moderation.races import at_once
from tests.people import SPELLED

REASON = "Der Satz ruft dazu auf, den Stadtrat mit Steinen zu bewerfen."
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} =cmd|' /C calc'!A0 http://boese.example/ x"


@pytest.fixture
def comment(bob):
    article = ArticleFactory(headline="Stadtrat sperrt die Uferstraße")
    return make_comment(make_discussion(article=article), bob, "Werft Steine auf den Stadtrat!")


def decided(case, moderator, measure="remove", **fields):
    if measure == "remove":
        fields = {
            "ground": "personal_attack",
            "explanation": "Das ist ein Aufruf zu Gewalt.",
        } | fields
    revision = case.comment.revisions.latest("number")
    return decide(case, moderator=moderator, measure=measure, revision=revision, **fields)


class GiveNoticeTests:
    def test_it_opens_a_case_without_any_account(self, comment):
        notice = make_notice(comment)
        case = Case.objects.get()
        assert (notice.case, case.reasons) == (case, ["notice", "danger"])
        assert notice.revision == comment.visible_revision.revision
        assert notice.seen_at is notice.decided_at is None
        year = timezone.localtime(notice.received_at).year
        assert notice.number == f"M-{year}-{notice.pk:06}"

    def test_it_joins_the_case_that_reports_have_opened(self, comment, alice):
        case = flag(comment, reader=alice, reason="rude").case
        before = Case.objects.get().score
        assert make_notice(comment).case == case
        assert Case.objects.get().reasons == ["flagged", "notice", "danger"]
        assert Case.objects.get().score > before

    def test_b58_the_same_form_a_hundred_times_is_one_notice(self, comment):
        form = uuid4()
        assert len({make_notice(comment, submission_id=form).pk for _time in range(100)}) == 1

    def test_one_account_gives_notice_of_one_wording_once(self, comment, alice):
        assert make_notice(comment, reader=alice) == make_notice(comment, reader=alice)
        assert Notice.objects.count() == 1

    def test_a_suspended_reader_may(self, comment, eve):
        assert make_notice(comment, reader=eve).reader == eve

    def test_b37_nobody_gives_notice_of_his_own_comment(self, comment, bob):
        with pytest.raises(PermissionDenied, match="zurückziehen"):
            make_notice(comment, reader=bob)
        assert not Case.objects.exists()

    def test_b42_a_comment_withdrawn_meanwhile_is_gone(self, comment, bob):
        withdraw(comment, author=bob)
        with pytest.raises(ValidationError, match="nicht mehr zu sehen") as refusal:
            make_notice(comment)
        assert refusal.value.code == "gone"

    def test_danger_and_children_come_within_a_day_and_the_rest_within_a_week(self, comment):
        grave, other = make_notice(comment), make_notice(comment, category="insult")
        assert noticing.due_at(grave) - grave.received_at == timedelta(days=1)
        assert noticing.due_at(other) - other.received_at == timedelta(days=7)

    def test_danger_stands_above_all_other_notices(self, comment, alice):
        other = make_comment(comment.discussion, alice)
        threat, insult = make_notice(comment).case, make_notice(other, category="insult").case
        assert "danger" in threat.reasons
        assert "danger" not in insult.reasons
        assert threat.score > insult.score + 5_000


class LimitTests:
    def test_a_connection_gives_notice_of_one_comment_five_times_a_day(self, comment):
        for number in range(5):
            make_notice(comment, email=f"n{number}@example.com", address="192.0.2.7")
        with pytest.raises(ValidationError, match="dieses Beitrags") as refusal:
            make_notice(comment, email="n6@example.com", address="192.0.2.7")
        assert refusal.value.code == "too_fast"

    def test_a_connection_sends_twenty_notices_an_hour(self, bob):
        discussion = make_discussion()
        for number in range(20):
            make_notice(make_comment(discussion, bob), email=f"n{number}@a.example", address="::1")
        with pytest.raises(ValidationError, match="viele Meldungen"):
            make_notice(make_comment(discussion, bob), email="n21@a.example", address="::1")

    def test_no_mailbox_is_written_to_more_than_three_times_an_hour(self, bob):
        discussion = make_discussion()
        for number in range(3):
            make_notice(make_comment(discussion, bob), address=f"192.0.2.{number}")
        with pytest.raises(ValidationError, match="An diese E-Mail-Adresse"):
            make_notice(make_comment(discussion, bob), address="192.0.2.9")


class SeenTests:
    def test_looking_at_the_case_changes_nothing_and_claiming_it_does(self, client, comment, mona):
        notice = make_notice(comment)
        client.force_login(mona)
        client.get(notice.case.get_absolute_url())
        notice.refresh_from_db()
        assert notice.seen_at is None
        client.post(f"{notice.case.get_absolute_url()}claim/")
        notice.refresh_from_db()
        assert notice.seen_at

    def test_claiming_again_keeps_when_it_was_first_seen(self, comment, mona):
        notice = make_notice(comment)
        claim(notice.case, moderator=mona)
        first = Notice.objects.get().seen_at
        claim(notice.case, moderator=mona)
        assert Notice.objects.get().seen_at == first

    def test_whoever_decides_has_seen_it(self, comment, mona):
        decided(make_notice(comment).case, mona)
        notice = Notice.objects.get()
        assert notice.seen_at == notice.decided_at


class OutcomeTests:
    def test_every_notice_of_the_case_is_decided_with_it(self, comment, mona):
        case = make_notice(comment).case
        make_notice(comment, category="insult")
        decision = decided(case, mona)
        assert {one.decision for one in Notice.objects.all()} == {decision}
        assert {one.outcome for one in Notice.objects.all()} == {"upheld"}

    def test_the_author_learns_that_it_was_a_notice_and_never_whose(self, comment, mona):
        decided(make_notice(comment).case, mona)
        decision = Decision.objects.in_view().get()
        told = statement(decision)
        assert decision.origin == "notice"
        assert "durch eine Meldung rechtswidriger Inhalte; entschieden" in told.opening
        whole = f"{told} {told.facts}"
        assert "Gerda" not in whole
        assert "gerda@" not in whole
        assert REASON not in whole

    def test_a_hold_decides_nothing_yet(self, comment, mona):
        case = make_notice(comment).case
        why = {"ground": "personal_attack", "explanation": "Das lesen wir noch einmal in Ruhe."}
        decided(case, mona, measure="hold", **why)
        assert Notice.objects.get().decided_at is None

    def test_removed_or_not_the_outcome_says_that_a_person_decided(self, comment, mona):
        case = make_notice(comment).case
        decided(case, mona, measure="publish")
        told = noticing.outcome(Notice.objects.in_view().get())
        assert told == (
            "Wir haben den Beitrag geprüft und nichts gefunden, was rechtswidrig ist oder gegen "
            "unsere Netiquette verstößt. Der Beitrag bleibt stehen. Entschieden hat ein Mensch."
        )

    def test_a_comment_withdrawn_by_its_author_is_an_outcome_too(self, comment, bob):
        make_notice(comment)
        withdraw(comment, author=bob)
        notice = Notice.objects.in_view().get()
        assert notice.decided_at
        assert notice.seen_at is None
        assert "zurückgezogen" in noticing.outcome(notice)
        assert noticing.redress(notice) == ""

    def test_whoever_sees_it_differently_learns_until_when(self, comment, mona):
        decided(make_notice(comment).case, mona, measure="publish")
        notice = Notice.objects.in_view().get()
        until = timezone.localtime(notice.decided_at + timedelta(days=184))
        redress = noticing.redress(notice)
        assert f"Bis {until:%d.%m.%Y} können Sie kostenlos Beschwerde einlegen" in redress
        assert notice.number in redress
        assert "Streitbeilegungsstelle" in redress


class UpkeepTests:
    def test_names_and_words_go_once_nobody_can_object_any_more(self, comment, mona):
        decided(make_notice(comment).case, mona, measure="publish")
        now = Notice.objects.get().decided_at
        assert noticing.forget_people(now + timedelta(days=184 + 89)) == 0
        assert noticing.forget_people(now + timedelta(days=184 + 91)) == 1
        assert noticing.forget_people(now + timedelta(days=184 + 92)) == 0
        notice = Notice.objects.get()
        assert (notice.name, notice.email, notice.reason) == ("", "", "")
        assert notice.outcome == "unfounded"

    def test_what_waits_keeps_its_words(self, comment):
        make_notice(comment)
        assert noticing.forget_people(timezone.now() + timedelta(days=999)) == 0


# --- The pages


@pytest.fixture
def form(comment):
    return {
        "category": "call_to_crime",
        "reason": REASON,
        "address": f"{settings.SITE_URL}{comment.get_absolute_url()}",
        "name": "Gerda Müller",
        "email": "gerda@example.com",
        "good_faith": "on",
        "submission_id": str(uuid4()),
    }


@pytest.fixture
def send(client, comment, form):
    return lambda **changes: client.post(f"/comments/{comment.pk}/notices/", form | changes)


class NoticePageTests:
    def test_the_way_leads_there_from_the_reports_page_without_an_account(self, client, comment):
        page = client.get(f"/comments/{comment.pk}/flags/").content.decode()
        assert f'href="/comments/{comment.pk}/notices/"' in page
        assert "Dieser Inhalt ist rechtswidrig: melden, auch ohne Konto" in page
        assert "„Ich bin anderer Meinung“ ist keine Meldung" in page

    def test_the_form_knows_the_address_and_names_every_law(self, client, comment):
        response = client.get(f"/comments/{comment.pk}/notices/")
        page = response.content.decode()
        assert response.status_code == 200
        assert f'value="{settings.SITE_URL}/comments/{comment.pk}/"' in page
        assert "Volksverhetzung (§ 130 StGB)" in page
        assert page.count('name="category"') == len(LAWS)
        assert "freiwillig" not in page
        assert "no-store" in response["Cache-Control"]
        assert not Case.objects.exists()

    def test_a_reader_finds_his_name_and_address_in_it(self, client, comment, alice):
        client.force_login(alice)
        page = client.get(f"/comments/{comment.pk}/notices/").content.decode()
        assert 'value="Alice"' in page
        assert 'value="alice@example.org"' in page

    def test_a_stranger_sends_it_and_is_shown_its_number_and_state(self, client, send):
        response = send()
        notice = Notice.objects.get()
        assert response.status_code == 303
        assert response["Location"].startswith(f"/notices/{notice.pk}/?key=")
        page = client.get(response["Location"]).content.decode()
        assert notice.number in page
        assert "Ihre Meldung ist eingegangen" in page
        assert REASON in page

    def test_a_reader_may_give_another_name_and_address(self, client, send, alice):
        client.force_login(alice)
        send()
        notice = Notice.objects.get()
        assert (notice.reader, notice.name) == (alice, "Gerda Müller")
        assert notice.email == "gerda@example.com"

    def test_sent_twice_it_is_one_notice(self, send):
        assert send()["Location"] == send()["Location"]
        assert Notice.objects.count() == 1

    @pytest.mark.parametrize("forged", ["", "x", "7", "'; DROP TABLE", "\x00"])
    def test_a_broken_id_of_the_form_sends_nobody_away(self, send, forged):
        assert send(submission_id=forged).status_code == 303
        assert Notice.objects.count() == 1

    def test_for_the_abuse_of_children_nobody_need_say_who_he_is(self, client, send):
        response = send(category="child_abuse", name="", email="")
        assert response.status_code == 303
        page = client.get(response["Location"]).content.decode()
        assert "Bewahren Sie die Adresse dieser Seite auf" in page
        assert "per E-Mail" not in page

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"category": ""}, "Bitte wählen Sie das Gesetz, das am besten passt."),
            ({"category": "rude"}, "rude"),
            ({"reason": ""}, "Bitte sagen Sie uns, warum der Beitrag rechtswidrig ist."),
            ({"reason": "illegal"}, "mindestens 20 Zeichen"),
            ({"reason": "ü" * 2_001}, "höchstens 2000 Zeichen"),
            ({"name": ""}, "Bitte nennen Sie Ihren Namen."),
            ({"name": "x" * 101}, "höchstens 100 Zeichen"),
            ({"name": "Gerda\x00"}, "Nullzeichen"),
            ({"email": ""}, "Bitte geben Sie Ihre E-Mail-Adresse an"),
            ({"email": "gerda"}, "gültige E-Mail-Adresse"),
            ({"email": "gerda@example.com\nBcc: all@example.com"}, "gültige E-Mail-Adresse"),
            ({"email": ", ".join(["g@example.com"] * 20)}, "gültige E-Mail-Adresse"),
            ({"good_faith": ""}, "Ohne diese Erklärung"),
            ({"address": ""}, "Bitte geben Sie die Adresse des Beitrags an."),
            ({"address": "https://anderswo.example/comments/1/"}, "nicht die Adresse des Beitrags"),
            ({"address": f"{settings.SITE_URL}/comments/999999/"}, "nicht die Adresse"),
            ({"address": "http://[::1"}, "nicht die Adresse"),
            ({"address": f"{settings.SITE_URL}/comments/1/\n" * 20}, "jeden Beitrag für sich"),
            ({"reason": "Siehe https://boese.example/ " * 20}, "höchstens fünf Adressen"),
        ],
    )
    def test_what_is_missing_or_wrong_is_said_and_the_words_stay(self, send, changes, sentence):
        response = send(**changes)
        page = response.content.decode()
        assert response.status_code == 422
        assert sentence in page
        assert changes.get("reason", REASON).strip() in page
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("end", ["#comment-1", "?x=1", " "])
    def test_the_place_in_the_page_does_not_matter(self, send, form, end):
        assert send(address=form["address"] + end).status_code == 303

    @pytest.mark.parametrize("status", ["pending", "held", "removed", "withdrawn"])
    def test_b43_what_readers_do_not_see_has_no_such_page(self, client, bob, form, status):
        hidden = make_comment(make_discussion(), bob, "Nur für mich.", status=status)
        address = f"/comments/{hidden.pk}/notices/"
        assert client.get(address).status_code == 404
        assert client.post(address, form).status_code == 404
        assert not Case.objects.exists()

    def test_too_many_are_told_when_to_go_on_and_keep_their_words(self, send):
        for number in range(5):
            send(submission_id=str(uuid4()), email=f"n{number}@example.com")
        response = send(submission_id=str(uuid4()), email="n6@example.com")
        assert response.status_code == 429
        assert int(response["Retry-After"]) > 0
        assert REASON in response.content.decode()

    def test_a_mailbox_is_one_however_its_address_is_spelled(self, client, form, bob):
        discussion, answers = make_discussion(), []
        for email in SPELLED:
            comment = make_comment(discussion, bob)
            sent = form | {"email": email, "address": absolute(comment.get_absolute_url())}
            sent["submission_id"] = str(uuid4())
            answers.append(client.post(f"/comments/{comment.pk}/notices/", sent).status_code)
        assert answers == [303, 303, 303, 429]
        assert {notice.email for notice in Notice.objects.all()} == {"alice@example.org"}

    def test_his_own_comment_can_only_be_withdrawn(self, client, send, bob):
        client.force_login(bob)
        response = send()
        assert response.status_code == 403
        assert REASON in response.content.decode()


class StatusPageTests:
    def address(self, notice):
        return notice.get_absolute_url()

    @pytest.mark.parametrize("key", ["", "x", "ü\x00", "1.abc"])
    def test_a_forged_key_opens_nothing(self, client, comment, key):
        notice = make_notice(comment)
        assert client.get(self.address(notice), {"key": key}).status_code == 404

    def test_the_key_of_one_notice_opens_no_other(self, client, comment):
        mine, other = make_notice(comment), make_notice(comment)
        key = noticing.key_of(mine)
        assert client.get(self.address(mine), {"key": key}).status_code == 200
        assert client.get(self.address(other), {"key": key}).status_code == 404

    def test_whoever_gave_it_signed_in_reads_it_without_a_key(self, client, comment, alice, carla):
        notice = make_notice(comment, reader=alice)
        client.force_login(carla)
        assert client.get(self.address(notice)).status_code == 404
        client.force_login(alice)
        response = client.get(self.address(notice))
        assert response.status_code == 200
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]

    def test_afterwards_it_says_what_was_decided_and_when(self, client, comment, mona):
        notice = make_notice(comment)
        decided(notice.case, mona)
        page = client.get(self.address(notice), {"key": noticing.key_of(notice)}).content.decode()
        assert "Wir haben den Beitrag entfernt: persönlicher Angriff." in page
        assert "Entschieden hat ein Mensch." in page
        assert "Beschwerde einlegen" in page
        assert "Mona" not in page
        times = re.findall(r"<dd>\d\d\.\d\d\.\d{4}, ", page)
        assert len(times) == 3


class CasePageTests:
    def page(self, client, case, who):
        client.force_login(who)
        return client.get(case.get_absolute_url()).content.decode()

    def test_moderators_read_law_number_and_reasons_beside_the_case(self, client, comment, mona):
        notice = make_notice(comment)
        page = self.page(client, notice.case, mona)
        assert "1 Meldung eines rechtswidrigen Inhalts" in page
        assert notice.number in page
        assert "§§ 111, 126, 140 StGB" in page
        assert REASON in page
        assert "gerda@example.com" not in page

    def test_hostile_lines_stay_text(self, client, comment, mona):
        notice = make_notice(comment, name=HOSTILE[:90], reason=HOSTILE)
        page = self.page(client, notice.case, mona)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} =cmd" in page
        assert 'href="http://boese' not in page

    def test_on_the_status_page_too(self, client, comment):
        notice = make_notice(comment, reason=HOSTILE)
        key = noticing.key_of(notice)
        page = client.get(notice.get_absolute_url(), {"key": key}).content.decode()
        assert "<script>alert" not in page
        assert 'href="http://boese' not in page

    def test_a_moderator_does_not_learn_who_gave_notice_of_his_own_comment(self, client, mona):
        notice = make_notice(make_comment(make_discussion(), mona))
        assert "Gerda" not in self.page(client, notice.case, mona)


@pytest.mark.django_db(transaction=True)
class RaceTests:
    def test_a_double_click_is_one_notice_of_one_case(self, bob):
        comment = make_comment(make_discussion(), bob)
        form = uuid4()
        first, second = at_once(2, lambda _click: make_notice(comment, submission_id=form))
        assert first == second
        assert Case.objects.count() == Notice.objects.count() == 1

    def test_twelve_strangers_at_once_join_one_case(self, bob):
        comment = make_comment(make_discussion(), bob)
        sent = at_once(12, lambda number: make_notice(comment, email=f"n{number}@example.com"))
        assert {one.case_id for one in sent} == {Case.objects.get().pk}
        assert User.objects.count() == 1
