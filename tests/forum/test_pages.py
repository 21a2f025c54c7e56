"""What does a reader find on the pages of the paper?"""

import re

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from bench.filling import fill
from forum import snapshots
from forum.models import Discussion, Tally
from forum.muting import mute
from forum.posting import edit_comment, post_comment, withdraw
from forum.publishing import hold, remove
from moderation.deciding import decide
from moderation.queue import claim, open_case
from tests.factories import (
    ArticleFactory,
    TickerEntryFactory,
    TopicFactory,
    make_comment,
    make_discussion,
)

pytestmark = pytest.mark.django_db


def page(client, address, **query) -> str:
    response = client.get(address, query)
    assert response.status_code == 200, response.status_code
    return re.sub(r"\s+(?=</)", "", " ".join(response.content.decode().split()))


def ids_on(html: str) -> list[int]:
    return [
        int(found) for found in re.findall(r'<article class="comment[^>]* id="comment-(\d+)"', html)
    ]


@pytest.fixture
def topic():
    return TopicFactory(title="Streit um die Uferstraße", slug="uferstrasse")


class FrontTests:
    def test_newest_articles_with_kicker_time_and_count(self, client, alice, topic):
        older = ArticleFactory(headline="Rat vertagt")
        newer = ArticleFactory(headline="Rat beschließt", kicker="Uferstraße")
        make_comment(make_discussion(article=newer), alice)
        make_discussion(article=older)
        html = page(client, "/")
        assert html.index("Rat beschließt") < html.index("Rat vertagt")
        assert "Uferstraße" in html
        assert "1 Beitrag<" in html
        assert "0 Beiträge<" in html
        assert re.search(r"\d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr", html)

    def test_article_discussed_on_its_topic_page_shows_that_count(self, client, alice, topic):
        make_comment(make_discussion(topic=topic), alice)
        ArticleFactory(topic=topic, discussion_at="topic")
        assert "1 Beitrag<" in page(client, "/")

    def test_drafts_and_articles_of_tomorrow_are_not_there(self, client):
        ArticleFactory(headline="Entwurf", state=Article.State.DRAFT)
        tomorrow = timezone.now() + timezone.timedelta(days=1)
        ArticleFactory(headline="Morgen erst", published_at=tomorrow)
        html = page(client, "/")
        assert "Entwurf" not in html
        assert "Morgen erst" not in html
        assert "Noch gibt es keine Artikel." in html

    def test_older_articles_follow_on_pages_of_thirty_each_once(self, client, topic):
        articles = [ArticleFactory(topic=topic) for _number in range(33)]
        Article.objects.update(published_at=articles[0].published_at)
        for address in ("/", "/topics/uferstrasse/"):
            html = page(client, address)
            link = re.search(r'href="(\?older=[^"]+)">Ältere Artikel', html)[1]
            older = page(client, address + link)
            shown = re.findall(r'<a href="(/articles/[^"]+)">', html + older)
            headlines = [one for one in shown if "#" not in one]
            assert sorted(headlines) == sorted(one.get_absolute_url() for one in articles)
            assert "Ältere Artikel" not in older

    def test_cursor_of_another_list_is_refused(self, client, topic):
        for _number in range(31):
            ArticleFactory()
        link = re.search(r'href="(\?older=[^"]+)"', page(client, "/"))[1]
        assert client.get(f"/topics/uferstrasse/{link}").status_code == 400
        assert client.get("/?older=abc").status_code == 400


