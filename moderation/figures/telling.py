"""Which tables are there of the house, and which of one moderator?"""

from collections.abc import Callable

from moderation.figures import compared, decided, flow, reported, transparency
from moderation.figures.decided import Scope
from moderation.figures.tables import Table

# In the order of the page. Decisions are somebody's, cases are everybody's.
OF_A_MODERATOR: dict[str, Callable[[Scope], Table]] = {
    "moderators": decided.moderators,
    "measures": decided.measures,
    "grounds": decided.grounds,
    "comparison": compared.comparison,
}
OF_THE_HOUSE: dict[str, Callable[[Scope], Table]] = {
    "cases": lambda scope: flow.cases(scope.period),
    "course": lambda scope: flow.course(scope.period),
    "checks": lambda scope: flow.checks(scope.period),
    **OF_A_MODERATOR,
    "flags": lambda scope: reported.flags(scope.period),
    "transparency": lambda scope: transparency.transparency(scope.period),
}


def tables(scope: Scope) -> list[Table]:
    """All of them; a fixed number of queries."""
    return [make(scope) for make in makers(scope).values()]


def makers(scope: Scope) -> dict[str, Callable[[Scope], Table]]:
    return OF_A_MODERATOR if scope.moderator else OF_THE_HOUSE
