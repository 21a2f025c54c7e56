"""How does the newsroom's system, or a person, hand over articles as files?"""

import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.importing import ImportRefused, import_article
from articles.layout import decoded

SOURCE = "text"


class Command(BaseCommand):
    help = "Import articles from files in the newspaper's plain-text layout (articles/layout.py)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *, files: list[Path], **options) -> None:
        """Each file by itself: one that does not fit keeps no other from getting in."""
        refused = 0
        for path in files:
            try:
                article = import_article(decoded(path.read_bytes()), source_name=SOURCE)
            except ImportRefused as refusal:
                place = _("line %(line)d") % {"line": refusal.line}
                self.stderr.write(f"{path}, {place}: {refusal.reason}")
                refused += 1
            except OSError as error:
                self.stderr.write(f"{path}: {error.strerror}")
                refused += 1
            else:
                self.stdout.write(f"{article.get_absolute_url()} {article.headline}")
        if refused:
            raise CommandError(
                ngettext(
                    "%(count)d file was refused; nothing of it is stored.",
                    "%(count)d files were refused; nothing of them is stored.",
                    refused,
                )
                % {"count": refused}
            )
