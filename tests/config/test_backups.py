"""Is a store kept well, is what it holds looked at closely, and does a copy come back?"""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.leaving import close_account
from accounts.models import User
from config import servers
from config.backups import (
    counting,
    damage,
    drill,
    following,
    proving,
    replaying,
    restoring,
    taking,
)
from config.backups.load import Ledger, Load
from config.backups.losing import Mark, Site
from config.backups.report import Finding, Report
from config.backups.store import NAMED, Copy, Store, hash_of
from forum.models import Comment, Departure
from notifications.models import Mail
from tests.factories import make_comment, make_discussion

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
FIRST = "000000010000000000000002"
SMALL = 1024


def name(number: int) -> str:
    return f"0000000100000000{number:08X}"


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store").make()


def add_copy(store: Store, *, days_ago: int, first_wal: str = FIRST) -> Copy:
    copy = Copy(store.copies_in / (NOW - timedelta(days=days_ago)).strftime(NAMED))
    (copy.cluster / "pg_wal").mkdir(parents=True)
    about = {"first_wal": first_wal, "system": "7", "pictures": {}}
    (copy.path / "about.json").write_text(json.dumps(about))
    return copy


@pytest.fixture
def received(store, monkeypatch) -> Copy:
    """A copy that begins with file 2, and files 2 to 6 after it, the last one half full."""
    monkeypatch.setattr(replaying, "FILE_BYTES", SMALL)
    monkeypatch.setattr(replaying, "FILES_A_LOG", 0x1_0000_0000 // SMALL)
    copy = add_copy(store, days_ago=0)
    for number in range(2, 6):
        file = store.wal / name(number)
        file.write_bytes(bytes([number]) * SMALL)
        store.add_sum(file.name, hash_of(file))
    (store.wal / f"{name(6)}.partial").write_bytes(b"half" + bytes(SMALL - 4))
    store.note_received(lsn=f"0/{6 * SMALL + 4:X}", at=NOW.isoformat(), head=None)
    return copy


class StoreTests:
    def test_old_copies_go_and_the_newest_stays(self, store):
        for days in (90, 50, 36, 34):
            add_copy(store, days_ago=days)
        assert len(store.forget(kept=timedelta(days=35), now=NOW)) == 3
        assert len(store.copies()) == 1
        assert store.forget(kept=timedelta(days=0), now=NOW + timedelta(days=400)) == []

    def test_changes_go_that_no_copy_needs(self, store):
        add_copy(store, days_ago=50, first_wal=name(2))
        add_copy(store, days_ago=1, first_wal=name(4))
        for number in range(2, 6):
            (store.wal / name(number)).write_bytes(b"x")
            store.add_sum(name(number), "0" * 64)
        store.forget(kept=timedelta(days=35), now=NOW)
        assert [path.name for path in store.finished()] == [name(4), name(5)]
        assert list(store.sums()) == [name(4), name(5)]

    def test_who_has_left_is_forgotten_with_the_last_copy_that_knows_him(self, store):
        add_copy(store, days_ago=10)
        for days in (20, 5):
            moment = (NOW - timedelta(days=days)).isoformat()
            store.add_closed([{"reader": days, "joined_at": moment, "closed_at": moment}])
        store.forget(kept=timedelta(days=35), now=NOW)
        assert [row["reader"] for row in store.closed()] == [5]

    def test_a_draft_is_no_copy(self, store):
        (store.copies_in / f".{NOW.strftime(NAMED)}").mkdir()
        assert store.copies() == []
        with pytest.raises(SystemExit):
            store.copy()

    def test_a_store_holds_one_life_of_one_database(self, store):
        add_copy(store, days_ago=1)
        (store.wal / name(3)).write_bytes(b"x")
        taking.refuse_mixture(store, first_wal=name(4), system="7")
        with pytest.raises(SystemExit, match="another database"):
            taking.refuse_mixture(store, first_wal=name(4), system="8")
        with pytest.raises(SystemExit, match="before it was restored"):
            taking.refuse_mixture(store, first_wal=f"00000002{name(4)[8:]}", system="7")

    def test_only_its_owner_may_look(self, store):
        store.add_closed([{"reader": 1}])
        assert store.root.stat().st_mode & 0o077 == 0
        assert store.closed_file.stat().st_mode & 0o077 == 0


class ReplayingTests:
    def wrong(self, store: Store, copy: Copy) -> str:
        return " ".join(replaying.inspect(store, copy).wrong)

    def test_a_whole_log_is_whole(self, store, received):
        assert replaying.inspect(store, received).wrong == []
        assert [*replaying.needed(store, received)] == [name(number) for number in range(2, 7)]

    @pytest.mark.parametrize(("number", "said"), [(2, "begins"), (4, "1 missing after")])
    def test_a_missing_file_is_found(self, store, received, number, said):
        (store.wal / name(number)).unlink()
        assert said in self.wrong(store, received)

    def test_the_last_file_missing_is_found(self, store, received):
        store.partial().unlink()
        assert "had been received" in self.wrong(store, received)

    def test_a_changed_bit_is_found(self, store, received):
        damage.flip(store.wal / name(3), 7)
        assert f"{name(3)} has changed" in self.wrong(store, received)

    def test_a_file_without_its_hash_is_found(self, store, received):
        sums = [f"{digest}  {each}\n" for each, digest in store.sums().items() if each != name(3)]
        (store.root / "wal.sha256").write_text("".join(sums))
        assert f"{name(3)} has no hash" in self.wrong(store, received)

    def test_the_newest_may_have_none_yet(self, store, received):
        (store.wal / name(6)).write_bytes(bytes(SMALL))
        assert self.wrong(store, received) == ""

    def test_what_the_copy_brought_along_is_not_missing(self, store, received):
        (store.wal / name(2)).rename(received.cluster / "pg_wal" / name(2))
        assert self.wrong(store, received) == ""

    def test_replay_has_to_come_as_far_as_was_received(self, store, received):
        files = replaying.needed(store, received)
        assert replaying.expected_end(store, files) == 6 * SMALL + 4
        store.note_received(lsn="0/0", at=NOW.isoformat(), head=None)
        assert replaying.expected_end(store, files) == 6 * SMALL


class RestoringTests:
    def test_a_directory_that_is_not_empty_is_left_alone(self, tmp_path):
        restoring.refuse_unless_empty(tmp_path / "new")
        (tmp_path / "empty").mkdir()
        restoring.refuse_unless_empty(tmp_path / "empty")
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / ".hidden").touch()
        (tmp_path / "link").symlink_to(tmp_path / "empty")
        for name_ in ("full", "link", "full/.hidden"):
            with pytest.raises(SystemExit, match="not empty"):
                restoring.refuse_unless_empty(tmp_path / name_)

    def test_what_is_settled_is_the_restored_database_and_no_other(self, monkeypatch, tmp_path):
        (tmp_path / "address").write_text("postgres://the-one-that-readers-use")
        monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "address"))
        environment = proving.environment_for("postgres://restored/paper")
        show = "from config import settings; print(settings.DATABASES['default']['HOST'])"
        told = subprocess.run(
            [sys.executable, "-c", show], env=environment, capture_output=True, text=True,
            check=True, cwd=settings.BASE_DIR,
        )  # fmt: skip
        assert told.stdout == "restored\n"

    def test_a_report_counts_what_failed_and_says_why(self):
        report = Report()
        assert report.ask("good", lambda: Finding("1 file"))
        assert not report.ask("bad", lambda: Finding("2 files", ["one is cut off"]))
        assert "1 passed, 1 failed" in report.table()
        assert report.wrong == ["bad: one is cut off"]

    def test_another_word_or_row_is_a_difference(self):
        before = {"rows": {"a": 2, "b": 1}, "discussions": {"7": "x", "10": "y"}}
        assert counting.differences(before, before) == []
        after = {"rows": {"a": 2}, "discussions": {"7": "x", "10": "z"}}
        assert counting.differences(before, after) == [
            "b: None rows instead of 1",
            "1 discussions read otherwise, the first is 10",
        ]


