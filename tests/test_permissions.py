"""Is every role answered as docs/permissions.md says, on every route, and does no refusal change
anything?"""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import NamedTuple

import pytest
from django.conf import settings

from accounts.models import User
from moderation.deciding import decide
from moderation.flagging import flag
from notifications.models import Notification
from tests import people
from tests.factories import (
    ArticleFactory,
    TickerEntryFactory,
    make_comment,
    make_discussion,
    make_notice,
)
from tests.routes import address_of, routes
from tests.stage import undone, written

MATRIX = settings.BASE_DIR / "docs/permissions.md"
# Column of the matrix -> fixture of the cast. Dieter has no part in the paper of the tests.
ROLES = {
    "anonymous": None,
    "reader": "dieter",
    "trusted": "tom",
    "suspended": "eve",
    "author": "anna",
    "moderator": "mona",
    "senior": "max_",
    "admin": "admin",
}
METHODS = ("GET", "POST")
# Django's own desk is asked as a whole; files are no business of roles.
LEFT_OUT = ("^media", "^static", "gallery/")
OPERATORS = "admin/"
DOORS = ("/account/login/", "/account/reauthenticate/", "/admin/login/")
# A form that is in order, where an empty one would be refused before anybody asks who sent it.
FORMS = {
    "forum:write": {"body": "Und der Wochenmarkt bleibt, wo er ist."},
    "forum:preview": {"body": "Und der Wochenmarkt?"},
    "forum:reading": {"version": "1"},
    "forum:revisions": {"body": "Endlich wieder Ruhe am Ufer."},
    "moderation:flags": {"reason": "rude"},
    "moderation:notices": {
        "category": "insult",
        "reason": "Das ist eine Beleidigung nach § 185 StGB.",
        "address": "{address}",
        "name": "Gerda Müller",
        "email": "gerda@example.com",
        "good_faith": "on",
    },
    "moderation:appeal": {"text": "Ich meine niemanden persönlich."},
    "moderation:appeal_at_desk": {
        "outcome": "overturned",
        "answer": "Der Satz trifft niemanden persönlich.",
    },
    "moderation:revision": {"body": "Wer das beschlossen hat, hat sich geirrt."},
    "moderation:decide": {"measure": "publish", "revision": "{revision}"},
}


class Line(NamedTuple):
    route: str
    method: str
    whose: str


def matrix() -> dict[Line, dict[str, str]]:
    """Line -> role -> answer."""
    found = {}
    for text in MATRIX.read_text().splitlines():
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if not text.startswith("|") or cells[0] in {"route", "---"}:
            continue
        line = Line(*cells[:3])
        assert line not in found, f"twice in {MATRIX.name}: {text}"
        assert len(cells) == len(Line._fields) + len(ROLES), f"columns of {MATRIX.name}: {text}"
        found[line] = dict(zip(ROLES, cells[len(Line._fields) :], strict=True))
    return found


def names() -> dict[str, str]:
    """Route as the matrix calls it -> path as written. One without a name is called by its path."""
    return {
        where if name.endswith(":") or not name else name: where
        for where, name, _pattern in routes()
        if not where.startswith((*LEFT_OUT, OPERATORS))
    }


def answer_of(response) -> str:
    """The status; a redirect that asks who it is, is told from one that leads on."""
    if not 300 <= response.status_code < 400:
        return str(response.status_code)
    return "sign-in" if response.headers["Location"].startswith(DOORS) else "303"


def is_refusal(answer: str) -> bool:
    return answer == "sign-in" or answer.startswith("4")


def things_of(person: User, paper: dict, *, judge: User) -> dict:
    """The same values as `paper`, of things that belong to this person."""
    since = person.suspended_at
    User.objects.filter(pk=person.pk).update(suspended_at=None)
    person.refresh_from_db()
    comment, rude, waiting = (
        make_comment(make_discussion(), person, f"{body}, sagt {person.name}.")
        for body in ("Endlich Ruhe am Ufer", "Abwählen", "Die Busse fahren ja noch")
    )
    reporter = people.person("Rita")
    decision = decide(
        flag(rude, reader=reporter, reason="rude").case,
        moderator=judge,
        measure="remove",
        revision=rude.revisions.get(),
        ground="personal_attack",
        explanation="Der Satz spricht Personen die Eignung ab.",
    )
    User.objects.filter(pk=person.pk).update(suspended_at=since)
    article = ArticleFactory(author=person, kind="live")
    led = make_discussion(article=article)
    answered = make_comment(led, reporter, f"Das meine ich auch, {person.name}.")
    return paper | {
        **{f"forum:{name} pk": answered.pk for name in ("pick", "unpick", "pin", "unpin")},
        "forum:newsroom_article pk": article.pk,
        "forum:newsroom_withdrawal pk": article.pk,
        "forum:newsroom_entries pk": article.pk,
        "forum:newsroom_entry pk": TickerEntryFactory(article=article).pk,
        "forum:newsroom_entry_withdrawal pk": TickerEntryFactory(article=article).pk,
        "forum:newsroom_discussion pk": led.pk,
        "forum pk": comment.pk,
        "forum:reader name": person.name,
        "name": person.name,
        "moderation:flags pk": comment.pk,
        "moderation:notices pk": comment.pk,
        "moderation:notice pk": make_notice(answered, reader=person).pk,
        "address": f"{settings.SITE_URL}{comment.get_absolute_url()}",
        **{
            f"moderation:{name} pk": waiting.pk
            for name in ("comment", "passages", "house_note", "hand_over", "branch")
        },
        "moderation:decision pk": decision.pk,
        "moderation:appeal pk": decision.pk,
        "moderation:revision pk": decision.pk,
        "moderation pk": flag(waiting, reader=reporter, reason="off_topic").case_id,
        "revision": waiting.revisions.get().pk,
        "notifications pk": Notification.objects.filter(recipient=person).latest("pk").pk,
    }


