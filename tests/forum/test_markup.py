"""How a reader's text becomes safe HTML."""

import re
import time
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError

from forum.graphemes import count_characters
from forum.markup import (
    MAX_CHARACTERS,
    clean_body,
    fingerprint,
    quoted,
    render,
)
from tests.hostile.lines import hostile_lines

ALLOWED = {"p", "br", "em", "strong", "blockquote", "ul", "li", "a"}
FAMILY = "👨‍👩‍👧‍👦"


class Shown(HTMLParser):
    """What a browser would make of it: the elements, their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.elements.append(("comment", {}))


def without_marks(text: str) -> str:
    """Letters in their order; readers' marks and white space aside."""
    return re.sub(r"[\\*_>\-+\s]", "", text)


def cleaned(text: str) -> str:
    """Empty where the reader is told what is wrong with it."""
    try:
        return clean_body(text)
    except ValidationError:
        return ""


def hostile_texts():
    """Every line of every file, the pathological ones scaled to the length limit."""
    return [(line.name, line.text) for line in hostile_lines()]


class HostileTextTests:
    def test_folder_is_there(self):
        assert len(list(hostile_texts())) > 3900

    def test_nothing_but_allowed_elements_and_the_text_as_typed(self):
        for name, text in hostile_texts():
            # Time of this thread: the machine may be busy with other tests.
            started = time.thread_time()
            body = cleaned(text)
            page = Shown(render(body))
            assert time.thread_time() - started < 1, name
            for tag, attributes in page.elements:
                assert tag in ALLOWED, name
                if tag == "a":
                    assert set(attributes) == {"href", "rel"}, name
                    assert attributes["href"].lower().startswith(("http://", "https://")), name
                    assert attributes["rel"] == "nofollow ugc noopener", name
                else:
                    assert attributes == {}, name
            assert without_marks(page.text) == without_marks(body), name

    def test_hardly_any_of_it_is_refused(self):
        assert sum(cleaned(text) == "" for _name, text in hostile_texts()) < 25

    def test_cleaning_twice_changes_nothing(self):
        for name, text in hostile_texts():
            body = cleaned(text)
            assert cleaned(body) == body, name

    @pytest.mark.parametrize(
        "piece",
        ["> ", "[", "*a **a ", "**", "*_", "- a\n", ">\n", "http://a.de/ ", "http://", "a@b.de "],
    )
    def test_b13_endless_repetition_is_answered_within_a_second(self, piece):
        text = (piece * MAX_CHARACTERS)[:MAX_CHARACTERS]
        started = time.thread_time()
        render(cleaned(text))
        assert time.thread_time() - started < 1

    def test_marks_on_twenty_kilobytes_do_not_hold_it_up(self):
        started = time.thread_time()
        clean_body("a" + "\u0301\u0316" * 5000)
        assert time.thread_time() - started < 1


class CleanBodyTests:
    @pytest.mark.parametrize("text", ["", "  \n\t", "\u200b", "\u2800 \u3164", "\ufeff", "> \n- "])
    def test_b1_nothing_to_read(self, text):
        with pytest.raises(ValidationError, match=r"Bitte schreiben Sie etwas\."):
            clean_body(text)

    def test_b2_one_character_too_long(self):
        assert clean_body("ä" * 5000)
        sentence = r"Ihr Beitrag ist 1 Zeichen zu lang \(höchstens 5\.000\)\."
        with pytest.raises(ValidationError, match=sentence):
            clean_body("ä" * 5001)

    def test_b2_an_emoji_counts_once(self):
        text = FAMILY * 800
        assert clean_body(text) == text
        with pytest.raises(ValidationError, match="2 Zeichen zu lang"):
            clean_body("a" * 4999 + FAMILY * 3)

    def test_b2_line_ends_count_once(self):
        assert clean_body("ab\r\ncd\ref") == "ab\ncd\nef"

    def test_more_bytes_than_any_real_text_are_refused(self):
        with pytest.raises(ValidationError) as refused:
            clean_body(FAMILY * 1000)
        assert refused.value.code == "too_long"

    def test_b5_nul_and_control_characters_vanish(self):
        assert clean_body("a\x00b\x07c\x9fd\te") == "abcd\te"

    def test_b6_lone_surrogate_is_refused(self):
        with pytest.raises(ValidationError) as refused:
            clean_body("a\ud800b")
        assert refused.value.code == "invalid_characters"

    def test_b14_four_marks_stay(self):
        zalgo = "H" + "\u0335\u0321\u0316\u0317" * 12 + "i"
        assert clean_body(zalgo) == "H" + clean_body("H\u0335\u0321\u0316\u0317")[1:] + "i"
        assert len(clean_body(zalgo)) == 6

    def test_b14_joiners_between_marks_do_not_help(self):
        assert clean_body("a" + "\u0335\u200d" * 40).count("\u0335") == 4

    def test_b15_what_is_opened_is_closed_in_its_line(self):
        assert clean_body("a\u202eb\u2067c\nd") == "a\u202eb\u2067c\u2069\u202c\nd"

    def test_b15_what_closes_nothing_vanishes(self):
        assert clean_body("a\u202cb\u2069c") == "abc"

    @pytest.mark.parametrize("text", ["😀" * 2000, FAMILY, "🇩🇪🇫🇷", "👍🏽", "1️⃣", "नमस्ते", "שָׁלוֹם"])
    def test_b16_emoji_and_scripts_stay_as_they_are(self, text):
        assert clean_body(text) == text

    def test_letters_are_composed(self):
        assert clean_body("a\u0308") == "ä"

    def test_quotes_five_deep_pass_six_are_refused(self):
        assert clean_body("> " * 5 + "x")
        with pytest.raises(ValidationError, match="fünf Ebenen"):
            clean_body("> " * 6 + "x")

    def test_lists_are_refused_before_the_parser_drops_their_text(self):
        with pytest.raises(ValidationError) as refused:
            clean_body("- " * 60 + "x")
        assert refused.value.code == "too_deep"


