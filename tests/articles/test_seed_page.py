"""What does a reader see of the article that the sample file holds?"""

import re

import pytest
from django.test import Client

from articles.importing import import_article
from articles.models import Article
from tests.articles.test_importing import SEED
from tests.samples import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return import_article(sample(SEED).read_text(), source_name="text")


def page_of(url: str) -> str:
    answer = Client().get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_every_part_is_shown_once(article):
    page = page_of(article.get_absolute_url())
    assert article.kicker in page
    assert f">{article.headline}</h1>" in page
    assert "04.02.2025, 08:37 Uhr" in page
    assert page.count(article.picture_caption) == 1
    assert page.count("© Uncredited/dpa") == 1
    assert page.count('id="entry-') == 3
    assert "+++" not in page


def test_invitation_stands_there_once_and_leads_where_something_is(article):
    page = page_of(article.get_absolute_url())
    assert page.count("Hier können Sie Ihre Meinung") == 1
    assert "zum Thema „Krieg gegen die Ukraine“ kundtun" in page
    assert f'href="{article.topic.get_absolute_url()}' in page
    # The file speaks of a live report that we do not have, and names no related topic.
    assert "Zum Liveticker" not in page
    assert "Verwandte Themen" not in page


def test_topic_page_lists_it_and_front_page_too(article):
    assert article.headline in page_of(article.topic.get_absolute_url())
    assert article.headline in page_of("/")


def test_live_report_is_linked_once_there_is_one(article):
    report = Article.objects.create(
        kind="live",
        source="test",
        source_id="live",
        headline="Liveticker",
        slug="liveticker",
        published_at=article.published_at,
    )
    article.topic.live_report = report
    article.topic.save()
    page = page_of(article.get_absolute_url())
    assert f'href="{report.get_absolute_url()}"' in page
    assert "Zum Liveticker" in page
