"""What do all checks cost a comment, with a word list of two thousand entries?

    python -m config.embedded --throwaway -- python -m bench.screening [--entries N]

Every rule of the desk is on. Time for each comment, PostgreSQL's included, in batches as the worker
reads them (history is shared among those of a batch), and how long a trial of a word takes.
"""

# ruff: noqa: E402 - settings must see the environment of production
from bench.site import use_production_settings

use_production_settings()

import django

django.setup()

import argparse
import random
import time
from collections.abc import Callable
from statistics import quantiles

from django.contrib.auth.models import Group
from django.core.management import call_command

from accounts.models import User
from config.archive import making
from moderation.desk_rules.options import OPTIONS, Kind, stored
from moderation.desk_rules.places import EVERYWHERE
from moderation.desk_rules.rule_checks import TRIED, rules_for
from moderation.desk_rules.trying import Trial, try_rule, try_words
from moderation.desk_rules.wordlists import Word
from moderation.models import RuleSetting, Screening, WordlistEntry
from moderation.screening import TOGETHER, findings_of, with_texts

GOAL_MS = 20
COMMENTS = 10_000
MEASURED = 2_000
SYLLABLES = "ba be da di schl schw tra mal nar pot kat rin gen ver ent un heit ung er".split()  # noqa: SIM905


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.screening")
    parser.add_argument("--entries", type=int, default=2_000)
    entries = parser.parse_args().entries
    call_command("migrate", interactive=False, verbosity=0)
    making.make_sized(
        [COMMENTS], readers=2_000, has_hot=True, random=random.Random(7), removed_share=0
    )
    list_words(entries, chance=random.Random(1))
    switch_everything_on()
    spent = measured()
    p50, p95 = quantiles(spent, n=20)[9], quantiles(spent, n=20)[18]
    print(f"| {entries:,} entries, all rules on | p50 | p95 | longest | goal |")
    print("| --- | --- | --- | --- | --- |")
    print(f"| ms a comment | {p50:.1f} | {p95:.1f} | {max(spent):.1f} | {GOAL_MS} |")
    print("\n| a trial of | comments | s |")
    print("| --- | --- | --- |")
    tell_trial("one word", lambda: try_words([Word("rathaus", "compound", "hold", "off_topic")]))
    for kind in [*TRIED]:
        tell_trial(
            kind.value,
            lambda kind=kind: try_rule(kind, place=EVERYWHERE, options=OPTIONS[kind]()),
        )


def tell_trial(name: str, tried: Callable[[], Trial]) -> None:
    started = time.monotonic()
    trial = tried()
    print(f"| {name} | {trial.looked_at:,} | {time.monotonic() - started:.1f} |")


def list_words(count: int, *, chance: random.Random) -> None:
    words: set[str] = set()
    while len(words) < count:
        words.add("".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))))
    WordlistEntry.objects.bulk_create(
        WordlistEntry(text=word, folded=word, ground="personal_attack", reason="bench")
        for word in sorted(words)
    )


def switch_everything_on() -> None:
    senior = User.objects.create_user("senior@example.org", None, name="Senior", is_staff=True)
    senior.groups.add(Group.objects.get(name="senior moderator"))
    for kind in Kind:
        options = stored(OPTIONS[kind]())
        RuleSetting.objects.create(
            kind=kind, state="on", options=options, reason="bench", set_by=senior
        )


def measured() -> list[float]:
    """Milliseconds for each of the newest comments; the first batch warms up."""
    newest = list(Screening.objects.order_by("-pk").values_list("pk", flat=True)[:MEASURED])
    spent: list[float] = []
    for first in range(0, len(newest), TOGETHER):
        screenings = with_texts(newest[first : first + TOGETHER])
        begun = time.perf_counter()
        read_by = rules_for([one.revision for one in screenings])
        shared = (time.perf_counter() - begun) / len(screenings)
        for screening in screenings:
            begun = time.perf_counter()
            findings_of(screening.revision, read_by)
            spent.append(1000 * (shared + time.perf_counter() - begun))
    return spent[TOGETHER:]


if __name__ == "__main__":
    main()
