"""What is a page told that is open while others write?"""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.filling import fill
from forum.models import Discussion, Fold
from forum.muting import mute
from forum.news import news_of
from forum.opening import lead
from forum.picking import pick
from forum.posting import edit_comment, withdraw
from forum.publishing import hold, remove
from forum.recommending import fold_recommendations, recommend
from forum.upkeep import FOLDS_KEPT, forget_folds
from forum.views import answering
from tests.factories import (
    ArticleFactory,
    TopicFactory,
    make_comment,
    make_discussion,
    pass_screening,
)
from tests.people import person

pytestmark = pytest.mark.django_db

PUBLIC = "public, max-age=0, s-maxage=1, stale-while-revalidate=2, stale-if-error=600"
EVERYTHING = {"since": "0"}


@pytest.fixture(autouse=True)
def minute(monkeypatch):
    """No minute passes unless a test says so."""
    monkeypatch.setattr(answering, "time", lambda: 0)


@pytest.fixture
def discussion(alice, bob) -> Discussion:
    discussion = make_discussion()
    first = make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
    make_comment(discussion, bob, "Und der Wochenmarkt?", parent=first)
    discussion.comments.update(published_at=timezone.now() - timedelta(days=1))
    discussion.refresh_from_db()
    return discussion


def ask(client, discussion: Discussion, since: int | None = None) -> dict:
    """Since the version that the discussion had when it was last looked at."""
    address = reverse("forum:news", args=[discussion.pk])
    response = client.get(address, {"since": discussion.version if since is None else since})
    assert response.status_code == 200, response.content.decode()
    return json.loads(response.content)


def shown(client, discussion: Discussion, *comments) -> str:
    ids = ",".join(f"comment-{comment.pk}" for comment in comments)
    response = client.get(reverse("forum:news_shown", args=[discussion.pk]), {"ids": ids})
    assert response.status_code == 200
    return response.content.decode()


class NewTests:
    def test_nothing_new_is_said_in_a_few_bytes_and_two_queries(
        self, client, discussion, django_assert_num_queries
    ):
        with django_assert_num_queries(2):
            assert ask(client, discussion) == {"version": discussion.version}

    def test_new_ones_stand_behind_what_they_follow_in_the_tree(self, client, discussion, carla):
        first, second = discussion.comments.order_by("pk")
        root = make_comment(discussion, carla)
        reply = make_comment(discussion, carla, parent=first)
        told = ask(client, discussion)
        assert told["news"] == [
            [f"comment-{reply.pk}", f"comment-{second.pk}", "Carla"],
            [f"comment-{root.pk}", "", "Carla"],
        ]
        assert told["version"] > discussion.version
        assert ask(client, discussion, told["version"]) == {"version": told["version"]}

    def test_what_a_new_one_follows_comes_before_it(self, client, discussion, alice, bob):
        """Answered later, but above it in the tree."""
        first, second = discussion.comments.order_by("pk")
        below = make_comment(discussion, alice, parent=first)
        above = make_comment(discussion, bob, parent=second)
        told = ask(client, discussion)
        assert [one[0] for one in told["news"]] == [f"comment-{above.pk}", f"comment-{below.pk}"]
        assert told["news"][1][1] == f"comment-{above.pk}"

    def test_more_than_fifty_are_not_counted(self, client, discussion, alice):
        since = discussion.version
        fill(discussion, count=60, authors=[alice])
        assert len(ask(client, discussion, since)["news"]) == 51

    def test_what_waits_or_was_reworded_or_picked_is_not_new(
        self, client, discussion, alice, bob, mona
    ):
        first, second = discussion.comments.order_by("pk")
        make_comment(discussion, alice)
        discussion.refresh_from_db()
        edit_comment(second, author=bob, body="Und der Wochenmarkt am Samstag?")
        pass_screening(second)
        pick(first, by=mona)
        make_comment(discussion, alice, status="pending")
        assert ask(client, discussion)["news"] == []

    def test_new_wording_takes_the_place_of_the_former(self, client, discussion, bob):
        second = discussion.comments.get(author=bob)
        edit_comment(second, author=bob, body="Und der Wochenmarkt am Samstag?")
        pass_screening(second)
        html = ask(client, discussion)["html"]
        assert "am Samstag?" in html[f"#comment-{second.pk} .comment__body"]

    def test_house_is_named_to_nobody(self, client, discussion, mona, anna):
        make_comment(discussion, mona)
        make_comment(discussion, anna)
        assert [one[2] for one in ask(client, discussion)["news"]] == ["", ""]


