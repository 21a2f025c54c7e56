"""Who learns that the house rules change, and how often?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from moderation.editing import write_edition
from moderation.models import Edition
from notifications import announcing
from notifications.models import Announcement, Mail, Notification
from notifications.tasks import ring_for_announcements, tell_readers


@pytest.fixture
def readers(alice, bob, carla, dieter, nina, admin):
    """Alice signed in last week, Bob a year and a half ago; Carla's account is closed."""
    now = timezone.now()
    for person in (alice, bob, carla, dieter, admin):
        person.joined_at = now - timedelta(days=600)
        person.save()
    for person, last in ((alice, 7), (bob, 550), (carla, 7)):
        person.last_login = now - timedelta(days=last)
        person.is_active = person is not carla
        person.save()
    return alice, bob, carla, dieter, nina


def change(admin, *, is_significant=True):
    newest = Edition.objects.of("netiquette")[0]
    return write_edition(
        "netiquette",
        author=admin,
        based_on=newest,
        valid_from=newest.valid_from.replace(year=2031),
        text_de=newest.text_de,
        text_en=newest.text_en,
        clauses=newest.clauses,
        is_significant=is_significant,
        changes="Punkt 5 ist klarer gefasst.",
    )


def told(edition):
    return set(
        Notification.objects.filter(edition=edition).values_list("recipient__name", flat=True)
    )


def test_everybody_active_within_a_year_is_told_once(readers, admin):
    edition = change(admin)
    announcement = Announcement.objects.get()
    tell_readers(announcement.pk)
    tell_readers(announcement.pk)
    assert told(edition) == {"Alice", "Nina"}
    announcement.refresh_from_db()
    assert announcement.told_at
    assert announcement.told_count == 2
    assert not Mail.objects.exists()


def test_who_may_still_have_been_here_by_an_older_sign_in_is_told(readers, admin, bob):
    bob.last_login = timezone.now() - timedelta(days=400)
    bob.save()
    edition = change(admin)
    tell_readers(Announcement.objects.get().pk)
    assert "Bob" in told(edition)


def test_a_task_that_was_killed_begins_again_and_tells_nobody_twice(readers, admin):
    edition = change(admin)
    announcing.line(edition, recipient_id=readers[0].pk).save()
    tell_readers(Announcement.objects.get().pk)
    assert Notification.objects.filter(edition=edition, recipient=readers[0]).count() == 1


def test_thousands_cost_two_queries_for_each_batch(
    readers, admin, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(announcing, "AT_ONCE", 1)
    change(admin)
    announcement = Announcement.objects.select_related("edition").get()
    active = 2
    # The last look finds nobody; then the record.
    with django_assert_num_queries(2 * active + 2):
        assert announcing.tell_readers(announcement) == active


def test_a_small_change_disturbs_nobody(readers, admin):
    change(admin, is_significant=False)
    assert not Announcement.objects.exists()


def test_a_lost_bell_is_rung_again(readers, admin, monkeypatch):
    change(admin)
    rung = []
    monkeypatch.setattr("notifications.tasks.ring_again", lambda task, rows: rung.extend(rows))
    ring_for_announcements()
    assert rung == [Announcement.objects.get().pk]


def test_the_inbox_names_page_day_and_change_and_leads_there(client, readers, admin):
    edition = change(admin)
    tell_readers(Announcement.objects.get().pk)
    client.force_login(readers[0])
    page = client.get("/notifications/").content.decode()
    assert "Netiquette: Ab 22.11.2031 gilt eine neue Fassung. Punkt 5 ist klarer gefasst." in page
    line = Notification.objects.get(edition=edition, recipient=readers[0])
    answer = client.post(f"/notifications/{line.pk}/read/", {"open": "1"})
    assert answer.url == edition.get_absolute_url()
    assert client.get(answer.url).status_code == 200
