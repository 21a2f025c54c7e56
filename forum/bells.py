"""How is a worker told that a row waits for it, without a reader waiting for Redis?"""

import logging
from collections.abc import Iterable
from functools import cache
from typing import Any

from celery import Celery, Task
from django.conf import settings
from django.db import transaction
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import ProducerPool
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# A worker may wait long for Redis, a reader may not: 50 ms at most. A Redis that hangs does so at
# the first answer. What is answered later loses its bell only, and upkeep rings again.
PATIENCE = 0.04
# More than a process has threads; connections are made when they are needed.
ROPES = 64
UNHEARD_AT_MOST = 1000
# A bell that nobody hears keeps the next one for all rows from ringing no longer than this.
HANGS_SECONDS = 1


def ring(task: Task, *args: object, after_seconds: float = 0) -> None:
    """Send the task once the transaction has committed. Never raises: the row is saved, and is
    the job; with Redis gone it waits for upkeep.

    A lambda, since robust=True crashes with functools.partial.
    """
    transaction.on_commit(lambda: ring_now(task, *args, after_seconds=after_seconds), robust=True)


def ring_now(task: Task, *args: object, after_seconds: float = 0) -> bool:
    """Whether Redis has taken the bell."""
    try:
        with _ropes(task.app).acquire() as producer:
            task.apply_async(args, producer=producer, retry=False, countdown=after_seconds)
    except (OperationalError, LimitExceeded) as error:
        # The kind of error only: an address may have a password in it.
        logger.warning("bell not rung", extra={"task": task.name, "cause": type(error).__name__})
        return False
    return True


def ring_for_all(task: Task) -> None:
    """Like ring, for a task that takes all rows that wait: once for a burst of them.

    A sign in Redis says that a bell hangs which nobody has heard. The task takes it off, by heard,
    before it looks for rows: whoever finds the sign has committed a row that will be seen.
    """
    transaction.on_commit(lambda: ring_for_all_now(task), robust=True)


def ring_for_all_now(task: Task) -> bool:
    """Whether Redis has taken the bell, or one hangs there already."""
    try:
        with _ropes(task.app).acquire() as producer:
            redis = _redis(producer.connection)
            if not redis.set(_sign(task), "", nx=True, ex=HANGS_SECONDS):
                return True
            task.apply_async(producer=producer, retry=False)
    except (OperationalError, LimitExceeded, RedisError) as error:
        logger.warning("bell not rung", extra={"task": task.name, "cause": type(error).__name__})
        return False
    return True


def heard(task: Task) -> None:
    """What comes from now on needs a bell of its own."""
    try:
        with _ropes(task.app).connections.acquire() as connection:
            _redis(connection).delete(_sign(task))
    except (OperationalError, LimitExceeded, RedisError) as error:
        logger.warning("bell not taken off", extra={"cause": type(error).__name__})


def _redis(connection: Any) -> Any:
    """The client below the channel, with the patience of the rope."""
    return connection.default_channel.client


def _sign(task: Task) -> str:
    return f"{settings.KEY_PREFIX}:hangs:{task.name}"


def ring_again(task: Task, row_ids: Iterable[int]) -> int:
    """Ring for rows that were forgotten; how many bells were rung.

    None while as many as a worker hears in a few rounds still hang in Redis: the rows are not
    forgotten then, the workers are away or busy. Stops where Redis does not answer.
    """
    row_ids = list(row_ids)
    if not row_ids or _unheard(task) > UNHEARD_AT_MOST:
        return 0
    for rung, row_id in enumerate(row_ids):
        if not ring_now(task, row_id):
            return rung
    return len(row_ids)


def _unheard(task: Task) -> int:
    """How many bells hang in the task's queue; none, as far as one knows, while Redis is away."""
    queue = task.app.amqp.router.route({}, task.name)["queue"].name
    try:
        with _ropes(task.app).connections.acquire() as connection:
            return connection.default_channel.queue_declare(queue=queue).message_count
    except (OperationalError, LimitExceeded, RedisError):
        return 0


@cache
def _ropes(app: Celery) -> ProducerPool:
    """Connections with little patience, apart from those of workers. Emptied after a fork."""
    rope = app.connection_for_write(
        transport_options={
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "max_retries": 0,
        }
    )
    return ProducerPool(rope.Pool(limit=ROPES), limit=ROPES)
