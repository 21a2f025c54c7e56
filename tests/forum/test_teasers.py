"""With which words does a list of articles invite to read?"""

import pytest

from forum.teasers import first_sentences

REPORT = (
    "Der Stadtrat sperrt die Uferstraße vom 1. Mai an. Das sagte Dr. Brar. „Wir prüfen das.“ Mehr"
    " dazu steht im Bericht."
)


class FirstSentencesTests:
    @pytest.mark.parametrize(
        ("at_most", "shown"),
        [
            (60, "Der Stadtrat sperrt die Uferstraße vom 1. Mai an."),
            (75, "Der Stadtrat sperrt die Uferstraße vom 1. Mai an. Das sagte Dr. Brar."),
            (200, REPORT),
        ],
    )
    def test_they_end_where_a_sentence_ends(self, at_most, shown):
        assert first_sentences(REPORT, at_most=at_most) == shown

    def test_a_long_one_is_cut_at_a_word_and_says_so(self):
        assert first_sentences(REPORT, at_most=30) == "Der Stadtrat sperrt die\u00a0…"

    def test_no_text_stays_none(self):
        assert first_sentences("", at_most=30) == ""