class ArticleTests:
    def test_all_of_the_article_is_shown(self, client, topic):
        article = ArticleFactory(
            topic=topic,
            kicker="Streit um die Uferstraße",
            headline="Stadtrat sperrt die Uferstraße",
            author_line="Von Hanna Reuter",
            picture="pictures/ufer.svg",
            picture_alt="Die leere Straße",
            picture_caption="Die Uferstraße am Montagmorgen.",
            picture_credit="Jan Vogt/Bote",
            paragraphs=["Erster Absatz.", "Zweiter <b>Absatz</b>."],
        )
        make_discussion(article=article)
        html = page(client, article.get_absolute_url())
        assert '<a href="/topics/uferstrasse/">Streit um die Uferstraße</a>' in html
        assert "<h1" in html
        assert "Von Hanna Reuter" in html
        assert 'width="1280" height="720"' in html
        assert 'alt="Die leere Straße"' in html
        assert html.count("© Jan Vogt/Bote") == 1
        assert "<p>Zweiter &lt;b&gt;Absatz&lt;/b&gt;.</p>" in html
        assert '<a href="#discussion">0 Beiträge</a>' in html

    def test_ticker_entries_have_an_address_each_and_no_signs_of_print(self, client):
        discussion = make_discussion(article=ArticleFactory(kind=Article.Kind.LIVE))
        article = discussion.article
        timed = TickerEntryFactory(article=article, text="Sitzung beginnt.", time=timezone.now())
        untimed = TickerEntryFactory(article=article, text="Es geht weiter.")
        html = page(client, article.get_absolute_url())
        assert f'id="entry-{timed.pk}"' in html
        assert f'id="entry-{untimed.pk}"' in html
        assert html.count('class="ticker__time"') == 1
        assert "+++" not in html
        write = reverse("forum:write", args=[discussion.pk])
        assert f'href="{write}?about=entry-{timed.pk}"' in html

    def test_a_live_report_says_when_it_was_last_updated_and_each_day_once(self, client):
        article = ArticleFactory(kind=Article.Kind.LIVE)
        evening = timezone.datetime(2025, 2, 4, 20, 12, tzinfo=timezone.get_default_timezone())
        for minutes in (40, 0):
            time = evening + timezone.timedelta(minutes=minutes)
            TickerEntryFactory(article=article, time=time)
        html = page(client, article.get_absolute_url())
        assert "Zuletzt aktualisiert:" in html
        assert html.count("04.02.2025, 20:52 Uhr") == 2
        assert "2 Einträge" in html
        shown = re.findall(r'class="ticker__time" href="#entry-\d+"><time[^>]+>([^<]+)', html)
        assert shown == ["04.02.2025, 20:52 Uhr", "20:12 Uhr"]

    def test_wrong_slug_leads_to_the_right_one(self, client):
        article = ArticleFactory()
        response = client.get(f"/articles/irgendwas-{article.pk}/?sort=oldest")
        assert response.status_code == 301
        assert response["Location"] == f"{article.get_absolute_url()}?sort=oldest"

    def test_drafts_are_not_found(self, client):
        article = ArticleFactory(state=Article.State.WITHDRAWN)
        assert client.get(article.get_absolute_url()).status_code == 404

    def test_invitation_prints_links_with_a_target_only(self, client, topic):
        article = ArticleFactory(topic=topic)
        html = page(client, article.get_absolute_url())
        assert "Diskutieren Sie mit" in html
        assert "zum Thema „Streit um die Uferstraße“ kundtun" in html
        assert "Alle Artikel zum Thema" in html
        assert "Zum Liveticker" not in html
        assert "Zur Diskussion (" not in html
        assert "Verwandte Themen" not in html

    def test_live_report_and_related_topics_are_linked_where_there_are_some(self, client, topic):
        report = ArticleFactory(kind=Article.Kind.LIVE)
        topic.live_report = report
        topic.save()
        make_discussion(topic=topic)
        article = ArticleFactory(topic=topic)
        article.related_topics.add(TopicFactory(title="Verkehr", slug="verkehr"))
        html = page(client, article.get_absolute_url())
        assert f'<a href="{report.get_absolute_url()}">Zum Liveticker</a>' in html
        assert "Zur Diskussion (0 Beiträge)" in html
        assert "Verwandte Themen" in html
        assert '<a href="/topics/verkehr/">Verkehr</a>' in html

    def test_live_report_does_not_link_itself(self, client, topic):
        report = ArticleFactory(kind=Article.Kind.LIVE, topic=topic)
        topic.live_report = report
        topic.save()
        assert "Zum Liveticker" not in page(client, report.get_absolute_url())

    def test_its_own_discussion_stands_below_it(self, client, alice, bob):
        discussion = make_discussion()
        comment = make_comment(discussion, alice, body="Endlich Ruhe am See.")
        html = page(client, discussion.article.get_absolute_url())
        assert '<section class="discussion" id="discussion"' in html
        assert ids_on(html) == [comment.pk]
        assert "Endlich Ruhe am See." in html
        assert "Zum Schreiben brauchen Sie ein Konto." in html

    def test_readers_of_a_topic_see_its_newest_three_and_write_there(
        self, client, alice, bob, topic
    ):
        discussion = make_discussion(topic=topic)
        comments = [make_comment(discussion, bob) for _number in range(4)]
        article = ArticleFactory(topic=topic, discussion_at="topic")
        client.force_login(alice)
        html = page(client, article.get_absolute_url())
        assert ids_on(html) == [comment.pk for comment in reversed(comments[1:])]
        assert f'action="{reverse("forum:write", args=[discussion.pk])}"' in html
        assert f'name="about" value="{article.pk}"' in html
        assert "Die ganze Diskussion lesen" in html
        assert f'href="{discussion.get_absolute_url()}?about={article.pk}"' in html
        assert f'rel="canonical" href="{settings.SITE_URL}{article.get_absolute_url()}"' in html

    def test_nowhere_is_said_in_one_line(self, client):
        article = ArticleFactory(discussion_at="nowhere")
        html = page(client, article.get_absolute_url())
        assert "Zu diesem Artikel gibt es keine Diskussion." in html
        assert "comment-form" not in html
        assert "Beiträge" not in html

    def test_nobody_is_invited_where_nobody_is_to_discuss(self, client, topic):
        topic.live_report = ArticleFactory(kind=Article.Kind.LIVE)
        topic.save()
        discussion = make_discussion(topic=topic)
        article = ArticleFactory(topic=topic, discussion_at="nowhere")
        html = page(client, article.get_absolute_url())
        assert "kundtun" not in html
        assert "Diskutieren Sie mit" not in html
        assert discussion.get_absolute_url() not in html
        assert "Alle Artikel zum Thema" in html
        assert "Zum Liveticker" in html

    def test_closed_and_empty_is_the_same_line(self, client, topic):
        now = timezone.now()
        below = make_discussion(closed_at=now).article
        make_discussion(topic=topic, closed_at=now)
        for article in (below, ArticleFactory(topic=topic, discussion_at="topic")):
            html = page(client, article.get_absolute_url())
            assert "Zu diesem Artikel gibt es keine Diskussion." in html
            assert "Noch hat niemand" not in html


