"""Does a file of the newspaper become the article that it says?"""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import TestCase
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from articles.importing import ImportRefused, import_article
from articles.models import Article, Topic
from articles.signals import article_published
from tests.samples import sample

SEED = "seed/article-de.txt"
EXAMPLE = Path(__file__).with_name("example.txt").read_text()
HEAD = "Umbau der Uferstraße\n\nRat stimmt für die Sperrung\n\n04.02.2025, 08:37 Uhr\n"


def imported(text: str) -> Article:
    return import_article(text, source_name="text")


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"))


def imported_or_refused(text: str) -> Article | ImportRefused:
    try:
        return imported(text)
    except ImportRefused as refusal:
        return refusal


class ImportArticleTests(TestCase):
    def test_every_part_of_the_layout_finds_its_place(self):
        article = imported(EXAMPLE)
        article.refresh_from_db()
        assert article.kicker == "Umbau der Uferstraße"
        assert article.headline == "Rat stimmt für die Sperrung der Uferstraße"
        assert article.slug == "rat-stimmt-fuer-die-sperrung-der-uferstrasse"
        assert article.published_at == berlin(2025, 2, 4, 8, 37)
        assert article.picture_caption == "Die Uferstraße am Montagmorgen."
        assert article.picture_alt == "Die Uferstraße am Montagmorgen."
        assert article.picture_credit == "Jan Vogt/Bote"
        assert article.paragraphs == ["Der Beschluss fiel nach vier Stunden Beratung."]
        first, second = article.ticker_entries.all()
        assert first.time == berlin(2025, 2, 4, 8, 10)
        assert first.text.startswith("Der Rat hat mit 21 zu 19")
        assert second.time is None
        assert second.text.startswith("Die Händler am Hafen")

    def test_the_kicker_names_the_topic_and_an_existing_one_is_found(self):
        topic = Topic.objects.create(title="Umbau der Uferstraße", slug="umbau")
        assert imported(EXAMPLE).topic == topic

    def test_the_invitation_sends_readers_to_the_topic_and_is_no_paragraph(self):
        article = imported(EXAMPLE)
        assert article.discussion_at == Article.DiscussionAt.TOPIC
        assert not any("Meinung" in paragraph for paragraph in article.paragraphs)

    def test_what_follows_the_invitation_in_its_paragraph_is_kept(self):
        article = imported(EXAMPLE.replace("gesammelt.", "gesammelt. Der Rat tagt am Montag."))
        assert article.paragraphs[-1] == "Der Rat tagt am Montag."

    def test_without_invitation_readers_discuss_under_the_article(self):
        article = imported(HEAD + "\nDer Beschluss fiel spät.\n")
        assert article.discussion_at == Article.DiscussionAt.HERE

    def test_what_the_newsroom_closed_to_discussion_stays_closed(self):
        article = imported(EXAMPLE)
        Article.objects.update(discussion_at="nowhere")
        assert imported(EXAMPLE).discussion_at == "nowhere"
        assert Article.objects.get() == article

    def test_what_the_newsroom_took_from_its_topic_is_discussed_below_it(self):
        inviting = EXAMPLE
        assert imported(inviting).discussion_at == "topic"
        Article.objects.update(topic=None, discussion_at="here")
        article = imported(inviting.replace("vier Stunden", "fünf Stunden"))
        assert article.paragraphs == ["Der Beschluss fiel nach fünf Stunden Beratung."]
        assert article.discussion_at == "here"

    def test_related_topics_are_made_and_an_empty_list_makes_none(self):
        titles = imported(EXAMPLE).related_topics.values_list("title", flat=True)
        assert set(titles) == {"Wochenmarkt", "Hochwasserschutz"}
        without = EXAMPLE[: EXAMPLE.index("Wochenmarkt")].rstrip()
        assert not imported(without).related_topics.exists()

    def test_topics_with_look_alike_addresses_get_two(self):
        imported(HEAD + "\nText.\n\nVerwandte Themen\nUmbau der Uferstrasse\n")
        assert set(Topic.objects.values_list("slug", flat=True)) == {
            "umbau-der-uferstrasse",
            "umbau-der-uferstrasse-2",
        }

    def test_entries_do_not_make_a_live_report_but_its_headline_does(self):
        assert imported(EXAMPLE).kind == Article.Kind.REPORT
        live = imported(EXAMPLE.replace("Rat stimmt", "Liveticker: Rat stimmt"))
        assert live.kind == Article.Kind.LIVE

    def test_no_break_spaces_become_spaces(self):
        article = imported(HEAD + "\nVier\u00a0\u00a0Stunden\u202flang.\n")
        assert article.paragraphs == ["Vier Stunden lang."]

    def test_a_vote_at_the_beginning_of_an_entry_is_no_time(self):
        entry = imported(HEAD + "\n+++ 21:19 Stimmen für die Sperrung\n").ticker_entries.get()
        assert entry.time is None
        assert entry.text == "21:19 Stimmen für die Sperrung"

    def test_a_late_time_in_an_early_text_was_yesterday(self):
        entry = imported(HEAD + "\n+++ 23:50 Uhr Die Sitzung endet. +++\n").ticker_entries.get()
        assert entry.time == berlin(2025, 2, 3, 23, 50)
        assert entry.text == "Die Sitzung endet."

    def test_a_caption_that_is_not_repeated_leaves_the_whole_credit(self):
        article = imported(HEAD + "Am Ufer.\n\n© Jan Vogt\n\nText.\n")
        assert article.picture_caption == "Am Ufer."
        assert (article.picture_credit, article.picture_alt) == ("Jan Vogt", "")

    def test_windows_line_ends_and_byte_order_mark_change_nothing(self):
        article = imported(EXAMPLE)
        assert imported("\ufeff" + EXAMPLE.replace("\n", "\r\n")) == article


