"""Who comes, from where, and what does he ask for?"""

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

import psycopg

from bench.load.generator import Ask
from bench.site import HOST
from bench.wire import LETTERS

TOKEN = "a" * 32
NEWEST = 200
# So much of everything goes to one article, the rest mostly to the newest.
HOT_SHARE = 0.3
NEWEST_SHARE = 0.6
# Of the decisions: removals, and those on a case that somebody else has at hand.
REMOVED, SAME_CASE = 0.3, 0.1
GROUND = "personal_attack"
WORDS = (
    "Mir hat der Abend im Rathaus gezeigt, dass beide Seiten einander zuhören können.",
    "Wer morgens mit dem Rad kommt, sieht die Baustelle anders als jemand im Auto.",
    "Die Zahlen im Artikel passen zu dem, was ich im Verein erlebe.",
    "Ich hätte gern gewusst, was das im nächsten Jahr kostet.",
    "Vor zehn Jahren stand das schon einmal so in der Zeitung, geändert hat sich wenig.",
)
SAID_IN = sorted({word.strip(".,") for sentence in WORDS for word in sentence.split()})
WORDS_OF_ONE = 14


@dataclass
class Paper:
    """Addresses of the archive that is asked for, and the keys of those who are signed in."""

    sessions: list[str]
    hot_article: str
    hot_discussion: int
    next_page: str
    last_comment: int
    recent: list[tuple[str, int]]
    articles: list[str]
    votable: list[int]
    words: list[str]
    turn: int = 0
    posted: list[str] = field(default_factory=list)

    def session(self) -> tuple[str, str]:
        """The next reader: his key, and the address that is always his."""
        self.turn += 1
        number = self.turn % len(self.sessions)
        return self.sessions[
            number
        ], f"127.{64 + number // 65_536}.{number // 256 % 256}.{number % 256}"


def paper(database: str, sessions: Path) -> Paper:
    """What the archive holds, by a few queries."""
    with psycopg.connect(database) as connection:
        ask = connection.execute
        hot, comments = ask(
            "SELECT id, comment_count FROM forum_discussion ORDER BY comment_count DESC LIMIT 1"
        ).fetchone()
        assert comments
        rows = ask(
            "SELECT d.id, a.slug, a.id FROM forum_discussion d JOIN articles_article a ON"
            " a.id = d.article_id ORDER BY a.published_at DESC"
        ).fetchall()
        addresses = {discussion: f"/articles/{slug}-{pk}/" for discussion, slug, pk in rows}
        (last,) = ask(
            "SELECT max(id) FROM forum_comment WHERE discussion_id = %s AND status = 'published'",
            [hot],
        ).fetchone()
        votable = ask(
            "SELECT id FROM forum_comment WHERE status = 'published' ORDER BY id DESC LIMIT 20000"
        ).fetchall()
        bodies = ask("SELECT body FROM forum_revision ORDER BY id DESC LIMIT 500").fetchall()
    said = {word.strip(".,;:!?„“()»«") for (body,) in bodies for word in body.split()}
    return Paper(
        sessions=sessions.read_text().split(),
        hot_article=addresses[hot],
        hot_discussion=hot,
        next_page="",
        last_comment=last,
        recent=[(addresses[pk], pk) for pk, _slug, _article in rows[:NEWEST]],
        articles=list(addresses.values()),
        votable=[pk for (pk,) in votable],
        words=sorted(word for word in said if len(word) > 3),
    )


def get(path: str, *, address: str, session: str = "") -> Ask:
    return Ask(head("GET", path, session=session), address)


def post(path: str, form: dict[str, str], *, address: str, session: str) -> Ask:
    body = urlencode(form | {"csrfmiddlewaretoken": TOKEN}).encode()
    told = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return Ask(head("POST", path, session=session, more=told) + body, address)