class TopicTests:
    def test_articles_related_topics_live_report_and_discussion(self, client, alice, topic):
        report = ArticleFactory(kind=Article.Kind.LIVE, topic=topic)
        topic.live_report = report
        topic.description = "Alles über die Straße am See."
        topic.save()
        topic.related.add(TopicFactory(title="Verkehr", slug="verkehr"))
        article = ArticleFactory(topic=topic, headline="Rat beschließt")
        ArticleFactory(topic=topic, headline="Noch geheim", state=Article.State.DRAFT)
        comment = make_comment(make_discussion(topic=topic), alice, about_article=article)
        html = page(client, "/topics/uferstrasse/")
        assert "Alles über die Straße am See." in html
        assert "Rat beschließt" in html
        assert "Noch geheim" not in html
        assert "Zum Liveticker" in html
        assert "Verkehr" in html
        assert ids_on(html) == [comment.pk]
        assert f'zu: <a href="{article.get_absolute_url()}">Rat beschließt</a>' in html

    @pytest.mark.parametrize("state", ["draft", "withdrawn"])
    def test_article_taken_down_is_not_named_beside_comments(self, client, alice, topic, state):
        article = ArticleFactory(topic=topic, headline="Rat beschließt")
        entry = TickerEntryFactory(article=article, text="Die Sitzung beginnt.")
        discussion = make_discussion(topic=topic)
        comment = make_comment(discussion, alice, about_article=article)
        make_comment(discussion, alice, about_article=article, about_entry=entry)
        html = page(client, "/topics/uferstrasse/")
        assert html.count("zu: <a") == 2
        Article.objects.update(state=state)
        for address in ("/topics/uferstrasse/", comment.get_absolute_url()):
            html = page(client, address)
            assert "Rat beschließt" not in html
            assert "Die Sitzung beginnt." not in html
            assert "zu: <a" not in html

    def test_discussion_can_be_narrowed_to_one_article(self, client, alice, topic):
        article = ArticleFactory(topic=topic)
        discussion = make_discussion(topic=topic)
        about = make_comment(discussion, alice, about_article=article)
        make_comment(discussion, alice)
        html = page(client, "/topics/uferstrasse/", about=article.pk)
        assert ids_on(html) == [about.pk]
        assert "Nur Beiträge zu:" in html
        assert "Meistdiskutiert" not in html

    @pytest.mark.parametrize("about", ["0", "abc", "-1", "1" * 20, "٣", ""])
    def test_nothing_is_about_nonsense(self, client, topic, about):
        make_discussion(topic=topic)
        assert client.get("/topics/uferstrasse/", {"about": about}).status_code == 404

    def test_unknown_topic_is_not_found(self, client):
        assert client.get("/topics/gibt-es-nicht/").status_code == 404


