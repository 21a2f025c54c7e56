"""May each role of the database do what it needs, and nothing else? Asked by real connections."""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.exporting import request_export
from accounts.leaving import request_closing
from accounts.models import User
from accounts.tasks import prepare_next_export
from config import operators
from config.roles import creating
from config.schedule import SCHEDULE
from forum.posting import post_comment
from moderation.models import Decision, Respite, Screening, Sweep
from moderation.tasks import take_effect_of_respite, work_on_sweep
from notifications.models import Announcement, Mail
from notifications.tasks import send_mail_row, tell_readers
from tests.factories import make_comment, make_discussion
from tests.moderation import test_desk_rules, test_editing, test_saved_reasons
from tests.moderation.test_editing import written
from tests.people import PASSWORD
from tests.routes import address_of, routes
from tests.test_permissions import ROLES, Line, ask_as, matrix

Connect = Callable[[str], psycopg.Connection]
REFUSED = psycopg.errors.InsufficientPrivilege
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prefix() -> str:
    """Roles belong to the whole server: every process of a run has its own."""
    return f"r_{connection.settings_dict['NAME']}"


@pytest.fixture
def made(db, prefix, tmp_path) -> Iterator[Path]:
    """The roles, as long as the test lasts; where their addresses are."""
    call_command("create_database_roles", addresses=tmp_path, prefix=prefix, verbosity=0)
    yield tmp_path
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        for role in creating.ROLES:
            name = f"{prefix}_{role.name}"
            cursor.execute(f"REASSIGN OWNED BY {name} TO current_user")
            cursor.execute(f"DROP OWNED BY {name}")
            cursor.execute(f"DROP ROLE {name}")
        cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


@pytest.fixture
def connect(made, prefix) -> Iterator[Connect]:
    """Connections of their own, by the address in the file."""
    opened = []

    def as_role(role: str) -> psycopg.Connection:
        address = (made / f"{prefix}_{role}").read_text().strip()
        made_now = psycopg.connect(address, autocommit=True)
        opened.append(made_now)
        return made_now

    yield as_role
    for each in opened:
        each.close()


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """What the site does in this block, it does with that role's rights."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


@pytest.fixture
def decision(alice, mona) -> Decision:
    comment = make_comment(make_discussion(), alice, status="removed")
    return Decision.objects.create(
        comment=comment, reader=alice, measure="warn", decided_by=mona, origin="own",
        ground="personal_attack", rules_version="1",
    )  # fmt: skip


@pytest.mark.parametrize("role", ["web", "worker"])
class SiteTests:
    @pytest.mark.parametrize(
        "statement",
        [
            "DROP TABLE forum_comment",
            "ALTER TABLE forum_comment ADD COLUMN extra text",
            "TRUNCATE forum_comment CASCADE",
            "CREATE TABLE extra (id int)",
            "CREATE TEMPORARY TABLE extra (id int)",
            "CREATE ROLE extra",
            "CREATE EXTENSION citext",
            "ALTER TABLE moderation_decision DISABLE TRIGGER ALL",
            "DROP TRIGGER moderation_decision_append_only ON moderation_decision",
            "SET session_replication_role = replica",
            "COPY forum_comment TO PROGRAM 'cat'",
            "COPY forum_comment FROM '/etc/passwd'",
            "SELECT * FROM pg_authid",
            "SELECT pg_read_file('PG_VERSION')",
            "SELECT * FROM django_migrations",
        ],
    )
    def test_does_nothing_that_an_owner_does(self, connect, role, statement):
        with pytest.raises(REFUSED):
            connect(role).execute(statement)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE moderation_decision SET measure = 'publish'",
            "DELETE FROM moderation_decision",
            "TRUNCATE moderation_decision",
            "UPDATE moderation_decisiontext SET explanation = ''",
            "UPDATE moderation_head SET number = 0",
            "DELETE FROM moderation_head",
            "DELETE FROM moderation_edition",
            "UPDATE moderation_rulesetting SET state = 'off'",
        ],
    )
    def test_changes_nothing_in_the_log(self, connect, role, statement):
        """Refused as a right, before any trigger is asked: a trigger's refusal is another error."""
        with pytest.raises(REFUSED):
            connect(role).execute(statement)

    def test_does_not_become_another(self, connect, prefix, role):
        for other in ("migrate", "backup"):
            with pytest.raises(REFUSED):
                connect(role).execute(f"SET ROLE {prefix}_{other}")

    def test_reads_and_writes_what_readers_write(self, connect, role, alice):
        make_comment(make_discussion(), alice)
        asked = connect(role)
        assert asked.execute("SELECT count(*) FROM forum_comment").fetchone() == (1,)
        asked.execute("UPDATE forum_comment SET status = status")


