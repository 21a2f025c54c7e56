"""How do the same comments come into its tables? By the ORM, in bulk, as its save() numbers them.

python -m xtd_site.filling conversation.jsonl
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

# The tables are known from here on.
# ruff: noqa: E402
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django_comments.models import Comment
from django_comments_xtd.models import XtdComment
from xtd_site.models import Article


def fill(file: str) -> None:
    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    with Path(file).open() as lines:
        said = [json.loads(line) for line in lines]
    articles = sorted({line["discussion"] for line in said})
    Article.objects.bulk_create(Article(pk=pk, title=f"Artikel {pk}") for pk in articles)
    kind = ContentType.objects.get_for_model(Article)
    # A table of its own below the one of django_comments: the ORM cannot do both at once.
    Comment.objects.bulk_create(
        [
            Comment(
                pk=line["id"],
                content_type=kind,
                object_pk=str(line["discussion"]),
                site_id=1,
                user_name=line["name"],
                user_email=f"leser{line['author']}@example.org",
                comment=line["text"],
                submit_date=datetime.fromtimestamp(line["at"], UTC),
            )
            for line in said
        ],
        batch_size=2_000,
    )
    columns = 'comment_ptr_id, thread_id, parent_id, level, "order", followup, nested_count'
    table = XtdComment._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream,
    ):
        for row in placed(said):
            stream.write_row(row)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('django_comments', 'id'), max(id))"
            " FROM django_comments"
        )
        cursor.execute("ANALYZE")


def placed(said: list[dict]) -> list[tuple]:
    """thread_id, parent_id, level, order (depth first, from 1) and nested_count of each."""
    below: dict[int, list[int]] = {}
    lines = {line["id"]: line for line in said}
    for line in said:
        if line["parent"]:
            below.setdefault(line["parent"], []).append(line["id"])
    rows = []
    for line in said:
        if line["parent"]:
            continue
        order = {}
        waiting = [line["id"]]
        while waiting:
            pk = waiting.pop()
            order[pk] = len(order) + 1
            waiting += reversed(below.get(pk, []))
        nested: dict[int, int] = {}
        for pk in sorted(order, reverse=True):
            nested[pk] = sum(1 + nested[child] for child in below.get(pk, []))
        rows += [
            (pk, line["id"], lines[pk]["parent"] or pk, lines[pk]["depth"], place, False)
            + (nested[pk],)
            for pk, place in order.items()
        ]
    return rows


fill(sys.argv[1])
