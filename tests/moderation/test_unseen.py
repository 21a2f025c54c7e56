"""Does a moderator find every text, and nobody else what readers may not see?"""

import pytest

from forum.leaving import forget_wordings
from forum.posting import withdraw
from moderation import leaving
from moderation.deciding import decide
from moderation.models import Unseen
from moderation.queue import open_case
from moderation.unseen import COMMENTS_PER_PAGE, search
from tests.factories import make_comment, make_discussion

TEXT = "Die Straße gehört den Fußgängern, sagte Müller."


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


class SearchTests:
    @pytest.mark.parametrize("status", ["held", "removed", "withdrawn"])
    def test_what_readers_do_not_see_is_found(self, bob, status):
        comment = make_comment(make_discussion(), bob, TEXT, status=status)
        for words in ("strasse", "Fußgänger Mueller", "MÜLLER"):
            assert search(words).comments == [comment]
        assert search("Straße Radfahrer").comments == []

    def test_by_author_and_newest_first(self, bob, carla):
        discussion = make_discussion()
        older, newer, hers = (
            make_comment(discussion, who, f"{TEXT} {number}", status="held")
            for number, who in enumerate([bob, bob, carla])
        )
        assert search("Straße").comments == [hers, newer, older]
        assert search("Straße", author=bob).comments == [newer, older]
        assert search("Straße", before=newer.pk).comments == [older]

    def test_what_is_published_after_all_is_found_there_alone(self, bob, mona):
        held = make_comment(make_discussion(), bob, TEXT, status="held")
        case = open_case(held, reason="held")
        decide(case, moderator=mona, measure="publish", revision=held.revisions.get())
        assert search("Straße").comments == []
        assert not Unseen.objects.exists()

    def test_who_has_gone_takes_his_words_along_but_for_what_the_house_removed(self, bob):
        discussion = make_discussion()
        gone = make_comment(discussion, bob, TEXT, status="withdrawn")
        removed = make_comment(discussion, bob, f"{TEXT} Immer.", status="removed")
        leaving.forget(bob, keeps_texts=False)
        assert search("Straße").comments == [removed]
        late = make_comment(discussion, bob, f"{TEXT} Spät.")
        bob.closed_at = late.submitted_at
        bob.save()
        withdraw(late, author=bob)
        forget_wordings(bob)
        assert not Unseen.objects.filter(pk__in=[gone.pk, late.pk]).exists()


class PageTests:
    def test_it_shows_both_and_leads_to_the_case(self, desk, bob):
        discussion = make_discussion()
        held = make_comment(discussion, bob, TEXT, status="held")
        seen = make_comment(discussion, bob, "Eine Straße ohne Autos.")
        page = desk.get("/moderation/search/", {"q": "Straße", "author": "bob"}).content.decode()
        unseen, published = page.split('id="seen-title"')
        assert f"/moderation/comments/{held.pk}/" in unseen
        assert "Die <mark>Straße</mark> gehört" in unseen
        assert "zurückgehalten" in unseen
        assert f"/moderation/comments/{seen.pk}/" in published
        assert f"/moderation/comments/{held.pk}/" not in published

    def test_further_ones_are_one_link_away(self, desk, bob):
        discussion = make_discussion()
        for number in range(COMMENTS_PER_PAGE + 2):
            make_comment(discussion, bob, f"{TEXT} {number}", status="held")
        page = desk.get("/moderation/search/?q=Straße").content.decode()
        before = page.split("before=")[1].split('"')[0]
        page = desk.get(f"/moderation/search/?q=Straße&before={before}").content.decode()
        assert page.count("/moderation/comments/") == 2

    @pytest.mark.parametrize(
        ("asked", "status"),
        [
            ({}, 200),
            ({"q": ""}, 422),
            ({"q": "x", "author": "Niemand"}, 422),
            ({"q": "und der die"}, 200),
            ({"q": "((' & | !:*", "before": "x"}, 200),
            ({"q": "<b>x</b>", "before": "9" * 30}, 200),
            ({"q": "x", "after": "forged"}, 400),
        ],
    )
    def test_whatever_is_asked_is_answered_with_a_sentence(self, desk, asked, status):
        response = desk.get("/moderation/search/", asked)
        assert response.status_code == status
        assert "<b>x</b>" not in response.content.decode()
