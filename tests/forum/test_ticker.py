"""What is a page of a live report told that is open while the newsroom writes?"""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from articles.publishing import save_article, write_entries
from articles.writing import add_entry, edit_entry, withdraw_entry
from forum.opening import lead, open_discussion
from forum.ticker import RUNNING, version_of
from tests.factories import MORNING, ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(anna) -> Article:
    report = ArticleFactory(kind=Article.Kind.LIVE, author=anna)
    open_discussion(article=report)
    add_entry(report, editor=anna, text="Die Sitzung beginnt.")
    report.refresh_from_db()
    return report


def ask(client, report: Article, **asked: int | str):
    """Since the version that the report had when it was last looked at."""
    address = reverse("forum:ticker_news", args=[report.slug, report.pk])
    return client.get(address, {"since": version_of(report)} | asked)


def told(client, report: Article) -> dict:
    response = ask(client, report)
    assert response.status_code == 200
    return json.loads(response.content)


class EntriesTests:
    def test_nothing_new_is_said_in_a_few_bytes(self, client, report):
        assert told(client, report) == {"version": version_of(report)}

    def test_new_ones_stand_below_what_is_above_them(self, client, report, anna):
        first = add_entry(report, editor=anna, text="Es wird abgestimmt.")
        second = add_entry(report, editor=anna, text="Angenommen.")
        news = told(client, report)["news"]
        assert news == [
            [f"entry-{second.pk}", "", ""],
            [f"entry-{first.pk}", f"entry-{second.pk}", ""],
        ]

    def test_reworded_one_takes_the_place_of_the_former(self, client, report, anna):
        entry = report.ticker_entries.get()
        edit_entry(entry, editor=anna, text="Die Sitzung beginnt später.")
        html = told(client, report)["html"]
        assert "Die Sitzung beginnt später." in html[f"#entry-{entry.pk}"]

    def test_withdrawn_one_goes_since_it_is_not_named(self, client, report, anna):
        entry = report.ticker_entries.get()
        other = add_entry(report, editor=anna, text="Es wird abgestimmt.")
        withdraw_entry(entry, editor=anna)
        html = told(client, report)["html"]
        assert html[f".ticker__entry:not(#entry-{other.pk})"] == ""
        withdraw_entry(other, editor=anna)
        assert told(client, report)["html"][".ticker__entry"] == ""

    def test_how_many_there_are_and_the_time_of_the_last_are_told(self, client, report, anna):
        add_entry(report, editor=anna, text="Es wird abgestimmt.")
        assert "2 Einträge" in told(client, report)["html"]["#last-entry"]

    def test_import_that_moves_entries_down_tells_the_new_ones_only(self, client, report):
        former = [(entry.time, entry.text) for entry in report.ticker_entries.all()]
        write_entries(report, entries=[(MORNING, "Es wird abgestimmt."), *former])
        save_article(Article.objects.get(pk=report.pk))
        assert len(told(client, report)["news"]) == 1

    def test_day_is_said_where_it_begins(self, client, report):
        yesterday = timezone.now() - timedelta(days=1)
        write_entries(
            report,
            entries=[(MORNING, "Drei."), (MORNING, "Zwei."), (yesterday, "Eins.")],
        )
        save_article(Article.objects.get(pk=report.pk))
        html = told(client, report)["html"]
        days = [
            "04.02.2025, 08:37 Uhr" in html[f"#entry-{entry.pk}"]
            for entry in report.ticker_entries.all()[:2]
        ]
        assert days == [True, False]


class ShownTests:
    def shown(self, client, report: Article, ids: str):
        address = reverse("forum:ticker_news_shown", args=[report.slug, report.pk])
        return client.get(address, {"ids": ids})

    def test_entries_come_as_they_stand_on_the_page_and_marked(self, client, report, anna):
        entry = add_entry(report, editor=anna, text="Es wird abgestimmt.")
        html = self.shown(client, report, f"entry-{entry.pk}").content.decode()
        assert html.count("<li") == 1
        assert "Es wird abgestimmt." in html
        assert "Neu" in html
        assert f"?about=entry-{entry.pk}" in html

    def test_nobody_is_asked_to_write_where_it_is_closed(self, client, report, mona):
        lead(report.discussion, by=mona, state="closed", question="")
        entry = report.ticker_entries.get()
        assert "?about" not in self.shown(client, report, f"entry-{entry.pk}").content.decode()

    def test_bad_ids_are_refused(self, client, report):
        assert self.shown(client, report, "comment-7").status_code == 400


class AnswerTests:
    def test_any_cache_may_keep_it_for_everybody(self, client, report, anna):
        response = ask(client, report)
        assert response["Cache-Control"].startswith("public, max-age=0, s-maxage=1")
        headers = {"If-None-Match": response["ETag"]}
        address = reverse("forum:ticker_news", args=[report.slug, report.pk])
        asked = {"since": version_of(report)}
        assert client.get(address, asked, headers=headers).status_code == 304
        add_entry(report, editor=anna, text="Es wird abgestimmt.")
        assert client.get(address, asked, headers=headers).status_code == 200

    @pytest.mark.parametrize("count", [10, 60])
    def test_as_many_queries_however_much_was_written(
        self, client, report, count, django_assert_num_queries
    ):
        write_entries(report, entries=[(MORNING, f"Minute {n}.") for n in range(count)])
        save_article(Article.objects.get(pk=report.pk))
        with django_assert_num_queries(3):
            assert len(told(client, report)["news"]) == min(count, 51)

    @pytest.mark.parametrize("since", ["", "-1", "gestern", "9" * 18, "9" * 400])
    def test_bad_versions_are_refused_with_a_sentence(self, client, report, since):
        response = ask(client, report, since=since)
        assert response.status_code == 400
        assert "Fassung" in response.content.decode()

    def test_only_live_reports_that_readers_can_open_are_known(self, client, report):
        assert ask(client, ArticleFactory(), since=1).status_code == 404
        Article.objects.filter(pk=report.pk).update(state=Article.State.WITHDRAWN)
        assert ask(client, report).status_code == 404


class RunningTests:
    def test_readers_of_a_report_that_is_over_ask_less_often(self, client, report):
        address = report.get_absolute_url()
        assert "data-longest" in client.get(address).content.decode()
        Article.objects.filter(pk=report.pk).update(updated_at=timezone.now() - 2 * RUNNING)
        assert "data-longest" not in client.get(address).content.decode()
