"""By which words is a published comment found?

Text and question are folded alike before PostgreSQL stems them, so that Straße and Strasse, Müller,
Mueller and Muller are one word each, whatever the server's version makes of umlauts.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from forum.markup import as_text
from forum.models import Comment, Findable

# Stored with every row; raise it when the same text would give other words.
INDEXER = 1
# A search walks from the newest comments back, in steps of 16,384 ids, later of 262,144.
FINE, COARSE = 14, 18
# The folded text as stems. The configuration is named: rows and questions outlive a setting.
STEMS = "to_tsvector('pg_catalog.german', %s)"

_NO_LETTER = re.compile(r"[\W_]+")
# Umlauts written out. Not behind a vowel or a q: "neue", "Bauer", "Quelle".
_WRITTEN_OUT = re.compile(r"(?<![aeiouq])([aou])e")
# Many at once; the marks of each in one text, for arrays in an array cannot be told apart.
_WRITE = f"""
    INSERT INTO forum_findable (comment_id, discussion_id, has_links, revision_id, indexer, words)
    SELECT new.comment_id, new.discussion_id, new.has_links, new.revision_id, {INDEXER},
        {STEMS.replace("%s", "new.said")} || array_to_tsvector(string_to_array(new.marks, ','))
    FROM unnest(%s::bigint[], %s::bigint[], %s::bool[], %s::bigint[], %s::text[], %s::text[])
        AS new (comment_id, discussion_id, has_links, revision_id, said, marks)
    ON CONFLICT (comment_id) DO UPDATE SET has_links = EXCLUDED.has_links,
        revision_id = EXCLUDED.revision_id, indexer = EXCLUDED.indexer, words = EXCLUDED.words
"""  # noqa: S608 - of constants


def index(comment: Comment) -> None:
    """Write down the words of the wording that readers see, or forget them all.

    Called in the transaction in which a wording becomes or ceases to be visible.
    """
    if comment.visible_revision is None:
        Findable.objects.filter(pk=comment.pk).delete()
        return
    index_new([comment])


def index_new(comments: list[Comment]) -> None:
    """The same for many that are visible; one query."""
    rows = [_row(one) for one in comments]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])


def index_all(comment_ids: list[int]) -> None:
    """The same for many of one discussion, whose lock the caller holds."""
    comments = Comment.objects.select_related("visible_revision__revision").in_bulk(comment_ids)
    Findable.objects.filter(pk__in=comment_ids).delete()
    index_new([one for one in comments.values() if one.visible_revision])


def stemmed(htmls: list[str]) -> list[str]:
    """Of each text the stems with their places, as PostgreSQL reads them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {STEMS.replace('%s', 'said')}::text"  # noqa: S608 - of constants
            " FROM unnest(%s::text[]) WITH ORDINALITY texts(said, place) ORDER BY place",
            [[fold(as_text(html)) for html in htmls]],
        )
        return [vector for (vector,) in cursor.fetchall()]


def fold(text: str) -> str:
    """Small letters and digits with single spaces between: no case, no accents, no signs."""
    letters = text.casefold()
    if not letters.isascii():
        letters = unicodedata.normalize("NFKD", letters)
        letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _WRITTEN_OUT.sub(r"\1", _NO_LETTER.sub(" ", letters)).strip()


def has_links(html: str) -> bool:
    return "<a href=" in html


def marks(
    pk: int, *, discussion_id: int, author_id: int, written_as: str, said_at: datetime
) -> list[str]:
    """Where, by whom and when: beside the stems, for they hold a space, which no word does.

    One index then answers for words and marks together, and reads only where both are.
    """
    day = timezone.localtime(said_at).date()
    return [
        in_discussion(discussion_id),
        by_house(author_id) if written_as == Comment.WrittenAs.MODERATION else by(author_id),
        f"fine {pk >> FINE}",
        f"coarse {pk >> COARSE}",
        f"year {day:%Y}",
        f"month {day:%Y-%m}",
        f"day {day}",
    ]


def in_discussion(pk: int) -> str:
    return f"in {pk}"


def by(author_id: int) -> str:
    """Under his own name."""
    return f"by {author_id}"


def by_house(author_id: int) -> str:
    """For the moderators: public is the house, not the name."""
    return f"house {author_id}"


def between(first: date, last: date) -> Iterator[str]:
    """Marks of whole years, whole months and the days left over, which are few."""
    day = first
    while day <= last:
        for name, after in (
            (f"year {day:%Y}", _next_year(day)),
            (f"month {day:%Y-%m}", _next_month(day)),
            (f"day {day}", day + timedelta(days=1)),
        ):
            if after and after - timedelta(days=1) <= last:
                yield name
                day = after
                break


def steps_before(pk: int) -> list[str]:
    """Marks of all comments with smaller ids, in the order in which a search walks them.

    Fine ones for the rest of the newest coarse step and the one behind it, coarse ones beyond.
    """
    newest, per_coarse = (pk - 1) >> FINE, 1 << (COARSE - FINE)
    coarse = max((newest >> (COARSE - FINE)) - 1, 0)
    fine = range(newest, coarse * per_coarse - 1, -1)
    return [f"fine {step}" for step in fine] + [
        f"coarse {step}" for step in range(coarse - 1, -1, -1)
    ]


def _row(comment: Comment) -> list[Any]:
    revision = comment.visible_revision.revision  # type: ignore[union-attr]
    placed = marks(
        comment.pk,
        discussion_id=comment.discussion_id,
        author_id=comment.author_id,
        written_as=comment.written_as,
        said_at=comment.submitted_at,
    )
    found = has_links(revision.html)
    return [
        comment.pk,
        comment.discussion_id,
        found,
        revision.pk,
        fold(as_text(revision.html)),
        ",".join(placed),
    ]


def _next_year(day: date) -> date | None:
    """None where it is not the first of a year."""
    return date(day.year + 1, 1, 1) if (day.month, day.day) == (1, 1) else None


def _next_month(day: date) -> date | None:
    """None where it is not the first of a month."""
    return (day + timedelta(days=31)).replace(day=1) if day.day == 1 else None
