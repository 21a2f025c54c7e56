"""How long do bad inputs keep the site busy that could cost it much (bad-inputs.md, B8, B26, B46)?

    python -m config.embedded --throwaway -- python -m bench.refusing [--times N] [--comments N]

Milliseconds from the request to its answer, within Django as in production, each input in turn, in
an archive of so many comments. Ends with 1 where a median misses its goal.
"""

# ruff: noqa: E402 - settings must see the environment of production
from bench.site import make_tables_and_files, use_production_settings

use_production_settings()

import django

django.setup()

import argparse
import logging
import random
import sys
from collections.abc import Callable
from itertools import count
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

from django.http.response import HttpResponseBase
from django.test import Client

from bench.strangers import Stranger
from config.archive import making

REPORTS, SIGN_UP, SIGN_IN = "/policy/reports/", "/account/signup/", "/account/login/"
KEY = "/account/2fa/webauthn/login/"
KIND = "application/reports+json"
DEEP = "[" * 10_000 + "]" * 10_000
MANY_KEYS = "{" + ",".join(f'"{number:x}":1' for number in range(100_000)) + "}"
TWICE = '[{"type": "csp-violation", "type": "deprecation"}]'
LONG = "x" * 990_000
NEW = {"email": "karla@example.org", "name": "Karla Brandt"}
# What many comments of the archive say.
COMMON = "Stadt"
SOUGHT = ["Wort " * 200, "x" * 1_000, "%", "_", "'", ":*", "&!|", "und oder der die das", COMMON]
# Each sign-in is to an account of its own, or a limit would answer.
ACCOUNTS = (f"karla{number}@example.org" for number in count(1))


class Bad(NamedTuple):
    number: int
    what: str
    ask: Callable[[Client], HttpResponseBase]
    status: int
    goal_ms: int


def report(body: str) -> Callable[[Client], HttpResponseBase]:
    return lambda client: client.generic("POST", REPORTS, body, KIND)


def form(path: str, **fields: str) -> Callable[[Client], HttpResponseBase]:
    return lambda client: client.post(path, fields)


def sign_in(client: Client) -> HttpResponseBase:
    return client.post(SIGN_IN, {"login": next(ACCOUNTS), "password": LONG})


def search(text: str) -> Callable[[Client], HttpResponseBase]:
    return lambda client: client.get(f"/search/?{urlencode({'q': text})}")


INPUTS = [
    Bad(8, "a report nested 10,000 deep", report(DEEP), 400, 100),
    Bad(8, "a report with 100,000 keys", report(f"[{MANY_KEYS}]"), 413, 100),
    Bad(8, "a report with a key twice", report(TWICE), 400, 100),
    Bad(8, "a passkey nested 10,000 deep", form(KEY, credential=DEEP), 302, 100),
    Bad(8, "a passkey with 100,000 keys", form(KEY, credential=MANY_KEYS), 302, 100),
    Bad(26, "signing up, password of 1 MB", form(SIGN_UP, password1=LONG, **NEW), 422, 100),
    Bad(26, "signing in, the same", sign_in, 422, 100),
    *(Bad(46, f"search for {text[:16]}", search(text), 200, 500) for text in SOUGHT),
]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.refusing")
    parser.add_argument("--times", type=int, default=21)
    parser.add_argument("--comments", type=int, default=50_000)
    given = parser.parse_args()
    logging.disable(logging.ERROR)
    make_tables_and_files()
    making.make_sized(
        [given.comments], readers=2_000, has_hot=True, random=random.Random(7), removed_share=0
    )
    spent: list[list[float]] = [[] for _ in INPUTS]
    for _turn in range(given.times):
        for bad, ms in zip(INPUTS, spent, strict=True):
            ms.append(milliseconds(bad))
    return 0 if told(spent) else 1


def milliseconds(bad: Bad) -> float:
    client = Stranger()
    answer = bad.ask(client)
    assert answer.status_code == bad.status, f"{bad.what}: {answer.status_code}"
    return 1000 * client.waited


def told(spent: list[list[float]]) -> bool:
    """Whether all held."""
    print("| | bad input | median ms | longest | goal | |")
    print("| --- | --- | --: | --: | --: | --- |")
    all_held = True
    for bad, ms in zip(INPUTS, spent, strict=True):
        is_held = median(ms) <= bad.goal_ms
        all_held &= is_held
        print(
            f"| B{bad.number} | {bad.what} | {median(ms):.1f} | {max(ms):.1f} | {bad.goal_ms} |"
            f" {'held' if is_held else '**missed**'} |"
        )
    return all_held


if __name__ == "__main__":
    sys.exit(main())
