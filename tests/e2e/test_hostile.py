"""Does the short form of `make hostile` find nothing, and would it find something?"""

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from forum.models import Revision
from tests.factories import make_comment, make_discussion
from tests.hostile.asking import Asking
from tests.hostile.counting import Counts
from tests.hostile.lines import Line, hostile_lines
from tests.hostile.naming import picture_names
from tests.hostile.papers import Paper, handfuls, learn
from tests.hostile.reading import Judge
from tests.hostile.showing import BOXES, TEXTS, Stage, ink_outside
from tests.hostile.trapping import trap_connections

pytestmark = pytest.mark.e2e

# Of each category of four thousand lines one in so many: about twenty-five.
EVERY = 300
PILE = "a" + "\u0301" * 40


@pytest.fixture
def judge(browser: Browser) -> Iterator[Judge]:
    page = browser.new_page()
    yield Judge(page)
    page.close()


class ShortFormTests:
    # More than a minute: at the end the other processes would wait for it.
    @pytest.mark.first
    @pytest.mark.timeout(300)
    def test_some_of_each_kind_break_nothing(
        self, transactional_db, browser, judge, live_server, settings
    ):
        settings.RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS = False
        counts = Counts()
        asking = Asking(judge, counts)
        house = learn(asking)
        stage = Stage(browser, live_server.url, counts)
        for lines in handfuls(hostile_lines(every=EVERY)):
            paper = Paper(asking, lines, house)
            paper.go_in()
            assert sum(stage.provoke(*opened) for opened in paper.addresses()) > 1_000
            assert stage.measure(paper.address) > len(lines)
            stage.obey(None, [paper.address])
            stage.obey(paper.staff.moderator, [paper.case])
            paper.be_judged(singly=8)
            assert sum(stage.provoke(*opened) for opened in paper.judged_addresses()) > 1_000
            assert stage.provoke_texts(paper.loose) > 1_000
        assert picture_names([Line("name", "harmless", "Jürgen Groß")], stage) == 1
        assert counts.breaks == []
        assert counts.lawful_share >= 0.95
        assert counts.tried > 150
        assert counts.shown > 100


class TrapTests:
    def test_whoever_asks_outside_is_noted_and_stays(self, monkeypatch):
        for name in ("connect", "connect_ex"):
            monkeypatch.setattr(socket.socket, name, getattr(socket.socket, name))
        counts = Counts()
        trap_connections(counts)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("192.0.2.1", 80), timeout=1)
        assert counts.breaks == [("asked outside", "('192.0.2.1', 80)")]

    def test_this_machine_may_be_asked(self, monkeypatch):
        monkeypatch.setattr(socket.socket, "connect", socket.socket.connect)
        monkeypatch.setattr(socket.socket, "connect_ex", socket.socket.connect_ex)
        counts = Counts()
        trap_connections(counts)
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname()).close()
        assert counts.breaks == []


class JudgeTests:
    """What would get out is seen, wherever it lands."""

    PAGE = (
        '<main><p class="entry__text">{}</p><div class="comment__body" hx-disable>{}</div></main>'
    )

    @pytest.fixture
    def learnt(self, judge) -> Judge:
        judge.read(self.PAGE.format("Ufer", "<p>Ufer</p>"))
        judge.learns = False
        return judge

    def test_harmless_text_is_nothing_strange(self, learnt):
        found = learnt.read(self.PAGE.format("&lt;b&gt;", "<p>Am <em>Ufer</em></p>"))
        assert found.strange == []
        assert found.rich == ["Am Ufer"]

    @pytest.mark.parametrize(
        "got_out",
        [
            "<b>x</b>",
            "<script>x()</script>",
            "<img src=x onerror=x()>",
            "<a href=javascript:x()>x</a>",
            "<p onclick=x()>x</p>",
            "<p hx-get=/x/>x</p>",
            "<!-- x -->",
            "</p></div><section>x",
            "<svg><a xlink:href=x>x</a></svg>",
        ],
    )
    def test_what_got_out_is_seen(self, learnt, got_out):
        assert learnt.read(self.PAGE.format(got_out, "")).strange
        assert learnt.read(self.PAGE.format("", f"<p>{got_out}</p>")).strange

    @pytest.mark.parametrize(
        ("address", "is_ours"),
        [("/ufer/", True), ("", True), ("//evil.example", False), ("/\\evil.example", False),
         ("/\t/evil.example", False), ("javascript:alert(1)", False)],
    )  # fmt: skip
    def test_a_browser_knows_where_an_address_leads(self, judge, address, is_ours):
        assert judge.is_ours(address) is is_ours

    @pytest.mark.parametrize(
        "html",
        ["<a href='//evil.example' rel=x>x</a>", "<a href='https://a@b' rel=x>x</a>", "<p id=x>"],
    )
    def test_what_no_comment_may_have_is_seen(self, learnt, html):
        assert learnt.read(self.PAGE.format("", html)).strange

    def test_feed_that_is_no_xml_is_seen(self, judge):
        assert judge.read_feed("<feed>\x01</feed>").strange
        assert judge.read_feed("<feed><entry><summary>&lt;b&gt;x</summary></entry></feed>").strange


class StageTests:
    @pytest.fixture
    def stage(self, transactional_db, browser, live_server) -> Stage:
        return Stage(browser, live_server.url, Counts())

    @pytest.mark.parametrize(
        "html",
        [
            "<p><img src=x onerror=alert(1)></p>",
            "<p onmouseover=alert(1)>x</p>",
            "<p><img src=https://evil.example/></p>",
        ],
    )
    def test_what_runs_or_asks_elsewhere_is_heard(self, stage, alice, html):
        comment = make_comment(make_discussion(), alice)
        Revision.objects.filter(comment=comment).update(html=html)
        stage.provoke(None, [comment.get_absolute_url()])
        assert stage.counts.executed

    def test_what_offends_against_the_policy_is_heard(self, stage, alice):
        comment = make_comment(make_discussion(), alice)
        Revision.objects.filter(comment=comment).update(html="<p onmouseover=alert(1)>x</p>")
        stage.obey(None, [comment.get_absolute_url()])
        assert stage.counts.violations

    def test_what_runs_in_html_without_an_address_is_heard(self, stage):
        stage.provoke_texts({"mail": "<p>x</p>", "export": "<script>alert(1)</script>"})
        assert [what for _kind, what in stage.counts.breaks] == ["export: alert(1)"]

    @pytest.mark.parametrize(("overflow", "is_seen"), [("visible", True), ("hidden", False)])
    def test_ink_outside_a_box_is_seen(self, browser, overflow, is_seen):
        page = browser.new_page()
        page.set_content(
            f'<p class="comment__body" style="margin: 200px; overflow: {overflow}">{PILE}</p>'
        )
        assert bool(ink_outside(page, page.evaluate(BOXES, TEXTS))) is is_seen
        page.close()
