"""Does a page say at once whatever has happened to its comments?"""

from unittest.mock import patch

import pytest

from forum import stamping
from forum.models import Comment, Discussion, Tally
from forum.posting import edit_comment, withdraw
from forum.publishing import remove
from tests.factories import make_comment, make_discussion, pass_screening

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion(alice, bob) -> Discussion:
    discussion = make_discussion()
    root = make_comment(discussion, alice, body="So sehe ich das.")
    make_comment(discussion, bob, parent=root)
    return discussion


def read(client, discussion: Discussion) -> str:
    response = client.get(discussion.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


class ThreadTests:
    def test_threads_lead_to_their_neighbours(self, client, alice):
        discussion = make_discussion()
        first, second, third = (make_comment(discussion, alice) for _number in range(3))
        html = client.get(discussion.get_absolute_url(), {"sort": "oldest"}).content.decode()
        ways = [part.split("</p>")[0] for part in html.split('<p class="thread__way">')[1:]]
        roots = (None, first, second, third, None)
        for way, former, following in zip(ways, roots, roots[2:], strict=False):
            assert [f"#comment-{one.pk}" in way for one in (first, second, third)] == [
                one in {former, following} for one in (first, second, third)
            ]
        assert len(ways) == 3

    def test_no_template_runs_for_comments_like_those_before(self, client, discussion, alice, bob):
        make_comment(discussion, bob, parent=make_comment(discussion, alice))
        make_comment(discussion, alice)
        read(client, discussion)
        make_comment(discussion, bob, parent=make_comment(discussion, alice, body="Noch etwas."))
        with patch.object(stamping, "render_to_string") as template:
            assert "Noch etwas." in read(client, discussion)
        template.assert_not_called()

    def test_folded_thread_of_a_page_around_a_comment_opens_there(self, client, discussion, alice):
        root = make_comment(discussion, alice)
        replies = [make_comment(discussion, alice, parent=root) for _number in range(4)]
        address = discussion.get_absolute_url()
        html = client.get(address, {"around": replies[0].pk, "sort": "oldest"}).content.decode()
        assert f'href="?sort=oldest&amp;around={root.pk}&amp;thread={root.pk}#' in html
        assert "Alle 4 Antworten" in html

    def test_folded_thread_of_which_most_was_removed_counts_what_is_left(
        self, client, discussion, alice, bob
    ):
        root = make_comment(discussion, alice)
        below = root
        for _number in range(4):
            below = make_comment(discussion, bob, parent=below)
        for comment in list(Comment.objects.filter(root=root, depth__range=(1, 3))):
            remove(comment, ground="personal_attack")
        assert "Eine Antwort</a>" in read(client, discussion)


class AtOnceTests:
    @pytest.mark.parametrize(
        ("happens", "seen"),
        [
            (lambda c: remove(c, ground="personal_attack"), "Von der Moderation entfernt"),
            (lambda c: withdraw(c, author=c.author), "Zurückgezogen am"),
            (
                lambda c: type(c.author).objects.filter(pk=c.author_id).update(name="Alicia"),
                "Alicia",
            ),
            (
                lambda c: Tally.objects.filter(pk=c.pk).update(recommendation_count=9),
                "Empfehlen · 9",
            ),
            (
                lambda c: Comment.objects.filter(pk=c.pk).update(picked_at=c.published_at),
                "Lesenswert<span",
            ),
        ],
        ids=["removed", "withdrawn", "renamed", "recommended", "picked"],
    )
    def test_whatever_happens_is_seen_at_once(self, client, discussion, happens, seen):
        assert seen not in read(client, discussion)
        happens(Comment.objects.get(parent=None))
        html = read(client, discussion)
        assert seen in html

    def test_new_wording_is_seen_and_the_old_one_gone(self, client, alice):
        discussion = make_discussion()
        comment = make_comment(discussion, alice, body="Erste Fassung.")
        read(client, discussion)
        edit_comment(comment, author=alice, body="Zweite Fassung.")
        pass_screening(comment)
        html = read(client, discussion)
        assert "Zweite Fassung." in html
        assert "Erste Fassung." not in html

    def test_marks_of_one_reader_are_not_kept_for_another(self, client, discussion, alice):
        client.force_login(alice)
        assert "Ihr Beitrag</span>" in read(client, discussion)
        client.logout()
        assert "Ihr Beitrag</span>" not in read(client, discussion)
