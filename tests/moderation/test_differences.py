"""Can a moderator see what an edit has changed?"""

import pytest

from forum.posting import edit_comment
from moderation.differences import difference_of, parts_of
from moderation.queue import open_case
from tests.factories import make_comment, make_discussion

BEFORE = "Wer das beschlossen hat, ist ein Schwachkopf."
AFTER = "Wer das beschlossen hat, irrt sich gründlich."


def told(former, latest):
    marks = {(False, False): "{}", (True, False): "+{}+", (False, True): "-{}-"}
    return [marks[part.is_new, part.is_gone].format(part.text) for part in parts_of(former, latest)]


class PartTests:
    def test_words_that_went_stand_before_those_that_came(self):
        assert told(BEFORE, AFTER) == [
            "Wer das beschlossen hat, ",
            "-ist ein Schwachkopf.-",
            "+irrt sich gründlich.+",
        ]

    @pytest.mark.parametrize(
        ("former", "latest"),
        [("", "Neu."), ("Alt.", ""), ("  Am Rand  ", "Am Rand"), ("a a a " * 900, "a b a " * 900)],
    )
    def test_both_wordings_can_be_put_together_again(self, former, latest):
        parts = parts_of(former, latest)
        assert "".join(one.text for one in parts if not one.is_new) == former
        assert "".join(one.text for one in parts if not one.is_gone) == latest


class PageTests:
    @pytest.fixture
    def desk(self, client, mona):
        client.force_login(mona)
        return client

    def test_an_edit_shows_what_it_has_changed(self, desk, bob):
        comment = make_comment(make_discussion(), bob, BEFORE)
        edit_comment(comment, author=bob, body=AFTER.replace("irrt", "<b>irrt</b>"))
        page = desk.get(open_case(comment, reason="edit").get_absolute_url()).content.decode()
        assert "Unterschied zu Fassung 1" in page
        assert "<del>ist ein Schwachkopf.</del>" in page
        assert "<ins>&lt;b&gt;irrt&lt;/b&gt; sich gründlich.</ins>" in page

    def test_a_first_wording_differs_from_none(self, desk, bob, django_assert_num_queries):
        comment = make_comment(make_discussion(), bob, BEFORE)
        with django_assert_num_queries(0):
            assert difference_of(comment.visible_revision.revision) is None
        page = desk.get(open_case(comment, reason="opened").get_absolute_url()).content.decode()
        assert "Unterschied zu Fassung" not in page
