"""What would a writer better read again before he sends it?

The checks that take milliseconds, asked before anything is stored. What is said names the passage
he typed and what follows, never the rule or the entry that found it.
"""

from django.utils.translation import gettext as _

from accounts.models import User
from forum.models import Comment, Revision
from moderation import checks
from moderation.models import Screening


def nudge(author: User, body: str) -> str | None:
    """The sentence, or None where the fast checks let the text pass. The house is not nudged.

    One query, for the state of the word list.
    """
    if author.is_staff:
        return None
    comment, revision = Comment(author=author), Revision(body=body)
    words = checks.word_list(comment, revision)
    if words.outcome == Screening.Outcome.REMOVE:
        return _(
            "Please read your text again: we do not print “%(word)s”. "
            "If you send it as it is, it does not appear."
        ) % {"word": words.found[0]}
    if words.found and words.ground == "personal_attack":
        return _(
            "Please read your text again: many take “%(word)s” as an insult. "
            "If you send it as it is, a moderator reads it first."
        ) % {"word": words.found[0]}
    links = checks.links(comment, revision)
    found = [*words.found, *links.found]
    if not found:
        return None
    return _(
        "Please read your text again: it contains “%(passage)s”. "
        "If you send it as it is, a moderator reads it first."
    ) % {"passage": found[0]}
