"""Is the work by the clock done, with beat and without?"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from config.celery import app
from config.management.commands import upkeep as command
from config.schedule import SCHEDULE
from forum.models import Discussion, Tally
from tests.factories import make_comment, make_discussion


class ScheduleTests:
    def test_every_line_names_a_task_that_a_worker_knows(self):
        app.loader.import_default_modules()
        for _name, task, seconds in SCHEDULE:
            assert import_string(task).name == task
            assert task in app.tasks
            assert seconds >= 1

    def test_beat_runs_the_same_lines_and_lets_old_rounds_lapse(self, settings):
        assert len(settings.CELERY_BEAT_SCHEDULE) == len(SCHEDULE)
        for name, task, seconds in SCHEDULE:
            entry = settings.CELERY_BEAT_SCHEDULE[name]
            assert (entry["task"], entry["schedule"]) == (task, seconds)
            assert entry["options"]["expires"] == seconds

    def test_ringing_again_does_not_wait_behind_the_bells_it_rings(self):
        route = app.amqp.router.route({}, "moderation.tasks.ring_for_overdue_screenings")
        assert route["queue"].name == "upkeep"


@pytest.mark.django_db
class UpkeepTests:
    @pytest.fixture
    def ran(self, monkeypatch) -> list[str]:
        """Two tasks, of which the first one is broken."""
        ran: list[str] = []

        def break_down() -> None:
            ran.append("broken")
            raise ArithmeticError

        tasks = {"broken": break_down, "sound": lambda: ran.append("sound")}
        monkeypatch.setattr(command, "import_string", tasks.__getitem__)
        monkeypatch.setattr(command, "SCHEDULE", [("a", "broken", 10), ("b", "sound", 60)])
        return ran

    def test_once_does_everything_and_a_broken_task_stops_no_other(self, ran):
        call_command("upkeep")
        assert ran == ["broken", "sound"]

    def test_watching_does_each_at_its_time(self, ran):
        due: dict[str, float] = {}
        for now in (0, 5, 10, 59, 60):
            command.run_due(due, now=now)
        assert ran == ["broken", "sound", "broken", "broken", "sound"]

    def test_the_real_schedule_runs_through(self, caplog):
        call_command("upkeep")
        assert "upkeep failed" not in caplog.messages


@pytest.mark.django_db
class RecountTests:
    def test_sound_counters_are_called_sound(self, alice):
        make_comment(make_discussion(), alice)
        answer = StringIO()
        call_command("upkeep", recount=True, stdout=answer)
        assert answer.getvalue() == "All counters equal their rows.\n"

    def test_wrong_ones_are_named_and_mended(self, alice):
        comment = make_comment(make_discussion(), alice)
        Discussion.objects.update(comment_count=7)
        answer = StringIO()
        with pytest.raises(CommandError):
            call_command("upkeep", recount=True, stdout=answer)
        assert f"of {comment.discussion_id}: 7 instead of 1" in answer.getvalue()
        call_command("upkeep", recount=True, stdout=answer)


@pytest.mark.django_db
class RerankTests:
    def test_it_says_how_many_ranks_are_new(self, alice):
        comment = make_comment(make_discussion(), alice)
        Tally.objects.filter(comment=comment).update(rank=0)
        for differed in (1, 0):
            answer = StringIO()
            call_command("upkeep", rerank=True, stdout=answer)
            assert answer.getvalue() == f"Ranks that differed from the formula: {differed}.\n"
