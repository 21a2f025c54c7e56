"""Does a moderator see who else has said nearly the same lately, at a bounded cost?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.posting import edit_comment
from moderation import leaving, screening, similar
from moderation.models import RecentWording
from moderation.queue import open_case
from moderation.similar import similar_to
from tests.factories import make_comment, make_discussion

TEXT = "Der Bürgermeister hat das Geld der Stadt veruntreut, fragt ihn doch selbst danach."
NEARLY = "Der Bürgermeister hat das Geld der Stadt VERUNTREUT!! Fragt ihn doch selber danach..."
OTHER = "Am Ufer fehlen seit Jahren Bänke, und niemand im Rat kümmert sich ernsthaft darum."


@pytest.fixture
def discussion(db):
    return make_discussion()


def said(discussion, author, body, **fields):
    comment = make_comment(discussion, author, body, **fields)
    similar.note([comment.revisions.latest("number")])
    return comment


def found(comment):
    return [one.comment for one in similar_to(comment.revisions.latest("number"))]


class SimilarTests:
    def test_what_is_nearly_the_same_is_found_and_nothing_else(self, discussion, bob, carla):
        first, near = said(discussion, bob, TEXT), said(discussion, carla, NEARLY)
        said(discussion, carla, OTHER)
        (one,) = similar_to(first.revisions.get())
        assert one.comment == near
        assert 60 < one.share <= 100

    def test_what_waits_is_found_too_but_not_what_is_gone(self, discussion, bob, carla):
        first = said(discussion, bob, TEXT)
        held = said(discussion, carla, NEARLY, status="held")
        said(discussion, carla, f"{NEARLY} Wirklich.", status="removed")
        said(discussion, carla, f"{NEARLY} Echt.", status="withdrawn")
        assert found(first) == [held]

    def test_the_latest_wording_counts(self, discussion, bob, carla):
        first, near = said(discussion, bob, TEXT), said(discussion, carla, NEARLY)
        edit_comment(near, author=carla, body=OTHER)
        similar.note([near.revisions.latest("number")])
        assert found(first) == []

    def test_five_at_most(self, discussion, bob, carla):
        first = said(discussion, bob, TEXT)
        for number in range(7):
            said(discussion, carla, f"{NEARLY} {number}")
        assert len(found(first)) == similar.SHOWN

    def test_after_thirty_days_it_is_neither_found_nor_kept(self, discussion, bob, carla):
        first, near = said(discussion, bob, TEXT), said(discussion, carla, NEARLY)
        long_ago = timezone.now() - timedelta(days=31)
        RecentWording.objects.filter(comment=near).update(written_at=long_ago)
        assert found(first) == []
        assert similar.forget_old() == 1
        assert similar.forget_old() == 0

    def test_short_texts_resemble_nothing(self, discussion, bob, carla):
        first = said(discussion, bob, "Ganz genau!")
        said(discussion, carla, "Ganz genau!!")
        assert found(first) == []

    def test_whoever_closes_his_account_is_forgotten(self, discussion, bob):
        said(discussion, bob, TEXT)
        leaving.forget(bob, keeps_texts=True)
        assert not RecentWording.objects.exists()

    def test_a_worker_that_screens_wordings_remembers_the_last_of_each(self, discussion, bob):
        first = make_comment(discussion, bob, TEXT, status="pending")
        edit_comment(first, author=bob, body=NEARLY)
        make_comment(discussion, bob, "Ganz genau!", status="pending")
        screening.screen_waiting()
        [remembered] = RecentWording.objects.all()
        assert (remembered.comment, remembered.written_at) == (
            first,
            first.revisions.latest("number").created_at,
        )

    def test_so_does_one_that_reads_it_again(self, discussion, bob, time_machine):
        comment = make_comment(discussion, bob, TEXT, status="pending")
        screening.claim(comment.revisions.get().screening)
        time_machine.move_to(timezone.now() + timedelta(minutes=2))
        screening.screen_tried()
        assert RecentWording.objects.get().comment == comment

    def test_where_that_fails_others_are_read_all_the_same(self, discussion, bob, monkeypatch):
        def fail(revisions):
            raise ValueError

        monkeypatch.setattr(similar, "note", fail)
        comment = make_comment(discussion, bob, TEXT, status="pending")
        assert not screening.screen_waiting()
        comment.refresh_from_db()
        assert comment.status == "published"

    def test_the_case_offers_them(self, client, discussion, bob, carla, mona):
        first, near = said(discussion, bob, TEXT), said(discussion, carla, NEARLY)
        client.force_login(mona)
        page = client.get(open_case(first, reason="opened").get_absolute_url()).content.decode()
        column = page.split('id="similar"')[1].split("</ul>")[0]
        assert f"/moderation/comments/{near.pk}/" in column
        assert "Carla" in column