class DiscussionTests:
    @pytest.fixture
    def discussion(self) -> Discussion:
        return make_discussion()

    def test_sorts_are_links_and_the_current_one_says_so(self, client, discussion, alice):
        make_comment(discussion, alice)
        html = page(client, discussion.get_absolute_url(), sort="oldest")
        assert re.search(
            r'<a href="\?sort=oldest#discussion" aria-current="true">Älteste</a>', html
        )
        assert html.count("aria-current") == 1
        for label in ("Neueste", "Beste", "Meistdiskutiert"):
            assert label in html

    def test_standard_is_best_under_articles_and_newest_in_topics(self, client, alice, topic):
        for discussion, standard in (
            (make_discussion(), "Beste"),
            (make_discussion(topic=topic), "Neueste"),
            (make_discussion(article=ArticleFactory(kind="live")), "Neueste"),
        ):
            make_comment(discussion, alice)
            html = page(client, discussion.get_absolute_url())
            assert f'aria-current="true">{standard}<' in html

    def test_empty_one_invites(self, client, discussion):
        html = page(client, discussion.get_absolute_url())
        assert "Noch hat niemand etwas geschrieben. Machen Sie den Anfang." in html
        assert "Neueste" not in html

    def test_closed_one_says_so_once(self, client, discussion, alice):
        make_comment(discussion, alice)
        Discussion.objects.update(closed_at=timezone.now())
        html = page(client, discussion.get_absolute_url())
        assert html.count("Diese Diskussion ist geschlossen. Sie können sie weiterhin lesen.") == 1
        assert "Zum Schreiben brauchen Sie ein Konto" not in html

    def test_twenty_threads_then_a_link_that_works_alone(self, client, discussion, alice):
        roots = [make_comment(discussion, alice) for _number in range(23)]
        html = page(client, discussion.get_absolute_url(), sort="newest")
        assert ids_on(html) == [root.pk for root in reversed(roots[3:])]
        assert "Weitere 3 Beiträge" in html
        assert "noch 3" not in html
        address = re.search(r'class="pager__more" href="(\?[^#"]+)', html)[1]
        html = page(client, discussion.get_absolute_url() + address.replace("&amp;", "&"))
        assert ids_on(html) == [root.pk for root in reversed(roots[:3])]
        assert "Weitere" not in html
        assert "Zum Anfang der Diskussion" in html

    def test_how_many_remain_is_said_where_there_are_more(self, client, discussion, alice):
        for _number in range(43):
            make_comment(discussion, alice)
        html = page(client, discussion.get_absolute_url(), sort="newest")
        assert re.search(r'Weitere 20 Beiträge</a>\S* <span class="muted">noch 23</span>', html)

    def test_all_replies_unfold_in_place_and_at_their_own_address(
        self, client, discussion, alice, bob
    ):
        root = make_comment(discussion, alice)
        replies = [make_comment(discussion, bob, parent=root) for _number in range(5)]
        other = make_comment(discussion, alice)
        html = page(client, discussion.get_absolute_url(), sort="newest")
        assert ids_on(html) == [other.pk, root.pk, *[reply.pk for reply in replies[:3]]]
        assert "Alle 5 Antworten" in html
        link = re.search(r'<a href="(\?[^"#]+thread=\d+)#thread-\d+"[^>]*>Alle 5', html)[1]
        unfolded = page(client, discussion.get_absolute_url() + link.replace("&amp;", "&"))
        assert ids_on(unfolded) == [other.pk, root.pk, *[reply.pk for reply in replies]]
        assert "Alle 5 Antworten" not in unfolded
        alone = page(client, reverse("forum:replies", args=[root.pk]))
        assert ids_on(alone) == [root.pk, *[reply.pk for reply in replies]]

    def test_the_page_that_holds_a_comment(self, client, discussion, alice, bob):
        fill(discussion, count=70, authors=[bob])
        wanted = make_comment(discussion, alice)
        fill(discussion, count=70, authors=[bob])
        html = page(client, discussion.get_absolute_url(), around=wanted.pk, sort="newest")
        assert ids_on(html)[0] == wanted.pk
        assert "Zum Anfang der Diskussion" in html

    def test_way_back_to_the_beginning_keeps_the_order(self, client, discussion, alice):
        roots = [make_comment(discussion, alice) for _number in range(23)]
        html = page(client, discussion.get_absolute_url(), around=roots[9].pk, sort="oldest")
        assert '<a href="?sort=oldest#discussion">Zum Anfang der Diskussion</a>' in html

    def test_order_that_was_lost_and_has_changed_begins_again_and_says_so(
        self, client, discussion, alice
    ):
        roots = [make_comment(discussion, alice) for _number in range(23)]
        html = page(client, discussion.get_absolute_url(), sort="best")
        address = re.search(r'class="pager__more" href="(\?[^#"]+)', html)[1].replace("&amp;", "&")
        caches["pages"].clear()
        last = page(client, discussion.get_absolute_url() + address)
        assert ids_on(last) == [root.pk for root in reversed(roots[:3])]
        caches["pages"].clear()
        Tally.objects.filter(pk=roots[0].pk).update(rank=F("rank") + 9)
        html = page(client, discussion.get_absolute_url() + address)
        assert ids_on(html)[:2] == [roots[0].pk, roots[-1].pk]
        assert (
            "Die Reihenfolge hat sich inzwischen geändert und beginnt wieder oben."
            ' <a href="?sort=best#discussion">Zum Anfang der Diskussion</a>' in html
        )
        # Script that fetches the next page takes the sentence, not all threads again.
        assert re.search(r'hx-select="#threads:not\(\[data-restarted]\) > \*, ', html)
        assert '<div id="threads" data-restarted>' in html

    def test_where_the_rest_begins_a_line_says_so(self, client, discussion, alice, monkeypatch):
        monkeypatch.setattr(snapshots, "MOST_THREADS", 21)
        roots = [make_comment(discussion, alice) for _number in range(23)]
        html = page(client, discussion.get_absolute_url(), sort="best")
        address = re.search(r'class="pager__more" href="(\?[^#"]+)', html)[1]
        html = page(client, discussion.get_absolute_url() + address.replace("&amp;", "&"))
        place = html.index("Ab hier die neuesten zuerst")
        assert html.index(f'id="comment-{roots[2].pk}"') < place
        assert place < html.index(f'id="comment-{roots[1].pk}"')

    @pytest.mark.parametrize(
        "query",
        [
            "sort=hot",
            "sort=",
            "sort=%00",
            "around=abc",
            "around=99999999",
            "around=" + "9" * 21,
            "thread=-1",
            "thread=abc",
            "about=1",
            "page=0",
            "page=-1",
            "page=abc",
            "page=100000000000000000000",
        ],
    )
    def test_what_no_link_of_ours_says_is_not_found(self, client, discussion, alice, query):
        make_comment(discussion, alice)
        for address in (discussion.get_absolute_url(), discussion.article.get_absolute_url()):
            assert client.get(f"{address}?{query}").status_code == 404

    @pytest.mark.parametrize(
        "cursor", ["abc", "0", "-1", "%00", "%ff", "WyJ4Il0.abc", "ä.ö", "a." * 999]
    )
    def test_forged_cursor_is_refused_with_a_sentence(self, client, discussion, alice, cursor):
        response = client.get(f"{discussion.get_absolute_url()}?after={cursor}")
        assert response.status_code == 400
        html = response.content.decode()
        assert "Diese Adresse führt auf keine Seite." in html
        assert "versuchen Sie es noch" not in html  # the same address would lead nowhere again

    def test_discussion_of_an_article_taken_down_is_not_found(self, client, discussion, alice):
        comment = make_comment(discussion, alice)
        Article.objects.update(state=Article.State.WITHDRAWN)
        for address in (
            discussion.get_absolute_url(),
            comment.get_absolute_url(),
            reverse("forum:replies", args=[comment.pk]),
        ):
            assert client.get(address).status_code == 404

    def test_text_of_a_removed_comment_is_gone_and_replies_stay(
        self, client, discussion, alice, bob
    ):
        root = make_comment(discussion, alice, body="Unfassbar dumm, dieser Rat.")
        reply = make_comment(discussion, bob, parent=root)
        remove(root, ground="personal_attack")
        html = page(client, discussion.get_absolute_url())
        assert "Unfassbar dumm" not in html
        assert "Von der Moderation entfernt am" in html
        assert "persönlicher Angriff" in html
        assert ids_on(html) == [root.pk, reply.pk]
        assert f'id="comment-{root.pk}"' in html


