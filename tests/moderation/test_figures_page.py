"""Who sees which figures, what does a wrong question get, and how does a table leave the house?"""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from moderation.figures.charts import WIDTH, chart_of
from moderation.figures.spreadsheets import as_csv, harmless
from moderation.figures.tables import Row, Share, Table
from moderation.models import Edition
from moderation.queue import open_case
from tests.factories import make_comment, make_discussion, make_edition, reworded
from tests.moderation.test_figures import let_stand, objected, removed
from tests.samples import hostile

PAGE = "/moderation/figures/"
HOUSE = ["cases", "course", "checks", "moderators", "measures", "grounds", "comparison", "flags"]
HOUSE += ["transparency"]


@pytest.fixture
def decisions(alice, bob, mona, max_):
    discussion = make_discussion()
    comment = make_comment(discussion, bob, status="held")
    objected(comment, "links")
    removed(open_case(comment, reason="held"), mona)
    let_stand(open_case(make_comment(discussion, alice), reason="opened"), max_)


@pytest.fixture
def senior(client, max_):
    client.force_login(max_)
    return client


@pytest.fixture
def moderator(client, mona):
    client.force_login(mona)
    return client


def tables_of(response):
    return re.findall(r'<section class="figure" id="(\w+)"', response.content.decode())


def rows_of(response, table):
    """Label -> cells as they are read."""
    html = response.content.decode().split(f'id="{table}"')[1].split("</section>")[0]
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", html, re.DOTALL):
        label, *cells = re.split(r"</th>|</td>", re.sub(r"<(?!/t[hd])[^>]+>", "", row))
        found[label] = [cell for cell in cells if cell.strip()]
    return found


@pytest.mark.usefixtures("decisions")
class WhoTests:
    def test_a_senior_sees_the_house(self, senior):
        response = senior.get(PAGE)
        assert tables_of(response) == HOUSE
        assert set(rows_of(response, "moderators")) == {"Mona", "Max"}
        assert response["Cache-Control"] == "private, no-store"

    def test_a_moderator_sees_his_own_and_nothing_of_others(self, moderator):
        response = moderator.get(PAGE)
        assert tables_of(response) == ["moderators", "measures", "grounds", "comparison"]
        assert set(rows_of(response, "moderators")) == {"Mona"}
        assert list(rows_of(response, "measures")) == ["Entfernen"]
        assert "Max" not in response.content.decode()
        assert "csv" not in response.content.decode()

    def test_a_moderator_may_ask_for_himself_by_name_and_for_nobody_else(
        self, moderator, mona, max_, bob
    ):
        assert moderator.get(PAGE, {"moderator": mona.pk}).status_code == 200
        for other in (max_.pk, bob.pk, 999_999):
            response = moderator.get(PAGE, {"moderator": other})
            assert response.status_code == 403
            assert "Sie sehen Ihre eigenen Zahlen" in response.content.decode()

    def test_a_senior_goes_from_the_house_to_one_and_back(self, senior, mona):
        page = senior.get(f"{PAGE}?period=30").content.decode()
        assert f'href="?period=30&amp;moderator={mona.pk}"' in page
        response = senior.get(PAGE, {"period": 30, "moderator": mona.pk})
        assert list(rows_of(response, "measures")) == ["Entfernen"]
        assert "Zahlen: Mona" in response.content.decode()
        assert 'href="?period=30"' in response.content.decode()

    def test_readers_have_no_figures_and_nobody_else_can_be_asked_for(self, senior, bob):
        assert senior.get(PAGE, {"moderator": bob.pk}).status_code == 404
        assert senior.get(PAGE, {"moderator": "999999"}).status_code == 404

    def test_only_seniors_take_a_table_with_them(self, moderator, mona):
        response = moderator.get(f"{PAGE}measures.csv", {"moderator": mona.pk})
        assert response.status_code == 403

    def test_the_desk_leads_here(self, moderator):
        assert f'href="{PAGE}"' in moderator.get("/moderation/").content.decode()


