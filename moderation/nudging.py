"""What would a writer better read again before he sends it?

The checks that take milliseconds, asked before anything is stored. What is said names the passage
he typed and what follows, never the rule or the entry that found it.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from forum.models import Discussion
from moderation.checks import PASS
from moderation.desk_rules import policy, rule_checks
from moderation.desk_rules.history import typed
from moderation.models import Screening


def nudge(author: User, body: str, discussion: Discussion | None = None) -> str | None:
    """The sentence, or None where the fast checks let the text pass. The house is not nudged.

    One query, for the state of the rules; the discussion comes with its article.
    """
    if author.is_staff:
        return None
    text = typed(body, author=author, discussion=discussion, written_at=timezone.now())
    findings = rule_checks.findings_of(text, policy.current(), {})
    words = findings.get("word_list", PASS)
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
    links = findings.get("links", PASS)
    found = [*words.found, *links.found]
    if not found:
        return None
    return _(
        "Please read your text again: it contains “%(passage)s”. "
        "If you send it as it is, a moderator reads it first."
    ) % {"passage": found[0]}