@pytest.mark.django_db(transaction=True)
class CountingTests:
    def test_every_word_and_column_counts(self, alice):
        comment = make_comment(make_discussion(), alice)
        with psycopg.connect(address(), autocommit=True) as asked:
            before = counting.count(asked)
            assert before["rows"]["forum_comment"] == 1
            revision = comment.revisions.get()
            revision.body += "."
            revision.save()
            after = counting.count(asked)
        assert before["rows"] == after["rows"]
        assert counting.differences(before, after) == [
            f"1 discussions read otherwise, the first is {comment.discussion_id}"
        ]


@pytest.mark.django_db(transaction=True)
class FollowingTests:
    def test_who_leaves_is_noted_once(self, store, alice, bob):
        leave(alice)
        with psycopg.connect(address(), autocommit=True) as asked:
            for _turn in range(2):
                following.note_closed(store, asked)
            leave(bob)
            following.note_closed(store, asked)
        assert [row["reader"] for row in store.closed()] == [alice.pk, bob.pk]
        assert datetime.fromisoformat(store.closed()[0]["joined_at"]) == alice.joined_at

    def test_a_server_that_is_away_is_said_and_waited_for(self, store, capsys):
        following.note(store, url="postgres://nobody@127.0.0.1:1/none", slot="none")
        assert "nothing noted" in capsys.readouterr().err
        assert store.received() == {}