class QuestionTests:
    @pytest.mark.parametrize("period", ["today", "7", "30", "90"])
    def test_each_period_is_named_and_kept(self, senior, decisions, period):
        page = senior.get(PAGE, {"period": period}).content.decode()
        assert f'period={period}" aria-current="true"' in page
        assert f'name="period" value="{period}"' in page

    def test_seven_days_are_usual(self, senior):
        page = senior.get(PAGE).content.decode()
        assert '?period=7" aria-current="true"' in page
        first = timezone.localdate() - timedelta(days=6)
        assert f"{first:%d.%m.%Y} bis {timezone.localdate():%d.%m.%Y}" in page

    @pytest.mark.parametrize("period", ["8", "year", "-7", "7 ", "\x00", "٧"])
    def test_a_period_that_never_was_is_not_found(self, senior, period):
        assert senior.get(PAGE, {"period": period}).status_code == 404
        assert senior.get(f"{PAGE}cases.csv", {"period": period}).status_code == 404

    @pytest.mark.parametrize("moderator", ["abc", "-1", "0", "9" * 30, "1,2", "\x00"])
    def test_a_moderator_that_is_no_number_is_not_found(self, senior, moderator):
        assert senior.get(PAGE, {"moderator": moderator}).status_code == 404

    def test_a_day_to_come_is_refused_in_words_and_still_in_the_form(self, senior):
        tomorrow = timezone.localdate() + timedelta(days=1)
        response = senior.get(PAGE, {"until": tomorrow.isoformat(), "period": "30"})
        assert response.status_code == 400
        page = response.content.decode()
        assert "Dieser Tag kommt erst noch." in page
        assert f'value="{tomorrow.isoformat()}"' in page
        assert tables_of(response) == []
        # The ways on do not lead to the same refusal.
        assert 'href="?period=7"' in page
        export = senior.get(f"{PAGE}cases.csv", {"until": tomorrow.isoformat()})
        assert export.status_code == 400
        assert "Dieser Tag kommt erst noch." in export.content.decode()

    @pytest.mark.parametrize("until", ["0001-01-01", "2020-05-01", "gestern", "31.02.2026", "\x00"])
    def test_no_day_or_one_of_long_ago_is_refused_in_words(self, senior, until):
        response = senior.get(PAGE, {"until": until})
        assert response.status_code == 400
        assert 'class="form__errors"' in response.content.decode() or (
            "field__errors" in response.content.decode()
        )

    def test_a_day_can_be_written_in_german(self, senior):
        yesterday = timezone.localdate() - timedelta(days=1)
        page = senior.get(PAGE, {"until": f"{yesterday:%d.%m.%Y}", "period": "today"})
        assert f"{yesterday:%d.%m.%Y} bis {yesterday:%d.%m.%Y}" in page.content.decode()

    def test_an_unknown_table_is_not_found(self, senior, mona):
        assert senior.get(f"{PAGE}secrets.csv").status_code == 404
        assert senior.get(f"{PAGE}cases.csv", {"moderator": mona.pk}).status_code == 404


class CostTests:
    def test_the_number_of_queries_is_the_same_for_much_and_for_little(
        self, senior, decisions, alice, bob, mona
    ):
        senior.get(PAGE)
        with CaptureQueriesContext(connection) as few:
            senior.get(PAGE)
        discussion = make_discussion()
        for ground in ("off_topic", "threat", "advertising", "group_contempt"):
            comment = make_comment(discussion, bob)
            removed(open_case(comment, reason="opened"), mona, ground=ground)
        with CaptureQueriesContext(connection) as many:
            senior.get(f"{PAGE}?period=90")
        assert len(few) == len(many) == 22


TABLE = Table(
    name="grounds",
    title="Gründe",
    note="Worauf.",
    columns=["Grund", "Entscheidungen", "Anteil", "Dauer"],
    rows=[
        Row("Drohung", [1_204, Share(1, 3), timedelta(hours=49, minutes=5, seconds=3)]),
        Row("=1+1", [0, Share(0, 0), None]),
    ],
    charted=(0,),
)


