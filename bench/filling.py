"""How does a discussion of any size come into the database in seconds, and true to the schema?

Rows as the verbs would have left them: every comment screened, cleared, tallied. Shape of a large
German forum (requirements: 35.8 % roots, depth up to 8, half of the texts below 186 characters).
"""

import random
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from forum.indexing import index_all
from forum.markup import RENDERER, fingerprint, render
from forum.models import PATH_DIGITS, Clearance, Comment, Discussion, Revision, Tally
from forum.ranking import rank
from moderation.models import Screening

ROOT_SHARE = 0.358
DEEPEST = 8
WORDS = """
Der die das Rathaus Straße Bürger Verkehr Schule Haushalt Platz morgen wieder nicht immer
vielleicht entscheiden bauen fahren warten zahlen sagen Frage Antwort Beschluss Stadtrat
warum deshalb trotzdem langsam teuer richtig falsch offen Ufer Brücke Markt Bahnhof Verein
""".split()  # noqa: SIM905 - a list of forty quoted words is no easier to read


def text(chance: random.Random) -> str:
    """One to sixty words, most of them few."""
    count = min(60, 4 + int(chance.expovariate(1 / 22)))
    return " ".join(chance.choice(WORDS) for _ in range(count)) + "."


@transaction.atomic
def fill(discussion: Discussion, *, count: int, authors: list[User], seed: int = 7) -> None:
    """Add `count` published comments in time order; the last is a few minutes old."""
    chance = random.Random(seed)
    texts = [text(chance) for _ in range(min(count, 500))]
    wordings = [(body, render(body), fingerprint(body)) for body in texts]
    ids = _next_ids(count)
    start = timezone.now() - timedelta(minutes=5 + count / 10)
    comments: list[Comment] = []
    open_to_reply: list[Comment] = []
    for position, pk in enumerate(ids):
        parent = None
        if open_to_reply and chance.random() > ROOT_SHARE:
            parent = chance.choice(open_to_reply[-200:])
        at = start + timedelta(seconds=6 * position)
        comment = _comment(pk, discussion, chance.choice(authors), parent, at, position)
        comments.append(comment)
        if comment.depth < DEEPEST:
            open_to_reply.append(comment)
    _store(discussion, comments, wordings, chance)


def _next_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('forum_comment', 'id')) "
            "FROM generate_series(1, %s)",
            [count],
        )
        return sorted(row[0] for row in cursor.fetchall())


def _comment(
    pk: int,
    discussion: Discussion,
    author: User,
    parent: Comment | None,
    at: datetime,
    position: int,
) -> Comment:
    step = f"{pk:0{PATH_DIGITS}d}"
    return Comment(
        pk=pk,
        discussion=discussion,
        author=author,
        parent=parent,
        root_id=parent.root_id if parent else pk,
        path=parent.path + step if parent else step,
        depth=parent.depth + 1 if parent else 0,
        submitted_at=at,
        published_at=at + timedelta(seconds=1),
        visible_version=discussion.version + position + 1,
    )


def _store(
    discussion: Discussion,
    comments: list[Comment],
    wordings: list[tuple[str, str, str]],
    chance: random.Random,
) -> None:
    """Pending first: the constraints forbid to store as visible what no screening has cleared."""
    Comment.objects.bulk_create(comments, batch_size=2_000)
    revisions = Revision.objects.bulk_create(
        [
            Revision(
                comment=comment,
                body=body,
                html=html,
                fingerprint=mark,
                renderer=RENDERER,
                created_at=comment.submitted_at,
            )
            for comment in comments
            for body, html, mark in [chance.choice(wordings)]
        ],
        batch_size=2_000,
    )
    screenings = Screening.objects.bulk_create(
        [
            Screening(
                revision=revision,
                queued_at=revision.created_at,
                attempts=1,
                decided_at=revision.created_at,
                outcome=Screening.Outcome.PASS,
            )
            for revision in revisions
        ],
        batch_size=2_000,
    )
    Clearance.objects.bulk_create(
        [Clearance(revision_id=s.revision_id, screening_id=s.pk) for s in screenings],
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE forum_comment c SET status = 'published', is_listed = true, "
            "visible_revision_id = r.id FROM forum_revision r "
            "WHERE r.comment_id = c.id AND c.discussion_id = %s AND c.status = 'pending'",
            [discussion.pk],
        )
    index_all([comment.pk for comment in comments])
    replies: dict[int | None, int] = {}
    for comment in comments:
        if comment.parent_id:
            for counting in {comment.root_id, comment.parent_id}:
                replies[counting] = replies.get(counting, 0) + 1
    tallies = []
    for comment in comments:
        is_root = comment.parent_id is None
        recommended = int(chance.paretovariate(1.3)) - 1
        count = replies.get(comment.pk, 0)
        tallies.append(
            Tally(
                comment=comment,
                listed_in=discussion if is_root else None,
                listed_under_id=None if is_root else comment.root_id,
                reply_count=count,
                recommendation_count=recommended,
                rank=rank(recommended, count, comment.published_at),
            )
        )
    Tally.objects.bulk_create(tallies, batch_size=2_000)
    Discussion.objects.filter(pk=discussion.pk).update(
        comment_count=discussion.comment_count + len(comments),
        version=discussion.version + len(comments) + 1,
    )
    discussion.refresh_from_db()
    with connection.cursor() as cursor:
        for table in (
            "forum_comment",
            "forum_tally",
            "forum_revision",
            "forum_clearance",
            "forum_findable",
        ):
            cursor.execute(f"ANALYZE {table}")