class CommentTests:
    @pytest.fixture
    def discussion(self) -> Discussion:
        return make_discussion()

    def test_it_stands_in_its_thread_with_ways_back(self, client, discussion, alice, bob):
        root = make_comment(discussion, alice)
        comment = make_comment(discussion, bob, parent=root)
        reply = make_comment(discussion, alice, parent=comment)
        html = page(client, comment.get_absolute_url())
        assert ids_on(html) == [root.pk, comment.pk, reply.pk]
        assert f'<a href="{root.get_absolute_url()}">Zum Gesprächsanfang</a>' in html
        assert f"?around={comment.pk}#comment-{comment.pk}" in html
        assert "Zurück zur Stelle in der Diskussion" in html
        assert re.search(
            rf'class="thread__here"[^>]*><article class="comment" id="comment-{comment.pk}"', html
        )

    @pytest.mark.parametrize("status", ["pending", "held"])
    def test_waiting_one_is_known_to_its_author_alone(
        self, client, discussion, alice, bob, mona, status
    ):
        comment = make_comment(discussion, alice, body="Noch ungelesen.", status=status)
        for person in (None, bob, mona):
            client.logout()
            if person:
                client.force_login(person)
            assert client.get(comment.get_absolute_url()).status_code == 404
        client.force_login(alice)
        html = page(client, comment.get_absolute_url())
        assert "Noch ungelesen." in html
        assert f'data-status="{status}"' in html
        assert reverse("forum:revisions", args=[comment.pk]) in html
        assert html.count(f'id="comment-{comment.pk}"') == 1

    @pytest.mark.parametrize("status", ["removed", "withdrawn"])
    def test_one_without_replies_is_gone(self, client, discussion, alice, status):
        comment = make_comment(discussion, alice, body="Weg damit.", status=status)
        response = client.get(comment.get_absolute_url())
        assert response.status_code == 410
        html = response.content.decode()
        assert "Weg damit." not in html
        assert "Dieser Beitrag ist nicht mehr zu sehen" in html
        assert "no-store" not in response["Cache-Control"]

    @pytest.mark.parametrize(
        "take_back",
        [
            lambda comment: remove(comment, ground="insult"),
            lambda comment: withdraw(comment, author=comment.author),
        ],
        ids=["removed", "withdrawn"],
    )
    def test_one_that_nobody_has_seen_is_not_announced_as_gone(
        self, client, discussion, alice, bob, mona, take_back
    ):
        comment = take_back(make_comment(discussion, alice, status="held"))
        for person, status in ((None, 404), (bob, 404), (alice, 410), (mona, 410)):
            client.logout()
            if person:
                client.force_login(person)
            assert client.get(comment.get_absolute_url()).status_code == status, person

    def test_author_of_a_removed_one_is_shown_the_way_to_the_reasons(
        self, client, discussion, alice
    ):
        comment = make_comment(discussion, alice, status="removed")
        client.force_login(alice)
        response = client.get(comment.get_absolute_url())
        assert response.status_code == 410
        assert f"/account/comments/#comment-{comment.pk}" in response.content.decode()

    @pytest.mark.parametrize("pk", ["0", "99999999", "1" * 19, "1" * 400])
    def test_unknown_one_is_not_found(self, client, db, pk):
        assert client.get(f"/comments/{pk}/").status_code == 404

    def test_more_than_fifty_replies_follow_on_the_next_page(self, client, discussion, alice, bob):
        root = make_comment(discussion, alice)
        replies = [make_comment(discussion, bob, parent=root) for _number in range(52)]
        for address in (root.get_absolute_url(), reverse("forum:replies", args=[root.pk])):
            html = page(client, address)
            assert ids_on(html) == [root.pk, *[reply.pk for reply in replies[:50]]]
            link = re.search(r'href="(/comments/[^"]+\?after=[^"]+)"', html)[1]
            html = page(client, link)
            assert ids_on(html) == [root.pk, *[reply.pk for reply in replies[50:]]]

    def test_replies_of_a_reply_have_no_list_of_their_own(self, client, discussion, alice, bob):
        reply = make_comment(discussion, bob, parent=make_comment(discussion, alice))
        assert client.get(reverse("forum:replies", args=[reply.pk])).status_code == 404