class GoneTests:
    @pytest.mark.parametrize("how", ["removed", "withdrawn", "held"])
    def test_text_without_replies_goes_without_a_trace(self, client, discussion, carla, how):
        comment = make_comment(discussion, carla, "Das sage ich und bereue es.")
        discussion.refresh_from_db()
        if how == "withdrawn":
            withdraw(comment, author=carla)
        elif how == "held":
            hold(comment)
        else:
            remove(comment, ground="personal_attack")
        told = ask(client, discussion)
        assert told["html"] == {f"#comment-{comment.pk}": ""}
        assert "bereue" not in json.dumps(told, ensure_ascii=False)

    def test_tombstone_stands_above_replies(self, client, discussion):
        first = discussion.comments.get(parent=None)
        remove(first, ground="personal_attack")
        told = ask(client, discussion)
        assert "Von der Moderation entfernt" in told["html"][f"#comment-{first.pk}"]
        assert "Endlich Ruhe" not in json.dumps(told, ensure_ascii=False)

    def test_tombstone_goes_with_its_last_reply(self, client, discussion):
        first, second = discussion.comments.order_by("pk")
        remove(first, ground="personal_attack")
        discussion.refresh_from_db()
        remove(second, ground="personal_attack")
        assert ask(client, discussion)["html"] == {
            f"#comment-{first.pk}": "",
            f"#comment-{second.pk}": "",
        }

    def test_it_is_told_however_much_was_written_since(self, client, discussion, alice):
        first = discussion.comments.get(parent=None)
        since = discussion.version
        remove(first, ground="personal_attack")
        discussion.refresh_from_db()
        fill(discussion, count=120, authors=[alice])
        assert f"#comment-{first.pk}" in ask(client, discussion, since)["html"]

    def test_what_nobody_saw_is_not_named(self, client, discussion, alice):
        make_comment(discussion, alice, status="held")
        assert ask(client, discussion) == {"version": discussion.version}

    def test_closed_discussion_says_so_once_and_hides_the_links_to_answer(
        self, client, discussion, mona
    ):
        lead(discussion, by=mona, state="closed", question="")
        told = ask(client, discussion)
        assert "data-closed" in told["html"]["#news"]
        assert told["text"]["#announcer"].startswith("Diese Diskussion ist geschlossen.")

    def test_pages_of_closed_ones_do_not_ask(self, client, discussion, mona):
        assert "<live-news" in client.get(discussion.get_absolute_url()).content.decode()
        lead(discussion, by=mona, state="closed", question="")
        assert "<live-news" not in client.get(discussion.get_absolute_url()).content.decode()


