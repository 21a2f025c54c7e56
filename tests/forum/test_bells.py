"""How is a worker told that a row waits for it, without a reader waiting for Redis?"""

import logging
import time

import pytest
from django.db import transaction

from forum.bells import heard, ring, ring_again, ring_for_all_now, ring_now
from moderation.tasks import screen_waiting, take_effect_of_respite
from tests.servers import OwnRedis, own_redis, until


@pytest.fixture
def broker(tmp_path):
    with own_redis(tmp_path) as server:
        yield server


def milliseconds(act) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


@pytest.mark.slow
class RingTests:
    @pytest.mark.django_db(transaction=True)
    def test_it_rings_when_the_row_is_there_and_not_before(self, broker, settings):
        queue = f"{settings.KEY_PREFIX}:moderation"
        with transaction.atomic():
            ring(take_effect_of_respite, 7)
            assert broker.client.llen(queue) == 0
        assert broker.client.llen(queue) == 1

    @pytest.mark.django_db(transaction=True)
    def test_it_does_not_ring_for_what_was_rolled_back(self, broker, settings):
        with transaction.atomic():
            ring(take_effect_of_respite, 7)
            transaction.set_rollback(True)
        assert broker.client.keys() == []

    @pytest.mark.parametrize("trouble", ["freeze", "stop"])
    @pytest.mark.django_db(transaction=True)
    def test_a_reader_waits_at_most_50_ms_for_redis(self, broker, caplog, trouble):
        """Once at least: this machine may be busy, a missing time-out would show each time."""
        ring_now(take_effect_of_respite, 7)  # the first one imports half of Celery
        getattr(broker, trouble)()
        until(lambda: milliseconds(lambda: ring(take_effect_of_respite, 7)) < 50)
        assert "bell not rung" in caplog.messages
        if trouble == "freeze":
            broker.thaw()

    def test_a_first_bell_does_not_wait_longer(self, broker):
        broker.freeze()
        until(lambda: milliseconds(lambda: ring_now(take_effect_of_respite, 7)) < 50)
        broker.thaw()

    def test_it_rings_again_once_redis_is_back(self, broker):
        assert ring_now(take_effect_of_respite, 7)
        broker.stop()
        assert not ring_now(take_effect_of_respite, 7)
        broker.start()
        assert ring_now(take_effect_of_respite, 7)

    def test_the_log_names_the_task_and_nobody(self, broker, caplog):
        broker.stop()
        with caplog.at_level(logging.WARNING):
            ring_now(take_effect_of_respite, 7)
        [record] = caplog.records
        assert (record.task, record.cause) == (
            "moderation.tasks.take_effect_of_respite",
            "OperationalError",
        )
        assert broker.url not in caplog.text


@pytest.mark.slow
class RingAgainTests:
    def bells(self, broker: OwnRedis, settings) -> int:
        return broker.client.llen(f"{settings.KEY_PREFIX}:moderation")

    def test_each_forgotten_row_gets_its_bell(self, broker, settings):
        assert ring_again(take_effect_of_respite, [1, 2, 3]) == 3
        assert self.bells(broker, settings) == 3

    def test_bells_do_not_pile_up_while_nobody_hears_them(self, broker, settings):
        # Hung up by hand: of so many rung one after the other, a busy machine loses some.
        broker.client.rpush(f"{settings.KEY_PREFIX}:moderation", *["a bell"] * 1500)
        assert ring_again(take_effect_of_respite, range(1500)) == 0
        assert self.bells(broker, settings) == 1500

    def test_it_gives_up_where_redis_does_not_answer(self, broker):
        broker.freeze()
        until(lambda: milliseconds(lambda: ring_again(take_effect_of_respite, range(100))) < 500)
        broker.thaw()


@pytest.mark.slow
class RingForAllTests:
    def bells(self, broker: OwnRedis, settings) -> int:
        return broker.client.llen(f"{settings.KEY_PREFIX}:moderation")

    def test_a_burst_rings_once_until_it_is_heard(self, broker, settings):
        assert all(ring_for_all_now(screen_waiting) for _ in range(3))
        assert self.bells(broker, settings) == 1
        heard(screen_waiting)
        assert ring_for_all_now(screen_waiting)
        assert self.bells(broker, settings) == 2

    def test_a_redis_that_hangs_or_is_away_takes_none(self, broker):
        broker.freeze()
        assert not ring_for_all_now(screen_waiting)
        heard(screen_waiting)
        broker.thaw()
        broker.stop()
        assert not ring_for_all_now(screen_waiting)
        heard(screen_waiting)