class SpreadsheetTests:
    def test_as_german_excel_expects_it(self):
        assert as_csv(TABLE) == (
            '\ufeff"Grund";"Entscheidungen";"Anteil";"Dauer"\r\n'
            '"Drohung";"1204";"33,3";"49:05:03"\r\n'
            '"\'=1+1";"0";"";""\r\n'
        )

    @pytest.mark.parametrize(
        "text",
        ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n1", " =1", "＝1", "＋1", "－1", "＠1"],
    )
    def test_what_would_compute_is_text(self, text):
        assert harmless(text) == f"'{text}"

    def test_hostile_cells_come_out_as_they_went_in_and_begin_with_nothing_active(self):
        for line in hostile("spreadsheet"):
            table = Table("x", "", "", ["Was"], [Row(line["text"], [])])
            (cell,) = list(csv.reader(StringIO(as_csv(table)[1:], newline=""), delimiter=";"))[1]
            assert cell.removeprefix("'") == line["text"]
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))

    def test_an_ordinary_word_stays_as_it_is(self):
        assert harmless("persönlicher Angriff – Punkt 2") == "persönlicher Angriff – Punkt 2"

    def test_the_file_has_a_fixed_name_and_the_tables_rows(self, senior, decisions):
        today = timezone.localdate()
        response = senior.get(f"{PAGE}measures.csv", {"period": "today"})
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Content-Disposition"] == (
            f'attachment; filename="moderation-measures-{today}-{today}.csv"'
        )
        assert response["Cache-Control"] == "private, no-store"
        assert response.content.startswith(b"\xef\xbb\xbf")
        assert '"Entfernen";"1";"0";"0"' in response.content.decode("utf-8-sig")

    def test_no_name_of_a_moderator_leaves_the_house(self, senior, decisions, mona, max_):
        sent = senior.get(f"{PAGE}moderators.csv").content.decode("utf-8-sig")
        assert "Mona" not in sent
        assert "Max" not in sent
        assert {f'"{mona.pk}"', f'"{max_.pk}"'} <= set(re.findall(r'^"\d+"', sent, re.MULTILINE))

    def test_every_table_of_the_house_can_be_taken(self, senior, decisions):
        for table in HOUSE:
            assert senior.get(f"{PAGE}{table}.csv").status_code == 200, table


class ChartTests:
    def test_bars_are_as_long_as_their_numbers_and_small_ones_are_seen(self):
        table = Table(
            "x", "", "", ["Was", "Wie oft"], [Row(str(n), [n]) for n in (1_000, 500, 1, 0)],
            charted=(0,),
        )  # fmt: skip
        chart = chart_of(table)
        assert [bar.width for bar in chart.bars] == [WIDTH, WIDTH / 2, 1, 0]
        assert "1.000" in [label.text for label in chart.labels]

    def test_nothing_to_see_is_no_chart(self):
        assert chart_of(Table("x", "", "", ["Was"], [Row("a", [0])], charted=(0,))) is None
        assert chart_of(Table("x", "", "", ["Was"], [], charted=(0,))) is None

    def test_coordinates_are_no_german_numbers(self, senior, decisions):
        page = senior.get(PAGE).content.decode()
        charts = re.findall(r"<svg class=\"chart\".*?</svg>", page, re.DOTALL)
        assert len(charts) >= 6
        for value in re.findall(r' (?:x|y|width|height|x2|y1|y2)="([^"]*)"', " ".join(charts)):
            assert re.fullmatch(r"\d+(\.\d+)?", value), value
        assert "style=" not in page

    def test_each_chart_has_its_table(self, senior, decisions):
        page = senior.get(PAGE).content.decode()
        for section in page.split('<section class="figure"')[1:]:
            if "<svg" in section:
                assert "<table" in section
                assert "<figcaption" in section
                assert 'role="img" aria-label="Diagramm zur Tabelle' in section

    def test_words_of_others_stay_text_in_tables_and_charts(
        self, senior, decisions, bob, mona, max_
    ):
        wicked = '=<script>alert("1")</script>'
        clauses = Edition.objects.of("netiquette")[0].clauses
        make_edition(
            held_since=timezone.now() - timedelta(minutes=1),
            clauses=reworded(clauses, "threat", noun_de=wicked),
        )
        mona.name = "<b>Mona</b>"
        mona.save(update_fields=["name"])
        comment = make_comment(make_discussion(), bob)
        removed(open_case(comment, reason="opened"), mona, ground="threat")
        page = senior.get(PAGE).content.decode()
        assert "<script>alert" not in page
        assert "<b>Mona" not in page
        assert page.count("=&lt;script&gt;alert") == 2
        assert page.count("&lt;b&gt;Mona&lt;/b&gt;") == 2
        sent = senior.get(f"{PAGE}grounds.csv").content.decode("utf-8-sig")
        assert '"\'=<script>alert(""1"")</script>"' in sent