def forms_by_role() -> dict[str, dict[Line, str]]:
    """Role -> POSTs of the matrix that it is the first to be allowed -> how they are answered."""
    found: dict[str, dict[Line, str]] = {}
    for line, answers in matrix().items():
        allowed = [role for role in ROLES if answers[role] in {"200", "303"}] or [
            role for role in ROLES if answers[role] in {"409", "422"}
        ]
        signed_in = [role for role in allowed if ROLES[role]]
        if line.method == "POST" and signed_in:
            found.setdefault(signed_in[0], {})[line] = answers[signed_in[0]]
    return found


class WebTests:
    def test_erases_no_reasons(self, connect):
        with pytest.raises(REFUSED):
            connect("web").execute("DELETE FROM moderation_decisiontext")

    def test_gives_roles_and_does_not_change_what_they_may(self, connect):
        web = connect("web")
        web.execute("DELETE FROM accounts_user_groups WHERE false")
        for table in ("auth_group", "auth_group_permissions", "auth_permission"):
            with pytest.raises(REFUSED):
                web.execute(f"DELETE FROM {table}")

    def test_counts_what_no_backup_has_received(self, made, prefix, client, monkeypatch):
        monkeypatch.setattr(operators, "SLOT", prefix)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_create_physical_replication_slot(%s, true)", [prefix])
            try:
                with acting_as(f"{prefix}_web"):
                    page = client.get("/metrics").content.decode()
            finally:
                cursor.execute("SELECT pg_drop_replication_slot(%s)", [prefix])
        assert "forum_backup_followed 0.0" in page
        assert "forum_backup_unreceived_bytes " in page

    def test_serves_every_page(self, made, prefix, client, paper, alice, max_, admin):
        for person in (None, alice, max_, admin):
            if person:
                client.force_login(person)
            with acting_as(f"{prefix}_web"):
                for where, name, _pattern in routes():
                    if where.startswith(("admin/", "^media", "^static")):
                        continue
                    answer = client.get(address_of(where, name, paper))
                    assert answer.status_code < 500, where
                if person == admin:
                    for about in ("accounts/user", "mfa/authenticator", "articles/topic"):
                        assert client.get(f"/admin/{about}/").status_code == 200, about

    def test_takes_every_form(self, made, prefix, client, paper, request, settings):
        """Each for the first role that gets something by it, as docs/permissions.md says."""
        settings.RATE_LIMITS = False
        for role, expected in forms_by_role().items():
            person = request.getfixturevalue(ROLES[role])
            client.logout()
            with acting_as(f"{prefix}_web"):
                asked = {
                    line: answer
                    for line, answer, _ in ask_as(client, role, person, paper, expected)
                }
            assert asked == expected

    def test_sets_a_rule_words_a_reason_and_writes_an_edition(self, made, prefix, max_, admin):
        with acting_as(f"{prefix}_web"):
            for person, address, form in (
                (max_, test_desk_rules.LINKS, test_desk_rules.FORM | {"save": "1"}),
                (max_, test_saved_reasons.LIST, test_saved_reasons.FORM),
                (admin, "/moderation/pages/netiquette/", test_editing.typed() | {"publish": "1"}),
            ):
                desk = Client()
                desk.force_login(person)
                answer = desk.post(address, form)
                assert answer.status_code == 303, (address, answer.content.decode())

    def test_signs_in_takes_a_comment_and_decides(self, made, prefix, alice, bob, mona):
        discussion = make_discussion()
        with acting_as(f"{prefix}_web"):
            client = Client()
            client.post("/account/login/", {"login": alice.email, "password": PASSWORD})
            assert client.session["_auth_user_id"] == str(alice.pk)
            answer = client.post(
                f"/discussions/{discussion.pk}/comments/", {"body": "Endlich Ruhe am Ufer."}
            )
            assert answer.status_code == 303
            assert Screening.objects.waiting().count() == 1
        shown = make_comment(discussion, bob)
        with acting_as(f"{prefix}_web"):
            client.post(f"/comments/{shown.pk}/flags/", {"reason": "rude"})
            desk = Client()
            desk.force_login(mona)
            case = shown.cases.get()
            answer = desk.post(
                f"/moderation/cases/{case.pk}/decision/",
                {"measure": "publish", "revision": shown.revisions.get().pk},
            )
            assert answer.status_code in {302, 303}, answer.content
        assert Decision.objects.filter(case=case, decided_by=mona).exists()


