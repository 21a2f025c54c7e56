"""How long does somebody stay signed in, and how does he end it elsewhere?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"


@dataclass(frozen=True)
class Life:
    """It ends after `idle` without a request, and after `longest` in any case.

    A request is noted once in `noted_every`: each note is a write.
    """

    idle: timedelta
    longest: timedelta
    noted_every: timedelta


# Security requirement V7; a machine in a newsroom is left alone more often than one at home.
READER = Life(timedelta(days=14), timedelta(days=90), timedelta(days=1))
STAFF = Life(timedelta(minutes=60), timedelta(hours=12), timedelta(minutes=1))


def life_of(user: User) -> Life:
    return STAFF if user.is_staff else READER


# Signing in looks through all sessions of the account (allauth), and so does their page.
MOST_AT_ONCE = 20


@receiver(user_logged_in)
def begin(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[SIGNED_IN_AT] = timezone.now().timestamp()
    note(request)


def note(request: HttpRequest) -> None:
    """A change of the session also puts off the day on which its row and cookie end."""
    request.session[SEEN_AT] = timezone.now().timestamp()


@receiver(user_logged_in)
def end_oldest(sender: Any, user: User, **kwargs: Any) -> None:
    """Whoever is signed in so often is signed out where he was seen least lately."""
    newest_first = UserSession.objects.filter(user=user).order_by("-last_seen_at")
    for session in newest_first[MOST_AT_ONCE - 1 :]:
        session.end()


class SessionLife:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Anonymous readers' pages must not touch the session: they would vary on the cookie.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            keep_or_end(request, request.user)
        return self.get_response(request)


def keep_or_end(request: HttpRequest, user: User) -> None:
    if SIGNED_IN_AT not in request.session:
        begin(User, request, user)
    life, now = life_of(user), timezone.now().timestamp()
    unseen = now - request.session[SEEN_AT]
    age = now - request.session[SIGNED_IN_AT]
    if unseen > life.idle.total_seconds() or age > life.longest.total_seconds():
        logout(request)
    elif unseen > life.noted_every.total_seconds():
        note(request)


def end_session(reader: User, *, pk: int) -> bool:
    """Whether there was such a one of his."""
    session = UserSession.objects.filter(user=reader, pk=pk).first()
    if session:
        session.end()
    return session is not None


def end_sessions(of: User) -> None:
    """Everywhere, and for good: what comes with an old cookie is a stranger's request."""
    own = UserSession.objects.filter(user=of)
    Session.objects.filter(session_key__in=own.values("session_key")).delete()
    own.delete()
