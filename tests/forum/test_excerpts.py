"""Does an excerpt show what was looked for, and nothing that was not said?"""

import pytest

from forum import excerpts as module
from forum.excerpts import Part, excerpts

pytestmark = pytest.mark.django_db


def shown(text: str, *stems: str) -> str:
    (parts,) = excerpts([text], stems=list(stems))
    return "".join(f"[{part.text}]" if part.is_hit else part.text for part in parts)


class ExcerptTests:
    def test_every_form_of_the_word_is_marked(self):
        text = "Das Haus, die HÄUSER und die Hausordnung."
        assert shown(text, "haus") == "Das [Haus], die [HÄUSER] und die Hausordnung."

    def test_what_is_written_otherwise_is_marked_as_it_is_written(self):
        text = "Müller, Mueller und Muller in der Strasse."
        marked = "[Müller], [Mueller] und [Muller] in der [Strasse]."
        assert shown(text, "mull", "strass") == marked

    def test_a_short_text_is_shown_whole(self):
        assert shown("Kurz gesagt: nein.", "nachtigall") == "Kurz gesagt: nein."

    def test_of_a_long_one_the_part_where_most_lies_together(self):
        around = "So geht es immer weiter. " * 40
        text = f"Das Rathaus. {around} Am Rathaus die Brücke. {around}"
        part = shown(text, "rathaus", "bruck")
        assert part.startswith("… ")
        assert part.endswith(" …")
        assert "Am [Rathaus] die [Brücke]." in part
        assert len(part) < module.LENGTH + 20

    def test_its_beginning_where_nothing_is_looked_for(self):
        part = shown("Erstens. " + "Und so fort. " * 40)
        assert part.startswith("Erstens. Und so fort.")
        assert part.endswith(" …")

    def test_the_words_around_stay_whole(self):
        text = "Donaudampfschifffahrt " * 20 + "Nachtigall " + "Donaudampfschifffahrt " * 20
        words = shown(text, "nachtigall").replace("[", "").replace("]", "").strip("… ").split()
        assert set(words) == {"Donaudampfschifffahrt", "Nachtigall"}

    @pytest.mark.parametrize("text", ["", "a" * 5_000, "a b " * 1_250, "🙂" * 3_000, " "])
    def test_whatever_it_holds_it_is_cut(self, text):
        (parts,) = excerpts([text], stems=["a"])
        assert len("".join(part.text for part in parts)) <= module.LENGTH + 4

    def test_texts_of_a_page_cost_one_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            found = excerpts(["Ein Haus.", "Zwei Häuser."], stems=["haus"])
        assert found[1] == [Part("Zwei "), Part("Häuser", is_hit=True), Part(".")]
