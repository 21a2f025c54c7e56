"""Can the newsroom write, publish and lead on its pages, and does nobody else get in?"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from articles.writing import (
    add_entry,
    edit_article,
    mark_of,
    publish,
    withdraw,
    write_article,
)
from config.crawlers import OurSitemap
from forum.models import Comment, Discussion
from forum.opening import ask, lead, open_discussion
from forum.picking import pick, pin
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion
from tests.people import PASSWORD, person
from tests.pictures import HOSTILE, SVG, picture
from tests.routes import routes

pytestmark = pytest.mark.django_db

WORDING = {"kind": "report", "headline": "Neue Fenster", "paragraphs": ["Der Rat hat zugestimmt."]}
SENT = {
    "kind": "report",
    "kicker": "Schulen",
    "headline": "Neue Fenster",
    "text": "Der Rat hat zugestimmt.\r\n\r\nDie Arbeiten\r\nbeginnen im Mai.",
    "topic": "Schulen",
    "related": "Fenster\nHandwerk",
    "discussion_at": "here",
}
WRITE = "/newsroom/articles/"


def upload(content: bytes, name: str = "bild.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def address(name: str, thing) -> str:
    return reverse(f"forum:{name}", args=[thing.pk])


@pytest.fixture
def article(anna) -> Article:
    return publish(write_article(author=anna, **WORDING), editor=anna)


@pytest.fixture
def live(anna) -> Article:
    wording = WORDING | {"kind": "live", "paragraphs": []}
    return publish(write_article(author=anna, **wording), editor=anna)


class WhoTests:
    def test_every_address_refuses_strangers_and_readers(self, client, alice):
        rooms = [where for where, _name, _pattern in routes() if where.startswith("newsroom/")]
        assert len(rooms) >= 8
        for where in rooms:
            path = "/" + re.sub(r"<[^>]+>", "1", where)
            for reader in (None, alice):
                client.logout()
                if reader:
                    client.force_login(reader)
                for method in (client.get, client.post):
                    response = method(path)
                    assert response.status_code == 403, path
                    assert "Diese Seite ist für die Redaktion." in response.content.decode()

    def test_moderators_lead_discussions_and_write_nothing(self, client, article, live, mona):
        client.force_login(mona)
        assert client.get("/newsroom/").status_code == 200
        assert client.get(address("newsroom_discussion", article.discussion)).status_code == 200
        assert client.get(WRITE).status_code == 403
        assert client.post(WRITE, SENT).status_code == 403
        for name, of in (("newsroom_article", article), ("newsroom_entries", live)):
            assert client.get(address(name, of)).status_code == 403

    def test_an_author_finds_only_his_own(self, client, article, live, anna):
        draft = write_article(author=anna, **WORDING)
        client.force_login(person("Otto", role="staff author"))
        assert "Neue Fenster" not in client.get("/newsroom/").content.decode()
        assert client.get(address("newsroom_article", article)).status_code == 403
        assert client.get(address("newsroom_article", draft)).status_code == 404
        assert client.post(address("newsroom_withdrawal", draft)).status_code == 404
        assert client.post(address("newsroom_entries", live), {"text": "Nein"}).status_code == 403
        assert client.get(address("newsroom_discussion", article.discussion)).status_code == 403
        assert Article.objects.get(pk=draft.pk).state == "draft"

    def test_an_admin_edits_all(self, client, article, admin):
        client.force_login(admin)
        assert client.get(address("newsroom_article", article)).status_code == 200
        assert client.get(address("newsroom_article", ArticleFactory())).status_code == 200

    def test_the_bar_leads_there_for_the_newsroom_alone(self, client, anna, alice):
        for reader, shown in ((anna, True), (alice, False)):
            client.force_login(reader)
            assert ('href="/newsroom/"' in client.get("/").content.decode()) is shown


class ListTests:
    def test_it_says_what_waits_and_where_it_stands(self, client, article, anna, alice, bob):
        make_comment(article.discussion, alice)
        make_comment(article.discussion, bob, status="held")
        write_article(author=anna, **WORDING | {"headline": "Ein Entwurf"})
        client.force_login(anna)
        html = client.get("/newsroom/").content.decode()
        assert "1 Beitrag" in html
        assert "1 wartet" in html
        assert "Entwurf" in html
        assert address("newsroom_discussion", article.discussion) in html

    def test_who_also_moderates_finds_his_drafts_among_all_that_is_published(
        self, client, article, anna, mona
    ):
        mona.groups.add(Group.objects.get(name="staff author"))
        write_article(author=mona, **WORDING | {"headline": "Ein Entwurf"})
        write_article(author=anna, **WORDING | {"headline": "Ein fremder Entwurf"})
        client.force_login(mona)
        html = client.get("/newsroom/").content.decode()
        assert article.headline in html
        assert "Ein Entwurf" in html
        assert "Ein fremder Entwurf" not in html

    def test_it_costs_the_same_for_one_and_for_twenty(self, client, anna):
        client.force_login(anna)
        counts = []
        for number in (1, 19):
            for _one in range(number):
                publish(write_article(author=anna, **WORDING), editor=anna)
            with CaptureQueriesContext(connection) as queries:
                client.get("/newsroom/")
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_a_forged_cursor_is_refused(self, client, anna):
        client.force_login(anna)
        assert client.get("/newsroom/?older=forged").status_code == 400


class WritePageTests:
    def test_a_draft_is_stored_with_all_that_was_filled_in(self, client, anna):
        client.force_login(anna)
        sent = SENT | {"picture": upload(picture()), "picture_alt": "Ein Fenster"}
        response = client.post(WRITE, sent)
        article = Article.objects.get()
        assert response.status_code == 303
        assert response.url == address("newsroom_article", article)
        assert (article.author, article.state) == (anna, "draft")
        assert article.paragraphs == [
            "Der Rat hat zugestimmt.",
            "Die Arbeiten beginnen im Mai.",
        ]
        assert article.topic.title == "Schulen"
        assert {topic.title for topic in article.related_topics.all()} == {"Fenster", "Handwerk"}
        assert article.picture.name.endswith("-1280.jpg")
        assert "bild" not in article.picture.name
        assert client.get(article.get_absolute_url()).status_code == 404

    def test_published_readers_see_it_with_its_picture_in_two_sizes(self, client, anna):
        client.force_login(anna)
        sent = SENT | {"picture": upload(picture()), "picture_alt": "Ein Fenster", "publish": "1"}
        client.post(WRITE, sent)
        article = Article.objects.get()
        client.logout()
        for path in (article.get_absolute_url(), "/"):
            html = client.get(path).content.decode()
            assert f'{article.picture_small.url} 640w, {article.picture.url} 1280w"' in html
        html = client.get(article.get_absolute_url()).content.decode()
        assert 'alt="Ein Fenster"' in html
        assert Discussion.objects.get(article=article).is_open

    def test_a_second_click_writes_no_second_article(self, client, anna):
        client.force_login(anna)
        number = client.get(WRITE).context["form"]["submission_id"].value()
        answers = [client.post(WRITE, SENT | {"submission_id": str(number)}) for _click in range(2)]
        assert [response.status_code for response in answers] == [303, 303]
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
        assert Article.objects.count() == 1

    def test_another_text_in_a_form_that_was_sent_is_not_lost(self, client, anna):
        client.force_login(anna)
        sent = SENT | {"submission_id": str(uuid4())}
        client.post(WRITE, sent)
        changed = sent | {"text": "Der Rat hat abgelehnt."}
        refused = client.post(WRITE, changed)
        assert refused.status_code == 409
        html = refused.content.decode()
        assert "Diesen Artikel haben Sie schon gesichert" in html
        assert "Der Rat hat abgelehnt." in html
        assert Article.objects.get().paragraphs[0] == "Der Rat hat zugestimmt."
        once_more = refused.context["form"]["submission_id"].value()
        assert client.post(WRITE, changed | {"submission_id": once_more}).status_code == 303
        assert Article.objects.count() == 2

    def test_a_forged_number_is_refused_with_the_text(self, client, anna):
        client.force_login(anna)
        response = client.post(WRITE, SENT | {"submission_id": "eins"})
        assert response.status_code == 422
        assert "Der Rat hat zugestimmt." in response.content.decode()

    def test_readers_of_a_draft_published_later_find_its_question(self, client, anna):
        client.force_login(anna)
        client.post(WRITE, SENT | {"question": "Was meinen  Sie?"})
        draft = Article.objects.get()
        client.logout()
        assert client.get(draft.discussion.get_absolute_url()).status_code == 404
        publish(draft, editor=anna)
        assert "Was meinen Sie?" in client.get(draft.get_absolute_url()).content.decode()

    def test_b40_a_page_open_too_long_keeps_the_question_as_well(self, anna):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(anna)
        sent = SENT | {"question": "Was fehlt?", "submission_id": str(uuid4())}
        page = strict.post(WRITE, sent, headers={"Origin": "http://testserver"})
        assert page.status_code == 403
        html = page.content.decode()
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html)
        again = dict(hidden) | {"text": sent["text"]}
        assert strict.post(WRITE, again).status_code == 303
        article = Article.objects.get()
        assert (article.headline, article.discussion.question) == ("Neue Fenster", "Was fehlt?")

    def test_what_is_refused_asks_nothing(self, client, anna):
        client.force_login(anna)
        refused = client.post(WRITE, SENT | {"question": "Und?", "text": "", "publish": "1"})
        assert refused.status_code == 422
        assert not Article.objects.exists()
        elsewhere = SENT | {"question": "Und?", "discussion_at": "nowhere"}
        response = client.post(WRITE, elsewhere)
        assert response.status_code == 422
        assert "Lassen Sie dort diskutieren." in response.content.decode()

    def test_the_preview_stores_nothing(self, client, anna):
        client.force_login(anna)
        response = client.post(WRITE, SENT | {"preview": "1"})
        assert response.status_code == 200
        assert "<p>Die Arbeiten beginnen im Mai.</p>" in response.content.decode()
        assert not Article.objects.exists()

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"headline": ""}, "Bitte füllen Sie dieses Feld aus."),
            ({"headline": "a" * 301}, "300"),
            ({"headline": "a\0b"}, "kein Text"),
            ({"text": "a\x01b"}, "kein Text"),
            ({"kind": "novel"}, "novel"),
            ({"text": "", "publish": "1"}, "Ein Artikel ohne Text"),
            ({"topic": "", "discussion_at": "topic"}, "auf welcher"),
            ({"related": "a" * 121}, "120"),
            ({"related": "\n".join(str(n) for n in range(30))}, "20"),
            ({"published_at": "gestern"}, "Datum"),
            ({"published_at": "0001-01-01T00:00"}, "1900"),
            ({"published_at": "9999-12-31T23:59"}, "2100"),
        ],
    )
    def test_mistakes_are_named_and_the_text_stays(self, client, anna, change, sentence):
        client.force_login(anna)
        response = client.post(WRITE, SENT | {"kicker": "Bleibt stehen"} | change)
        assert response.status_code == 422
        html = response.content.decode()
        assert sentence in html
        assert "Bleibt stehen" in html
        assert not Article.objects.exists()

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_file_that_is_no_picture_is_refused_by_what_it_holds(self, client, anna, name):
        client.force_login(anna)
        sent = SENT | {"picture": upload(HOSTILE[name]), "picture_alt": "Ein Fenster"}
        response = client.post(WRITE, sent)
        assert response.status_code == 422
        assert "Der Rat hat zugestimmt." in response.content.decode()
        assert not Article.objects.exists()

    def test_a_picture_needs_words(self, client, anna):
        client.force_login(anna)
        response = client.post(WRITE, SENT | {"picture": upload(picture())})
        assert response.status_code == 422
        assert "Ein Bild braucht eine Bildbeschreibung." in response.content.decode()

    def test_a_name_decides_nothing(self, client, anna):
        client.force_login(anna)
        named = upload(picture(kind="PNG"), name="../../seite.html", kind="text/html")
        client.post(WRITE, SENT | {"picture": named, "picture_alt": "Ein Fenster"})
        stored = Article.objects.get().picture
        assert re.fullmatch(r"pictures/[0-9a-f]{24}-1280\.jpg", stored.name)
        with stored.open() as file:
            assert file.read(3) == b"\xff\xd8\xff"

    def test_only_the_newsroom_sends_large_bodies_and_only_here(self, client, anna, alice, live):
        def heavy(megabytes: int) -> dict:
            return SENT | {"picture": upload(b"\0" * megabytes * 1_000_000), "picture_alt": "x"}

        client.force_login(anna)
        response = client.post(WRITE, heavy(11))
        assert response.status_code == 422
        assert "höchstens 10 MB" in response.content.decode()
        assert client.post(WRITE, heavy(21)).status_code == 413
        assert client.post(address("newsroom_entries", live), heavy(2)).status_code == 413
        client.force_login(alice)
        assert client.post(WRITE, heavy(2)).status_code == 413


class EditPageTests:
    def test_it_shows_what_is_stored_and_stores_what_is_sent(self, client, article, anna):
        client.force_login(anna)
        page = address("newsroom_article", article)
        html = client.get(page).content.decode()
        assert "Der Rat hat zugestimmt." in html
        sent = SENT | {"seen": mark_of(article), "headline": "Alte Fenster"}
        assert client.post(page, sent).status_code == 303
        article.refresh_from_db()
        assert article.headline == "Alte Fenster"
        assert article.is_public

    def test_readers_get_the_new_wording_at_once(self, client, article, anna):
        tag = client.get(article.get_absolute_url()).headers["ETag"]
        edit_article(article, editor=anna, seen=mark_of(article), **WORDING | {"kicker": "Neu"})
        response = client.get(article.get_absolute_url(), headers={"If-None-Match": tag})
        assert response.status_code == 200

    def test_changed_meanwhile_it_shows_both_texts(self, client, article, anna, admin):
        seen = mark_of(article)
        theirs = WORDING | {"paragraphs": ["Der Rat hat abgelehnt."]}
        edit_article(article, editor=admin, seen=seen, **theirs)
        client.force_login(anna)
        page = address("newsroom_article", article)
        response = client.post(page, SENT | {"seen": seen})
        assert response.status_code == 409
        html = response.content.decode()
        assert "Der Rat hat abgelehnt." in html
        assert "Der Rat hat zugestimmt." in html
        again = re.search(r'name="seen" value="(\w+)"', html)[1]
        assert client.post(page, SENT | {"seen": again}).status_code == 303

    def test_a_planned_article_is_named_so(self, client, anna):
        client.force_login(anna)
        ahead = timezone.localtime() + timedelta(days=1)
        sent = SENT | {"published_at": f"{ahead:%Y-%m-%dT%H:%M}", "publish": "1"}
        client.post(WRITE, sent)
        article = Article.objects.get()
        assert article.state == "published"
        assert not article.is_public
        assert "geplant" in client.get("/newsroom/").content.decode()
        client.logout()
        assert client.get(article.get_absolute_url()).status_code == 404

    def test_it_is_withdrawn_after_a_question(self, client, article, anna):
        client.force_login(anna)
        page = address("newsroom_withdrawal", article)
        assert "zurückziehen?" in client.get(page).content.decode()
        assert client.post(page).status_code == 303
        client.logout()
        assert client.get(article.get_absolute_url()).status_code == 404


class QuestionTests:
    def test_it_changes_with_the_article(self, client, article, anna):
        client.force_login(anna)
        path = address("newsroom_article", article)
        shown = client.get(path).context["form"].initial
        sent = SENT | {"seen": shown["seen"], "asked": "", "question": "Was meinen Sie?"}
        assert client.post(path, sent).status_code == 303
        assert 'value="Was meinen Sie?"' in client.get(path).content.decode()
        client.logout()
        assert "Was meinen Sie?" in client.get(article.get_absolute_url()).content.decode()

    def test_who_leaves_it_alone_keeps_what_others_asked_meanwhile(
        self, client, article, anna, mona
    ):
        client.force_login(anna)
        seen = client.get(address("newsroom_article", article)).context["form"].initial["seen"]
        lead(article.discussion, by=mona, state="open", question="Und jetzt?")
        sent = SENT | {"seen": seen, "asked": "", "question": ""}
        assert client.post(address("newsroom_article", article), sent).status_code == 303
        assert Discussion.objects.get(article=article).question == "Und jetzt?"

    def test_the_same_question_twice_changes_nothing(self, article, anna):
        once = ask(article, by=anna, question="Was meinen Sie?")
        assert ask(article, by=anna, question="Was meinen Sie?").version == once.version

    def test_nobody_else_asks(self, article):
        with pytest.raises(PermissionDenied):
            ask(article, by=person("Otto", role="staff author"), question="Und?")


class SignedOutMeanwhileTests:
    """Staff are signed out after an hour without a request; an article takes longer."""

    def sign_in(self, client, reader):
        return client.post("/account/login/", {"login": reader.email, "password": PASSWORD})

    def test_a_new_article_is_in_its_fields_again(self, client, anna):
        sent = SENT | {"submission_id": str(uuid4()), "question": "Was meinen Sie?"}
        refused = client.post(WRITE, sent)
        assert refused.status_code == 401
        assert "Der Rat hat zugestimmt." in refused.content.decode()
        assert not Article.objects.exists()
        self.sign_in(client, anna)
        form = client.get(WRITE).context["form"]
        for name in ("text", "headline", "topic", "question", "submission_id"):
            assert form[name].value() == sent[name]

    def test_so_is_a_changed_one_and_a_new_entry(self, client, article, live, anna):
        page = address("newsroom_article", article)
        assert client.post(page, SENT | {"seen": mark_of(article)}).status_code == 401
        self.sign_in(client, anna)
        form = client.get(page).context["form"]
        assert "Die Arbeiten" in form["text"].value()
        assert form["seen"].value() == mark_of(article)
        client.logout()
        entries = address("newsroom_entries", live)
        assert client.post(entries, {"text": "Es ist entschieden."}).status_code == 401
        self.sign_in(client, anna)
        assert "Es ist entschieden." in client.get(entries).content.decode()
        assert not live.ticker_entries.exists()

    def test_a_field_that_was_emptied_stays_empty(self, client, anna):
        article = write_article(author=anna, **WORDING | {"kicker": "Schulen"})
        page = address("newsroom_article", article)
        sent = SENT | {"kicker": "", "seen": mark_of(article)}
        assert client.post(page, sent).status_code == 401
        self.sign_in(client, anna)
        assert client.get(page).context["form"]["kicker"].value() == ""

    def test_nobody_else_gets_it(self, client, article, anna, alice):
        client.post(WRITE, SENT)
        self.sign_in(client, alice)
        answer = client.get(WRITE)
        assert answer.status_code == 403
        assert "Der Rat hat zugestimmt." not in answer.content.decode()


class LivePageTests:
    def test_one_field_puts_an_entry_on_top(self, client, live, anna):
        client.force_login(anna)
        page = address("newsroom_entries", live)
        for text in ("Die Sitzung beginnt.", "+++ Es wird abgestimmt. +++"):
            assert client.post(page, {"text": text}).status_code == 303
        texts = [entry.text for entry in live.ticker_entries.all()]
        assert texts == ["Es wird abgestimmt.", "Die Sitzung beginnt."]
        assert "Es wird abgestimmt." in client.get(live.get_absolute_url()).content.decode()

    @pytest.mark.parametrize("text", ["", "   ", "+++", "a\x01", "a" * 5_001])
    def test_what_is_no_entry_is_refused(self, client, live, anna, text):
        client.force_login(anna)
        assert client.post(address("newsroom_entries", live), {"text": text}).status_code == 422
        assert not live.ticker_entries.exists()

    def test_an_entry_is_changed_and_withdrawn(self, client, live, anna):
        entry = add_entry(live, editor=anna, text="Die Sitzung beginnt.")
        client.force_login(anna)
        page = address("newsroom_entry", entry)
        assert "Die Sitzung beginnt." in client.get(page).content.decode()
        assert client.post(page, {"text": ""}).status_code == 422
        assert client.post(page, {"text": "Die Sitzung beginnt später."}).status_code == 303
        assert live.ticker_entries.get().text == "Die Sitzung beginnt später."
        assert client.post(address("newsroom_entry_withdrawal", entry)).status_code == 303
        assert not live.ticker_entries.exists()

    def test_a_report_has_no_such_page(self, client, article, anna):
        client.force_login(anna)
        assert client.get(address("newsroom_entries", article)).status_code == 404


class LeadPageTests:
    @pytest.mark.parametrize("state", ["closed", "premoderated", "open"])
    def test_each_state_is_set_and_readers_are_told(self, client, article, anna, alice, state):
        make_comment(article.discussion, alice)
        client.force_login(anna)
        page = address("newsroom_discussion", article.discussion)
        sent = {"state": state, "question": "Was meinen Sie?"}
        assert client.post(page, sent).status_code == 303
        discussion = Discussion.objects.get(article=article)
        assert (discussion.state, discussion.question) == (state, "Was meinen Sie?")
        client.logout()
        html = client.get(article.get_absolute_url()).content.decode()
        assert "Was meinen Sie?" in html
        assert ("Diese Diskussion ist geschlossen." in html) is (state == "closed")

    def test_closed_again_it_was_closed_when_it_was(self, article, anna):
        closed = lead(article.discussion, by=anna, state="closed", question="")
        again = lead(closed, by=anna, state="closed", question="Und?")
        assert again.closed_at == closed.closed_at
        assert again.version == closed.version + 1
        assert lead(again, by=anna, state="open", question="").closed_at is None

    def test_the_discussion_of_a_draft_is_led_by_its_author_alone(self, client, anna, mona):
        draft = write_article(author=anna, **WORDING)
        discussion = ask(draft, by=anna, question="Was meinen Sie?")
        page, sent = address("newsroom_discussion", discussion), {"state": "closed"}
        client.force_login(mona)
        assert client.get(page).status_code == 404
        assert client.post(page, sent).status_code == 404
        client.force_login(anna)
        assert client.get(page).status_code == 200

    def test_a_topics_discussion_is_led_by_moderators(self, client, anna, mona):
        discussion = open_discussion(topic=TopicFactory())
        for who, status in ((anna, 403), (mona, 200)):
            client.force_login(who)
            assert client.get(address("newsroom_discussion", discussion)).status_code == status

    def test_what_is_no_state_is_refused(self, client, article, anna):
        client.force_login(anna)
        page = address("newsroom_discussion", article.discussion)
        assert client.post(page, {"state": "on fire"}).status_code == 422


class PickPageTests:
    @pytest.fixture
    def comment(self, article, alice) -> Comment:
        return make_comment(article.discussion, alice, "Endlich Licht im Klassenzimmer.")

    def test_a_comments_menu_leads_there_for_those_who_may(
        self, client, article, comment, anna, mona, bob
    ):
        link = address("pick", comment)
        for who, shown in ((anna, True), (mona, True), (bob, False)):
            client.force_login(who)
            html = client.get(article.get_absolute_url()).content.decode()
            assert (link in html) is shown
        client.force_login(person("Otto", role="staff author"))
        assert link not in client.get(article.get_absolute_url()).content.decode()

    def test_picked_and_pinned_readers_see_it(self, client, article, comment, anna):
        client.force_login(anna)
        assert "Endlich Licht" in client.get(address("pick", comment)).content.decode()
        for name in ("pick", "pin"):
            assert client.post(address(name, comment)).status_code == 303
        client.logout()
        html = client.get(article.get_absolute_url()).content.decode()
        assert "ausgewählt von der Redaktion" in html
        assert "Von der Redaktion angeheftet" in html
        client.force_login(anna)
        for name in ("unpick", "unpin"):
            assert client.post(address(name, comment)).status_code == 303
        client.logout()
        html = client.get(article.get_absolute_url()).content.decode()
        assert "ausgewählt von der Redaktion" not in html
        assert "Von der Redaktion angeheftet" not in html

    @pytest.mark.parametrize("name", ["pick", "unpick", "pin", "unpin"])
    def test_readers_and_strangers_are_refused(self, client, comment, bob, name):
        assert client.post(address(name, comment)).status_code == 403
        client.force_login(bob)
        assert client.post(address(name, comment)).status_code == 403

    @pytest.mark.parametrize("status", ["pending", "held", "removed", "withdrawn"])
    def test_what_nobody_sees_is_not_found(self, client, article, alice, mona, status):
        hidden = make_comment(article.discussion, alice, status=status)
        client.force_login(mona)
        assert client.post(address("pick", hidden)).status_code == 404

    def test_refusals_are_said_on_the_page(self, client, article, comment, anna, bob):
        client.force_login(anna)
        answer = make_comment(article.discussion, bob, parent=comment)
        response = client.post(address("pin", answer))
        assert response.status_code == 403
        assert "der ein Gespräch beginnt" in response.content.decode()

    def test_a_page_with_a_pin_costs_two_queries_more(self, client, comment, anna, mona):
        discussion = comment.discussion
        counts = []
        for pinned in (False, True):
            if pinned:
                client.force_login(mona)
                client.post(address("pin", comment))
                client.logout()
            with CaptureQueriesContext(connection) as queries:
                client.get(discussion.get_absolute_url())
            counts.append(len(queries))
        assert counts[1] <= counts[0] + 2


class OtherDiscussionTests:
    def test_an_author_leads_none_but_his_own(self, client, anna, alice):
        comment = make_comment(make_discussion(), alice)
        client.force_login(anna)
        for name in ("pick", "pin"):
            assert client.post(address(name, comment)).status_code == 403


def test_an_svg_stays_out_whatever_it_is_called(client, anna):
    client.force_login(anna)
    for name, kind in (("a.svg", "image/svg+xml"), ("a.png", "image/png")):
        sent = SENT | {"picture": upload(SVG, name, kind), "picture_alt": "x"}
        assert client.post(WRITE, sent).status_code == 422


class StrangersSeeItAtOnceTests:
    """What a cache keeps for a second is asked for again, and is another page by then."""

    @pytest.mark.parametrize("act", ["pick", "pin", "close", "read first", "ask"])
    def test_on_the_article_and_on_its_discussion(self, client, article, alice, anna, act):
        comment = make_comment(article.discussion, alice)
        acts = {
            "pick": lambda: pick(comment, by=anna),
            "pin": lambda: pin(comment, by=anna),
            "close": lambda: lead(article.discussion, by=anna, state="closed", question=""),
            "read first": lambda: lead(
                article.discussion, by=anna, state="premoderated", question=""
            ),
            "ask": lambda: ask(article, by=anna, question="Was meinen Sie?"),
        }
        pages = [article.get_absolute_url(), article.discussion.get_absolute_url()]
        before = {page: client.get(page) for page in pages}
        acts[act]()
        for page in pages:
            tag = before[page].headers["ETag"]
            after = client.get(page, headers={"If-None-Match": tag})
            assert after.status_code == 200, page
            assert after.content != before[page].content, page

    def test_nothing_of_a_withdrawn_article_is_left(self, client, article, alice, anna, bob):
        comment = make_comment(article.discussion, alice, "Endlich neue Fenster.")
        make_comment(article.discussion, bob, "Und die Türen?", parent=comment)
        discussion = article.discussion
        gone = [
            article.get_absolute_url(),
            discussion.get_absolute_url(),
            f"{discussion.get_absolute_url()}feed/",
            f"{discussion.get_absolute_url()}comments/",
            comment.get_absolute_url(),
            f"{comment.get_absolute_url()}replies/",
            f"{comment.get_absolute_url()}flags/",
        ]
        # The part that names it is there afterwards too: a later article stands in it or behind.
        ArticleFactory()
        part = f"/sitemap-articles.xml?p={-(-article.pk // OurSitemap.limit)}"
        lists = ["/", "/feed/", part, alice.get_absolute_url()]
        tags = {page: client.get(page).headers.get("ETag", "") for page in gone + lists}
        withdraw(article, editor=anna)
        for page, tag in tags.items():
            answer = client.get(page, headers={"If-None-Match": tag})
            assert answer.status_code == (404 if page in gone else 200), page
            html = answer.content.decode()
            for word in ("Neue Fenster", "Endlich neue Fenster.", "Und die Türen?"):
                assert word not in html, page
            assert page in gone or article.slug not in html, page
