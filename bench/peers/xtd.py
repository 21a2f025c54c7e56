"""django-comments-xtd: how is it filled, started and asked?

A Django project with its templates as they are shipped (xtd_site/), on our PostgreSQL, under
gunicorn with two workers. Confirmation by mail and moderation are off; connections to the database
are kept, which its documentation leaves open.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import psycopg
from django.utils.crypto import salted_hmac

from bench import wire
from bench.peers import Peer
from bench.peers.installing import HERE, NotInstallableError, environment
from bench.site import TOKEN, wait_until_it_answers
from config.running import end_all, start
from config.servers import any_free_port

NAME = "django-comments-xtd 2.10.13"
SECRET = "bench-only-und-nur-fuer-django-comments-xtd-0123456789"
DATABASE = "xtd"
SUBJECT = "xtd_site.article"


@contextmanager
def running(conversation: Path, data: Path, postgres: int) -> Iterator[Peer]:
    """Raises NotInstallableError."""
    programs = environment("xtd")
    ours = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(ours.geturl(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    told = {
        "DJANGO_SETTINGS_MODULE": "xtd_site.settings",
        "XTD_DATABASE_URL": ours._replace(path=f"/{DATABASE}").geturl(),
        "XTD_SECRET": SECRET,
        "PYTHONPATH": str(HERE),
    }
    fill(programs, conversation, told)
    port = int(any_free_port())
    command = [str(programs / "gunicorn"), "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    # The whole thread of 10,000 takes a third of gunicorn's thirty seconds, or all when crowded.
    command += ["--timeout", "120", "xtd_site.wsgi"]
    processes = {"xtd": start("xtd", command, data=data, environment=told, directory=HERE)}
    try:
        wait_until_it_answers(port, "/", host="127.0.0.1")
        yield Peer(NAME, port, (processes["xtd"].pid, postgres), _Asking())
    finally:
        end_all(processes)


def fill(programs: Path, conversation: Path, told: dict[str, str]) -> None:
    filled = subprocess.run(
        [programs / "python", "-m", "xtd_site.filling", conversation],
        env={**os.environ, **told},
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    if filled.returncode:
        raise NotInstallableError(filled.stderr.strip().splitlines()[-1])


class _Asking:
    host = "127.0.0.1"

    def page(self, discussion: int) -> bytes:
        return wire.request("GET", f"/articles/{discussion}/", host=self.host)

    def page_as_json(self, discussion: int) -> bytes:
        return wire.request("GET", f"/comments/api/xtd_site-article/{discussion}/", host=self.host)

    def counts(self, discussions: list[int]) -> bytes:
        """A front page with these articles; it has no other way to ask for many counts."""
        named = ",".join(map(str, discussions))
        return wire.request("GET", f"/?articles={named}", host=self.host)

    def replies(self, discussion: int, parents: list[int], seed: int) -> Iterator[bytes]:
        chance, number = Random(seed), 0
        moment = str(int(time.time()))
        signed = "-".join((SUBJECT, str(discussion), moment))
        mark = salted_hmac("django.contrib.forms.CommentSecurityForm", signed, secret=SECRET)
        fields = {
            "content_type": SUBJECT,
            "object_pk": discussion,
            "timestamp": moment,
            "security_hash": mark.hexdigest(),
            "honeypot": "",
            "csrfmiddlewaretoken": TOKEN,
        }
        while True:
            number += 1
            said = {
                "name": f"Leserin {number}",
                "email": f"leserin{number}@example.org",
                "comment": f"Das sehe ich anders, und zwar aus {seed}.{number} Gründen.",
                "reply_to": chance.choice(parents),
            }
            cookie = {"Cookie": f"csrftoken={TOKEN}"}
            yield wire.form("/comments/post/", fields | said, host=self.host, headers=cookie)