@pytest.mark.django_db(transaction=True)
class SettlingTests:
    def settle(self, store: Store, **options: object) -> dict:
        out = StringIO()
        call_command("settle_restore", closed=store.closed_file, stdout=out, **options)
        return json.loads(out.getvalue())

    def note(self, store: Store, reader: User, **changes: object) -> None:
        row = {
            "reader": reader.pk,
            "joined_at": reader.joined_at.isoformat(),
            "closed_at": NOW.isoformat(),
            "keeps_texts": False,
        }
        store.add_closed([row | changes])

    def test_who_had_left_has_left(self, store, alice):
        self.note(store, alice)
        assert self.settle(store)["closed_again"] == 1
        alice.refresh_from_db()
        assert alice.closed_at
        assert alice.email.endswith("@closed.invalid")
        assert self.settle(store)["closed_again"] == 0

    def test_his_texts_follow_as_he_chose(self, store, alice, bob):
        for reader, keeps_texts in ((alice, True), (bob, False)):
            self.note(store, reader, keeps_texts=keeps_texts)
        self.settle(store)
        chosen = Departure.objects.values_list("reader_id", "keeps_texts")
        assert dict(chosen) == {alice.pk: True, bob.pk: False}

    def test_somebody_else_with_his_number_stays(self, store, alice):
        self.note(store, alice, joined_at=(alice.joined_at - timedelta(days=1)).isoformat())
        assert self.settle(store)["closed_again"] == 0
        assert User.objects.present().filter(pk=alice.pk).exists()

    def test_staff_is_told_and_not_closed(self, store, mona):
        self.note(store, mona)
        assert self.settle(store)["not_closed"] == [mona.pk]

    def test_mails_that_may_have_left_are_not_sent_again(self, store, alice):
        lost_at = timezone.now()
        due = mail(alice, not_before=lost_at - timedelta(hours=1))
        claimed = mail(alice, attempts=1, leased_until=lost_at + timedelta(seconds=30))
        later = mail(alice, not_before=lost_at + timedelta(hours=1))
        sent = mail(alice, sent_at=lost_at - timedelta(hours=1))
        told = self.settle(store, lost_at=lost_at)
        assert told["mails_set_aside"] == [due.pk, claimed.pk]
        assert list(Mail.objects.set_aside()) == [due, claimed]
        assert list(Mail.objects.waiting()) == [later]
        sent.refresh_from_db()
        assert sent.set_aside_at is None

    def test_numbers_are_never_given_out_twice(self, store, alice):
        discussion = make_discussion()
        former = make_comment(discussion, alice)
        self.settle(store)
        assert make_comment(discussion, alice).pk > former.pk + 50_000
        assert Comment.objects.count() == 2

    def test_transactions_neither(self, store):
        def next_one() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()::text::bigint")
                return cursor.fetchone()[0]

        former = next_one()
        self.settle(store)
        assert next_one() > former + 50_000