class ReaderTests:
    def test_published_comments_newest_first_and_no_address(self, client, alice, bob):
        discussion = make_discussion()
        first = make_comment(discussion, alice)
        second = make_comment(make_discussion(), alice)
        make_comment(discussion, bob)
        for status in ("pending", "held", "removed", "withdrawn"):
            make_comment(discussion, alice, status=status)
        html = page(client, "/readers/Alice/")
        assert ids_on(html) == [second.pk, first.pk]
        assert "<h1" in html
        assert discussion.article.headline in html
        assert "@" not in html.replace("@view-transition", "")

    def test_what_a_moderator_says_for_the_house_is_not_on_her_page(self, client, mona):
        make_comment(make_discussion(), mona)
        html = page(client, "/readers/Mona/")
        assert ids_on(html) == []

    @pytest.mark.parametrize("state", ["draft", "withdrawn"])
    def test_what_was_said_about_an_article_taken_down_is_not_shown(self, client, alice, state):
        discussion = make_discussion()
        make_comment(discussion, alice)
        Article.objects.filter(pk=discussion.article_id).update(state=state)
        html = page(client, "/readers/Alice/")
        assert ids_on(html) == []
        assert discussion.article.headline not in html

    def test_name_in_another_case_leads_to_the_page(self, client, alice):
        response = client.get("/readers/aLiCe/")
        assert response.status_code == 301
        assert response["Location"] == "/readers/Alice/"

    def test_pages_of_twenty(self, client, alice):
        discussion = make_discussion()
        comments = [make_comment(discussion, alice) for _number in range(22)]
        html = page(client, "/readers/Alice/")
        assert len(ids_on(html)) == 20
        link = re.search(r'href="(\?after=[^"]+)"', html)[1]
        assert ids_on(page(client, f"/readers/Alice/{link}")) == [comments[1].pk, comments[0].pk]

    @pytest.mark.parametrize("name", ["Niemand", "%00", "%ff", "x" * 300, "..;", "%2e%2e"])
    def test_unknown_name_is_not_found(self, client, alice, name):
        assert client.get(f"/readers/{name}/").status_code == 404

    def test_foreign_cursor_is_refused(self, client, alice, bob):
        discussion = make_discussion()
        for _number in range(22):
            make_comment(discussion, alice)
        link = re.search(r'href="(\?after=[^"]+)"', page(client, "/readers/Alice/"))[1]
        assert client.get(f"/readers/Bob/{link}").status_code == 400