class Asked(NamedTuple):
    line: Line
    answer: str
    written: set[str]


def ask(client, lines: Iterable[Line], values: dict[str, dict]) -> Iterator[Asked]:
    """Each line for itself: as if nobody had asked before."""
    cookies, paths = deepcopy(client.cookies), names()
    for line in lines:
        mine = values[line.whose]
        address = address_of(paths[line.route], line.route, mine)
        form = {k: v.format_map(mine) for k, v in FORMS.get(line.route, {}).items()}
        client.cookies = deepcopy(cookies)
        with undone():
            before = written()
            asked = client.get(address) if line.method == "GET" else client.post(address, form)
            changed = {table for table, count in written().items() if count != before.get(table, 0)}
        yield Asked(line, answer_of(asked), changed)
    client.cookies = cookies


def as_text(line: Line, answers: Iterable[str]) -> str:
    """As the matrix has it."""
    return f"| {' | '.join(line)} | {' | '.join(answers)} |"


@pytest.fixture(autouse=True)
def without_limits(settings):
    settings.RATE_LIMITS = False


@pytest.mark.django_db
class MatrixTests:
    def test_every_route_has_its_lines(self, client, paper, request):
        """What is printed is how the site answers now: judge it, then paste it.

        A method without a line has to be one that nobody gets anything by.
        """
        known = {line[:2] for line in matrix()}
        lacking = [
            Line(route, method, "any")
            for route in names()
            for method in METHODS
            if (route, method) not in known
        ]
        answers: dict[Line, list[str]] = {line: [] for line in lacking}
        for person in ROLES.values():
            client.logout()
            if person:
                client.force_login(request.getfixturevalue(person))
            for line, answer, tables in ask(client, lacking, {"any": paper}):
                answers[line].append(answer)
                assert not tables or not is_refusal(answer), (line, answer, tables)
        missing = [
            as_text(line, found)
            for line, found in answers.items()
            if "405" not in found or not all(map(is_refusal, found))
        ]
        assert not missing, "\n".join([f"missing in {MATRIX.name}:", *missing])

    def test_no_line_is_about_a_route_that_is_gone(self):
        gone = {line.route for line in matrix()} - names().keys()
        assert gone == set(), f"no such route: strike it from {MATRIX.name}"

    @pytest.mark.parametrize("role", ROLES)
    def test_everybody_is_answered_as_the_matrix_says(self, client, paper, request, role):
        person = ROLES[role] and request.getfixturevalue(ROLES[role])
        expected = {line: answers[role] for line, answers in matrix().items()}
        held = make_comment(make_discussion(), people.person("Rosa"), status="held").pk
        values = {
            "any": paper,
            "held": paper
            | {"forum pk": held, "moderation:flags pk": held, "moderation:notices pk": held},
        }
        if person:
            values["own"] = things_of(person, paper, judge=people.person("Marta", role="moderator"))
            client.force_login(person)
        lines = [line for line in expected if line.route in names() and line.whose in values]
        wrong = []
        for line, answer, tables in ask(client, lines, values):
            if answer != expected[line]:
                wrong.append(f"{' '.join(line)}: {answer}, not {expected[line]}")
            if tables and (line.method == "GET" or is_refusal(answer)):
                wrong.append(f"{' '.join(line)}: {answer}, but writes {', '.join(tables)}")
        assert not wrong, "\n".join([f"the {role}:", *wrong])

    @pytest.mark.parametrize("role", ["anonymous", "reader", "suspended", "author", "moderator"])
    def test_the_operators_desk_opens_to_nobody_else(self, client, paper, request, role):
        if ROLES[role]:
            client.force_login(request.getfixturevalue(ROLES[role]))
        about_rows = re.compile(r"admin:\w+_\w+_(changelist|add|change|delete)")
        models = [(where, name) for where, name, _pattern in routes() if about_rows.fullmatch(name)]
        assert len(models) >= 16
        for where, name in models:
            address = address_of(where, name, paper | {"object_id": "1"})
            for response in (client.get(address), client.post(address)):
                assert is_refusal(answer_of(response)), address
