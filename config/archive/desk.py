"""What waits on the desk of a large paper: comments held by checks, reported ones, some notices."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from accounts.models import User
from config.archive.copying import NULL, copy, literal, moment, reserve
from forum.indexing import stemmed
from forum.markup import RENDERER
from forum.models import PATH_DIGITS, Comment, Revision, Tally
from moderation.models import Case, Flag, Reason, Screening, Unseen, Verdict
from moderation.urgency import EPOCH, PERIODS, Flags, urgency

if TYPE_CHECKING:
    from config.archive.making import Archive

HELD_SHARE = 0.6
# Of the others: illegal content, for which the law sets a date.
NOTICE_SHARE = 0.05
# They have come in over so many hours.
HOURS = 72
CHECKS = ("newcomer", "links", "word_list", "premoderated_discussion", "personal_data")
COMMONNESS = (60, 20, 12, 6, 2)
FLAG_REASONS = ("rude", "hateful", "off_topic", "spam", "personal_data", "false", "other")
MOST_FLAGS = 4
TRUSTED = User.Standing.TRUSTED


def waiting(archive: Archive, tell: Callable[[int], None]) -> None:
    """archive.cases open ones, weighed as the verbs weigh them."""
    if not archive.cases:
        return
    held = int(archive.cases * HELD_SHARE)
    _held(archive, held)
    _reported(archive, archive.cases - held)
    tell(len(archive.placed))


def unseen(archive: Archive, tell: Callable[[int], None]) -> None:
    """The words of what was removed; those of what is held are written with it."""
    stems = [literal(vector) for vector in stemmed([html for _body, html, _mark in archive.said])]
    rows = (
        (str(archive.first_comment + n), stems[archive.wording[n]])
        for n in range(len(archive.placed))
        if archive.is_removed[n]
    )
    copy(Unseen, ["comment_id", "words"], rows, progress=tell)


def _held(archive: Archive, count: int) -> None:
    """New comments that nobody sees: no counter knows of them."""
    random, now = archive.random, archive.now.timestamp()
    comments, revisions = reserve(Comment, count), reserve(Revision, count)
    screenings, cases = reserve(Screening, count), reserve(Case, count)
    said = [random.randrange(len(archive.said)) for _n in range(count)]
    at = sorted(now - 3_600 * HOURS * random.random() for _n in range(count))
    where = [random.choice(archive.placed).article + archive.first_discussion for _n in at]
    who = [archive.first_reader + random.randrange(archive.readers) for _n in at]
    check = random.choices(CHECKS, COMMONNESS, k=count)
    columns = ["id", "discussion_id", "author_id", "root_id", "path", "status"]
    copy(
        Comment,
        [*columns, "submitted_at", "held_at"],
        (
            (
                str(pk := comments + n),
                str(where[n]),
                str(who[n]),
                str(pk),
                f"{pk:0{PATH_DIGITS}d}",
                "held",
                moment(at[n]),
                moment(at[n] + 1),
            )
            for n in range(count)
        ),
    )
    wordings = [tuple(map(literal, wording)) for wording in archive.said]
    copy(
        Revision,
        ["id", "comment_id", "created_at", "renderer", "body", "html", "fingerprint"],
        (
            (
                str(revisions + n),
                str(comments + n),
                moment(at[n]),
                str(RENDERER),
                *wordings[said[n]],
            )
            for n in range(count)
        ),
    )
    copy(Tally, ["comment_id"], ((str(comments + n),) for n in range(count)))
    copy(
        Screening,
        ["id", "revision_id", "queued_at", "decided_at", "outcome", "attempts"],
        (
            (
                str(screenings + n),
                str(revisions + n),
                moment(at[n]),
                moment(at[n] + 1),
                "hold",
                "1",
            )
            for n in range(count)
        ),
    )
    copy(
        Verdict,
        ["screening_id", "check_name", "outcome"],
        ((str(screenings + n), check[n], "hold") for n in range(count)),
    )
    stems = [literal(vector) for vector in stemmed([html for _body, html, _mark in archive.said])]
    copy(
        Unseen,
        ["comment_id", "words"],
        ((str(comments + n), stems[said[n]]) for n in range(count)),
    )
    copy(
        Case,
        _CASE_COLUMNS,
        (
            _case(
                cases + n,
                comment=comments + n,
                discussion=where[n],
                author=who[n],
                opened=at[n] + 1,
                reasons=[Reason.HELD],
                checks=[check[n]],
            )
            for n in range(count)
        ),
    )


_CASE_COLUMNS = ["id", "comment_id", "discussion_id", "author_id", "opened_at", "reasons", "checks"]
_CASE_COLUMNS += ["flag_count", "due_at", "score"]


def _case(
    pk: int,
    *,
    comment: int,
    discussion: int,
    author: int,
    opened: float,
    reasons: list[Reason],
    checks: list[str] | None = None,
    flags: list[Flags] | None = None,
    reach: int = 0,
) -> tuple[str, ...]:
    opened_at = EPOCH.fromtimestamp(opened, EPOCH.tzinfo)
    periods = [PERIODS[reason] for reason in reasons if reason in PERIODS]
    due_at = opened_at + min(periods) if periods else None
    weighed = urgency(
        flags=flags or [],
        reasons=reasons,
        verdicts=["hold"] * len(checks or []),
        reach=reach,
        opened_at=opened_at,
        due_at=due_at,
        now=EPOCH,
    )
    return (
        str(pk),
        str(comment),
        str(discussion),
        str(author),
        moment(opened),
        json.dumps([reason.value for reason in reasons]),
        json.dumps(checks or []),
        str(len(flags or [])),
        literal(due_at) if due_at else NULL,
        repr(weighed.score),
    )


def _reported(archive: Archive, count: int) -> None:
    """The newest published comments; nobody has flagged his own."""
    random, now = archive.random, archive.now.timestamp()
    shown = [n for n in range(len(archive.placed)) if not archive.is_removed[n]][-count:]
    cases = reserve(Case, len(shown))
    flags = [random.choices(FLAG_REASONS, k=random.randint(1, MOST_FLAGS)) for _n in shown]
    trusted = set(User.objects.filter(standing=TRUSTED).values_list("pk", flat=True))

    def flagger(n: int, step: int) -> int:
        """The archive's own flags of decided cases come from the next reader after the author."""
        return archive.first_reader + (archive.author[n] + step) % archive.readers

    def weighed(place: int, n: int) -> list[Flags]:
        return [
            Flags(reason, TRUSTED if flagger(n, step) in trusted else User.Standing.REGULAR)
            for step, reason in enumerate(flags[place], start=2)
        ]

    opened = [now - 3_600 * HOURS * random.random() for _n in shown]
    copy(
        Case,
        _CASE_COLUMNS,
        (
            _case(
                cases + place,
                comment=archive.first_comment + n,
                discussion=archive.first_discussion + archive.placed[n].article,
                author=archive.first_reader + archive.author[n],
                opened=opened[place],
                reasons=[Reason.FLAGGED]
                + ([Reason.NOTICE] if random.random() < NOTICE_SHARE else []),
                flags=weighed(place, n),
                reach=archive.replies[n] + archive.votes[n],
            )
            for place, n in enumerate(shown)
        ),
    )

    def sent() -> Iterator[tuple[str, ...]]:
        for place, n in enumerate(shown):
            for step, reason in enumerate(flags[place], start=2):
                yield (
                    str(cases + place),
                    str(archive.first_comment + n),
                    str(archive.first_revision + n),
                    str(flagger(n, step)),
                    reason,
                    moment(opened[place]),
                )

    columns = ["case_id", "comment_id", "revision_id", "reader_id", "reason", "flagged_at"]
    copy(Flag, columns, sent())
