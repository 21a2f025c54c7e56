"""What does the comparison of ledger, database, mails and crawl say? Verdicts come from here alone.

A finding is held when its value does not exceed its bound (bench/load/judging.py).
"""

from collections import Counter
from collections.abc import Collection
from subprocess import CompletedProcess

from bench.load.judging import Finding
from tests.faults.run import Run
from tests.faults.writing import digest

# By what a finding is about: some of those that were found.
EXAMPLES: dict[str, list[str]] = {}


def none(promise: str, what: str, found: Collection) -> Finding:
    """Of these there are to be none; a few are shown where there are."""
    EXAMPLES[what] = sorted(map(str, found))[:3]
    return Finding(promise, what, len(found), 0, "")


def posts(run: Run) -> list[Finding]:
    """T1: what was accepted is there, once, as it was sent."""
    accepted = run.ledger.accepted()
    rows = run.ask(
        "SELECT s.submission_id::text, s.author_id, s.comment_id, r.body FROM forum_submission s"
        " JOIN forum_revision r ON r.comment_id = s.comment_id AND r.number = 1"
    )
    stored = {submission: row for submission, *row in rows}
    lost, altered = [], []
    for submission, comment in accepted.items():
        intent = run.ledger.intents[submission]
        author, named, body = stored.get(submission, (None, None, ""))
        if (author, named) != (intent["author"], comment):
            lost.append(comment)
        elif digest(body) != intent["digest"]:
            altered.append(comment)
    answers = Counter(submission for submission, _comment in set(run.ledger.answers))
    texts = Counter(
        token
        for (token,) in run.ask(
            "SELECT substring(body from 'zq[a-p]{16}') FROM forum_revision WHERE number = 1"
        )
        if token
    )
    sent = {intent["token"] for intent in run.ledger.intents.values()}
    return [
        none("T1", "accepted posts that are lost", lost),
        none("T1", "accepted posts with other words", altered),
        none("T1", "texts stored twice", [t for t, count in texts.items() if count > 1]),
        none("T1", "texts that nobody sent", texts.keys() - sent),
        none("T1", "forms answered with two comments", [s for s, n in answers.items() if n > 1]),
    ]


def sights(run: Run) -> list[Finding]:
    """T1: no text was seen before a screening, or a person, had cleared exactly that wording."""
    rows = run.ask(
        "SELECT substring(r.body from 'zq[a-p]{16}'), extract(epoch FROM max(c.cleared_at)),"
        " bool_and(c.decision_id IS NOT NULL OR (s.outcome = 'pass' AND s.decided_at IS NOT NULL"
        "   AND EXISTS (SELECT FROM moderation_verdict v WHERE v.screening_id = s.id)"
        "   AND NOT EXISTS (SELECT FROM moderation_verdict v WHERE v.screening_id = s.id"
        "     AND v.outcome <> 'pass')))"
        " FROM forum_clearance c JOIN forum_revision r ON r.id = c.revision_id"
        " LEFT JOIN moderation_screening s ON s.id = c.screening_id GROUP BY 1"
    )
    cleared = {token: (float(at), is_sound) for token, at, is_sound in rows if token}
    early = {
        token
        for at, token in run.sights
        if token not in cleared or not cleared[token][1] or at < cleared[token][0]
    }
    return [
        Finding("T1", "crawler saw nothing at all", not run.sights, 0, ""),
        none("T1", "texts seen before they were cleared", early),
    ]


def decisions(run: Run) -> list[Finding]:
    """T1: what a moderator was told is done is in the log, and nothing is removed without."""
    decided = {
        (case, measure)
        for case, measure in run.ask(
            "SELECT case_id, measure FROM moderation_decision WHERE case_id IS NOT NULL"
        )
    }
    missing = [one for one in run.ledger.decided if (one["case"], one["measure"]) not in decided]
    silent = run.ask(
        "SELECT c.id FROM forum_comment c WHERE c.status = 'removed' AND NOT EXISTS"
        " (SELECT FROM moderation_decision d WHERE d.comment_id = c.id AND d.measure = 'remove')"
    )
    orphans = run.ask(
        "SELECT c.id FROM forum_comment c JOIN forum_comment p ON p.id = c.parent_id"
        " WHERE c.is_listed AND NOT p.is_listed"
    )
    return [
        none("T1", "decisions a moderator was told of and the log does not know", missing),
        none("T1", "removals without a decision", silent),
        none("T1", "replies without what they answer", orphans),
    ]


