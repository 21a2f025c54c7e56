"""Which articles, discussions and readers is everything measured with?

A live report of 36,454 comments (derStandard really had one), an article of 10,000 and two hundred
of 50, all visible, made as `manage.py make_archive` makes them. Peers get the comments of the
latter two kinds, texts and tree, from a file.
"""

import json
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import User
from bench.site import make_tables_and_files
from config.archive import making, people
from forum.models import Comment, Discussion

HOT, LARGE, SMALL = 36_454, 10_000, 50
SMALL_ARTICLES = 200
READERS = 4_000
CONVERSATION = "conversation.jsonl"


@dataclass(frozen=True)
class Paper:
    """sessions: of readers who may write; reader: signed in, has never written."""

    hot: Discussion
    large: Discussion
    small: list[Discussion]
    sessions: list[str]
    reader: User
    reader_session: str


def print_paper(*, hot: int = HOT, large: int = LARGE, articles: int = SMALL_ARTICLES) -> Paper:
    make_tables_and_files()
    archive = making.make_sized(
        [SMALL] * articles + [large, hot],
        readers=READERS,
        has_hot=True,
        random=random.Random(7),
        removed_share=0,
    )
    found = {one.article_id: one for one in Discussion.objects.select_related("article")}
    *small, large_one, hot_one = [found[pk] for pk in sorted(found)]
    tomorrow = timezone.now() + timedelta(days=1)
    silent = people.readers(1, now=archive.now, random=random.Random(8))
    (session,) = people.sign_in(silent, 1, until=tomorrow)
    return Paper(
        hot=hot_one,
        large=large_one,
        small=small,
        sessions=list(people.sign_in(archive.first_reader, READERS, until=tomorrow)),
        reader=User.objects.get(pk=silent),
        reader_session=session,
    )


def write_down(paper: Paper, where: Path) -> Path:
    """One line for each comment, parents before their replies: what the peers are filled with."""
    comments = (
        Comment.objects.filter(discussion__in=[*paper.small, paper.large])
        .order_by("pk")
        .values_list(
            "pk",
            "discussion_id",
            "parent_id",
            "root_id",
            "depth",
            "submitted_at",
            "author__name",
            "author_id",
            "visible_revision__revision__body",
        )
    )
    names = ("id", "discussion", "parent", "root", "depth", "at", "name", "author", "text")
    file = where / CONVERSATION
    with file.open("w") as out:
        for row in comments.iterator(chunk_size=5_000):
            line = dict(zip(names, row, strict=True))
            out.write(json.dumps({**line, "at": line["at"].timestamp()}) + "\n")
    return file
