"""How is a running process made slow, deaf or deadly? By files in a directory that it looks at.

A word in a text does the same to that text alone: poison kills, hangs or swells the worker that
reads it.
"""

import os
import random
import signal
import socket
import time
from pathlib import Path
from typing import Any

from celery import Task
from django.conf import settings

from forum.models import Comment, Revision
from moderation import respites, screening, unread, upkeep
from moderation.checks import PASS, Finding
from notifications import mailing

# What is switched on by a file of that name.
CLASSIFIER_DEAD, CLASSIFIER_SLOW, DAWDLING = "classifier-dead", "classifier-slow", "dawdling"
THRICE, NO_NAMES = "thrice", "no-names"
# What a text may hold.
KILLS, CRASHES, HANGS, SWELLS = "Giftmord", "Giftsturz", "Giftschlaf", "Giftschwall"
SWOLLEN_BYTES = 2_000_000_000


def is_on(name: str) -> bool:
    return (Path(settings.DATA_DIR) / "hooks" / name).exists()


def hasten(pace: int) -> None:
    """Divide the seconds that the product waits for a worker that may still be at work."""
    screening.LEASE /= pace
    screening.BACKOFF /= pace
    # Longer than the slow classifier of a short run.
    screening.TEXT_SECONDS = max(screening.TEXT_SECONDS / pace, 4)
    screening.AGAIN_SECONDS /= pace
    upkeep.OVERDUE_AFTER /= pace
    unread.LATE /= pace
    respites.LASTS /= pace
    respites.LEASE /= pace
    respites.BACKOFF /= pace
    mailing.LEASE /= pace
    mailing.BACKOFF /= pace


def install() -> None:
    screening.CHECKS.append(classifier)
    Task.apply_async = thrice(Task.apply_async)
    socket.getaddrinfo = nameless(socket.getaddrinfo)


def thrice(usual: Any) -> Any:
    """The broker's worst: each message three times, and not in the order of sending."""

    def send(task: Task, *args: Any, **options: Any) -> Any:
        sent = usual(task, *args, **options)
        if is_on(THRICE):
            for _time in range(2):
                later = (options.get("countdown") or 0) + random.random() * 2
                usual(task, *args, **options | {"countdown": later})
        return sent

    return send


def nameless(usual: Any) -> Any:
    """No name server answers; addresses need none."""

    def look_up(host: Any, *args: Any, **options: Any) -> Any:
        if is_on(NO_NAMES) and not str(host).replace(".", "").isdigit():
            time.sleep(5)
            raise socket.gaierror(socket.EAI_AGAIN, "no name server answers")
        return usual(host, *args, **options)

    return look_up


def classifier(comment: Comment, revision: Revision) -> Finding:
    """Stands for the slow and fallible part of reading, as one check more."""
    if is_on(CLASSIFIER_DEAD):
        raise RuntimeError("the classifier is dead")
    if is_on(CLASSIFIER_SLOW):
        # Below the limit of a task, which the pace divides.
        time.sleep(10 if settings.FAULTS_PACE == 1 else 2.5)
    if is_on(DAWDLING) and revision.number == 1:
        wait_for_edit(comment)
    poison(revision.body)
    return PASS


def wait_for_edit(comment: Comment) -> None:
    """So that what is read is no longer what stands there once it has been read."""
    until = time.monotonic() + 3
    while time.monotonic() < until and not comment.revisions.filter(number__gt=1).exists():
        time.sleep(0.02)


def poison(text: str) -> None:
    if KILLS in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if CRASHES in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if HANGS in text:
        time.sleep(3_600)
    if SWELLS in text:
        swollen = bytearray(SWOLLEN_BYTES)
        swollen[::4096] = b"x" * len(swollen[::4096])
        raise MemoryError
