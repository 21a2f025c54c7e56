"""What fills the slots of a finished page, and what does not?"""

from django.utils.safestring import SafeString

from forum.markup import render, shown
from forum.slots import Slotted, fill_slots, without_slots


class FillSlotsTests:
    def test_named_slots_are_filled_and_others_keep_their_default(self):
        html = (
            "<!--slot marks-7-->"
            "<!--slot recommend-7--><b>Empfehlen</b><!--/slot recommend-7-->"
            "<!--slot recommend-8--><b>Empfehlen</b><!--/slot recommend-8-->"
        )
        filled = fill_slots(html, {"recommend-7": SafeString("<b>Empfohlen</b>")})
        assert filled == (
            "<!--slot marks-7--><b>Empfohlen</b>"
            "<!--slot recommend-8--><b>Empfehlen</b><!--/slot recommend-8-->"
        )
        assert isinstance(filled, SafeString)

    def test_slot_without_default_takes_nothing_that_follows(self):
        html = "<!--slot marks-7--><p>Text</p><!--slot menu-7-->"
        assert fill_slots(html, {"marks-7": SafeString("Neu")}) == (
            "Neu<p>Text</p><!--slot menu-7-->"
        )

    def test_plain_text_is_escaped(self):
        assert fill_slots("<!--slot marks-7-->", {"marks-7": "<b>"}) == "&lt;b&gt;"

    def test_reader_cannot_write_a_slot(self):
        html = shown(render("<!--slot menu-7-->"))
        assert fill_slots(html, {"menu-7": SafeString("<b>Fall</b>")}) == html

    def test_a_slot_in_what_another_replaces_goes_with_it(self):
        html = "<!--slot write-0--><i><!--slot token-0--></i><!--/slot write-0-->"
        assert fill_slots(html, {"token-0": "T"}) == (
            "<!--slot write-0--><i>T</i><!--/slot write-0-->"
        )
        assert fill_slots(html, {"token-0": "T", "write-0": "Nein."}) == "Nein."

    def test_a_slot_may_stand_in_many_places(self):
        slot = "<!--slot following-7-->Folgen<!--/slot following-7-->"
        assert fill_slots(f"{slot} {slot}", {"following-7": "Gefolgt"}) == "Gefolgt Gefolgt"

    def test_a_page_is_filled_anew_for_each_reader(self):
        page = Slotted("<b><!--slot bar-0--></b>")
        assert [page.filled({"bar-0": name}) for name in ("Alice", "Bob")] == [
            "<b>Alice</b>",
            "<b>Bob</b>",
        ]

    def test_a_whole_comment_is_replaced_with_all_that_stands_in_it(self):
        html = (
            '<article class="comment" id="comment-7"><!--slot marks-7--></article>'
            '<article class="comment" id="comment-8"><!--slot marks-8--></article>'
        )
        filled = fill_slots(html, {"comment-7": SafeString("<p>–</p>"), "marks-7": "Neu"})
        assert filled == (
            '<p>–</p><article class="comment" id="comment-8"><!--slot marks-8--></article>'
        )


def test_strangers_are_sent_the_defaults_alone():
    html = (
        "<i><!--slot marks-7--></i><!-- by hand -->"
        "<!--slot recommend-7--><b>Empfehlen</b><!--/slot recommend-7-->"
    )
    assert without_slots(html.encode()) == b"<i></i><!-- by hand --><b>Empfehlen</b>"
