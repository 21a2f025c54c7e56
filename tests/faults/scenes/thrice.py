"""T7: every task is delivered three times and in any order; what comes out is the same as once."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime
from operator import itemgetter
from urllib.parse import quote

from bench.load.judging import Finding
from bench.load.readers import GROUND, WORDS
from tests.faults import asking, settling, writing
from tests.faults.cast import Reader
from tests.faults.deciding import WAITING, decide_as
from tests.faults.judging import none
from tests.faults.run import Run

COUNT, ANSWERED, EDITED, HELD, SWEPT = 8, 4, 2, 4, 3
# The two more of each task come within two seconds (inside/hooks.py); then they are worked on.
LATEST = 3
# What a check always holds for a person.
HELD_TEXT = "Schreiben an anna.zeuge@example.org bitte."
# All that belongs to one discussion, without times, with places instead of ids.
STATE = """
    SELECT json_build_object(
      'discussion', (SELECT json_build_array(comment_count) FROM forum_discussion WHERE id = %(d)s),
      'comments', (SELECT json_agg(json_build_array(c.depth, c.status, c.is_listed,
          c.removal_ground, t.reply_count, t.recommendation_count,
          (SELECT count(*) FROM forum_revision r WHERE r.comment_id = c.id),
          (SELECT count(*) FROM forum_findable f WHERE f.comment_id = c.id)) ORDER BY c.id)
        FROM forum_comment c JOIN forum_tally t ON t.comment_id = c.id WHERE c.id = ANY(%(ids)s)),
      'screenings', (SELECT json_agg(json_build_array(s.outcome, s.set_aside_at IS NULL,
          (SELECT count(*) FROM moderation_verdict v WHERE v.screening_id = s.id),
          (SELECT count(*) FROM forum_clearance l WHERE l.revision_id = r.id)) ORDER BY r.id)
        FROM moderation_screening s JOIN forum_revision r ON r.id = s.revision_id
        WHERE r.comment_id = ANY(%(ids)s)),
      'decisions', (SELECT json_agg(d.measure ORDER BY d.comment_id, d.id)
        FROM moderation_decision d WHERE d.comment_id = ANY(%(ids)s)),
      'cases', (SELECT json_agg(json_build_array(k.closed_at IS NULL) ORDER BY k.comment_id, k.id)
        FROM moderation_case k WHERE k.comment_id = ANY(%(ids)s)),
      'told', (SELECT json_agg(n.kind ORDER BY n.comment_id, n.kind)
        FROM notifications_notification n WHERE n.comment_id = ANY(%(ids)s)),
      'mails', (SELECT json_agg(m.kind ORDER BY n.comment_id, m.kind)
        FROM notifications_notification n JOIN notifications_mail m ON m.id = n.mail_id
        WHERE n.comment_id = ANY(%(ids)s) AND m.kind <> 'reply'))::text
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
# Of these the clock adds or forgets rows as time passes; it decides how many replies one mail
# tells of, too. Acts are counted of what is sent, and some texts are sent twice.
CLOCKED = {
    "accounts_act", "forum_fold", "forum_usualwait", "moderation_head", "notifications_mail"
}  # fmt: skip


async def thrice(run: Run) -> list[Finding]:
    once = await _converse(run, run.cast.discussions[0], run.cast.newcomers[0])
    run.site.hook("thrice", is_on=True)
    three_times = await _converse(run, run.cast.discussions[1], run.cast.newcomers[1], late=LATEST)
    run.site.hook("thrice", is_on=False)
    run.faults["delivered_thrice"] += 1
    different = [
        f"{name}: {once[name]} and {three_times[name]}"
        for name in once
        if once[name] != three_times[name]
    ]
    return [none("T7", "states that differ when tasks come three times", different)]


async def _converse(run: Run, discussion: int, newcomer: Reader, *, late: float = 0) -> dict:
    """The same conversation each time: roots, recommended, replies, edits, decisions, and all of
    the newcomer's removed at once. What became of it, and by how much each table has grown.

    late: seconds in which tasks come again whose work is done.
    """
    await settling.all_done(run)
    before = run.count("SELECT comment_count FROM forum_discussion WHERE id = %s", [discussion])
    rows_before = _rows(run)
    roots = [writing.make(run, discussion=discussion) for _number in range(COUNT)]
    ids = [await writing.send(run, post) for post in roots]
    await settling.all_screened(run)
    for pk in ids:
        await writing.recommend(run, pk)
    replies = [writing.make(run, discussion=discussion, parent=pk) for pk in ids[:ANSWERED]]
    held = [writing.make(run, discussion=discussion, also=HELD_TEXT) for _number in range(HELD)]
    for post, comment in list(zip(roots, ids, strict=True))[-EDITED:]:
        await edit(run, post, comment, body=writing.make(run, also="Nachtrag.").body)
    swept = [writing.make(run, discussion=discussion, reader=newcomer) for _number in range(SWEPT)]
    ids += [await writing.send(run, post) for post in replies + held + swept]
    await settling.all_screened(run)
    await _sweep(run, newcomer)
    await settling.all_done(run)
    mine = sorted((one for one in run.ask(WAITING) if one[1] in ids), key=itemgetter(1))
    for number, (case, comment, revision) in enumerate(mine):
        measure = "publish" if number % 2 else "remove"
        # One moderator: each decision claims the next case for her.
        await decide_as(
            run, run.cast.moderators[0], measure, case=case, comment=comment, revision=revision
        )
    await settling.all_done(run)
    await asyncio.sleep(late)
    await settling.all_done(run)
    state = json.loads(run.ask(STATE, {"d": discussion, "ids": ids})[0][0])
    state["discussion"][0] -= before
    rows = _rows(run)
    rows.subtract(rows_before)
    return state | {f"rows of {name}": rows[name] for name in rows}


def _rows(run: Run) -> Counter[str]:
    """How many each table has; but of CLOCKED."""
    tables = {name for (name,) in run.ask(TABLES)} - CLOCKED
    counts = (f"SELECT '{name}', count(*) FROM {name}" for name in sorted(tables))
    return Counter(dict(run.ask(" UNION ALL ".join(counts))))


async def _sweep(run: Run, newcomer: Reader) -> None:
    [(name,)] = run.ask("SELECT name FROM accounts_user WHERE id = %s", [newcomer.id])
    today = datetime.now(UTC).date().isoformat()
    form = {"ground": GROUND, "explanation": WORDS[0], "since": today}
    answer = await asking.post(
        f"/moderation/readers/{quote(name)}/sweeps/",
        {f"sweep-{field}": value for field, value in form.items()},
        port=run.site.front,
        address=run.cast.senior.address,
        session=run.cast.senior.session,
    )
    if answer.status != 303:
        raise RuntimeError(f"the senior's order was answered by {answer.status}")


async def edit(run: Run, post: writing.Post, comment: int | None, *, body: str) -> asking.Answer:
    return await asking.post(
        f"/comments/{comment}/revisions/",
        {"body": body},
        port=run.site.front,
        address=post.reader.address,
        session=post.reader.session,
    )
