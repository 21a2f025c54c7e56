"""What is a writer asked to read again before it is stored?"""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Act
from forum.models import Discussion, Submission
from forum.posting import post_comment
from moderation.desk_rules.wordlists import add_entry
from moderation.nudging import nudge
from tests.factories import make_discussion

pytestmark = pytest.mark.django_db

RUDE = "Wer das beschlossen hat, ist ein Schwachkopf."


@pytest.fixture(autouse=True)
def words() -> None:
    add_entry("Schwachkopf", ground="personal_attack", reason="test")
    add_entry("Glücksspiel", ground="advertising", reason="test")
    add_entry("Volksverräter", ground="group_contempt", reason="test", outcome="remove")


@pytest.fixture
def discussion() -> Discussion:
    return make_discussion()


class NudgeTests:
    def test_friendly_text_passes(self, alice):
        assert nudge(alice, "Das sehe ich anders.") is None

    def test_insult_is_named_as_it_was_typed(self, alice):
        sentence = nudge(alice, RUDE.replace("Schwachkopf", "Schwaaachkopf"))
        assert "„Schwaaachkopf“ verstehen viele als Beleidigung" in sentence
        assert "liest ihn zuerst die Moderation" in sentence

    def test_other_word_is_not_called_an_insult(self, alice):
        sentence = nudge(alice, "Das ist ein Glücksspiel.")
        assert "Er enthält „Glücksspiel“" in sentence
        assert "Beleidigung" not in sentence

    def test_what_we_do_not_print_is_said_to_be_so(self, alice):
        assert "„Volksverräter“ drucken wir nicht" in nudge(alice, "Lauter Volksverräter.")

    def test_links_of_a_newcomer(self, nina, tom):
        text = "Alles Nähere unter https://example.org/seite"
        assert "„https://example.org/seite“" in nudge(nina, text)
        assert nudge(tom, text) is None

    def test_the_house_is_not_nudged(self, anna, mona):
        assert nudge(anna, RUDE) is None
        assert nudge(mona, RUDE) is None

    def test_costs_one_query_however_long_the_text(self, alice):
        nudge(alice, RUDE)
        with CaptureQueriesContext(connection) as captured:
            nudge(alice, RUDE * 100)
        assert len(captured) == 1


class PostTests:
    def test_nudged_text_leaves_no_trace(self, discussion, alice):
        with pytest.raises(ValidationError) as refused:
            post_comment(discussion, author=alice, body=RUDE, submission_id=uuid4(), nudge=nudge)
        assert refused.value.code == "nudge"
        assert not alice.comments.exists()
        assert not Submission.objects.exists()
        assert not Act.objects.exists()

    def test_what_is_stored_already_is_not_asked_about(self, discussion, alice):
        sending = uuid4()
        first = post_comment(discussion, author=alice, body=RUDE, submission_id=sending)
        again = post_comment(
            discussion, author=alice, body=RUDE, submission_id=sending, nudge=nudge
        )
        assert again == first
