"""What a reader meets when he writes: pages, statuses, and his text kept through all of it."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, TickerEntry
from forum.models import Comment, Discussion, Recommendation
from forum.posting import withdraw
from moderation.desk_rules.wordlists import add_entry
from tests.factories import (
    MORNING,
    ArticleFactory,
    TickerEntryFactory,
    TopicFactory,
    make_comment,
    make_discussion,
    pass_screening,
)
from tests.people import PASSWORD

HTMX = {"HTTP_HX_REQUEST": "true"}
TEXT = "Ich war am Montag selbst dabei."


@pytest.fixture
def discussion(db) -> Discussion:
    return make_discussion()


@pytest.fixture
def as_alice(client, alice) -> Client:
    client.force_login(alice)
    return client


def write_url(discussion: Discussion) -> str:
    return reverse("forum:write", args=[discussion.pk])


def field(response, name: str) -> str:
    """What stands in a field of the form that came back."""
    page = response.content.decode()
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    if area:
        return unescape(area[1])
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def kept(response) -> str:
    """The text that can only be copied."""
    area = re.search(
        r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", response.content.decode(), re.DOTALL
    )
    return unescape(area[1]) if area else ""


def says(response, sentence: str) -> bool:
    return sentence in unescape(response.content.decode())


class WritePageTests:
    def test_reader_finds_a_box(self, as_alice, discussion):
        response = as_alice.get(write_url(discussion))
        assert response.status_code == 200
        assert 'id="comment-form"' in response.content.decode()

    def test_stranger_is_told_what_he_needs(self, client, discussion, alice):
        parent = make_comment(discussion, alice)
        response = client.get(write_url(discussion), {"parent": parent.pk})
        assert response.status_code == 200
        assert says(response, "Zum Schreiben brauchen Sie ein Konto.")
        assert f"parent%3D{parent.pk}" in response.content.decode()
        assert not response.cookies

    def test_reply_shows_what_it_answers(self, as_alice, discussion, bob):
        parent = make_comment(discussion, bob, "Die Straße gehört allen.")
        response = as_alice.get(write_url(discussion), {"parent": parent.pk})
        assert says(response, "Die Straße gehört allen.")
        assert says(response, "Ihre Antwort an Bob")
        assert field(response, "parent") == str(parent.pk)

    def test_quote_stands_in_the_field(self, as_alice, discussion, bob):
        parent = make_comment(discussion, bob, "Die Straße gehört allen.")
        response = as_alice.get(write_url(discussion), {"parent": parent.pk, "quote": parent.pk})
        assert field(response, "body").strip() == "> Die Straße gehört allen."

    @pytest.mark.parametrize("parent", ["0", "-1", "abc", "99999999999999999999", "9" * 3000])
    def test_b45_parent_that_does_not_exist(self, as_alice, discussion, parent):
        assert as_alice.get(write_url(discussion), {"parent": parent}).status_code == 404

    @pytest.mark.parametrize("status", ["pending", "held"])
    def test_parent_that_nobody_sees_is_not_shown(self, as_alice, discussion, bob, status):
        parent = make_comment(discussion, bob, status=status)
        assert as_alice.get(write_url(discussion), {"parent": parent.pk}).status_code == 404

    def test_closed_discussion_says_so(self, as_alice, discussion):
        Discussion.objects.update(closed_at=timezone.now())
        response = as_alice.get(write_url(discussion))
        assert says(response, "Diese Diskussion ist geschlossen. Sie können sie weiterhin lesen.")
        assert 'id="comment-form"' not in response.content.decode()

    def test_suspended_reader_is_told_until_when_and_why_and_where_to_object(
        self, client, discussion, alice, eve
    ):
        comment = make_comment(discussion, alice)
        client.force_login(eve)
        recommend = client.post(f"/comments/{comment.pk}/recommendation/")
        for response in (
            client.get(write_url(discussion)),
            client.get(discussion.article.get_absolute_url()),
            client.get(f"/comments/{comment.pk}/flags/"),
            recommend,
        ):
            assert says(response, "lesen, aber nicht schreiben. Grund: Werbung. Sehen Sie")
            assert 'href="mailto:leserdialog@example.org"' in response.content.decode()

    def test_withdrawn_article_has_none(self, as_alice, discussion):
        discussion.article.state = "withdrawn"
        discussion.article.save()
        assert as_alice.get(write_url(discussion)).status_code == 404

    def test_htmx_gets_the_box_alone(self, as_alice, discussion, bob):
        parent = make_comment(discussion, bob)
        response = as_alice.get(write_url(discussion), {"parent": parent.pk}, **HTMX)
        assert response.content.decode().strip().startswith("<write-box")

    def test_other_methods_are_unknown(self, as_alice, discussion):
        response = as_alice.put(write_url(discussion))
        assert response.status_code == 405
        assert "POST" in response["Allow"]
        assert as_alice.options(write_url(discussion)).status_code == 200


class SendTests:
    def test_reader_is_led_to_his_comment(self, as_alice, discussion, alice):
        response = as_alice.post(write_url(discussion), {"body": TEXT})
        comment = alice.comments.get()
        assert response.status_code == 303
        assert response["Location"] == f"/comments/{comment.pk}/#comment-{comment.pk}"
        assert comment.status == "pending"

    def test_htmx_gets_the_comment_and_an_empty_box(self, as_alice, discussion, alice):
        response = as_alice.post(write_url(discussion), {"body": TEXT}, **HTMX)
        assert response.status_code == 200
        assert f'id="comment-{alice.comments.get().pk}"' in response.content.decode()
        assert says(response, "Wird geprüft. Nur Sie sehen diesen Beitrag.")
        assert says(response, TEXT)
        assert field(response, "body") == ""

    def test_htmx_gets_a_reply_in_place_of_its_box(self, as_alice, discussion, bob):
        parent = make_comment(discussion, bob)
        sent = {"body": TEXT, "parent": parent.pk}
        response = as_alice.post(write_url(discussion), sent, **HTMX)
        assert "<write-box" not in response.content.decode()
        assert says(response, TEXT)

    def test_preview_shows_and_stores_nothing(self, as_alice, discussion, alice):
        sent = {"body": "Das ist *wichtig*.", "preview": "1", "submission_id": uuid4()}
        response = as_alice.post(write_url(discussion), sent)
        assert response.status_code == 200
        assert "<em>wichtig</em>" in response.content.decode()
        assert field(response, "body") == "Das ist *wichtig*."
        assert field(response, "submission_id") == str(sent["submission_id"])
        assert not alice.comments.exists()

    def test_preview_has_an_address_of_its_own(self, as_alice, discussion):
        url = reverse("forum:preview", args=[discussion.pk])
        response = as_alice.post(url, {"body": "Das ist *wichtig*."}, **HTMX)
        assert "<em>wichtig</em>" in response.content.decode()
        assert as_alice.post(url, {"body": " "}).status_code == 422
        assert as_alice.get(url).status_code == 405

    def test_comment_in_a_topic_may_be_about_an_article(self, as_alice, alice):
        topic = TopicFactory()
        article = ArticleFactory(topic=topic)
        sent = {"body": TEXT, "about": article.pk}
        as_alice.post(write_url(make_discussion(topic=topic)), sent)
        assert alice.comments.get().about_article == article

    def test_entry_of_a_draft_is_not_known(self, as_alice, alice):
        topic = TopicFactory()
        entry = TickerEntryFactory(article__topic=topic, article__state="draft")
        sent = {"body": TEXT, "about": f"entry-{entry.pk}"}
        response = as_alice.post(write_url(make_discussion(topic=topic)), sent)
        assert response.status_code == 422
        assert not alice.comments.exists()

    @pytest.mark.parametrize("about", ["abc", "entry-", "entry-9", "9", "-1", "²"])
    def test_about_nothing_known_is_refused(self, as_alice, discussion, alice, about):
        response = as_alice.post(write_url(discussion), {"body": TEXT, "about": about})
        assert response.status_code == 422
        assert field(response, "body") == TEXT
        assert not alice.comments.exists()


class AboutAnEntryTests:
    """A live report that is discussed below itself, or on its topic page."""

    @pytest.fixture(params=["here", "topic"])
    def entry(self, db, request) -> TickerEntry:
        article = ArticleFactory(
            topic=TopicFactory(), kind=Article.Kind.LIVE, discussion_at=request.param
        )
        return TickerEntryFactory(article=article, text="Die Sitzung beginnt.", time=MORNING)

    @pytest.fixture
    def address(self, entry) -> str:
        is_here = entry.article.discussion_at == Article.DiscussionAt.HERE
        where = {"article": entry.article} if is_here else {"topic": entry.article.topic}
        return f"{write_url(make_discussion(**where))}?about=entry-{entry.pk}"

    def test_the_page_shows_what_one_writes_about(self, as_alice, entry, address):
        page = as_alice.get(address).content.decode()
        assert "Die Sitzung beginnt." in page
        assert f'href="{entry.get_absolute_url()}"' in page
        assert f'href="?about=entry-{entry.pk}&amp;quote=1"' in page

    def test_the_entry_can_be_quoted(self, as_alice, entry, address):
        assert field(as_alice.get(f"{address}&quote=1"), "body") == "> Die Sitzung beginnt.\n\n"

    def test_readers_are_told_by_the_time_what_it_is_about(
        self, as_alice, client, alice, entry, address
    ):
        page = as_alice.get(address)
        sent = {"body": TEXT, "about": field(page, "about")}
        assert as_alice.post(address.split("?")[0], sent).status_code == 303
        comment = pass_screening(alice.comments.get())
        assert comment.about_entry == entry
        page = client.get(comment.get_absolute_url()).content.decode()
        assert re.search(
            r'zu: <a href="[^"]*#entry-\d+">08:37 Uhr – Die Sitzung beginnt.</a>', page
        )

    def test_what_was_refused_still_shows_the_entry(self, as_alice, entry, address):
        sent = {"body": " ", "about": f"entry-{entry.pk}"}
        response = as_alice.post(address.split("?")[0], sent)
        assert response.status_code == 422
        assert "Die Sitzung beginnt." in response.content.decode()

    def test_signing_in_leads_back_to_it(self, client, address):
        page = client.get(address).content.decode()
        assert quote(address, safe="/") in page

    def test_entry_of_another_report_is_not_shown(self, as_alice, address):
        other = TickerEntryFactory(text="Anpfiff.")
        page = as_alice.get(f"{address.split('?')[0]}?about=entry-{other.pk}").content.decode()
        assert "Anpfiff." not in page


class RefusedTextTests:
    @pytest.mark.parametrize("body", ["", "  ", "\u200b", "\u2800", "\u3164"])
    @pytest.mark.parametrize("htmx", [{}, HTMX])
    def test_b1_nothing_written(self, as_alice, discussion, alice, body, htmx):
        response = as_alice.post(write_url(discussion), {"body": body}, **htmx)
        assert response.status_code == 422
        assert says(response, "Bitte schreiben Sie etwas.")
        assert 'role="alert"' in response.content.decode()
        assert "autofocus" in response.content.decode()
        assert not alice.comments.exists()

    def test_b31_fields_of_ours_are_ignored(self, as_alice, discussion, alice, bob, caplog):
        sent = {"body": TEXT, "status": "published", "author": bob.pk, "is_staff": "1", "id": "7"}
        assert as_alice.post(write_url(discussion), sent).status_code == 303
        comment = alice.comments.get()
        assert comment.status == "pending"
        assert comment.pk != 7
        assert "unknown fields in a form" in caplog.text

    def test_too_fast_names_the_time_and_keeps_the_text(self, client, discussion, nina):
        client.force_login(nina)
        for number in ("eins", "zwei", "drei"):
            client.post(write_url(discussion), {"body": f"Beitrag {number}"})
        response = client.post(write_url(discussion), {"body": TEXT})
        assert response.status_code == 429
        assert 0 < int(response["Retry-After"]) <= 600
        assert says(response, "Sie haben gerade mehrere Beiträge geschrieben.")
        assert field(response, "body") == TEXT

    @pytest.mark.parametrize("page", ["write", "preview"])
    @pytest.mark.parametrize("state", ["draft", "withdrawn"])
    @pytest.mark.parametrize("htmx", [{}, HTMX])
    def test_b42_article_taken_down_tells_nothing_any_more(
        self, as_alice, discussion, bob, page, state, htmx
    ):
        parent = make_comment(discussion, bob, body="Das stand unter dem Artikel.")
        Article.objects.update(state=state)
        url = reverse(f"forum:{page}", args=[discussion.pk])
        response = as_alice.post(url, {"body": TEXT, "parent": parent.pk}, **htmx)
        assert response.status_code == 409
        assert kept(response) == TEXT
        assert not says(response, "Das stand unter dem Artikel.")
        assert not says(response, discussion.article.headline)

    @pytest.mark.parametrize("name", ["parent", "submission_id"])
    def test_damaged_form_is_said_to_be_so(self, as_alice, discussion, name):
        response = as_alice.post(write_url(discussion), {"body": TEXT, name: "kaputt"})
        assert response.status_code == 422
        assert field(response, "body") == TEXT
        alert = re.search(r'role="alert">(.*?)</div>', response.content.decode(), re.DOTALL)
        assert alert
        assert "<p>" in alert[1]

    @pytest.mark.parametrize("status", ["removed", "withdrawn"])
    @pytest.mark.parametrize("htmx", [{}, HTMX])
    def test_b42_parent_taken_down_while_writing(self, as_alice, discussion, bob, status, htmx):
        parent = make_comment(discussion, bob, status=status)
        sent = {"body": TEXT, "parent": parent.pk}
        response = as_alice.post(write_url(discussion), sent, **htmx)
        assert response.status_code == 409
        assert kept(response) == TEXT


def test_quote_is_not_taken_for_the_readers_own_text(as_alice, discussion, bob):
    parent = make_comment(discussion, bob)
    Discussion.objects.update(closed_at=timezone.now())
    response = as_alice.get(write_url(discussion), {"parent": parent.pk, "quote": parent.pk})
    assert says(response, "Diese Diskussion ist geschlossen.")
    assert kept(response) == ""


RUDE = "Wer das beschlossen hat, ist ein Schwachkopf."


class NudgeTests:
    """The fast checks ask before a first sending is stored: once."""

    @pytest.fixture(autouse=True)
    def word(self, db) -> None:
        add_entry("Schwachkopf", ground="personal_attack", reason="test")

    @pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
    def test_text_comes_back_once_and_is_sent_anyway(self, as_alice, discussion, alice, htmx):
        sent = {"body": RUDE, "submission_id": str(uuid4())}
        response = as_alice.post(write_url(discussion), sent, **htmx)
        assert response.status_code == 422
        assert says(response, "„Schwachkopf“ verstehen viele als Beleidigung")
        assert says(response, "Text ändern")
        assert field(response, "body") == RUDE
        assert field(response, "submission_id") == sent["submission_id"]
        assert not alice.comments.exists()
        response = as_alice.post(write_url(discussion), sent | {"anyway": "1"}, **htmx)
        assert response.status_code in {200, 303}
        assert alice.comments.get().revisions.get().body == RUDE

    def test_who_met_it_does_not_meet_it_again(self, as_alice, discussion, alice):
        sent = {"submission_id": str(uuid4()), "anyway": "1"}
        response = as_alice.post(write_url(discussion), sent | {"body": "x" * 5001})
        assert field(response, "anyway")
        again = {name: field(response, name) for name in sent} | {"body": RUDE}
        assert as_alice.post(write_url(discussion), again).status_code == 303

    def test_refusals_come_first(self, as_alice, client, discussion, eve):
        sent = {"body": RUDE, "submission_id": str(uuid4())}
        Discussion.objects.update(closed_at=timezone.now())
        assert as_alice.post(write_url(discussion), sent).status_code == 409
        Discussion.objects.update(closed_at=None)
        client.force_login(eve)
        assert client.post(write_url(discussion), sent).status_code == 403

    def test_too_fast_comes_first(self, client, discussion, nina):
        client.force_login(nina)
        for number in range(10):
            sent = {"body": f"{TEXT} {number}", "submission_id": str(uuid4())}
            client.post(write_url(discussion), sent)
        sent = {"body": RUDE, "submission_id": str(uuid4())}
        assert client.post(write_url(discussion), sent).status_code == 429

    def test_word_list_cannot_be_asked_for_without_end(self, client, discussion, nina):
        client.force_login(nina)
        sent = {"body": RUDE, "submission_id": str(uuid4())}
        statuses = [client.post(write_url(discussion), sent).status_code for _n in range(31)]
        assert statuses == [422] * 30 + [429]

    def test_scripts_without_a_form_are_not_asked(self, as_alice, discussion, alice):
        assert as_alice.post(write_url(discussion), {"body": RUDE}).status_code == 303

    def test_preview_is_not_a_sending(self, as_alice, discussion):
        sent = {"body": RUDE, "submission_id": str(uuid4()), "preview": "1"}
        assert as_alice.post(write_url(discussion), sent).status_code == 200


class DraftTests:
    """Which boxes may take up what lies on the device?"""

    def test_draft_is_kept_by_reader_and_place(self, as_alice, discussion, alice, bob):
        parent = make_comment(discussion, bob)
        page = as_alice.get(discussion.get_absolute_url()).content.decode()
        assert f'data-key="{alice.pk}/{discussion.pk}//"' in page
        box = as_alice.get(write_url(discussion), {"parent": parent.pk}).content.decode()
        assert f'data-key="{alice.pk}/{discussion.pk}/{parent.pk}/"' in box
        assert "data-sent-back" not in box

    def test_strangers_pages_name_no_draft(self, client, discussion):
        assert "reply-draft data" not in client.get(discussion.get_absolute_url()).content.decode()

    def test_what_was_sent_wins(self, as_alice, discussion):
        response = as_alice.post(write_url(discussion), {"body": "x" * 5001})
        assert "data-sent-back" in response.content.decode()

    def test_text_kept_over_signing_in_wins(self, client, discussion, alice):
        client.post(write_url(discussion), {"body": TEXT})
        client.force_login(alice)
        assert "data-sent-back" in client.get(write_url(discussion)).content.decode()

    def test_draft_stays_readable_where_writing_is_over(self, as_alice, client, discussion, bob):
        make_comment(discussion, bob)
        Discussion.objects.update(closed_at=timezone.now())
        page = as_alice.get(discussion.get_absolute_url()).content.decode()
        assert re.search(r'<reply-draft data-key="[^"]*" hidden>', page)


class SessionOverTests:
    """B40 and B41: the page was open for longer than its session or its token lived."""

    @pytest.fixture
    def strict(self) -> Client:
        return Client(enforce_csrf_checks=True)

    def test_b41_text_is_in_the_field_again_after_signing_in(self, client, discussion, alice):
        parent = make_comment(discussion, alice)
        sent = {"body": TEXT, "parent": parent.pk, "submission_id": uuid4()}
        response = client.post(write_url(discussion), sent)
        assert response.status_code == 401
        assert kept(response) == TEXT

        way = re.search(r'href="(/account/login/\?next=[^"]*)"', response.content.decode())
        assert way
        credentials = {"login": alice.email, "password": PASSWORD}
        signed_in = client.post(unescape(way[1]), credentials)
        assert signed_in.status_code == 302
        page = client.get(signed_in["Location"])
        assert field(page, "body") == TEXT
        assert field(page, "parent") == str(parent.pk)
        assert field(page, "submission_id") == str(sent["submission_id"])

    def test_b41_htmx_gets_the_same_in_place_of_the_box(self, client, discussion):
        response = client.post(write_url(discussion), {"body": TEXT}, **HTMX)
        assert response.status_code == 401
        assert response.content.decode().strip().startswith("<write-box")
        assert kept(response) == TEXT

    def test_b41_draft_stays_on_its_page(self, client, discussion, alice):
        client.post(write_url(discussion), {"body": TEXT})
        client.force_login(alice)
        other = client.get(write_url(make_discussion()))
        assert field(other, "body") == ""
        assert field(client.get(write_url(discussion)), "body") == TEXT
        assert field(client.get(write_url(discussion)), "body") == ""

    def test_b41_parent_is_gone_by_the_time_of_signing_in(self, client, discussion, alice, bob):
        parent = make_comment(discussion, bob)
        client.post(write_url(discussion), {"body": TEXT, "parent": parent.pk})
        withdraw(parent, author=bob)
        client.force_login(alice)
        response = client.get(write_url(discussion), {"parent": parent.pk})
        assert response.status_code == 409
        assert kept(response) == TEXT

    def test_b41_edit_is_too_late_by_the_time_of_signing_in(self, client, discussion, alice):
        comment = make_comment(discussion, alice)
        url = reverse("forum:revisions", args=[comment.pk])
        client.post(url, {"body": TEXT})
        Comment.objects.update(submitted_at=timezone.now() - timedelta(minutes=11))
        client.force_login(alice)
        response = client.get(url)
        assert response.status_code == 409
        assert kept(response) == TEXT

    def test_b41_strangers_cannot_fill_the_table_of_sessions(self, client, discussion):
        for number in range(61):
            response = Client().post(write_url(discussion), {"body": f"{TEXT} {number}"})
            assert response.status_code == 401
        assert kept(response) == f"{TEXT} 60"
        assert Session.objects.count() == 60
        Client(REMOTE_ADDR="10.9.8.7").post(
            write_url(discussion), {"body": TEXT, "about": "x" * 500_000}
        )
        assert Session.objects.count() == 60

    def test_b41_edit_is_kept_as_well(self, client, discussion, alice):
        comment = make_comment(discussion, alice)
        url = reverse("forum:revisions", args=[comment.pk])
        assert client.post(url, {"body": TEXT}).status_code == 401
        client.force_login(alice)
        assert field(client.get(url), "body") == TEXT

    def test_b40_own_page_may_send_again(self, strict, discussion, alice):
        strict.force_login(alice)
        sent = {"body": TEXT, "submission_id": str(uuid4())}
        response = strict.post(write_url(discussion), sent, headers={"Origin": "http://testserver"})
        assert field(response, "body") == TEXT
        again = {name: field(response, name) for name in ("csrfmiddlewaretoken", *sent)}
        assert strict.post(write_url(discussion), again).status_code == 303
        assert alice.comments.get().revisions.get().body == TEXT

    def test_b40_htmx_gets_the_text_in_place_of_the_box(self, strict, discussion, alice):
        strict.force_login(alice)
        response = strict.post(
            write_url(discussion), {"body": TEXT}, headers={"Origin": "http://testserver"}, **HTMX
        )
        assert response.status_code == 403
        assert response.content.decode().startswith("<write-box")
        assert field(response, "body") == TEXT

    def test_b40_password_is_not_sent_back(self, strict, db):
        response = strict.post("/account/login/", {"login": "a@b.de", "password": PASSWORD})
        assert response.status_code == 403
        assert PASSWORD not in response.content.decode()


class EditPageTests:
    def test_wording_is_changed(self, as_alice, discussion, alice):
        comment = make_comment(discussion, alice, "Erste Fassung.")
        url = reverse("forum:revisions", args=[comment.pk])
        assert field(as_alice.get(url), "body") == "Erste Fassung."
        response = as_alice.post(url, {"body": "Zweite Fassung."})
        assert response.status_code == 303
        assert comment.revisions.latest("number").body == "Zweite Fassung."

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_b44_too_late(self, as_alice, discussion, alice, method):
        comment = make_comment(discussion, alice)
        Comment.objects.update(submitted_at=timezone.now() - timedelta(minutes=11))
        url = reverse("forum:revisions", args=[comment.pk])
        response = getattr(as_alice, method)(url, {"body": TEXT})
        assert response.status_code == 409
        assert says(response, "Bearbeiten ist nicht mehr möglich.")
        assert kept(response) == (TEXT if method == "post" else "")

    @pytest.mark.parametrize("page", ["revisions", "withdrawal"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_b32_somebody_elses(self, as_alice, discussion, bob, page, method, caplog):
        comment = make_comment(discussion, bob)
        url = reverse(f"forum:{page}", args=[comment.pk])
        assert getattr(as_alice, method)(url, {"body": TEXT}).status_code == 404
        assert "somebody else's comment asked for" in caplog.text
        comment.refresh_from_db()
        assert comment.status == "published"
        assert comment.revisions.count() == 1

    @pytest.mark.parametrize("page", ["revisions", "withdrawal"])
    def test_stranger_is_led_to_signing_in(self, client, discussion, alice, page):
        url = reverse(f"forum:{page}", args=[make_comment(discussion, alice).pk])
        response = client.get(url)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/?next=")


class WithdrawalPageTests:
    def test_question_first(self, as_alice, discussion, alice):
        comment = make_comment(discussion, alice)
        response = as_alice.get(reverse("forum:withdrawal", args=[comment.pk]))
        assert says(response, "Beitrag zurückziehen? Ihr Text verschwindet für alle.")
        comment.refresh_from_db()
        assert comment.status == "published"

    def test_last_trace_gone_leads_to_the_discussion(self, as_alice, discussion, alice):
        comment = make_comment(discussion, alice)
        response = as_alice.post(reverse("forum:withdrawal", args=[comment.pk]))
        assert response.status_code == 303
        assert response["Location"] == discussion.get_absolute_url()

    def test_tombstone_leads_to_itself(self, as_alice, discussion, alice, bob):
        comment = make_comment(discussion, alice)
        make_comment(discussion, bob, parent=comment)
        response = as_alice.post(reverse("forum:withdrawal", args=[comment.pk]))
        assert response["Location"].startswith(comment.get_absolute_url())

    def test_htmx_is_asked_and_answered_in_place(self, as_alice, discussion, alice):
        comment = make_comment(discussion, alice, TEXT)
        url = reverse("forum:withdrawal", args=[comment.pk])
        question = as_alice.get(url, **HTMX).content.decode()
        assert question.startswith("<withdraw-question>")
        response = as_alice.post(url, **HTMX)
        assert response["HX-Retarget"] == f"#comment-{comment.pk}"
        assert says(response, "Zurückgezogen am")
        assert not says(response, TEXT)

    def test_htmx_is_told_that_it_is_too_late(self, as_alice, discussion, alice):
        comment = make_comment(discussion, alice, status="removed")
        response = as_alice.post(reverse("forum:withdrawal", args=[comment.pk]), **HTMX)
        assert response.status_code == 409
        assert "HX-Retarget" not in response
        assert 'role="alert"' in response.content.decode()

    def test_removed_comment_stays_removed(self, as_alice, discussion, alice):
        comment = make_comment(discussion, alice, status="removed")
        response = as_alice.post(reverse("forum:withdrawal", args=[comment.pk]))
        assert response.status_code == 409
        assert says(response, "Die Moderation hat diesen Beitrag entfernt")


class RecommendationPageTests:
    def url(self, comment: Comment, name: str = "recommendation") -> str:
        return reverse(f"forum:{name}", args=[comment.pk])

    def test_reader_comes_back_to_where_the_button_was(self, as_alice, discussion, bob):
        comment = make_comment(discussion, bob)
        here = f"http://testserver/discussions/{discussion.pk}/?sort=newest"
        response = as_alice.post(self.url(comment), headers={"Referer": here})
        assert response.status_code == 303
        assert response["Location"] == f"{here}#comment-{comment.pk}"
        assert comment.recommendations.standing().count() == 1

    def test_foreign_referer_leads_to_the_comment(self, as_alice, discussion, bob):
        comment = make_comment(discussion, bob)
        response = as_alice.post(
            self.url(comment), headers={"Referer": "https://evil.example/discussions/"}
        )
        assert response["Location"] == f"{comment.get_absolute_url()}#comment-{comment.pk}"

    def test_htmx_gets_the_pressed_button_and_back(self, as_alice, discussion, bob):
        comment = make_comment(discussion, bob)
        pressed = as_alice.post(self.url(comment), **HTMX)
        assert 'aria-pressed="true"' in pressed.content.decode()
        released = as_alice.post(self.url(comment, "recommendation_withdrawal"), **HTMX)
        assert says(released, "Empfehlen")
        assert comment.recommendations.standing().count() == 0

    @pytest.mark.parametrize("htmx", [{}, HTMX], ids=["plain", "htmx"])
    def test_new_account_is_told_from_when_it_counts(self, client, discussion, nina, bob, htmx):
        client.force_login(nina)
        comment = make_comment(discussion, bob)
        url = reverse("forum:recommendation", args=[comment.pk])
        response = client.post(url, **htmx)
        if not htmx:
            response = client.get(comment.get_absolute_url())
        tomorrow = timezone.localtime(nina.joined_at + timedelta(days=1))
        assert says(response, f"zählt ab {tomorrow:%d.%m.%Y, %H:%M} Uhr")

    def test_stranger_is_told_what_he_needs(self, client, discussion, bob):
        comment = make_comment(discussion, bob)
        response = client.get(self.url(comment))
        assert response.status_code == 200
        assert says(response, "Zum Empfehlen brauchen Sie ein Konto.")
        assert f"next={comment.get_absolute_url()}" in response.content.decode()
        assert not response.cookies
        assert client.post(self.url(comment)).status_code == 401

    def test_get_changes_nothing(self, as_alice, discussion, bob):
        comment = make_comment(discussion, bob)
        assert as_alice.get(self.url(comment)).status_code == 200
        assert not comment.recommendations.exists()
        assert as_alice.get(self.url(comment, "recommendation_withdrawal")).status_code == 405

    @pytest.mark.parametrize("htmx", [{}, HTMX])
    def test_b37_own_comment(self, as_alice, discussion, alice, htmx):
        comment = make_comment(discussion, alice)
        response = as_alice.post(self.url(comment), **htmx)
        assert response.status_code == 403
        assert says(response, "Den eigenen Beitrag können Sie nicht empfehlen.")
        assert not comment.recommendations.exists()

    def test_b37_comment_under_an_article_taken_down(self, as_alice, discussion, bob):
        url = reverse("forum:recommendation", args=[make_comment(discussion, bob).pk])
        Article.objects.update(state="withdrawn")
        assert as_alice.post(url).status_code == 404
        assert as_alice.get(url).status_code == 404
        assert not Recommendation.objects.exists()
