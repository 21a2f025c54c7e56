"""Is every role answered as docs/permissions.md says, on every route, and does no refusal change
anything?"""

import gzip
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import NamedTuple

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from accounts.exporting import request_export
from accounts.models import PersonalDataExport, User
from forum.models import Comment
from moderation.appealing import appeal
from moderation.deciding import decide
from moderation.flagging import flag
from moderation.models import Caution, TrustedFlagger
from moderation.queue import claim, open_case
from moderation.remarking import hide_passage
from moderation.respites import grant
from moderation.suspending import announce
from notifications import unsubscribing
from notifications.models import Notification
from tests import people
from tests.factories import (
    ArticleFactory,
    TickerEntryFactory,
    TopicFactory,
    make_comment,
    make_discussion,
    make_notice,
)
from tests.routes import address_of, asked_for, routes
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
# Files are no business of roles.
LEFT_OUT = ("^media", "^static", "gallery/")
DOORS = ("/account/login/", "/account/reauthenticate/", "/admin/login/")
KEPT_IN_ADMIN = (
    "accounts_user",
    "mfa_authenticator",
    "articles_article",
    "articles_topic",
    "moderation_trustedflagger",
    "moderation_caution",
)
# Pages of a row there.
ROW = ("history", "delete", "change")
# A form that is in order, where an empty one would be refused before anybody asks who sent it.
FORMS = {
    "accounts:closing": {"texts": "stay"},
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
    "moderation:hearing": {"text": "Ich war gereizt, das tut mir leid."},
    "moderation:revision": {"body": "Wer das beschlossen hat, hat sich geirrt."},
    "moderation:decide": {"measure": "publish", "revision": "{revision}"},
    # Without it the admin asks whether it is meant.
    **{f"admin:{model}_delete": {"post": "yes"} for model in KEPT_IN_ADMIN},
}
# What a refusal may leave behind: what was sent, for after signing in (docs/decisions/0016), and
# that it was a guess.
KEPT = {"sign-in": {"django_session", "cache"}, "401": {"django_session"}, "422": {"cache"}}
# Route -> what it may write without changing anything: what it offers lies in the session until the
# answer comes; that codes were seen is noted, so that whoever has signed up is shown them once.
NOTED = {
    "account/2fa/totp/activate/": {"django_session"},
    "mfa_add_webauthn": {"django_session"},
    "mfa_view_recovery_codes": {"mfa_authenticator"},
    "mfa_download_recovery_codes": {"mfa_authenticator"},
}
# What of Rosa's, and of what was done about her, the paper has none of.
HERS = (
    "accounts:json_file pk", "accounts:html_file pk", "accounts:end_session pk",
    "moderation:reveal pk", "moderation:undo pk",
)  # fmt: skip
HELD = ("forum pk", "moderation:flags pk", "moderation:notices pk")
# Route -> why nobody has a thing of his own there.
OWNERLESS = {
    **dict.fromkeys(
        ("sitemap_part", "forum:article", "forum:topic", "forum:topic_feed", "forum:ticker_news",
         "forum:ticker_news_shown"),
        "the paper's, read by everybody",
    ),
    **dict.fromkeys(
        ("forum:discussion", "forum:discussion_feed", "forum:write", "forum:preview", "forum:news",
         "forum:news_shown", "forum:following", "forum:following_withdrawal", "forum:reading",
         "forum:next", "moderation:discussion"),
        "who leads a discussion is asked at forum:newsroom_discussion; the rest is for everybody",
    ),
    **dict.fromkeys(
        ("moderation:desk_rule", "moderation:word", "moderation:saved_reason",
         "moderation:saved_reason_deletion", "moderation:figures_export",
         "moderation:sweep_stop"),
        "the desk's",
    ),
    **dict.fromkeys(
        ("moderation:netiquette_version", "moderation:terms_version", "moderation:privacy_version",
         "moderation:imprint_version", "moderation:contact_version", "moderation:edit_page"),
        "the house's",
    ),
    **dict.fromkeys(
        (f"admin:{model}_{page}"
         for model in ("articles_topic", "moderation_trustedflagger", "moderation_caution")
         for page in ROW),
        "kept by the administrators alone, whomever it is about",
    ),
    **dict.fromkeys(
        ("admin:app_list", "admin:view_on_site", "admin/(?P<url>.*)$",
         *(f"admin/{model.replace('_', '/')}/<path:object_id>/" for model in KEPT_IN_ADMIN)),
        "leads on, or nowhere, before anything is looked up",
    ),
}  # fmt: skip


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
        if not where.startswith(LEFT_OUT)
    }