class OwnCommentsTests:
    def test_strangers_are_sent_to_sign_in(self, client, db):
        response = client.get("/account/comments/")
        assert response.status_code == 302
        assert response["Location"] == "/account/login/?next=/account/comments/"

    def test_each_state_is_told_in_words(self, client, alice):
        discussion = make_discussion()
        for status in ("published", "pending", "held", "removed", "withdrawn"):
            make_comment(discussion, alice, body=f"Text, der {status} ist.", status=status)
        client.force_login(alice)
        html = page(client, "/account/comments/")
        assert len(ids_on(html)) == 5
        assert "Veröffentlicht." in html
        assert "Wird geprüft. Nur Sie sehen diesen Beitrag." in html
        assert "Die Moderation liest diesen Beitrag, bevor er erscheint" in html
        assert "Von der Moderation entfernt am" in html
        assert "Zurückgezogen am" in html
        assert "Text, der removed ist." in html
        assert "Text, der withdrawn ist." not in html

    def test_answers_to_them_are_linked(self, client, alice, bob):
        comment = make_comment(make_discussion(), alice)
        answer = make_comment(comment.discussion, bob, parent=comment)
        make_comment(comment.discussion, bob, parent=comment, status="pending")
        client.force_login(alice)
        html = page(client, "/account/comments/")
        assert f'<a href="{answer.get_absolute_url()}">Bob, ' in html
        assert html.count(">Bob, ") == 1

    def test_whoever_is_hidden_is_not_named_among_the_answers(self, client, alice, bob):
        comment = make_comment(make_discussion(), alice)
        make_comment(comment.discussion, bob, parent=comment)
        mute(bob, reader=alice)
        client.force_login(alice)
        assert "Neueste Antworten" not in page(client, "/account/comments/")

    def test_but_what_he_wrote_for_the_house_is(self, client, alice, anna):
        comment = make_comment(make_discussion(), alice)
        make_comment(comment.discussion, anna, parent=comment)
        mute(anna, reader=alice)
        client.force_login(alice)
        assert f">{anna.name}, " in page(client, "/account/comments/")

    def test_change_under_way_is_told(self, client, alice):
        comment = make_comment(make_discussion(), alice)
        edit_comment(comment, author=alice, body="Nun anders gesagt.")
        client.force_login(alice)
        html = page(client, "/account/comments/")
        assert "Ihre Änderung wird geprüft" in html
        assert "Nun anders gesagt." in html

    def test_removed_one_leads_to_the_reasons_of_the_decision(self, client, alice, mona):
        comment = make_comment(make_discussion(), alice)
        case = open_case(comment, reason="flagged")
        claim(case, moderator=mona)
        decision = decide(
            case,
            moderator=mona,
            measure="remove",
            revision=comment.revisions.get(),
            ground="personal_attack",
            explanation="Der Text beschimpft einen anderen Leser.",
        )
        client.force_login(alice)
        html = page(client, "/account/comments/")
        assert (
            f'<a href="{decision.get_absolute_url()}">Begründung lesen und Beschwerde einlegen</a>'
            in html
        )

    def test_article_taken_down_is_not_linked(self, client, alice, bob):
        discussion = make_discussion()
        comment = make_comment(discussion, alice, body="Das habe ich geschrieben.")
        answer = make_comment(discussion, bob, parent=comment)
        Article.objects.update(state="withdrawn")
        client.force_login(alice)
        html = page(client, "/account/comments/")
        assert "Das habe ich geschrieben." in html
        assert "Der Artikel wird nicht mehr gezeigt." in html
        for gone in (discussion.article, comment, answer):
            assert f'href="{gone.get_absolute_url()}"' not in html

    def test_others_are_not_listed(self, client, alice, bob):
        make_comment(make_discussion(), bob)
        client.force_login(alice)
        assert "Sie haben noch nichts geschrieben." in page(client, "/account/comments/")


