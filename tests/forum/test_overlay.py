"""What does a signed-in reader see that others do not, on a page that is otherwise the same?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.filling import fill
from forum import overlay
from forum.models import Comment, Discussion
from forum.paging import threads_page
from forum.posting import edit_comment, post_comment
from forum.publishing import remove
from forum.recommending import recommend
from forum.slots import without_slots
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.django_db

SLOT = re.compile(r"<!--slot [a-z]+-\d+-->|<!--/slot [a-z]+-\d+-->")


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


def page(client, person, address: str) -> str:
    client.logout()
    if person:
        client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def comment_of(html: str, comment: Comment) -> str:
    return re.search(
        rf'<article class="comment[^>]*id="comment-{comment.pk}".*?</article>', html, re.DOTALL
    )[0]


class OwnTests:
    def test_own_comment_says_so_and_shows_its_number_only(self, client, discussion, alice, bob):
        own = make_comment(discussion, alice)
        other = make_comment(discussion, bob)
        html = page(client, alice, discussion.get_absolute_url())
        assert "Ihr Beitrag" in comment_of(html, own)
        assert reverse("forum:recommendation", args=[own.pk]) not in comment_of(html, own)
        assert "Ihr Beitrag" not in comment_of(html, other)
        assert reverse("forum:recommendation", args=[other.pk]) in comment_of(html, other)

    def test_own_comment_can_be_edited_and_withdrawn_from_its_menu(
        self, client, discussion, alice, bob
    ):
        own = make_comment(discussion, alice)
        other = make_comment(discussion, bob)
        html = page(client, alice, discussion.get_absolute_url())
        assert reverse("forum:revisions", args=[own.pk]) in comment_of(html, own)
        assert reverse("forum:withdrawal", args=[own.pk]) in comment_of(html, own)
        assert reverse("forum:withdrawal", args=[other.pk]) not in comment_of(html, other)

    def test_editing_is_not_offered_once_somebody_answered(self, client, discussion, alice, bob):
        own = make_comment(discussion, alice)
        make_comment(discussion, bob, parent=own)
        html = comment_of(page(client, alice, discussion.get_absolute_url()), own)
        assert reverse("forum:revisions", args=[own.pk]) not in html
        assert reverse("forum:withdrawal", args=[own.pk]) in html

    def test_editing_is_not_offered_after_ten_minutes(self, client, discussion, alice, settings):
        own = make_comment(discussion, alice)
        settings.FORUM_EDIT_WINDOW = timedelta(0)
        html = comment_of(page(client, alice, discussion.get_absolute_url()), own)
        assert reverse("forum:revisions", args=[own.pk]) not in html

    def test_change_under_way_is_told_to_its_author_alone(self, client, discussion, alice, bob):
        own = make_comment(discussion, alice, body="So war es gemeint.")
        edit_comment(own, author=alice, body="So ist es gemeint.")
        html = comment_of(page(client, alice, discussion.get_absolute_url()), own)
        assert "Ihre Änderung wird geprüft." in html
        assert "So war es gemeint." in html
        html = page(client, bob, discussion.get_absolute_url())
        assert "Ihre Änderung" not in html
        assert "So ist es gemeint." not in html

    def test_author_of_a_removed_comment_is_led_to_the_reasons(
        self, client, discussion, alice, bob
    ):
        root = make_comment(discussion, alice)
        make_comment(discussion, bob, parent=root)
        remove(root, ground="personal_attack")
        html = comment_of(page(client, alice, discussion.get_absolute_url()), root)
        assert "Begründung lesen und Beschwerde einlegen" in html
        assert f"/account/comments/#comment-{root.pk}" in html
        assert "Begründung lesen" not in page(client, bob, discussion.get_absolute_url())


class RecommendedTests:
    def test_recommended_comment_shows_a_pressed_button_to_take_it_back(
        self, client, discussion, alice, bob
    ):
        comment = make_comment(discussion, bob)
        recommend(comment, reader=alice)
        html = comment_of(page(client, alice, discussion.get_absolute_url()), comment)
        assert 'aria-pressed="true"' in html
        assert "Empfohlen" in html
        assert reverse("forum:recommendation_withdrawal", args=[comment.pk]) in html

    def test_nobody_else_sees_who_recommends(self, client, discussion, alice, bob, carla):
        comment = make_comment(discussion, bob)
        recommend(comment, reader=alice)
        for person in (None, bob, carla):
            html = page(client, person, discussion.get_absolute_url())
            assert "aria-pressed" not in html


class WaitingTests:
    def test_own_new_thread_stands_on_top_and_nobody_else_sees_it(
        self, client, discussion, alice, bob
    ):
        make_comment(discussion, bob)
        waiting = post_comment(discussion, author=alice, body="Frisch geschrieben.")
        for address in (discussion.get_absolute_url(), discussion.article.get_absolute_url()):
            html = page(client, alice, address)
            first = re.search(r'<article class="comment[^>]*>', html)[0]
            assert f'id="comment-{waiting.pk}"' in first
            assert 'data-status="pending"' in first
            assert "Wird geprüft. Nur Sie sehen diesen Beitrag." in html
            for person in (None, bob):
                assert "Frisch geschrieben." not in page(client, person, address)

    def test_own_reply_stands_in_its_place_in_the_thread(self, client, discussion, alice, bob):
        root = make_comment(discussion, bob)
        first = make_comment(discussion, bob, parent=root)
        second = make_comment(discussion, bob, parent=root)
        waiting = post_comment(discussion, author=alice, body="Dazu etwas.", parent=first)
        html = page(client, alice, discussion.get_absolute_url())
        order = [
            int(pk) for pk in re.findall(r'<article class="comment[^>]*id="comment-(\d+)"', html)
        ]
        assert order == [root.pk, first.pk, waiting.pk, second.pk]

    def test_held_one_says_that_a_moderator_reads_it(self, client, discussion, alice):
        make_comment(discussion, alice, body="Etwas heikel.", status="held")
        html = page(client, alice, discussion.get_absolute_url())
        assert "Etwas heikel." in html
        assert "Die Moderation liest diesen Beitrag, bevor er erscheint" in html

    def test_it_is_not_repeated_on_further_pages(self, client, discussion, alice, bob):
        fill(discussion, count=80, authors=[bob])
        post_comment(discussion, author=alice, body="Nur einmal.")
        html = page(client, alice, discussion.get_absolute_url())
        assert "Nur einmal." in html
        link = re.search(r'class="pager__more" href="(\?[^#"]+)', html)[1].replace("&amp;", "&")
        assert "Nur einmal." not in page(client, alice, discussion.get_absolute_url() + link)

    def test_two_new_threads_stand_last_first(self, client, discussion, alice):
        post_comment(discussion, author=alice, body="Erstens dies.")
        post_comment(discussion, author=alice, body="Zweitens das.")
        html = page(client, alice, discussion.get_absolute_url())
        assert html.index("Zweitens das.") < html.index("Erstens dies.")
        assert "&lt;article" not in html


class StaffTests:
    def test_moderators_find_the_way_to_the_case(self, client, discussion, alice, mona, anna):
        comment = make_comment(discussion, alice)
        link = reverse("moderation:comment", args=[comment.pk])
        assert link in page(client, mona, discussion.get_absolute_url())
        for person in (None, alice, anna):
            assert link not in page(client, person, discussion.get_absolute_url())


class PublicPageTests:
    def test_signed_in_reader_without_marks_sees_the_public_comments(
        self, client, discussion, alice, bob
    ):
        make_comment(discussion, bob, parent=make_comment(discussion, bob))

        def comments(html: str) -> str:
            shown = html[html.index('<div id="threads">') : html.index("</section>")]
            return without_slots(shown.encode())

        public = comments(page(client, None, discussion.get_absolute_url()))
        assert comments(page(client, alice, discussion.get_absolute_url())) == public

    def test_public_comments_name_no_token_and_no_reader(self, client, discussion, alice, bob):
        make_comment(discussion, bob)
        html = page(client, None, discussion.get_absolute_url())
        assert "csrf" not in html.lower().replace("csrf_", "csrf")
        assert "example.org" not in html


class CostTests:
    def test_three_queries_whatever_stands_on_the_page(self, discussion, alice, bob):
        fill(discussion, count=200, authors=[alice, bob])
        comments = threads_page(discussion, sort="newest").comments
        for number in range(3):
            post_comment(discussion, author=alice, body=f"Noch etwas, Nummer {number}.")
        with CaptureQueriesContext(connection) as captured:
            fills = overlay.fills_for(
                alice, comments, discussion=discussion, with_roots=True, sort="newest"
            )
        assert len(captured) == 3
        assert "waiting-0" in fills
