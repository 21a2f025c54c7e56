"""Do the forms for strangers tell who has an account here, by what they say or by a clock?

    python -m config.embedded --throwaway --durable -- python -m bench.guessing [--times N]
        [--known confirmed | suspended | closing | unconfirmed]

Signing in, signing up and a new password are asked for known and for unknown addresses in turn, as
in production. Each question has an account and a connection of its own, so that no limit answers.
The disk is waited for, since it would tell as well. Ends with 1 where a line misses: where nothing
differs, one line in a hundred does so by chance, and more while others use the machine.
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
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from string import ascii_lowercase
from typing import Any
from unittest.mock import patch

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.mail.backends import dummy
from django.test.utils import override_settings
from django.utils import timezone

from accounts import outgoing
from accounts.models import User
from accounts.names import skeleton
from bench.comparing import Answer, likelihood_of_one_origin, one_sided, without
from bench.strangers import Stranger

APART_MS, LIKELY = 5, 0.01
# A mail server that is waited for shows at once.
MAIL_SECONDS = 0.02
WARM_UP = 10
A_WHILE = timedelta(days=5)
CHEAP = "django.contrib.auth.hashers.MD5PasswordHasher"
PASSWORD = "Ein Steg im Schilf"
# What the known are.
KNOWN: dict[str, dict[str, Any]] = {
    "confirmed": {},
    "suspended": {"suspended_at": timezone.now(), "suspended_until": timezone.now() + A_WHILE},
    "closing": {"closing_at": timezone.now() + A_WHILE, "keeps_texts": True},
    "unconfirmed": {},
}
FORMS = {
    "signing in": "/account/login/",
    "signing up": "/account/signup/",
    "a new password": "/account/password/reset/",
}


@dataclass
class Asked:
    """What one form answered to one group, and after how many milliseconds."""

    answers: list[Answer] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)


Found = dict[tuple[str, bool], Asked]  # by form, and by whether the address is known


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.guessing")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--known", choices=KNOWN, default="confirmed")
    given = parser.parse_args()
    times, state = given.times, given.known
    logging.disable(logging.ERROR)
    make_tables_and_files()
    chance = random.Random()
    words = distinct_words(chance)
    print(f"| {times} times each | answers that tell | known ms | unknown ms | apart | p | |")
    print("| --- | --: | --: | --: | --: | --: | --- |")
    held = told("", asked(times, state, words=words, chance=chance))
    # The spread of hashing covers what a patient stranger would find.
    with override_settings(PASSWORD_HASHERS=[CHEAP]):
        held &= told(", cheap hashes", asked(times, state, words=words, chance=chance))
    return 0 if held else 1


def asked(times: int, state: str, *, words: Iterator[str], chance: random.Random) -> Found:
    addresses = [f"{next(words)}@example.org" for _ in range(len(FORMS) * (WARM_UP + times))]
    open_accounts(addresses, state)
    known = iter(addresses)
    with patch.object(dummy.EmailBackend, "send_messages", slow_mail):
        ask_in_turn(WARM_UP, known=known, words=words, chance=chance)
        return ask_in_turn(times, known=known, words=words, chance=chance)


def distinct_words(chance: random.Random) -> Iterator[str]:
    """All of one length: a longer word would take longer by itself."""
    seen: set[str] = set()
    while True:
        word = "".join(chance.choices(ascii_lowercase, k=12))
        if word not in seen:
            seen.add(word)
            yield word


def open_accounts(addresses: list[str], state: str) -> None:
    password = make_password(f"{PASSWORD}, anders")
    readers = User.objects.bulk_create(
        User(
            email=address,
            name=(name := address.partition("@")[0]),
            name_skeleton=skeleton(name),
            password=password,
            **KNOWN[state],
        )
        for address in addresses
    )
    is_confirmed = state != "unconfirmed"
    EmailAddress.objects.bulk_create(
        EmailAddress(user=reader, email=reader.email, verified=is_confirmed, primary=True)
        for reader in readers
    )


def slow_mail(_backend: object, messages: list[object]) -> int:
    time.sleep(MAIL_SECONDS)
    return len(messages)


def ask_in_turn(
    times: int, *, known: Iterator[str], words: Iterator[str], chance: random.Random
) -> Found:
    """Each pair one after the other, in an order of chance."""
    found = {(form, is_known): Asked() for form in FORMS for is_known in (True, False)}
    for _turn in range(times):
        for form in chance.sample(list(FORMS), len(FORMS)):
            for is_known in chance.sample([True, False], 2):
                email = next(known) if is_known else f"{next(words)}@example.org"
                answer, seconds = ask(form, email=email, name=next(words))
                found[form, is_known].answers.append(answer)
                found[form, is_known].ms.append(1000 * seconds)
    return found


def ask(form: str, *, email: str, name: str) -> tuple[Answer, float]:
    fields = {
        "signing in": {"login": email, "password": PASSWORD},
        "signing up": {"email": email, "name": name, "password1": PASSWORD},
        "a new password": {"email": email},
    }[form]
    client = Stranger()
    response = client.post(FORMS[form], fields)
    seconds = client.waited
    # A mail ends 20 ms later, in its thread: in the next question, which must not pay for it.
    for thread in threading.enumerate():
        if thread.name == outgoing.SENDER:
            thread.join()
    location = response.headers.get("Location", "")
    page = client.get(location).content.decode() if location else ""
    assert response.status_code in {302, 422}, f"{form}: {response.status_code}"
    typed = (email, name)
    body = without(response.content.decode(), typed)
    cookies = tuple(sorted(response.cookies))
    return Answer(response.status_code, location, cookies, body, without(page, typed)), seconds


def told(how: str, found: Found) -> bool:
    """Whether all lines held."""
    all_held = True
    for form in FORMS:
        known, unknown = found[form, True], found[form, False]
        telling = len(one_sided(known.answers, unknown.answers))
        here, there = median(known.ms), median(unknown.ms)
        p = likelihood_of_one_origin(known.ms, unknown.ms)
        is_held = telling == 0 and abs(here - there) < APART_MS and p > LIKELY
        all_held &= is_held
        print(
            f"| {form}{how} | {telling} | {here:.1f} | {there:.1f} | {here - there:+.2f} |"
            f" {p:.2g} | {'held' if is_held else '**missed**'} |"
        )
    return all_held


if __name__ == "__main__":
    sys.exit(main())