def test_moderators_are_not_named_on_any_public_page(client, alice, mona):
    discussion = make_discussion()
    root = make_comment(discussion, alice)
    word = make_comment(discussion, mona, parent=root)
    answer = make_comment(discussion, alice, parent=word)
    for address in (
        discussion.article.get_absolute_url(),
        discussion.get_absolute_url(),
        *(one.get_absolute_url() for one in (root, word, answer)),
        reverse("forum:replies", args=[root.pk]),
        f"{reverse('forum:write', args=[discussion.pk])}?parent={word.pk}",
    ):
        html = page(client, address)
        assert "Mona" not in html, address
        assert "Moderation" in html, address


def test_tally_decides_what_the_button_counts(client, alice):
    comment = make_comment(make_discussion(), alice)
    Tally.objects.filter(pk=comment.pk).update(recommendation_count=2)
    assert "Empfehlen · " not in page(client, comment.get_absolute_url())
    Tally.objects.filter(pk=comment.pk).update(recommendation_count=3)
    assert "Empfehlen · 3" in page(client, comment.get_absolute_url())


def test_held_with_replies_shows_a_place_without_text(client, alice, bob):
    discussion = make_discussion()
    root = make_comment(discussion, alice, body="Das steht nicht fest.")
    make_comment(discussion, bob, parent=root)
    hold(root)
    html = page(client, discussion.get_absolute_url())
    assert "Das steht nicht fest." not in html
    assert f'id="comment-{root.pk}"' in html
    assert client.get(root.get_absolute_url()).status_code == 200


def test_new_comment_waits_and_is_not_on_the_page(client, alice):
    discussion = make_discussion()
    post_comment(discussion, author=alice, body="Gerade erst geschrieben.")
    assert "Gerade erst geschrieben." not in page(client, discussion.get_absolute_url())
