"""Does the desk show what somebody has written lately, without another page?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.posting import withdraw
from moderation.queue import open_case
from moderation.written import LATEST, latest_of
from tests.factories import make_comment, make_discussion


@pytest.fixture
def desk(client, mona):
    client.force_login(mona)
    return client


class LatestTests:
    def test_the_newest_stand_first_whatever_became_of_them(self, bob):
        discussion = make_discussion()
        for number in range(LATEST + 2):
            make_comment(discussion, bob, f"Beitrag {number}.")
        gone = make_comment(discussion, bob, "Das nehme ich zurück.")
        withdraw(gone, author=bob)
        held = make_comment(discussion, bob, "Das wartet noch.", status="held")
        with CaptureQueriesContext(connection) as queries:
            written = [(one.pk, one.status, one.discussion.subject) for one in latest_of(bob)]
        assert len(queries) == 1
        assert len(written) == LATEST
        states = [status for _pk, status, _subject in written]
        assert states[:3] == ["held", "withdrawn", "published"]
        assert written[0][0] == held.pk

    def test_they_stand_in_the_case_with_state_and_text(self, desk, bob, alice):
        discussion = make_discussion()
        case = open_case(make_comment(discussion, bob, "Darum geht es."), reason="opened")
        make_comment(discussion, bob, "Noch <b>einer</b>.", status="held")
        make_comment(discussion, alice, "Von jemand anderem.")
        page = desk.get(case.get_absolute_url()).content.decode()
        listed = page.split('<details class="written">')[1].split("</details>")[0]
        assert "Noch &lt;b&gt;einer&lt;/b&gt;." in listed
        assert "zurückgehalten" in listed.lower()
        assert "dieser" in listed
        assert "Von jemand anderem." not in listed
