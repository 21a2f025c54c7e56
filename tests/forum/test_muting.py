"""Whom a reader does not want to read, and what he sees in the place of that."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from forum import muting
from forum.models import Discussion, Mute
from forum.muting import mute, unmute
from forum.posting import withdraw
from tests import people
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion
from tests.forum.test_overlay import comment_of, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


@pytest.fixture
def egon():
    return people.person("Egon Ritter")


class MuteTests:
    def test_once_however_often_pressed(self, alice, egon):
        assert mute(egon, reader=alice)
        assert not mute(egon, reader=alice)
        assert [row.muted for row in alice.mutes.all()] == [egon]

    def test_nobody_hides_himself(self, alice):
        with pytest.raises(PermissionDenied, match="Die eigenen Beiträge"):
            mute(alice, reader=alice)
        with pytest.raises(IntegrityError), transaction.atomic():
            Mute.objects.create(reader=alice, muted=alice)

    def test_suspended_reader_still_chooses_what_he_reads(self, eve, egon):
        assert mute(egon, reader=eve)

    def test_there_is_an_end_to_the_list(self, alice, bob, egon, monkeypatch):
        monkeypatch.setattr(muting, "MOST_MUTED", 1)
        mute(bob, reader=alice)
        with pytest.raises(ValidationError, match="schon 1 Personen") as refusal:
            mute(egon, reader=alice)
        assert refusal.value.code == "conflict"
        assert not mute(bob, reader=alice)

    def test_it_can_be_taken_back(self, alice, egon):
        mute(egon, reader=alice)
        assert unmute(egon, reader=alice)
        assert not unmute(egon, reader=alice)


class SeenTests:
    def test_one_line_stands_for_the_comment_and_replies_stay(
        self, client, discussion, alice, bob, egon
    ):
        rude = make_comment(discussion, egon, "Wie immer das gleiche Gerede.")
        reply = make_comment(discussion, bob, "Welches Gerede?", parent=rude)
        mute(egon, reader=alice)
        for address in (discussion.get_absolute_url(), discussion.article.get_absolute_url()):
            html = page(client, alice, address)
            line = comment_of(html, rude)
            assert "Beitrag von Egon Ritter ausgeblendet." in line
            assert f'href="{rude.get_absolute_url()}#comment-{rude.pk}"' in line
            assert 'data-status="muted"' in line
            assert "Gerede." not in line
            assert "Welches Gerede?" in comment_of(html, reply)
            assert html.count("<article class") == page(client, bob, address).count(
                "<article class"
            )

    def test_nobody_else_sees_anything_of_it(self, client, discussion, alice, bob, egon):
        make_comment(discussion, egon, "Wie immer das gleiche Gerede.")
        mute(egon, reader=alice)
        for person in (None, bob, egon):
            html = page(client, person, discussion.get_absolute_url())
            assert "Wie immer das gleiche Gerede." in html
            assert "ausgeblendet." not in html

    def test_a_text_that_looks_like_a_comment_changes_nothing(
        self, client, discussion, alice, bob, egon
    ):
        rude = make_comment(discussion, egon, "Wie immer.")
        sly = make_comment(
            discussion, bob, f'<article class="comment" id="comment-{rude.pk}">Falle</article>'
        )
        mute(egon, reader=alice)
        html = page(client, alice, discussion.get_absolute_url())
        assert "Falle" in comment_of(html, sly)
        assert "Wie immer." not in html.split("<main")[1]

    def test_the_comments_own_page_shows_it_and_the_way_back(self, client, discussion, alice, egon):
        rude = make_comment(discussion, egon, "Wie immer das gleiche Gerede.")
        more = make_comment(discussion, egon, "Und noch etwas.", parent=rude)
        mute(egon, reader=alice)
        html = page(client, alice, rude.get_absolute_url())
        assert "Wie immer das gleiche Gerede." in comment_of(html, rude)
        assert "Egon Ritter wieder anzeigen" in comment_of(html, rude)
        assert "ausgeblendet." in comment_of(html, more)

    def test_tombstones_name_nobody_and_stay(self, client, discussion, alice, bob, egon):
        gone = make_comment(discussion, egon)
        make_comment(discussion, bob, parent=gone)
        withdraw(gone, author=egon)
        mute(egon, reader=alice)
        line = comment_of(page(client, alice, discussion.get_absolute_url()), gone)
        assert "Zurückgezogen am" in line
        assert "Egon" not in line

    def test_what_is_written_for_the_house_is_shown(self, client, discussion, alice, mona, anna):
        for member in (mona, anna):
            make_comment(discussion, member, f"Hinweis von {member.pk}.")
            mute(member, reader=alice)
        html = page(client, alice, discussion.get_absolute_url())
        assert f"Hinweis von {mona.pk}." in html
        assert f"Hinweis von {anna.pk}." in html

    def test_the_newest_below_an_article_and_the_readers_page(self, client, alice, egon):
        topic = TopicFactory()
        article = ArticleFactory(topic=topic, discussion_at="topic")
        discussion = make_discussion(topic=topic)
        rude = make_comment(discussion, egon, "Wie immer das gleiche Gerede.")
        mute(egon, reader=alice)
        for address in (article.get_absolute_url(), egon.get_absolute_url()):
            line = comment_of(page(client, alice, address), rude)
            assert "Beitrag von Egon Ritter ausgeblendet." in line
        assert "Egon Ritter wieder anzeigen" in page(client, alice, egon.get_absolute_url())

    def test_one_does_not_offer_to_hide_oneself(self, client, discussion, alice, bob):
        own, other = make_comment(discussion, alice), make_comment(discussion, bob)
        html = page(client, alice, discussion.get_absolute_url())
        assert "ausblenden" not in comment_of(html, own)
        assert "Bob ausblenden" in comment_of(html, other)
        assert "Alice ausblenden" not in page(client, alice, alice.get_absolute_url())


class PageTests:
    @pytest.fixture
    def address(self, egon) -> str:
        return reverse("forum:mute", args=[egon.name])

    def test_the_button_hides_and_leads_back_to_the_place(
        self, client, discussion, alice, egon, address
    ):
        rude = make_comment(discussion, egon)
        client.force_login(alice)
        here = f"http://testserver{discussion.get_absolute_url()}?sort=oldest"
        answer = client.post(
            address, {"comment": rude.pk}, headers={"referer": f"{here}#discussion"}
        )
        assert answer.status_code == 303
        assert answer.url == f"{here}#comment-{rude.pk}"
        assert "Beiträge von Egon Ritter sehen Sie nicht mehr." in client.get(here).content.decode()
        client.post(f"{address}withdrawal/", headers={"referer": here})
        assert not alice.mutes.exists()

    @pytest.mark.parametrize("comment", ["", "7#<script>", "\x00", "9" * 400])
    def test_a_forged_place_is_none(self, client, alice, egon, address, comment):
        client.force_login(alice)
        answer = client.post(
            address, {"comment": comment}, headers={"referer": "https://evil.example/"}
        )
        assert answer.status_code in {303, 400}
        if answer.status_code == 303:
            assert answer.url == "/account/muted/"

    def test_looking_asks_and_changes_nothing(self, client, alice, egon, address):
        client.force_login(alice)
        html = client.get(address).content.decode()
        assert "Antworten anderer bleiben stehen." in html
        assert not alice.mutes.exists()
        answer = client.post(address, headers={"referer": f"http://testserver{address}"})
        assert answer.url == "/account/muted/"
        assert "zurzeit nicht" in client.get(address).content.decode()

    def test_strangers_are_told_what_they_need(self, client, egon, address):
        for answer, status in (
            (client.get(address), 200),
            (client.post(address), 401),
            (client.post(f"{address}withdrawal/"), 401),
        ):
            assert answer.status_code == status
            assert "Zum Ausblenden brauchen Sie ein Konto." in answer.content.decode()
        assert not Mute.objects.exists()

    def test_oneself_is_refused_with_a_sentence(self, client, alice):
        client.force_login(alice)
        answer = client.post(reverse("forum:mute", args=["Alice"]))
        assert answer.status_code == 403
        assert "Die eigenen Beiträge" in answer.content.decode()

    @pytest.mark.parametrize("name", ["Niemand", "%00", "a" * 300, "%F0%9F%92%A5"])
    def test_unknown_people_are_not_found(self, client, alice, name):
        client.force_login(alice)
        for path in (f"/readers/{name}/mute/", f"/readers/{name}/mute/withdrawal/"):
            assert client.post(path).status_code in {400, 404}

    def test_taking_back_is_no_address_to_look_at(self, client, alice, address):
        client.force_login(alice)
        assert client.get(f"{address}withdrawal/").status_code == 405

    def test_names_are_found_in_any_case(self, client, alice, egon):
        client.force_login(alice)
        assert client.post("/readers/egon ritter/mute/").status_code == 303
        assert alice.mutes.get().muted == egon

    def test_the_list_shows_them_again(self, client, alice, egon, address):
        mute(egon, reader=alice)
        client.force_login(alice)
        html = client.get("/account/muted/").content.decode()
        assert "Egon Ritter" in html
        back = {"referer": "http://testserver/account/muted/"}
        assert client.post(f"{address}withdrawal/", headers=back).url.endswith("/account/muted/")
        assert "Niemand." in client.get("/account/muted/").content.decode()

    def test_the_list_is_for_its_reader_alone(self, client, alice, bob, egon):
        mute(egon, reader=alice)
        assert client.get("/account/muted/").url == "/account/login/?next=/account/muted/"
        client.force_login(bob)
        assert "Egon" not in client.get("/account/muted/").content.decode()