def answer_of(response) -> str:
    """The status; a redirect that asks who it is, is told from one that leads on."""
    if not 300 <= response.status_code < 400:
        return str(response.status_code)
    return "sign-in" if response.headers["Location"].startswith(DOORS) else "303"


def is_refusal(answer: str) -> bool:
    return answer == "sign-in" or answer.startswith("4")


PACKED = gzip.compress(b"{}")
REMOVED = {
    "ground": "personal_attack",
    "explanation": "Der Satz spricht Personen die Eignung ab.",
}


def things_of(person: User, paper: dict, *, judge: User) -> dict:
    """The same values as `paper`, of things that belong to this person."""
    kept = {"suspended_at": person.suspended_at, "is_staff": person.is_staff}
    User.objects.filter(pk=person.pk).update(suspended_at=None)
    person.refresh_from_db()
    comment, rude, against, waiting, hidden, threat = (
        make_comment(make_discussion(), person, f"{body}, sagt {person.name}.")
        for body in (
            "Endlich Ruhe am Ufer",
            "Abwählen",
            "Zurück in die Schule",
            "Die Busse fahren ja noch",
            "Selbst schuld",
            "Wartet nur",
        )
    )
    held = make_comment(make_discussion(), person, status="held")
    reporter = people.person(f"Rita {person.name}")
    decision, appealed = (
        decide(
            flag(each, reader=reporter, reason="rude").case,
            moderator=judge,
            measure="remove",
            revision=each.revisions.get(),
            **REMOVED,
        )
        for each in (rude, against)
    )
    # Suspensions of the house are the administrators' business: to be heard he leaves it.
    User.objects.filter(pk=person.pk).update(is_staff=False)
    heard = announce(comment, moderator=judge, days=3, **REMOVED)
    User.objects.filter(pk=person.pk).update(**kept)
    article = ArticleFactory(author=person, kind="live")
    led = make_discussion(article=article)
    answered = make_comment(led, reporter, f"Das meine ich auch, {person.name}.")
    export = prepared_export(person)
    return paper | {
        **{f"forum:{name} pk": answered.pk for name in ("pick", "unpick", "pin", "unpin")},
        "forum:newsroom_article pk": article.pk,
        "forum:newsroom_withdrawal pk": article.pk,
        "forum:newsroom_entries pk": article.pk,
        "forum:newsroom_entry pk": TickerEntryFactory(article=article).pk,
        "forum:newsroom_entry_withdrawal pk": TickerEntryFactory(article=article).pk,
        "forum:newsroom_discussion pk": led.pk,
        "forum pk": comment.pk,
        "held": held.pk,
        "forum:reader name": person.name,
        "name": person.name,
        "moderation:flags pk": comment.pk,
        "moderation:notices pk": comment.pk,
        "moderation:notice pk": make_notice(answered, reader=person).pk,
        "address": f"{settings.SITE_URL}{comment.get_absolute_url()}",
        **{
            f"moderation:{name} pk": waiting.pk
            for name in (
                "comment", "measures", "passages", "house_note", "hand_over", "branch", "danger",
            )
        },
        "moderation:decision pk": decision.pk,
        "moderation:appeal pk": decision.pk,
        "moderation:revision pk": decision.pk,
        "moderation:appeal_at_desk pk": appeal(appealed, text="Das war Spott.").pk,
        "moderation:hearing pk": heard.pk,
        "moderation:hear pk": heard.pk,
        **at_the_desk(judge, hidden, threat),
        "moderation pk": flag(waiting, reader=reporter, reason="off_topic").case_id,
        "revision": waiting.revisions.get().pk,
        "notifications pk": Notification.objects.filter(recipient=person).latest("pk").pk,
        "key": unsubscribing.address(person, kind="reply").strip("/").split("/")[-1],
        "accounts:json_file pk": export.pk,
        "accounts:html_file pk": export.pk,
        "accounts:end_session pk": session_of(person).pk,
    }  # fmt: skip


def in_admin(person: User) -> dict:
    """A row of each kind that Django's admin keeps, but second factors: this person's, where it is
    anybody's."""
    domain = f"{person.pk}.example"
    rows = {
        "accounts_user": person,
        "articles_article": ArticleFactory(author=person),
        "articles_topic": TopicFactory(),
        "moderation_trustedflagger": TrustedFlagger.objects.create(
            organisation="Meldestelle", mail_domain=domain, added_by=person
        ),
        "moderation_caution": Caution.objects.create(reader=person, unfounded=10, judged=12),
    }
    return {
        **{
            f"admin:{model}_{page} object_id": row.pk for model, row in rows.items() for page in ROW
        },
        "object_id": person.pk,
        "content_type_id": ContentType.objects.get_for_model(person).pk,
        "app_label": "moderation",
        "url": "nowhere",
    }