class ImportAgainTests(TestCase):
    def setUp(self):
        self.announced: list[Article] = []
        article_published.connect(self.announce)
        self.addCleanup(article_published.disconnect, self.announce)

    def announce(self, article: Article, **kwargs) -> None:
        self.announced.append(article)

    def test_the_same_text_twice_makes_one_article_and_is_told_once(self):
        first = imported(EXAMPLE)
        second = imported(EXAMPLE)
        assert first == second
        assert self.announced == [first]
        assert Article.objects.get().updated_at == first.updated_at

    def test_a_changed_text_updates_the_article_and_is_told(self):
        article = imported(EXAMPLE)
        imported(EXAMPLE.replace("vier Stunden", "fünf Stunden"))
        article.refresh_from_db()
        assert article.paragraphs == ["Der Beschluss fiel nach fünf Stunden Beratung."]
        assert self.announced == [article, article]

    def test_entries_keep_their_row_while_their_text_stays(self):
        first, second = imported(EXAMPLE).ticker_entries.all()
        news = "+++ 08:30 Uhr: Der Bürgermeister will am Mittag sprechen.\n\n+++ 08:10"
        fresh, same, changed = imported(
            EXAMPLE.replace("+++ 08:10", news).replace("wollen klagen", "klagen nicht")
        ).ticker_entries.all()
        assert same == first
        assert fresh.text == "Der Bürgermeister will am Mittag sprechen."
        assert changed.text.startswith("Die Händler am Hafen klagen nicht.")
        assert changed.pk != second.pk

    def test_another_time_is_another_article(self):
        imported(EXAMPLE)
        imported(EXAMPLE.replace("08:37", "08:38"))
        assert Article.objects.count() == 2

    def test_a_withdrawn_article_is_updated_but_not_announced(self):
        imported(EXAMPLE)
        Article.objects.update(state="withdrawn")
        imported(EXAMPLE.replace("vier Stunden", "fünf Stunden"))
        assert Article.objects.get().state == "withdrawn"
        assert len(self.announced) == 1