class CountTests:
    def test_recommendations_as_the_button_prints_them(self, client, discussion, bob):
        first = discussion.comments.get(parent=None)
        for name in ("Rita", "Rolf", "Rosa"):
            recommend(first, reader=person(name))
        fold_recommendations()
        told = ask(client, discussion)
        assert told["text"][f"#recommend-{first.pk}"] == "{} · 3"
        assert told["news"] == []

    def test_fewer_than_three_stay_unsaid(self, client, discussion, bob):
        first = discussion.comments.get(parent=None)
        recommend(first, reader=bob)
        fold_recommendations()
        assert ask(client, discussion)["text"][f"#recommend-{first.pk}"] == "{}"

    def test_replies_and_comments(self, client, discussion, bob):
        first = discussion.comments.get(parent=None)
        for _number in range(3):
            make_comment(discussion, bob, parent=first)
        text = ask(client, discussion)["text"]
        assert text[f"#thread-{first.pk} [hx-push-url]"] == "Alle 4 Antworten"
        assert "5 Beiträge" in text.values()

    def test_folds_are_kept_for_an_hour(self, discussion, bob):
        recommend(discussion.comments.get(parent=None), reader=bob)
        fold_recommendations()
        fold = Fold.objects.get(discussion=discussion)
        assert forget_folds() == 0
        assert forget_folds(now=fold.folded_at + 2 * FOLDS_KEPT) == 1


class ShownTests:
    def test_new_ones_come_as_they_stand_on_a_page_and_marked(self, client, discussion, carla):
        root = make_comment(discussion, carla, "Ich fahre ohnehin mit dem Rad.")
        reply = make_comment(discussion, carla, "Sogar im Winter.", parent=root)
        html = shown(client, discussion, root, reply)
        assert html.count("Neu<span") == 2
        assert f'<div class="thread" id="thread-{root.pk}">' in html
        page = client.get(discussion.get_absolute_url()).content.decode()
        body = page[page.index('<div class="comment__body"') :].split("</article>")[0]
        assert body.split("</div>")[0] in page

    def test_what_is_gone_meanwhile_or_discussed_elsewhere_does_not(
        self, client, discussion, carla
    ):
        gone = make_comment(discussion, carla, status="removed")
        elsewhere = make_comment(make_discussion(), carla)
        assert "<article" not in shown(client, discussion, gone, elsewhere)

    def test_they_are_his_own_page_to_whoever_is_signed_in(self, client, discussion, mona, egon):
        comment = make_comment(discussion, egon)
        client.force_login(mona)
        response = client.get(
            reverse("forum:news_shown", args=[discussion.pk]), {"ids": f"comment-{comment.pk}"}
        )
        assert "Zum Fall" in response.content.decode()
        assert response["Cache-Control"] == "private, no-store"

    def test_whom_he_hides_stays_hidden_and_is_not_counted_either(
        self, client, discussion, alice, egon
    ):
        mute(egon, reader=alice)
        comment = make_comment(discussion, egon, "Alles Quatsch.")
        client.force_login(alice)
        assert "Quatsch" not in shown(client, discussion, comment)
        page = client.get(discussion.get_absolute_url()).content.decode()
        assert f'<span hidden>"Alice" "{egon.name}" </span>' in page

    def test_strangers_pages_name_nobody_who_is_not_counted(self, client, discussion):
        page = client.get(discussion.get_absolute_url()).content.decode()
        assert "<span hidden>" not in page

    @pytest.fixture
    def egon(self):
        return person("Egon")


