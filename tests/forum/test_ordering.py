"""In which order discussions open for a reader, and what he is told of the orders."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from forum import ranking, reading, recommending
from forum.models import ChosenOrder, Discussion
from forum.ordering import choose_no_order, choose_order, order_of
from forum.sorts import SORTS
from tests.factories import ArticleFactory, TopicFactory, make_comment, make_discussion
from tests.forum.test_overlay import page

pytestmark = pytest.mark.django_db

CHOICE = "/account/sorting/"


@pytest.fixture
def discussion(alice, bob) -> Discussion:
    discussion = make_discussion()
    make_comment(discussion, alice, "Der erste Beitrag.")
    make_comment(discussion, bob, "Der zweite Beitrag.")
    return discussion


def is_oldest_first(html: str) -> bool:
    return html.index("Der erste Beitrag.") < html.index("Der zweite Beitrag.")


class ChooseTests:
    def test_the_last_choice_holds(self, alice, bob):
        choose_order(alice, "newest")
        choose_order(alice, "oldest")
        assert order_of(alice) == "oldest"
        assert order_of(bob) is None

    def test_automatic_leaves_nothing_behind(self, alice):
        choose_order(alice, "newest")
        for _time in range(2):
            choose_no_order(alice)
        assert not ChosenOrder.objects.exists()

    def test_the_database_knows_the_orders(self, alice):
        for name in SORTS:
            choose_order(alice, name)
        with pytest.raises(IntegrityError), transaction.atomic():
            choose_order(alice, "worst")


class DiscussionTests:
    def test_it_opens_in_the_readers_order_and_for_others_as_usual(
        self, client, discussion, alice, bob
    ):
        choose_order(alice, "oldest")
        for address in (discussion.get_absolute_url(), discussion.article.get_absolute_url()):
            assert is_oldest_first(page(client, alice, address))
            assert not is_oldest_first(page(client, bob, address))
            client.logout()
            assert not is_oldest_first(page(client, None, address))

    def test_the_address_has_the_last_word(self, client, discussion, alice):
        choose_order(alice, "oldest")
        assert not is_oldest_first(
            page(client, alice, f"{discussion.get_absolute_url()}?sort=newest")
        )

    def test_it_holds_in_topics_and_live_reports_too(self, client, alice, bob):
        choose_order(alice, "oldest")
        live = ArticleFactory(kind=Article.Kind.LIVE)
        for discussion in (make_discussion(topic=TopicFactory()), make_discussion(article=live)):
            first, second = (make_comment(discussion, bob) for _number in range(2))
            html = page(client, alice, discussion.get_absolute_url())
            assert html.index(f'id="comment-{first.pk}"') < html.index(f'id="comment-{second.pk}"')

    def test_what_is_said_about_one_article_keeps_its_own(self, client, alice, bob):
        choose_order(alice, "best")
        topic = TopicFactory()
        article = ArticleFactory(topic=topic)
        discussion = make_discussion(topic=topic)
        make_comment(discussion, bob, about_article=article)
        html = page(client, alice, f"{discussion.get_absolute_url()}?about={article.pk}")
        assert 'aria-current="true">Neueste' in html
        assert "Ihre Reihenfolge" not in html
        assert "Reihenfolge merken" not in html

    def test_the_page_differs_by_the_order_alone(self, client, discussion, alice):
        address = discussion.get_absolute_url()
        named = page(client, alice, f"{address}?sort=oldest")
        choose_order(alice, "oldest")
        chosen = page(client, alice, address)
        threads = re.compile(r'<div id="threads">.*?</section>', re.DOTALL)
        assert threads.findall(chosen) == threads.findall(named)

    def test_it_costs_one_query_where_the_address_names_no_order(self, client, discussion, alice):
        client.force_login(alice)
        address = discussion.get_absolute_url()
        counts = []
        for query in ("?sort=best", ""):
            client.get(address + query)
            with CaptureQueriesContext(connection) as captured:
                client.get(address + query)
            counts.append(len(captured))
        assert counts[1] == counts[0] + 1


class ButtonTests:
    def test_only_another_order_than_the_usual_can_be_kept(self, client, discussion, alice):
        address = discussion.get_absolute_url()
        assert "Reihenfolge merken" not in page(client, alice, address)
        assert "Reihenfolge merken" not in page(client, alice, f"{address}?sort=best")
        html = page(client, alice, f"{address}?sort=oldest")
        assert re.search(
            rf'formaction="{CHOICE}" name="sort" value="oldest"[^>]*>Reihenfolge', html
        )

    def test_strangers_are_offered_nothing(self, client, discussion):
        html = page(client, None, f"{discussion.get_absolute_url()}?sort=oldest")
        assert "Reihenfolge merken" not in html
        assert "So sortieren wir" in html

    def test_pressing_it_keeps_the_order_and_leads_back(self, client, discussion, alice):
        client.force_login(alice)
        address = f"http://testserver{discussion.get_absolute_url()}?sort=oldest"
        response = client.post(CHOICE, {"sort": "oldest"}, headers={"referer": address})
        assert response.status_code == 303
        assert response["Location"] == f"{address}#discussion"
        html = page(client, alice, address)
        assert "Ihre Reihenfolge" in html
        assert "Reihenfolge merken" not in html

    def test_who_has_one_can_keep_the_usual_one_again(self, client, discussion, alice):
        choose_order(alice, "oldest")
        html = page(client, alice, f"{discussion.get_absolute_url()}?sort=best")
        assert 'value="best"' in html


class ChoicePageTests:
    def test_strangers_sign_in_first(self, client):
        response = client.get(CHOICE)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")
        assert client.post(CHOICE, {"sort": "oldest"}).status_code == 302
        assert not ChosenOrder.objects.exists()

    def test_it_shows_what_holds_and_changes_it(self, client, alice):
        assert re.search(r'value="automatic"[^>]*checked', page(client, alice, CHOICE))
        for sort in ("oldest", "automatic"):
            response = client.post(
                CHOICE, {"sort": sort}, headers={"referer": f"http://testserver{CHOICE}"}
            )
            assert response.status_code == 303
            assert response["Location"] == CHOICE
            assert re.search(rf'value="{sort}"[^>]*checked', page(client, alice, CHOICE))
        assert not ChosenOrder.objects.exists()

    def test_settings_lead_there(self, client, alice):
        assert f'href="{CHOICE}"' in page(client, alice, "/account/settings/")

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({}, "Bitte wählen Sie eine dieser Reihenfolgen."),
            ({"sort": ""}, "Bitte wählen Sie eine dieser Reihenfolgen."),
            ({"sort": "worst"}, "Diese Reihenfolge gibt es nicht."),
            ({"sort": "best\x00"}, "Diese Reihenfolge gibt es nicht."),
            ({"sort": "a" * 5_000}, "Diese Reihenfolge gibt es nicht."),
        ],
    )
    def test_unknown_orders_are_refused_with_a_sentence(self, client, alice, sent, sentence):
        client.force_login(alice)
        response = client.post(CHOICE, sent)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert not ChosenOrder.objects.exists()

    def test_looking_changes_nothing(self, client, alice):
        page(client, alice, f"{CHOICE}?sort=oldest")
        assert not ChosenOrder.objects.exists()

    def test_a_foreign_page_is_not_led_back_to(self, client, alice):
        client.force_login(alice)
        response = client.post(
            CHOICE, {"sort": "best"}, headers={"referer": "http://evil.example/"}
        )
        assert response["Location"] == CHOICE


def as_text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class HowWeSortTests:
    def test_caches_keep_it_and_it_describes_itself(self, client):
        response = client.get("/sorting/")
        assert response["Cache-Control"].startswith("public")
        assert not response.cookies
        again = client.get("/sorting/", headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304
        html = response.content.decode()
        assert f'<link rel="canonical" href="{settings.SITE_URL}/sorting/">' in html
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
        assert block
        assert json.loads(block[1])["name"] == "So sortieren wir"

    def test_it_costs_no_query(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            client.get("/sorting/")

    def test_discussions_and_terms_lead_there(self, client, discussion):
        for address in (discussion.get_absolute_url(), "/terms/"):
            assert 'href="/sorting/"' in page(client, None, address)

    @pytest.mark.parametrize(
        ("module", "constant", "value", "sentence"),
        [
            (ranking, "REPLY_WEIGHT", 0.4, "Eine Antwort zählt 40 Prozent einer Empfehlung"),
            (ranking, "DECADE_SECONDS", 5 * 86_400.0, "der 5 Tage jünger ist"),
            (ranking, "DECADE_SECONDS", 86_400.0, "der einen Tag jünger ist"),
            (ranking, "FEW", 7, "mit weniger als 7 Empfehlungen"),
            (ranking, "FOLD_SECONDS", 30, "innerhalb von 30 Sekunden"),
            (recommending, "COUNTING_AGE", timedelta(hours=48), "jünger als 48 Stunden"),
            (reading, "FIRST_REPLIES", 5, "die ersten 5 zu sehen"),
        ],
    )
    def test_figures_are_those_that_rank(
        self, client, monkeypatch, module, constant, value, sentence
    ):
        assert sentence not in as_text(page(client, None, "/sorting/"))
        monkeypatch.setattr(module, constant, value)
        assert sentence in as_text(page(client, None, "/sorting/"))

    def test_the_number_of_recommendations_is_shown_from_as_many(
        self, client, discussion, alice, monkeypatch
    ):
        comment = discussion.comments.latest("pk")
        comment.tally.recommendation_count = ranking.FEW
        comment.tally.save()
        assert f"Empfehlen · {ranking.FEW}" in page(client, None, comment.get_absolute_url())
        monkeypatch.setattr(ranking, "FEW", ranking.FEW + 1)
        assert "Empfehlen ·" not in page(client, None, comment.get_absolute_url())

    def test_every_order_is_explained(self, client):
        html = page(client, None, "/sorting/")
        for sort in SORTS.values():
            assert str(sort.label).lower() in as_text(html).lower()
