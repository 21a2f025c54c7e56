"""How do tests set a rule of the desk?"""

from typing import Any

from accounts.models import User
from articles.models import Topic
from forum.models import Discussion
from moderation.desk_rules.options import Kind, options_of
from moderation.desk_rules.setting import set_rule
from moderation.models import RuleSetting


def set_by(
    senior: User,
    kind: str,
    *,
    state: str = "on",
    topic: Topic | None = None,
    discussion: Discussion | None = None,
    **figures: Any,
) -> RuleSetting:
    """Whatever was set there before; figures that are not named are the usual ones."""
    place = {"topic": topic, "discussion": discussion}
    return set_rule(
        Kind(kind),
        by=senior,
        state=state,
        options=options_of(Kind(kind), figures),
        reason="So will es die Leitung der Moderation.",
        follows=RuleSetting.objects.of(kind, **place).first(),
        **place,
    )