def at_the_desk(moderator: User, hidden: Comment, threat: Comment) -> dict:
    """What this moderator has done about two comments."""
    revision = threat.revisions.get()
    passage = hide_passage(
        threat, moderator=moderator, revision=revision, passage=revision.body.split()[0], **REMOVED
    )
    respite = grant(
        open_case(hidden, reason="opened"),
        moderator=moderator,
        revision=hidden.revisions.get(),
        **REMOVED,
    )
    return {
        "moderation:reveal pk": passage.pk,
        "moderation:undo pk": respite.pk,
    }


def done_by(moderator: User, paper: dict) -> dict:
    """The same values as `paper`, of what this moderator has done at the desk about others."""
    reader = people.person(f"Rolf {moderator.name}")
    hidden, threat, rude, waiting = (
        make_comment(make_discussion(), reader, f"{body}, {moderator.name}.")
        for body in ("Selbst schuld", "Wartet nur", "Abwählen", "Die Busse fahren ja noch")
    )
    decision = decide(
        open_case(rude, reason="opened"),
        moderator=moderator,
        measure="remove",
        revision=rude.revisions.get(),
        **REMOVED,
    )
    case = open_case(waiting, reason="opened")
    assert claim(case, moderator=moderator)
    return paper | {
        **at_the_desk(moderator, hidden, threat),
        "moderation:appeal_at_desk pk": appeal(decision, text="Das war Spott.").pk,
        "moderation pk": case.pk,
    }


def prepared_export(person: User) -> PersonalDataExport:
    export = request_export(person)
    export.prepared_at, export.json_file, export.html_file = timezone.now(), PACKED, PACKED
    export.save()
    return export


def second_factors_of(person: User) -> dict:
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    passkey = Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Telefon", "credential": {}}
    )
    return {
        "mfa_edit_webauthn pk": passkey.pk,
        "mfa_remove_webauthn pk": passkey.pk,
        **{f"admin:mfa_authenticator_{page} object_id": passkey.pk for page in ROW},
    }


def session_of(person: User) -> UserSession:
    """Of another device."""
    phone = Client()
    phone.force_login(person)
    key = phone.session.session_key
    return UserSession.objects.create(user=person, session_key=key, ip="192.0.2.7")


def lines_of(lines: Iterable[Line], values: dict[str, dict]) -> list[Line]:
    return [line for line in lines if line.whose in values and line.route in names()]


class Asked(NamedTuple):
    line: Line
    answer: str
    written: set[str]


def ask(client, lines: Iterable[Line], values: dict[str, dict]) -> Iterator[Asked]:
    """Each line for itself: as if nobody had asked before."""
    cookies, paths = deepcopy(client.cookies), names()
    for line in lines:
        mine = values[line.whose]
        path = paths[line.route]
        address = address_of(path, line.route, mine)
        form = {k: v.format_map(mine) for k, v in FORMS.get(line.route, {}).items()}
        client.cookies = deepcopy(cookies)
        with undone():
            before = written()
            if line.method == "GET":
                asked = client.get(f"{address}?{asked_for(mine).get(path, '')}")
            else:
                asked = client.post(address, form)
            changed = {table for table, count in written().items() if count != before.get(table, 0)}
        answer = answer_of(asked)
        spared = KEPT.get(answer, set()) if line.method == "POST" else set()
        yield Asked(line, answer, changed - spared - NOTED.get(line.route, set()))
    client.cookies = cookies


def ask_as(
    client: Client, role: str, person: User | None, paper: dict, lines: Iterable[Line]
) -> Iterator[Asked]:
    """Those of the lines that are about this role, each of the things that it means."""
    rosa = people.person(f"Rosa {role}")
    marta = people.person(f"Marta {role}", role="moderator")
    hers = things_of(rosa, paper, judge=marta)
    values = {
        "any": paper | {key: hers[key] for key in HERS} | in_admin(rosa) | second_factors_of(rosa),
        "held": paper | dict.fromkeys(HELD, hers["held"]),
    }
    if person is None:
        yield from ask(client, lines_of(lines, values), values)
        return
    own = things_of(person, paper, judge=marta) | in_admin(person)
    values |= {"own": own, "own held": own | dict.fromkeys(HELD, own["held"])}
    if role in {"moderator", "senior"}:
        values["done"] = done_by(person, paper)
    client.force_login(person)
    yield from ask(client, lines_of(lines, values), values)
    client.post("/account/reauthenticate/", {"password": people.PASSWORD})
    values = {"fresh": values["any"]}
    yield from ask(client, lines_of(lines, values), values)
    values = {"own fresh": own | second_factors_of(person)}
    yield from ask(client, lines_of(lines, values), values)