def head(method: str, path: str, *, session: str = "", more: str = "") -> bytes:
    cookie = f"Cookie: __Host-session={session}; __Host-csrf={TOKEN}\r\n" if session else ""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip\r\n"
        f"Origin: https://{HOST}\r\nReferer: https://{HOST}/\r\nConnection: close\r\n"
        f"{cookie}{more}\r\n"
    ).encode()


def anybody(random: Random) -> str:
    """An address of the loopback network that no signed-in reader has."""
    return f"127.{random.randrange(1, 64)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def reads(found: Paper, random: Random) -> Ask:
    return get(_article(found, random), address=anybody(random))


def reads_signed_in(found: Paper, random: Random) -> Ask:
    session, address = found.session()
    return get(_article(found, random), address=address, session=session)


def said(random: Random) -> str:
    """Nobody says the same as somebody else: what comes again is held for a person."""
    return " ".join(random.sample(SAID_IN, WORDS_OF_ONE))


def writes(found: Paper, random: Random) -> Ask:
    session, address = found.session()
    is_hot = random.random() < HOT_SHARE
    discussion = found.hot_discussion if is_hot else random.choice(found.recent)[1]
    submission = str(uuid.UUID(int=random.getrandbits(128), version=4))
    found.posted.append(submission)
    body = f"{said(random)} ({submission[:8].translate(LETTERS)})"
    form = {"body": body, "submission_id": submission}
    return post(f"/discussions/{discussion}/comments/", form, address=address, session=session)


def recommends(found: Paper, random: Random) -> Ask:
    session, address = found.session()
    comment = random.choice(found.votable)
    return post(f"/comments/{comment}/recommendation/", {}, address=address, session=session)


@dataclass
class Desk:
    """Who moderates, and what waits: (case, its latest wording), each to be decided once."""

    crew: list[str]
    waiting: list[tuple[int, int]]
    turn: int = 0
    decided: int = 0

    def session(self) -> tuple[str, str]:
        self.turn += 1
        number = self.turn % len(self.crew)
        return self.crew[number], f"127.127.0.{number + 1}"


def desk(database: str, crew: Path) -> Desk:
    """From the end of the list: each decision claims the case at its beginning for who made it,
    and nobody here can read which, so that it would stand in a colleague's way."""
    with psycopg.connect(database) as connection:
        waiting = connection.execute(
            "SELECT k.id, max(r.id) FROM moderation_case k"
            " JOIN forum_revision r ON r.comment_id = k.comment_id"
            " WHERE k.closed_at IS NULL GROUP BY k.id ORDER BY k.score, k.id"
        ).fetchall()
    return Desk(crew.read_text().split(), waiting)


VIEWS = ("", "?view=held", "?view=flagged", "?view=notices", "?check=links", "?view=mine")


def looks_at_queue(found: Desk, random: Random) -> Ask:
    session, address = found.session()
    return get(f"/moderation/{random.choice(VIEWS)}", address=address, session=session)


def decides(found: Desk, random: Random) -> Ask:
    """The next case; one time in ten the one that a colleague has just decided, or is deciding."""
    session, address = found.session()
    if not found.decided or random.random() > SAME_CASE:
        found.decided += 1
    case, revision = found.waiting[found.decided - 1]
    form = {"measure": "publish", "revision": str(revision)}
    if random.random() < REMOVED:
        form |= {"measure": "remove", "ground": GROUND, "explanation": WORDS[0]}
    return post(f"/moderation/cases/{case}/decision/", form, address=address, session=session)


def reads_hot(found: Paper, path: str) -> Ask:
    session, address = found.session()
    return get(path, address=address, session=session)


def searches(found: Paper, random: Random) -> Ask:
    count = 1 if random.random() < 0.7 else 2
    asked = " ".join(random.choice(found.words) for _word in range(count))
    return get(f"/search/?q={quote(asked)}", address=anybody(random))


def _article(found: Paper, random: Random) -> str:
    chance = random.random()
    if chance < HOT_SHARE:
        return found.hot_article
    if chance < HOT_SHARE + NEWEST_SHARE:
        return random.choice(found.recent)[0]
    return random.choice(found.articles)
