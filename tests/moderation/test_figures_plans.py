"""Do the figures read the rows of their days alone, whatever lies in the years before?

Of longer periods, a tenth of all rows and more, PostgreSQL rightly reads the table instead.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation.figures.decided import Scope
from moderation.figures.periods import period_of
from moderation.figures.telling import OF_THE_HOUSE, tables
from moderation.queue import open_case
from tests.factories import make_comment, make_discussion
from tests.forum.test_plans import explained
from tests.moderation.test_figures import removed

DAYS, PER_DAY = 500, 20
# Ten thousand closed cases of five hundred days, each with its decision and report, and on the
# same revision; and notices of as long a time.
_HISTORY = """
    INSERT INTO moderation_case (comment_id, opened_at, closed_at, score, flag_count, reasons,
        checks, handed_to)
    SELECT %(comment)s, at, at + interval '1 hour', 0, 1, '["flagged"]', '["links"]', ''
    FROM (SELECT now() - n * interval '1 day' / %(per_day)s - interval '2 hours' AS at
        FROM generate_series(1, %(days)s * %(per_day)s) n) days;
    INSERT INTO moderation_decision (case_id, comment_id, revision_id, measure, ground,
        rules_version, origin, automated, decided_by_id, decided_at, text_hash)
    SELECT id, comment_id, %(revision)s, 'remove', 'threat', '', 'flag', false, %(moderator)s,
        closed_at, '' FROM moderation_case WHERE checks = '["links"]' ORDER BY id;
    INSERT INTO moderation_notice (case_id, comment_id, revision_id, submission_id, category,
        reason, name, email, received_at, seen_at, decided_at, outcome)
    SELECT id, comment_id, %(revision)s, gen_random_uuid(), 'insult', '', '', '', opened_at,
        opened_at, closed_at, 'upheld' FROM moderation_case WHERE checks = '["links"]';
    ANALYZE moderation_case, moderation_decision, moderation_notice
"""
LARGE = {"moderation_case", "moderation_decision", "moderation_notice"}


@pytest.fixture
def history(bob, mona):
    comment = make_comment(make_discussion(), bob)
    removed(open_case(comment, reason="opened"), mona)
    given = {
        "comment": comment.pk,
        "revision": comment.revisions.get().pk,
        "moderator": mona.pk,
        "days": DAYS,
        "per_day": PER_DAY,
    }
    with connection.cursor() as cursor:
        for statement in _HISTORY.split(";"):
            cursor.execute(statement, given)


@pytest.mark.usefixtures("history")
class PlanTests:
    @pytest.mark.parametrize(("name", "days"), [("today", 1), ("7", 7)])
    def test_each_table_reads_its_days_by_index(self, name, days):
        with CaptureQueriesContext(connection) as captured:
            found = tables(Scope(period_of(name, None)))
        assert len(found) == len(OF_THE_HOUSE)
        selects = [
            one["sql"] for one in captured if one["sql"].startswith(("SELECT", "\n    WITH"))
        ]
        assert len(selects) >= len(OF_THE_HOUSE)
        for query in selects:
            scans = explained(query)
            story = f"{query[:1_500]}\n" + "\n".join(map(str, scans))
            assert not [
                scan for scan in scans if scan.kind == "Seq Scan" and scan.table in LARGE
            ], story
            # Those of its days, each with its case or its decision.
            assert sum(scan.rows for scan in scans) <= 4 * (days + 1) * PER_DAY + 60, story
