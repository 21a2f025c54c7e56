"""Does the log of decisions prove itself?"""

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation import log

HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


def noted(text: str) -> log.Noted:
    head = HEAD.fullmatch(text)
    if head is None:
        raise ArgumentTypeError("expected NUMBER:HASH, as the log line of a head has them")
    return log.Noted(int(head[1]), head[2])


class Command(BaseCommand):
    help = (
        "Compute the chain of decisions anew and compare it with the rows, their texts and the "
        "noted heads. Prints what is wrong and where, and exits with 1; changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            metavar="NUMBER:HASH",
            type=noted,
            action="append",
            default=[],
            help="a head that was kept elsewhere, as a line of the server's log; may be repeated",
        )

    def handle(self, *args: Any, head: list[log.Noted], **options: Any) -> None:
        proof = log.verify(kept=head)
        for sentence in proof.wrong:
            self.stdout.write(sentence)
        if proof.wrong:
            raise CommandError(
                ngettext(
                    "%(count)s break in the log.", "%(count)s breaks in the log.", len(proof.wrong)
                )
                % {"count": len(proof.wrong)}
            )
        self.stdout.write(
            _(
                "The log is whole: %(decisions)s decisions, %(texts)s texts compared, %(erased)s "
                "erased. Head: %(number)s:%(hash)s"
            )
            % {
                "decisions": proof.decisions,
                "texts": proof.texts,
                "erased": proof.erased,
                "number": proof.head.number,
                "hash": proof.head.hash,
            }
        )