def recommendations(run: Run) -> Finding:
    stored = set(run.ask("SELECT reader_id, comment_id FROM forum_recommendation"))
    return none("T1", "recommendations that are lost", {*run.ledger.recommended} - stored)


def notices(run: Run) -> list[Finding]:
    """T2: a line for each fact, once; a mail for each line that wants one, under one Message-ID."""
    expected = Counter(
        (reader, f"reply:{comment}")
        for reader, comment in run.ask(
            "SELECT p.author_id, c.id FROM forum_comment c JOIN forum_comment p"
            " ON p.id = c.parent_id JOIN forum_revision r ON r.comment_id = c.id AND r.number = 1"
            " WHERE c.published_at IS NOT NULL AND p.author_id <> c.author_id"
            " AND r.body ~ 'zq[a-p]{16}'"
        )
    ) + Counter(
        (reader, f"decision:{decision}")
        for reader, decision in run.ask(
            "SELECT c.author_id, d.id FROM moderation_decision d"
            " JOIN forum_comment c ON c.id = d.comment_id"
            " JOIN forum_revision r ON r.comment_id = c.id AND r.number = 1"
            " WHERE NOT d.automated AND d.measure IN ('publish', 'remove')"
            " AND r.body ~ 'zq[a-p]{16}'"
        )
    )
    told = Counter(
        run.ask(
            "SELECT recipient_id, fact FROM notifications_notification"
            " WHERE fact LIKE 'reply:%' OR fact LIKE 'decision:%'"
        )
    )
    mailed = Counter(
        run.ask(
            "SELECT n.recipient_id, n.fact FROM notifications_notification n"
            " JOIN notifications_mail m ON m.id = n.mail_id"
            " WHERE n.fact LIKE 'reply:%' OR n.fact LIKE 'decision:%'"
        )
    )
    given_up = run.ask(
        "SELECT m.id FROM notifications_mail m WHERE m.set_aside_at IS NOT NULL"
        " OR m.dropped_at IS NOT NULL AND NOT EXISTS ("
        "   SELECT FROM notifications_notification n JOIN forum_comment c ON c.id = n.comment_id"
        "   WHERE n.mail_id = m.id AND c.status <> 'published')"
    )
    received = Counter(
        mail.message_id for mail in run.site.post_office.received if not mail.is_code
    )
    mails = run.ask(
        "SELECT '<' || kind || '-' || id || '-' || floor(extract(epoch FROM created_at))::bigint,"
        " sent_at IS NOT NULL, attempts FROM notifications_mail"
    )
    known = {mark: is_sent for mark, is_sent, _attempts in mails}
    by_mark = Counter({name.partition("@")[0]: count for name, count in received.items()})
    repeats = sum(count - 1 for count in by_mark.values())
    bound = len(run.sendings_broken) + run.site.post_office.interrupted
    return [
        none("T2", "facts that nobody was told", expected - told),
        none("T2", "facts told twice, or that never were", told - expected),
        none("T2", "facts without a mail", expected - mailed),
        none("T2", "mails given up, though what they tell of stands", given_up),
        none("T2", "mails marked as sent and never received",
             [mark for mark, is_sent in known.items() if is_sent and not by_mark[mark]]),
        none("T2", "mails received under an unknown Message-ID", by_mark.keys() - known),
        none("T2", "mails received more often than they were begun",
             [mark for mark, _is_sent, attempts in mails if by_mark[mark] > attempts]),
        Finding("T2", "mails repeated, of those that were interrupted", repeats, bound, ""),
    ]  # fmt: skip


def counters(run: Run) -> Finding:
    """T18: what `upkeep --recount` finds; it also mends it, so this is asked once, at the end."""
    done = run.site.manage("upkeep", "--recount")
    return none("T18", "counters that differ from their rows", wrong_lines(done))


def log(run: Run) -> Finding:
    done = run.site.manage("verify_log")
    return none("T14", "breaks in the log of decisions", wrong_lines(done))


def wrong_lines(done: CompletedProcess[str]) -> list[str]:
    if not done.returncode:
        return []
    said = (done.stdout + done.stderr).splitlines()
    return said or [f"ended with {done.returncode} and said nothing"]


def everything(run: Run) -> list[Finding]:
    """All that holds of a whole history, whatever was done to the site in it."""
    return [
        *posts(run),
        *sights(run),
        *decisions(run),
        recommendations(run),
        *notices(run),
        counters(run),
        log(run),
    ]