class RefuseTests(TestCase):
    def assert_refused(self, text: str, *, line: int, reason: str) -> None:
        with pytest.raises(ImportRefused) as refusal:
            imported(text)
        assert refusal.value.line == line
        assert reason in refusal.value.reason
        assert not Article.objects.exists()
        assert not Topic.objects.exists()

    def test_empty_file(self):
        self.assert_refused("", line=1, reason="Die Datei endet, bevor")

    def test_missing_kicker(self):
        text = EXAMPLE.partition("\n\n")[2]
        self.assert_refused(text, line=3, reason="fehlt Dachzeile oder Überschrift")

    def test_missing_time(self):
        text = EXAMPLE.replace("04.02.2025, 08:37 Uhr", "Dienstag früh")
        self.assert_refused(text, line=5, reason="„04.02.2025, 08:37 Uhr“")

    def test_day_that_does_not_exist(self):
        text = EXAMPLE.replace("04.02.2025", "31.02.2025")
        self.assert_refused(text, line=5, reason="„04.02.2025, 08:37 Uhr“")

    def test_kicker_too_long_for_a_topic(self):
        text = EXAMPLE.replace("Umbau der Uferstraße\n", "U" * 121 + "\n", 1)
        self.assert_refused(text, line=1, reason="höchstens 120 Zeichen lang sein; sie hat 121")

    def test_nothing_below_the_time(self):
        self.assert_refused(HEAD, line=6, reason="keinen Text")

    def test_empty_entry(self):
        self.assert_refused(HEAD + "\nText.\n\n+++\n", line=9, reason="Tickereintrag ist leer")

    def test_credit_in_the_middle_of_the_text(self):
        text = HEAD + "\nText.\n\nMehr Text.\n\n© Jan Vogt\n"
        self.assert_refused(text, line=11, reason="nur unter einer Bildunterschrift")

    def test_null_byte(self):
        self.assert_refused(HEAD + "\nTe\0xt.\n", line=7, reason="Steuerzeichen")


class AnyTextTests(HypothesisTestCase):
    pieces = (
        st.sampled_from(
            [
                "",
                "+++",
                "+++ 25:99 Uhr",
                "©",
                "© dpa",
                "Verwandte Themen",
                "Hier können Sie Ihre Meinung zum 1. FC kundtun.",
                *EXAMPLE.split("\n"),
            ]
        )
        | st.text()
        | st.text(st.characters())
    )  # the last one with halves of surrogate pairs
    texts = st.lists(pieces).map("\n".join)

    @limits(max_examples=300, deadline=None)
    @given(head=st.sampled_from(["", HEAD]), rest=texts)
    def test_any_text_is_imported_or_refused_with_a_line(self, head, rest):
        text = head + rest
        outcome = imported_or_refused(text)
        if isinstance(outcome, Article):
            assert imported(text) == outcome
            return
        line_count = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        assert 1 <= outcome.line <= line_count
        assert outcome.reason


class SeedTests(TestCase):
    """The file that the layout was read from lies beside the checkout, not in it."""

    def setUp(self):
        self.text = sample(SEED).read_text()

    def test_it_comes_in_without_loss(self):
        article = imported(self.text)
        kicker, headline, time, caption, *_rest = [
            line.strip() for line in self.text.splitlines() if line.strip()
        ]
        assert (article.kicker, article.headline) == (kicker, headline)
        assert article.topic.title == kicker
        assert f"{article.published_at:%d.%m.%Y, %H:%M Uhr}" == time
        assert article.picture_caption == article.picture_alt == caption
        assert article.picture_credit == "Uncredited/dpa"
        entries = [line[4:] for line in self.text.splitlines() if line.startswith("+++ ")]
        assert [entry.text for entry in article.ticker_entries.all()] == entries
        assert len(entries) == 3
        assert article.paragraphs == []
        assert article.discussion_at == Article.DiscussionAt.TOPIC
        assert article.related_topics.count() == 0
