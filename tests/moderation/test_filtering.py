"""Does each view and filter show what belongs there, all of it, and count it at a bounded cost?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.models import Comment
from moderation import upkeep
from moderation.flagging import flag
from moderation.models import Case, Screening, Verdict
from moderation.queue import claim, open_case
from tests.factories import TopicFactory, make_comment, make_discussion


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


@pytest.fixture
def discussion(db):
    return make_discussion()


@pytest.fixture
def cases(discussion, bob, alice, mona):
    """One of each view."""
    reported = make_comment(discussion, bob, "Gemeldet.")
    flag(reported, reader=alice, reason="rude")

    def opened(reason, status="published"):
        return open_case(make_comment(discussion, bob, status=status), reason=reason)

    found = {
        "flagged": Case.objects.get(comment=reported),
        "held": opened("held", "held"),
        "notices": opened("notice"),
        "appeals": opened("appeal", "removed"),
        "set-aside": opened("set_aside", "held"),
        "mine": opened("opened"),
    }
    assert claim(found["mine"], moderator=mona)
    return found


def shown(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return [int(pk) for pk in re.findall(r'id="case-(\d+)"', response.content.decode())]


class ViewTests:
    @pytest.mark.parametrize("view", ["flagged", "held", "notices", "appeals", "mine", "set-aside"])
    def test_each_shows_its_own(self, desk, cases, view):
        assert shown(desk, f"/moderation/?view={view}") == [cases[view].pk]

    def test_everything_is_everything(self, desk, cases):
        every = {case.pk for case in cases.values()}
        assert (
            set(shown(desk, "/moderation/")) == set(shown(desk, "/moderation/?view=all")) == every
        )

    def test_an_edit_that_waits_stands_with_what_is_held(self, desk, discussion, bob):
        case = open_case(make_comment(discussion, bob), reason="edit")
        assert shown(desk, "/moderation/?view=held") == [case.pk]

    def test_the_bar_counts_each_and_a_hundred_as_more(self, desk, cases, discussion, bob):
        page = desk.get("/moderation/?view=held").content.decode()
        bar = re.search(r'<nav class="views".*?</nav>', page, re.DOTALL)[0]
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bar))
        assert "Alles 6" in words
        for one in ("Gemeldet 1", "Zurückgehalten 1", "Rechtswidrige Inhalte 1", "Meine 1"):
            assert one in words
        assert 'view=held" aria-current="true"' in bar
        Case.objects.bulk_create(
            Case(comment=comment, reasons=["held"])
            for comment in many_comments(discussion, bob, 100)
        )
        page = desk.get("/moderation/").content.decode()
        # Not in a time: microseconds may end in 99, too.
        assert page.count(">99+<") == 2
        assert "mehr als 99 Fälle" in page

    @pytest.mark.parametrize("view", ["nothing", "ALL", "held'", "\x00", "all,held"])
    def test_a_view_that_never_was_is_not_found_instead_of_hiding_cases(self, desk, cases, view):
        assert desk.get("/moderation/", {"view": view}).status_code == 404

    def test_a_lapsed_claim_is_nobodys(self, desk, cases):
        Case.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
        assert shown(desk, "/moderation/?view=mine") == []

    def test_deciding_stays_in_the_view(self, desk, cases, discussion, bob):
        other = open_case(make_comment(discussion, bob, status="held"), reason="held")
        page = desk.get(f"{other.get_absolute_url()}?view=held").content.decode()
        assert f'action="{other.get_absolute_url()}decision/?view=held"' in page
        response = desk.post(
            f"{other.get_absolute_url()}decision/?view=held",
            {"measure": "publish", "revision": other.comment.revisions.get().pk},
        )
        assert response["Location"] == f"{cases['held'].get_absolute_url()}?view=held"


def many_comments(discussion, author, count):
    """Rows without a story, in one go."""
    model = make_comment(discussion, author)
    return Comment.objects.bulk_create(
        Comment(
            discussion=discussion,
            author=author,
            root=model,
            parent=model,
            depth=1,
            path=f"{model.path}{n:x}",
            status="removed",
        )
        for n in range(count)
    )


class FilterTests:
    def test_by_discussion_as_number_or_address(self, desk, cases, bob):
        other = make_discussion()
        case = open_case(make_comment(other, bob), reason="opened")
        for asked in (
            other.pk,
            f"https://zeitung.example/discussions/{other.pk}/?sort=best",
            f"https://zeitung.example{other.article.get_absolute_url()}",
        ):
            page = desk.get("/moderation/", {"discussion": asked}).content.decode()
            assert re.findall(r'id="case-(\d+)"', page) == [str(case.pk)]
        assert "1 Fall" in page

    def test_by_topic_its_own_discussion_and_those_of_its_articles(self, desk, cases, bob):
        topic = TopicFactory()
        own, under_article = make_discussion(topic=topic), make_discussion()
        under_article.article.topic = topic
        under_article.article.save()
        found = [
            open_case(make_comment(where, bob), reason="opened") for where in (own, under_article)
        ]
        for asked in (topic.slug, topic.title):
            page = desk.get("/moderation/", {"topic": asked}).content.decode()
            assert set(re.findall(r'id="case-(\d+)"', page)) == {str(one.pk) for one in found}

    def test_by_check_what_it_has_objected_to(self, desk, cases, discussion, bob):
        comment = make_comment(discussion, bob, status="held")
        screening = Screening.objects.get_or_create(revision=comment.revisions.get())[0]
        Verdict.objects.create(screening=screening, check_name="links", outcome="hold")
        Verdict.objects.create(screening=screening, check_name="word_list", outcome="pass")
        case = open_case(comment, reason="held")
        assert case.checks == ["links"]
        assert shown(desk, "/moderation/?check=links") == [case.pk]
        assert shown(desk, "/moderation/?check=word_list") == []

    def test_by_author_and_together(self, desk, cases, discussion, carla):
        hers = open_case(make_comment(discussion, carla, status="held"), reason="held")
        assert shown(desk, "/moderation/?author=carla") == [hers.pk]
        assert shown(desk, "/moderation/?author=Carla&view=held") == [hers.pk]
        assert shown(desk, "/moderation/?author=Carla&view=flagged") == []

    @pytest.mark.parametrize(
        ("name", "asked", "told"),
        [
            ("author", "Niemand", "Hier heißt niemand so."),
            ("topic", "gibt-es-nicht", "Dieses Thema gibt es nicht."),
            ("discussion", "999999", "Diese Diskussion gibt es nicht."),
            ("discussion", "9" * 40, "Diese Diskussion gibt es nicht."),
            ("discussion", "<b>x</b>", "Diese Diskussion gibt es nicht."),
            ("check", "guesswork", "guesswork"),
        ],
    )
    def test_what_is_unknown_is_said_and_nothing_is_hidden(self, desk, cases, name, asked, told):
        response = desk.get("/moderation/", {name: asked})
        page = response.content.decode()
        assert response.status_code == 422
        assert told in page
        assert "<b>x</b>" not in page
        assert len(re.findall(r'id="case-(\d+)"', page)) == len(cases)

    def test_pages_keep_view_and_filter(self, desk, discussion, bob):
        for number in range(53):
            open_case(make_comment(discussion, bob, f"Nummer {number}."), reason="opened")
        first = desk.get("/moderation/?author=Bob").content.decode()
        following = re.search(r'href="(/moderation/\?author=Bob&(?:amp;)?after=\d+)"', first)[1]
        assert len(shown(desk, following.replace("&amp;", "&"))) == 3

    def test_a_page_costs_ten_queries_at_most_filtered_or_not(self, desk, cases, discussion):
        for address in (
            "/moderation/?view=held",
            "/moderation/?check=links",
            "/moderation/?author=Bob&view=held",
            f"/moderation/?discussion={discussion.pk}",
        ):
            with CaptureQueriesContext(connection) as queries:
                desk.get(address)
            assert len(queries) <= 10, address


class NewsTests:
    def test_what_has_come_since_the_list_was_shown(self, desk, cases, discussion, bob):
        page = desk.get("/moderation/?view=held").content.decode()
        address = re.search(r'data-url="([^"]+)"', page)[1].replace("&amp;", "&")
        assert address.startswith("/moderation/news/?view=held&since=")
        assert desk.get(address).json()["count"] == 0
        for reason in ("held", "held", "opened"):
            open_case(make_comment(discussion, bob), reason=reason)
        told = desk.get(address).json()
        assert told == {"count": 2, "words": "2 neue Fälle einreihen"}

    @pytest.mark.parametrize("since", ["", "x", "-1", "9" * 30, "²"])
    def test_without_a_place_it_cannot_be_said(self, desk, since):
        response = desk.get("/moderation/news/", {"since": since})
        assert response.status_code == 400


class LongHoldTests:
    def late(self, discussion, bob):
        case = open_case(make_comment(discussion, bob, status="held"), reason="held")
        Case.objects.update(opened_at=timezone.now() - timedelta(hours=25))
        return case

    def test_a_hold_of_more_than_a_day_is_told_once(self, discussion, bob, caplog):
        self.late(discussion, bob)
        open_case(make_comment(discussion, bob, status="held"), reason="held")
        assert upkeep.tell_seniors_of_long_holds() == 1
        assert "held for too long" in caplog.text
        assert upkeep.tell_seniors_of_long_holds() == 0

    def test_what_is_merely_reported_does_not_alert(self, discussion, bob, alice):
        flag(make_comment(discussion, bob), reader=alice, reason="rude")
        Case.objects.update(opened_at=timezone.now() - timedelta(hours=25))
        assert upkeep.tell_seniors_of_long_holds() == 0

    def test_seniors_see_them_in_a_view_of_their_own(self, client, discussion, bob, mona, max_):
        case = self.late(discussion, bob)
        upkeep.tell_seniors_of_long_holds()
        client.force_login(mona)
        assert "?view=overdue" not in client.get("/moderation/").content.decode()
        client.force_login(max_)
        assert "?view=overdue" in client.get("/moderation/").content.decode()
        assert shown(client, "/moderation/?view=overdue") == [case.pk]

    def test_operators_read_how_many(self, client, discussion, bob):
        self.late(discussion, bob)
        upkeep.tell_seniors_of_long_holds()
        assert "forum_holds_overdue 1.0" in client.get("/metrics").content.decode()