class AnswerTests:
    def test_any_cache_may_keep_it_for_everybody(self, client, discussion, alice):
        address = reverse("forum:news", args=[discussion.pk])
        make_comment(discussion, alice)
        response = client.get(address, EVERYTHING)
        assert response["Cache-Control"] == PUBLIC
        assert response["Content-Type"] == "application/json"
        tag = response["ETag"]
        assert client.get(address, EVERYTHING, headers={"If-None-Match": tag}).status_code == 304
        make_comment(discussion, alice)
        assert client.get(address, EVERYTHING, headers={"If-None-Match": tag}).status_code == 200

    @pytest.mark.parametrize("count", [10, 300])
    def test_as_many_queries_for_ten_changes_as_for_three_hundred(
        self, client, discussion, alice, count, django_assert_num_queries
    ):
        since = discussion.version
        remove(discussion.comments.get(parent=None), ground="personal_attack")
        discussion.refresh_from_db()
        fill(discussion, count=count, authors=[alice])
        ask(client, discussion, since)
        with django_assert_num_queries(7):
            ask(client, discussion, since)

    @pytest.mark.parametrize(
        "since", ["", "-1", "viele", "1.5", "٣", "99999", "9" * 400, "1e3", "0x1", "\x00"]
    )
    def test_bad_versions_are_refused_with_a_sentence(self, client, discussion, since):
        response = client.get(reverse("forum:news", args=[discussion.pk]), {"since": since})
        assert response.status_code == 400
        assert "Fassung" in response.content.decode()

    def test_so_is_no_version_at_all(self, client, discussion):
        assert client.get(reverse("forum:news", args=[discussion.pk])).status_code == 400

    @pytest.mark.parametrize("ids", ["", "comment-", "alle", "1,,2", "9" * 19, "1," * 50 + "1"])
    def test_bad_ids_are_refused_with_a_sentence(self, client, discussion, ids):
        response = client.get(reverse("forum:news_shown", args=[discussion.pk]), {"ids": ids})
        assert response.status_code == 400
        assert "höchstens fünfzig" in response.content.decode()

    @pytest.mark.parametrize("name", ["forum:news", "forum:news_shown"])
    def test_unknown_discussion_is_not_found(self, client, db, name):
        assert client.get(reverse(name, args=[987654]), EVERYTHING).status_code == 404

    def test_article_taken_down_is_not_found(self, client, discussion):
        discussion.article.state = "withdrawn"
        discussion.article.save()
        address = reverse("forum:news", args=[discussion.pk])
        assert client.get(address, EVERYTHING).status_code == 404

    def test_nothing_is_changed_by_asking_otherwise(self, client, discussion):
        assert client.post(reverse("forum:news", args=[discussion.pk])).status_code == 405


class IndexTests:
    def test_nothing_is_searched_through_however_large_the_discussion(self, discussion, alice):
        fill(discussion, count=3_000, authors=[alice])
        since = discussion.version - 40
        remove(discussion.comments.last(), ground="personal_attack")
        discussion.refresh_from_db()
        with CaptureQueriesContext(connection) as captured:
            news = news_of(discussion, since=since)
        assert (len(news.new) + len(news.gone)) < 45
        with connection.cursor() as cursor:
            plans = []
            for query in captured:
                cursor.execute(f"EXPLAIN {query['sql']}")
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
        assert "comment_gone" in plans[0]
        assert "comment_news" in plans[1]
        assert "comment_news" in plans[2]
        assert not [plan for plan in plans if "Seq Scan on forum_comment" in plan]


class PlaceTests:
    """Where the page puts new threads."""

    def test_on_top_of_the_newest_below_what_is_pinned(self, client, discussion, mona):
        address = discussion.get_absolute_url()
        page = client.get(f"{address}?sort=newest").content.decode()
        assert 'data-place="after" data-at="news"' in page
        assert f'data-version="{discussion.version}"' in page

    def test_at_the_end_of_the_oldest(self, client, discussion):
        page = client.get(f"{discussion.get_absolute_url()}?sort=oldest").content.decode()
        assert 'data-place="before" data-at="threads-end"' in page
        assert 'id="threads-end"' in page

    @pytest.mark.parametrize("query", ["", "?sort=best", "?sort=most-discussed"])
    def test_other_orders_lead_to_the_newest(self, client, discussion, query):
        page = client.get(f"{discussion.get_absolute_url()}{query}").content.decode()
        assert "data-place" not in page
        assert 'href="?sort=newest#discussion" hidden' in page

    def test_discussion_on_the_topic_page_is_told_of_below_the_article(self, client, alice, topic):
        article = ArticleFactory(topic=topic, discussion_at="topic")
        there = make_discussion(topic=topic)
        make_comment(there, alice)
        page = client.get(article.get_absolute_url()).content.decode()
        assert f'href="{there.get_absolute_url()}?sort=newest#discussion" hidden' in page

    @pytest.fixture
    def topic(self):
        return TopicFactory()