class WorkerTests:
    def test_reads_no_second_factor_and_no_session(self, connect):
        worker = connect("worker")
        for table, column in (("mfa_authenticator", "data"), ("django_session", "session_data")):
            with pytest.raises(REFUSED):
                worker.execute(f"SELECT {column} FROM {table}")
        worker.execute("DELETE FROM django_session WHERE expire_date < now()")

    def test_does_all_work_by_the_clock(self, made, prefix, paper, alice, mona, decision):
        """Also that of a reader who leaves, and of a comment that waits."""
        waiting = post_comment(make_discussion(), author=alice, body="Und der Wochenmarkt?")
        leaving = request_closing(alice, keeps_texts=False)
        User.objects.filter(pk=leaving.pk).update(closing_at=timezone.now())
        Client().force_login(alice)
        with acting_as(f"{prefix}_worker"):
            import_string("moderation.tasks.screen_waiting")()
            for _name, task, _seconds in SCHEDULE:
                import_string(task)()
            import_string("forum.tasks.see_off_departed")()
        alice.refresh_from_db()
        waiting.refresh_from_db()
        assert alice.closed_at is not None
        assert waiting.status == "withdrawn"

    def test_does_what_it_is_rung_for(self, made, prefix, paper, alice, bob, carla, max_, admin):
        """Removals after a respite and of many, a copy of one's data, an announcement, mails."""
        edition = written(admin, valid_from=timezone.now() + timedelta(days=20))
        announcement, _new = Announcement.objects.get_or_create(edition=edition)
        TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
        export = request_export(alice)
        sweep = Sweep.objects.create(
            author=carla, since=timezone.now() - timedelta(days=1), ordered_by=max_,
            ground="advertising", explanation="Werbung für ein Wettbüro.",
        )  # fmt: skip
        respite = Respite.objects.get()
        Respite.objects.update(due_at=timezone.now())
        with acting_as(f"{prefix}_worker"):
            take_effect_of_respite(respite.pk)
            work_on_sweep(sweep.pk)
            prepare_next_export()
            tell_readers(announcement.pk)
            for mail in Mail.objects.filter(sent_at__isnull=True):
                send_mail_row(mail.pk)
        for job in (respite, sweep, export, announcement):
            job.refresh_from_db()
        assert Decision.objects.filter(case=respite.case, measure="remove").exists()
        assert sweep.finished_at
        assert export.prepared_at
        assert announcement.told_at
        assert not Mail.objects.filter(sent_at__isnull=True, recipient__in=[alice, bob]).exists()


class BackupTests:
    def test_reads_only_what_it_keeps_beside_the_copy(self, connect, alice):
        backup = connect("backup")
        assert backup.execute("SELECT id, joined_at FROM accounts_user").fetchall()
        for statement in (
            "SELECT email FROM accounts_user",
            "SELECT * FROM forum_revision",
            "SELECT * FROM moderation_notice",
            "UPDATE accounts_user SET id = id",
            "DELETE FROM forum_departure",
            "DROP TABLE forum_comment",
        ):
            with pytest.raises(REFUSED):
                backup.execute(statement)

    def test_is_the_only_one_that_may_copy_the_cluster(self, connect, prefix):
        rows = connect("backup").execute(
            "SELECT rolname FROM pg_roles WHERE rolreplication AND starts_with(rolname, %s)",
            [f"{prefix}_"],
        )
        assert rows.fetchall() == [(f"{prefix}_backup",)]
        assert connect("backup").execute(
            "SELECT rolreplication, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = user"
        ).fetchone() == (True, False, False)


class MigrateTests:
    def test_migrates(self, connect):
        migrate = connect("migrate")
        migrate.execute("ALTER TABLE forum_comment ADD COLUMN extra text")
        migrate.execute("ALTER TABLE forum_comment DROP COLUMN extra")
        migrate.execute("CREATE TABLE extra (id int)")
        migrate.execute("DROP TABLE extra")
        migrate.execute("SELECT * FROM django_migrations")

    def test_is_no_superuser(self, connect):
        with pytest.raises(REFUSED):
            connect("migrate").execute("CREATE ROLE extra")


class CommandTests:
    def test_addresses_are_readable_by_their_owner_alone(self, made, prefix):
        for role in creating.ROLES:
            file = made / f"{prefix}_{role.name}"
            assert stat.S_IMODE(file.stat().st_mode) == 0o400
            assert len(file.read_text()) >= 40

    def test_running_again_takes_back_what_somebody_granted(self, made, prefix, connect):
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT ALL ON moderation_decision TO {prefix}_web")
        before = (made / f"{prefix}_web").read_text()
        call_command("create_database_roles", addresses=made, prefix=prefix, verbosity=0)
        assert (made / f"{prefix}_web").read_text() == before
        with pytest.raises(REFUSED):
            connect("web").execute("DELETE FROM moderation_decision")

    def test_a_table_of_a_later_migration_gets_its_rights(self, made, prefix, connect):
        connect("migrate").execute("CREATE TABLE later (id int)")
        with pytest.raises(REFUSED):
            connect("web").execute("SELECT * FROM later")
        call_command("create_database_roles", addresses=made, prefix=prefix, verbosity=0)
        connect("web").execute("SELECT * FROM later")
        with pytest.raises(REFUSED):
            connect("backup").execute("SELECT * FROM later")
        connect("migrate").execute("DROP TABLE later")

    def test_an_odd_prefix_is_refused(self, db, tmp_path):
        with pytest.raises(CommandError):
            call_command("create_database_roles", addresses=tmp_path, prefix='x"; --')
