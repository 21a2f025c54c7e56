"""What do the mails about an appeal say, from the removal to the answer?"""

import re

import pytest
from django.test import Client

from forum.models import Comment
from moderation.appealing import answer
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.models import Appeal
from moderation.remarking import hide_passage
from notifications.letters import WORD_JOINER
from tests.factories import make_comment
from tests.notifications.conftest import HEADLINE, send_due

TEXT = "Wer das beschlossen hat, ist ein Schwachkopf."
REASONS = "Der Satz greift den Stadtrat persönlich an."
ANSWER = "Der Satz zitiert die Sitzung und greift niemanden an."


@pytest.fixture
def removal(discussion, alice, bob, mona):
    """Bob's comment, flagged by Alice, removed by Mona; their mails have left."""
    comment = make_comment(discussion, bob, TEXT)
    return decide(
        flag(comment, reader=alice, reason="rude").case,
        moderator=mona,
        measure="remove",
        revision=comment.revisions.get(),
        ground="personal_attack",
        explanation=REASONS,
    )


def letters(mailoutbox) -> dict[str, str]:
    """Address -> subject and text of the mails that leave now."""
    mailoutbox.clear()
    send_due()
    return {mail.to[0]: f"{mail.subject}\n{mail.body}" for mail in mailoutbox}


def appealed(mailoutbox, text: str) -> Appeal:
    """By the link of the mail, without signing in."""
    body = letters(mailoutbox)["bob@example.org"]
    path, key = re.search(r"(/decisions/\d+/)\?key=(\S+)", body).groups()
    client = Client()
    assert client.post(f"{path}appeal/", {"text": text, "key": key}).status_code == 303
    return Appeal.objects.in_view().get()


class WholeWayTests:
    def test_overturned_both_sides_are_told(self, removal, max_, mailoutbox):
        made = appealed(mailoutbox, "Ich meine niemanden persönlich.")
        receipt = letters(mailoutbox)["bob@example.org"]
        assert receipt.startswith(f"Eingang Ihrer Beschwerde {made.number}\n")
        assert "„Ich meine niemanden persönlich.“" in receipt
        answer(made, moderator=max_, outcome="overturned", answer=ANSWER)
        told = letters(mailoutbox)
        assert told["bob@example.org"].startswith(
            f"Ihre Beschwerde {made.number}: so haben wir entschieden\n"
        )
        assert f"Wir nehmen unsere Entscheidung zurück: {ANSWER}" in told["bob@example.org"]
        assert "Nach einer Beschwerde hat ihn jemand anderes" in told["alice@example.org"]
        assert HEADLINE in told["alice@example.org"]
        assert Comment.objects.get().is_published

    def test_whoever_flagged_a_passage_is_told_that_it_is_shown_again(
        self, discussion, alice, bob, mona, max_, mailoutbox
    ):
        comment = make_comment(discussion, bob, TEXT)
        flag(comment, reader=alice, reason="rude")
        hide_passage(
            comment,
            moderator=mona,
            revision=comment.revisions.get(),
            passage="Schwachkopf",
            ground="personal_attack",
            explanation=REASONS,
        )
        made = appealed(mailoutbox, "Ich meine niemanden persönlich.")
        answer(made, moderator=max_, outcome="overturned", answer=ANSWER)
        told = letters(mailoutbox)["alice@example.org"]
        assert "Wir hatten eine Stelle darin verborgen." in told
        assert "wieder zu sehen" in told

    def test_what_was_lifted_from_the_author_is_not_told_to_whoever_flagged(
        self, discussion, alice, bob, mona, max_, mailoutbox
    ):
        comment = make_comment(discussion, bob, TEXT)
        decide(
            flag(comment, reader=alice, reason="rude").case,
            moderator=mona,
            measure="warn",
            revision=comment.revisions.get(),
            ground="personal_attack",
            explanation=REASONS,
        )
        made = appealed(mailoutbox, "Ich meine niemanden persönlich.")
        letters(mailoutbox)
        answer(made, moderator=max_, outcome="overturned", answer=ANSWER)
        assert list(letters(mailoutbox)) == ["bob@example.org"]

    def test_upheld_he_reads_who_else_can_be_asked(self, removal, max_, mailoutbox, settings):
        settings.DISPUTE_BODIES = "Schlichtungsstelle Auenbrück"
        made = appealed(mailoutbox, "Ich meine niemanden persönlich.")
        answer(made, moderator=max_, outcome="upheld", answer=ANSWER)
        told = letters(mailoutbox)
        assert "Unsere Entscheidung bleibt bestehen" in told["bob@example.org"]
        assert "Schlichtungsstelle Auenbrück" in told["bob@example.org"]
        assert "Sehen Sie das anders?" not in told["bob@example.org"]
        assert "alice@example.org" not in told

    def test_nobody_of_the_house_is_named_and_nobody_who_flagged(self, removal, max_, mailoutbox):
        made = appealed(mailoutbox, "Ich meine niemanden persönlich.")
        answer(made, moderator=max_, outcome="upheld", answer=ANSWER)
        body = letters(mailoutbox)["bob@example.org"]
        assert not re.search(r"\b(Max|Mona|Alice)\b", body)

    def test_hostile_words_are_no_links_and_no_markup(self, removal, max_, mailoutbox):
        appealed(mailoutbox, "<img src=x>\nhttps://evil.example %(number)s")
        send_due()
        [mail] = [mail for mail in mailoutbox if "Eingang" in mail.subject]
        assert "evil.example" not in mail.body
        assert f"evil{WORD_JOINER}.{WORD_JOINER}example" in mail.body
        assert "<img src=x>" not in mail.alternatives[0].content
