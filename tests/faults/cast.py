"""Who writes, reads and moderates, and where?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.load.site import CREW, SESSIONS
from tests.faults.site import Site

ARTICLES, COMMENTS = 24, 200
# The last of the moderators becomes a senior.
MODERATORS, NEWCOMERS = 3, 20
# Nobody sends more than this in one run: the limits stay on.
POSTS_OF_ONE = 10
# Who signs in during a run, from an address of his own.
EMAIL, PASSWORD, STRANGER = "fremd@example.org", "ganz-langes-kennwort-4711", "127.2.0.1"
SIGN_UP = f"""
from allauth.account.models import EmailAddress
from accounts.models import User
user = User.objects.create_user({EMAIL!r}, name="Fremd", password={PASSWORD!r})
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""
PROMOTE = """
    UPDATE accounts_user_groups SET group_id = (
        SELECT id FROM auth_group WHERE name = 'senior moderator'
    ) WHERE user_id = %s
"""
FILES = ["collectstatic", "--no-input", "-v0"]


@dataclass
class Reader:
    """address: his own in 127.0.0.0/8, since the site's limits count by it."""

    id: int
    session: str
    address: str


@dataclass
class Cast:
    readers: list[Reader]
    moderators: list[Reader]
    senior: Reader
    discussions: list[int]
    # Their pages.
    articles: list[str]
    # Comments of the archive, which anybody may recommend.
    votable: list[int]
    turn: int = 0
    # Of whom nothing is known, and who have written nothing yet.
    newcomers: list[Reader] = field(default_factory=list)

    def next_reader(self) -> Reader:
        self.turn += 1
        return self.readers[self.turn % len(self.readers)]


def fill(site: Site, *, posts: int) -> Cast:
    """An empty database becomes a small paper; everybody wants mails about replies."""
    readers = max(posts // POSTS_OF_ONE, 50) * 3

    def done(command: list[str]) -> None:
        told = site.manage(*command)
        if told.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{told.stderr[-2000:]}")

    with ThreadPoolExecutor() as pool:
        files = pool.submit(done, FILES)  # no database needed
        for command in [
            ["migrate", "-v0"],
            ["createcachetable", "-v0"],
            ["make_archive", f"--articles={ARTICLES}", f"--comments={COMMENTS}", "--hot=0"]
            + [f"--readers={readers}", f"--sessions={readers}", "--cases=0"]
            + [f"--moderators={MODERATORS}"],
            ["shell", "-v0", "-c", SIGN_UP],
            ["create_database_roles", "-v0", f"--addresses={site.roles}"],
        ]:
            done(command)
        files.result()
    with psycopg.connect(site.database) as connection:
        connection.execute("UPDATE accounts_user SET reply_mail_agreed_at = now()")
    return read(site)


def read(site: Site) -> Cast:
    with psycopg.connect(site.database) as connection:

        def ids(query: str) -> list[int]:
            return [pk for (pk,) in connection.execute(query).fetchall()]

        readers = ids("SELECT id FROM accounts_user WHERE email LIKE 'leser%' ORDER BY id")
        crew = ids("SELECT id FROM accounts_user WHERE email LIKE 'moderation%' ORDER BY id")
        discussions = ids("SELECT id FROM forum_discussion ORDER BY id")
        articles = [
            f"/articles/{slug}-{pk}/"
            for slug, pk in connection.execute("SELECT slug, id FROM articles_article ORDER BY id")
        ]
        votable = ids("SELECT id FROM forum_comment WHERE status = 'published' ORDER BY id")
        connection.execute(PROMOTE, crew[-1:])
        connection.execute(
            "UPDATE accounts_user SET standing = 'new' WHERE id = ANY(%s)", [readers[-NEWCOMERS:]]
        )
    everybody = signed_in(readers, site.data / SESSIONS, network=64)
    *moderators, senior = signed_in(crew, site.data / CREW, network=127)
    return Cast(
        readers=everybody[:-NEWCOMERS],
        moderators=moderators,
        senior=senior,
        discussions=discussions,
        articles=articles,
        votable=votable,
        newcomers=everybody[-NEWCOMERS:],
    )


def signed_in(ids: list[int], keys: Path, *, network: int) -> list[Reader]:
    return [
        Reader(pk, session, f"127.{network}.{number // 250}.{number % 250 + 1}")
        for number, (pk, session) in enumerate(zip(ids, keys.read_text().split(), strict=False))
    ]
