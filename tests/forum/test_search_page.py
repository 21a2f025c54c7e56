"""What does somebody see who looks for something?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.leaving import close_account
from accounts.limits import LIMITS, Limit, per
from articles.models import Article
from bench.filling import fill
from forum.forms import SearchForm
from forum.models import Discussion
from forum.muting import mute
from tests.factories import make_comment, make_discussion

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


def page(client, status: int = 200, **asked) -> str:
    answer = client.get("/search/", asked)
    assert answer.status_code == status, answer.status_code
    return " ".join(answer.content.decode().split())


class SearchPageTests:
    def test_a_hit_is_marked_and_leads_to_its_comment(self, client, discussion, alice):
        comment = make_comment(discussion, alice, "In der Wiener Straße stehen alte Häuser.")
        html = page(client, q="haus STRASSE")
        assert "Wiener <mark>Straße</mark> stehen alte <mark>Häuser</mark>." in html
        assert f'href="/comments/{comment.pk}/#comment-{comment.pk}"' in html
        assert str(discussion.article) in html
        assert 'href="/readers/Alice/"' in html
        assert "neueste zuerst" in html
        assert 'value="haus STRASSE"' in html

    def test_before_anything_is_asked_there_is_a_form_and_no_answer(self, client):
        html = page(client)
        assert 'name="q"' in html
        assert "Nichts gefunden" not in html

    def test_who_finds_nothing_is_told_what_may_help(self, client):
        html = page(client, q="Nachtigall")
        assert "Nichts gefunden." in html
        assert "Mit weniger Wörtern finden Sie mehr." in html

    def test_what_was_said_stays_text(self, client, discussion, alice):
        make_comment(discussion, alice, "Nachtigall <script>alert(1)</script> <b>& mehr</b>")
        html = page(client, q='Nachtigall "><script>')
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html
        assert '"><script>' not in html

    def test_more_follow_on_the_next_page(self, client, discussion, alice):
        for number in range(21):
            make_comment(discussion, alice, f"Nachtigall {number}")
        html = page(client, q="Nachtigall", author="alice", discussion=discussion.pk)
        assert html.count('class="entry"') == 20
        more = re.search(r'href="(\?[^"]+)"[^>]*>Ältere Beiträge', html)[1].replace("&amp;", "&")
        last = client.get("/search/" + more).content.decode()
        assert last.count('class="entry"') == 1
        assert "Ältere Beiträge" not in last

    def test_forged_cursor_is_refused_with_a_sentence(self, client):
        assert "Diese Adresse führt auf keine Seite" in page(client, 400, q="Ufer", after="W10:x")

    def test_in_one_discussion(self, client, discussion, alice):
        make_comment(discussion, alice, "Nachtigall hier.")
        make_comment(make_discussion(), alice, "Nachtigall dort.")
        html = page(client, q="Nachtigall", discussion=discussion.pk)
        assert "</mark> hier." in html
        assert "</mark> dort." not in html
        assert f"Nur in der Diskussion „{discussion.article}“" in html

    @pytest.mark.parametrize("wrong", ["0", "x", "-1", "9" * 30, ""])
    def test_a_discussion_that_is_none_is_no_page(self, client, wrong):
        page(client, 404, q="Ufer", discussion=wrong)

    def test_one_under_an_article_that_is_not_shown_is_no_page_either(self, client, discussion):
        Article.objects.update(state=Article.State.DRAFT)
        page(client, 404, q="Ufer", discussion=discussion.pk)

    def test_authors_are_found_in_any_case(self, client, discussion, alice, bob):
        make_comment(discussion, alice, "Nachtigall von Alice.")
        make_comment(discussion, bob, "Nachtigall von Bob.")
        html = page(client, q="Nachtigall", author=" aLICE ")
        assert "von Alice." in html
        assert "von Bob." not in html

    @pytest.mark.parametrize("name", ["Niemand", "\x00", "%", "a" * 500])
    def test_who_asks_for_nobody_is_told_so(self, client, name):
        assert "Nichts gefunden." in page(client, q="Nachtigall", author=name)
        assert "Hier heißt niemand so." in page(client, author=name.replace("\x00", "x"))

    def test_closed_accounts_have_no_name_to_be_found_by(self, client, discussion, alice):
        make_comment(discussion, alice, "Nachtigall.")
        alice.closing_at, alice.keeps_texts = timezone.now() - timedelta(minutes=1), True
        alice.save()
        close_account(alice)
        for name in ("Alice", "Gelöschtes Konto"):
            assert "Hier heißt niemand so." in page(client, author=name)
        html = page(client, q="Nachtigall")
        assert "Gelöschtes Konto" in html
        assert "Alice" not in html

    def test_moderators_are_found_without_their_names(self, client, discussion, mona):
        make_comment(discussion, mona, "Nachtigall.")
        html = page(client, q="Nachtigall")
        assert "Moderation</span>" in html
        assert "Mona" not in html

    def test_people_whom_the_reader_hides_stay_hidden(self, client, discussion, alice, bob):
        make_comment(discussion, bob, "Die Nachtigall schlägt.")
        mute(bob, reader=alice)
        client.force_login(alice)
        html = page(client, q="Nachtigall")
        assert "schlägt" not in html
        assert "Beitrag von Bob ausgeblendet." in html

    def test_nobody_keeps_it_and_no_search_engine_reads_it(self, client):
        answer = client.get("/search/?q=Ufer")
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies
        assert "Disallow: /search/" in client.get("/robots.txt").content.decode()

    def test_every_page_leads_to_it(self, client, discussion):
        assert 'href="/search/">Suche</a>' in client.get("/").content.decode()

    def test_a_page_costs_the_same_few_queries(self, client, discussion, alice):
        counts = []
        for number in (3, 60):
            fill(discussion, count=number, authors=[alice])
            with CaptureQueriesContext(connection) as captured:
                page(client, q="Rathaus", author="Alice", discussion=discussion.pk)
            counts.append(sum("SAVEPOINT" not in query["sql"] for query in captured))
        assert counts == [10, 10]


class DayTests:
    @pytest.mark.parametrize(
        "wrong",
        [*("31.02.2025", "2025-02-31", "0000-01-01", "01.01.0000", "1" + "0" * 400), "x", "\x00"],
    )
    @pytest.mark.parametrize("name", ["since", "until"])
    def test_a_day_that_does_not_exist_is_refused_and_the_rest_stays(self, client, name, wrong):
        html = page(client, 422, q="Nachtigall", author="Alice", **{name: wrong})
        assert "Bitte ein gültiges Datum." in html
        assert 'value="Nachtigall"' in html
        assert 'value="Alice"' in html
        assert "Nichts gefunden" not in html

    def test_days_are_written_either_way(self):
        for written in ("2025-02-04", "04.02.2025"):
            form = SearchForm({"since": written})
            assert form.is_valid()
            assert form.cleaned_data["since"].isoformat() == "2025-02-04"

    def test_the_last_day_is_not_before_the_first(self, client):
        html = page(client, 422, since="2025-02-04", until="2025-02-03")
        assert "Dieser Tag liegt vor dem ersten." in html


class LimitTests:
    def test_who_searches_without_end_has_to_wait_and_keeps_his_words(self, client, monkeypatch):
        monkeypatch.setitem(LIMITS, "search", Limit(address=(per(2, minutes=1),)))
        for _time in range(2):
            assert client.get("/search/?q=Ufer").status_code == 200
        refused = client.get("/search/?q=Ufer")
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
        assert 'value="Ufer"' in refused.content.decode()
        assert client.get("/search/").status_code == 200