class DrillTests:
    @pytest.fixture
    def site(self, store, tmp_path) -> Site:
        (tmp_path / "mail").mkdir()
        (tmp_path / "mail" / "1.log").write_text("Subject: x\nMessage-ID: <reply-1@paper>\n\nx\n")
        return Site(tmp_path, store, owner="", address={})

    def wrong(self, site: Site, *, due: list[str], **done: object) -> list[str]:
        ledger = Ledger(**{"posted": [(1, 0.0)], "closed": [1], "decided": [1]} | done)
        return drill.what_was_done(site, Load(ledger), Mark("0/0", site.data, due)).wrong

    def test_proves_nothing_where_nothing_went_on(self, site):
        assert self.wrong(site, due=["<reply-1@paper>"]) == []
        assert self.wrong(site, due=["<reply-1@paper>"], closed=[]) == ["nothing went on"]

    @pytest.mark.parametrize("due", [[], ["<reply-2@paper>"]])
    def test_nor_where_no_mail_could_go_out_twice(self, site, due):
        assert self.wrong(site, due=due) == ["no mail was sent that was due at the mark"]


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.django_db(transaction=True)
def test_a_copy_comes_back_and_a_damaged_one_does_not(store, tmp_path, alice):
    """As an operator does it; `make restore-drill` does it under load, with all that can break."""
    comment = make_comment(make_discussion(), alice, "Endlich Ruhe am Ufer.")
    picture = Path(settings.MEDIA_ROOT) / "pictures" / "ufer.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")

    def backups(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "config.backups", f"--store={store.root}", *arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": address(), "DEBUG": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    taking.take(
        store,
        url=address(),
        media=Path(settings.MEDIA_ROOT),
        slot="none",
        kept=timedelta(days=35),
    )
    to, harmed_to = tmp_path / "back", tmp_path / "harmed"
    try:
        result = backups("restore", "--to", str(to))
        assert result.returncode == 0, result.stdout + result.stderr
        assert "0 failed" in result.stdout
        assert (to / "media" / "pictures" / "ufer.webp").read_bytes() == b"a picture"
        password = (servers.postgres_home(to) / "password").read_text()
        with servers.postgres(to, throwaway=True) as url:
            assert password in url
            ours = f"{url.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}"
            with psycopg.connect(ours) as asked:
                rows = asked.execute("SELECT body FROM forum_revision").fetchall()
        assert rows == [(comment.revisions.get().body,)]
        assert "not empty" in backups("restore", "--to", str(to)).stderr
        harmed = damage.clone(store, tmp_path / "damaged")
        damage.byte_of_a_table(harmed)
        shutil.rmtree(store.root)
        harmed.root.rename(store.root)
        result = backups("restore", "--to", str(harmed_to))
        assert result.returncode == 1
        assert "FAIL  copy: pg_verifybackup" in result.stdout
        assert not harmed_to.exists()
    finally:
        drill.discard(to)
        drill.discard(harmed_to)


def address() -> str:
    database = connection.settings_dict
    account = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    return f"postgres://{account}/{database['NAME']}"


def leave(reader: User) -> None:
    User.objects.filter(pk=reader.pk).update(closing_at=timezone.now(), keeps_texts=False)
    assert close_account(reader)


def mail(reader: User, **fields: object) -> Mail:
    return Mail.objects.create(recipient=reader, kind="published", **fields)
