"""Do seniors learn when somebody decides faster than people read?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from moderation import haste
from moderation.models import Decision
from notifications.models import Notification
from tests.factories import make_comment, make_discussion


@pytest.fixture
def decide(db, bob, monkeypatch):
    monkeypatch.setattr(haste, "MOST", 3)
    comment = make_comment(make_discussion(), bob)

    def made(moderator, count, *, minutes_ago=0):
        for _number in range(count):
            Decision.objects.create(
                comment=comment,
                measure="publish",
                origin="own",
                decided_by=moderator,
                decided_at=timezone.now() - timedelta(minutes=minutes_ago),
            )

    return made


def told() -> list[str]:
    lines = Notification.objects.filter(kind="haste")
    return sorted(lines.values_list("recipient__name", flat=True))


def test_the_usual_pace_alerts_nobody(decide, mona, max_):
    decide(mona, 3)
    decide(mona, 9, minutes_ago=11)
    decide(max_, 2)
    assert haste.tell_seniors() == 0
    assert told() == []


def test_seniors_are_told_of_haste_once_an_hour(decide, mona, max_, caplog, time_machine):
    time_machine.move_to("2026-11-29 14:10+01:00", tick=False)
    decide(mona, 4)
    assert haste.tell_seniors() == 1
    assert haste.tell_seniors() == 1
    assert told() == ["Max"]
    assert "unusual haste" in caplog.text
    time_machine.move_to("2026-11-29 15:10+01:00", tick=False)
    decide(mona, 4)
    haste.tell_seniors()
    assert told() == ["Max", "Max"]


def test_nobody_is_told_of_himself(decide, max_):
    decide(max_, 4)
    assert haste.tell_seniors() == 1
    assert told() == []


def test_checks_may_be_as_fast_as_they_like(decide, max_):
    decide(max_, 1)
    Decision.objects.bulk_create(
        Decision(comment=one.comment, measure="publish", origin="check", automated=True, number=n)
        for n, one in enumerate([Decision.objects.get()] * 4, start=100)
    )
    assert haste.tell_seniors() == 0


def test_the_line_says_who_and_leads_to_his_figures_of_that_day(decide, mona, max_, client):
    decide(mona, 4)
    haste.tell_seniors()
    client.force_login(max_)
    page = client.get("/notifications/").content.decode()
    assert "Mona hat in 10 Minuten mehr als 3 Entscheidungen getroffen." in page
    address = page.split('href="/moderation/figures/?')[1].split('"')[0].replace("&amp;", "&")
    figures = client.get(f"/moderation/figures/?{address}")
    assert figures.status_code == 200
    assert "Mona" in figures.content.decode()