def as_text(line: Line, answers: Iterable[str]) -> str:
    """As the matrix has it."""
    return f"| {' | '.join(line)} | {' | '.join(answers)} |"


@pytest.fixture(autouse=True)
def without_limits(settings):
    settings.RATE_LIMITS = False


# What the admin suggests while somebody types has no order: no page of ours asks for it.
@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
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
        rita = people.person("Rita")
        values = {"any": paper | in_admin(rita) | second_factors_of(rita)}
        for person in ROLES.values():
            client.logout()
            if person:
                client.force_login(request.getfixturevalue(person))
            for line, answer, tables in ask(client, lacking, values):
                answers[line].append(answer)
                assert not tables or not is_refusal(answer), (line, answer, tables)
        missing = [
            as_text(line, found)
            for line, found in answers.items()
            if "405" not in found or not all(map(is_refusal, found))
        ]
        assert not missing, "\n".join([f"missing in {MATRIX.name}:", *missing])

    def test_every_thing_is_asked_for_as_ones_own_and_as_anothers(self):
        asked: dict[tuple[str, str], set[str]] = {}
        for route, method, whose in matrix():
            asked.setdefault((route, method), set()).update(whose.split())
        things = {route for route, where in names().items() if "<" in where}
        lacking = {
            (route, method)
            for (route, method), found in asked.items()
            if route in things - OWNERLESS.keys() and not {"any", "own"} <= found
        }
        assert lacking == set(), f"a line for any or for one's own is missing in {MATRIX.name}"
        assert OWNERLESS.keys() <= things

    def test_no_line_is_about_a_route_that_is_gone(self):
        gone = {line.route for line in matrix()} - names().keys()
        assert gone == set(), f"no such route: strike it from {MATRIX.name}"

    @pytest.mark.parametrize("role", ROLES)
    def test_everybody_is_answered_as_the_matrix_says(self, client, paper, request, role):
        person = ROLES[role] and request.getfixturevalue(ROLES[role])
        expected = {line: answers[role] for line, answers in matrix().items()}
        asked = [*ask_as(client, role, person, paper, expected)]
        wrong = []
        for line, answer, tables in asked:
            if answer != expected[line]:
                wrong.append(f"{' '.join(line)}: {answer}, not {expected[line]}")
            if tables and (line.method == "GET" or is_refusal(answer)):
                wrong.append(f"{' '.join(line)}: {answer}, but writes {', '.join(tables)}")
        unasked = expected.keys() - {line for line, _answer, _tables in asked}
        wrong += [f"{' '.join(line)}: not asked" for line in unasked if expected[line] != "–"]
        assert not wrong, "\n".join([f"the {role}:", *wrong])


def listed(page) -> set[str]:
    """What a page of the admin offers, as KEPT_IN_ADMIN calls it."""
    return {
        f"{app['app_label']}_{kind['object_name'].lower()}"
        for app in page.context["app_list"]
        for kind in app["models"]
    }


@pytest.mark.django_db
class AdminTests:
    """Django's own desk opens to everybody who is staff; what is on it is another matter."""

    def test_start_page_lists_what_one_may_open(self, client, anna, mona, max_, admin):
        deputy = people.person("Beate", role="admin")
        for person, expected in (
            (anna, set()),
            (mona, set()),
            (max_, set()),
            (deputy, {*KEPT_IN_ADMIN}),
            (admin, {*KEPT_IN_ADMIN}),
        ):
            client.force_login(person)
            assert listed(client.get("/admin/")) == expected, person
            for kind in KEPT_IN_ADMIN:
                app = kind.split("_")[0]
                is_in = any(each.startswith(f"{app}_") for each in expected)
                answer = client.get(f"/admin/{app}/")
                assert answer.status_code == (200 if is_in else 404), (person, app)
                answer = client.get(f"/admin/{kind.replace('_', '/')}/")
                assert answer.status_code == (200 if kind in expected else 403), (person, kind)

    def test_nothing_is_guessed_letter_by_letter(self, client, admin):
        """A list that answers "one" or "none" to a beginning tells the rest."""
        client.force_login(admin)
        for beginning in (
            "mfa/authenticator/?data__secret__startswith=J",
            "mfa/authenticator/?data__contains=J",
            "accounts/user/?groups__user__email__startswith=a",
            f"accounts/user/?groups__user__id={admin.pk}&groups__user__password__startswith=a",
        ):
            assert client.get(f"/admin/{beginning}").status_code == 400, beginning
        for filtered in (
            "mfa/authenticator/?type__exact=totp",
            "accounts/user/?groups__isnull=True",
        ):
            assert client.get(f"/admin/{filtered}").status_code == 200, filtered