class CountCharactersTests:
    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ("", 0),
            ("Straße", 6),
            ("e\u0301", 1),
            (FAMILY, 1),
            ("👍🏽", 1),
            ("❤️‍🔥", 1),
            ("🇩🇪🇫🇷", 2),
            ("🇩", 1),
            ("1️⃣2", 2),
            ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
            ("a\u200db", 2),
            ("\n\n", 2),
            ("한국", 2),
        ],
    )
    def test_as_a_reader_sees_them(self, text, count):
        assert count_characters(text) == count


class RenderTests:
    @pytest.mark.parametrize(
        ("typed", "html"),
        [
            ("Das ist *wichtig*.", "<p>Das ist <em>wichtig</em>.</p>"),
            ("Das ist **sehr** wichtig.", "<p>Das ist <strong>sehr</strong> wichtig.</p>"),
            ("eins\nzwei", "<p>eins<br>\nzwei</p>"),
            ("> Zitat", "<blockquote>\n<p>Zitat</p>\n</blockquote>"),
            ("- eins\n- zwei", "<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>"),
            ("1987. Das war ein Jahr.", "<p>1987. Das war ein Jahr.</p>"),
            ("# Wut", "<p># Wut</p>"),
            ("`code`", "<p>`code`</p>"),
            ("    eingerückt", "<p>eingerückt</p>"),
            ("&lt; & &amp;", "<p>&amp;lt; &amp; &amp;amp;</p>"),
            ("Leser*innen und Autor*innen", "<p>Leser*innen und Autor*innen</p>"),
            ("3*4*5 = 60", "<p>3*4*5 = 60</p>"),
            ("{{7*7}} ${7*7}", "<p>{{7*7}} ${7*7}</p>"),
        ],
    )
    def test_readers_marks_and_no_others(self, typed, html):
        assert render(clean_body(typed)).strip() == html

    def test_b10_script_is_shown_as_typed(self):
        page = Shown(render("<script>alert(1)</script>"))
        assert page.elements == [("p", {})]
        assert page.text.strip() == "<script>alert(1)</script>"

    @pytest.mark.parametrize(
        "typed",
        [
            "[x](javascript:alert(1))",
            "[x](data:text/html,y)",
            "[x](//evil.example)",
            "[x](https://)",
            "//evil.example",
            "mailto:a@b.de",
            "a@b.de",
            "www.example.org",
            "ftp://example.org",
            "http://bank.example@evil.example/",
            "http://dashinpunytld.xn---",
            "![x](http://)",
        ],
    )
    def test_b11_no_disguised_and_no_other_links(self, typed):
        page = Shown(render(clean_body(typed)))
        assert page.elements == [("p", {})]
        assert page.text.strip() == typed

    def test_b12_attributes_of_htmx_are_text(self):
        typed = '<p hx-post="/moderation/1/" data-hx-trigger="load">'
        page = Shown(render(typed))
        assert page.elements == [("p", {})]
        assert page.text.strip() == typed

    def test_bare_address_is_a_link_and_shown_as_typed(self):
        page = Shown(render("Siehe https://example.org/a_b_c?x=%41&y=ä."))
        link = dict(page.elements)["a"]
        assert link["href"] == "https://example.org/a_b_c?x=%41&y=%C3%A4"
        assert link["rel"] == "nofollow ugc noopener"
        assert "https://example.org/a_b_c?x=%41&y=ä." in page.text


class FingerprintTests:
    def test_spacing_case_and_points_make_no_difference(self):
        assert fingerprint("Das  ist UNSINN!!!") == fingerprint("das ist\nunsinn")

    def test_other_words_do(self):
        assert fingerprint("Das ist Unsinn") != fingerprint("Das ist kein Unsinn")

    def test_texts_without_letters_differ_too(self):
        assert fingerprint("👍") != fingerprint("👎")
        assert len(fingerprint("👍")) == 32


class QuotedTests:
    def test_own_words_only(self):
        assert quoted("> Das sagte Bob.\n\nEben nicht.\n\nUnd zwar:") == (
            "> Eben nicht.\n>\n> Und zwar:\n\n"
        )

    def test_nothing_of_nothing(self):
        assert quoted("> nur ein Zitat") == ""
