"""Who wrote, recommended and flagged all that: aged accounts, some of them signed in."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.models import User
from accounts.names import skeleton
from accounts.sessions import SEEN_AT, SIGNED_IN_AT
from config.archive.copying import copy, literal, reserve

FIRST_NAMES = (
    "Karla", "Dieter", "Jule", "Sönke", "Nadja", "Henrik", "Amira", "Birte", "Ottmar", "Gisela",
    "Ralf", "Hannelore", "Jens", "Sabine", "Ferdinand", "Ines", "Rosa", "Thea", "Uwe", "Marlies",
)  # fmt: skip
MODERATOR = "Archivarin"
LONGEST_MEMBERSHIP = timedelta(days=3_000)


def readers(count: int, *, now: datetime, random: Random) -> int:
    """The id of the first of `count` readers, who follow one another."""
    first = reserve(User, count)
    everybody = range(first, first + count)
    columns = ["id", "email", "name", "name_skeleton", "standing", "joined_at", "password"]
    unusable = make_password(None)
    rows = (
        (
            str(pk),
            f"leser{pk}@archiv.example",
            name := f"{FIRST_NAMES[pk % len(FIRST_NAMES)]} {pk}",
            skeleton(name),
            "trusted" if random.random() < 0.1 else "regular",
            literal(now - timedelta(days=30) - LONGEST_MEMBERSHIP * random.random()),
            unusable,
        )
        for pk in everybody
    )
    copy(User, columns, rows)
    copy(
        EmailAddress,
        ["user_id", "email", "verified", "primary"],
        ((str(pk), f"leser{pk}@archiv.example", "t", "t") for pk in everybody),
    )
    return first


def moderator() -> User:
    """Whose decisions the removed comments rest on; nobody can sign in as her."""
    found = User.objects.filter(name=MODERATOR).first()
    if found is None:
        found = User.objects.create_user("archiv@archiv.example", name=MODERATOR, is_staff=True)
        found.groups.add(Group.objects.get(name="moderator"))
    return found


def moderators(count: int) -> list[User]:
    """Their second factor is a secret that nobody has; their ids follow one another."""
    crew = []
    for number in range(1, count + 1):
        email = f"moderation{number}@archiv.example"
        user = User.objects.create_user(email, name=f"{MODERATOR} {number}", is_staff=True)
        user.groups.add(Group.objects.get(name="moderator"))
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        secret = get_random_string(32, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": secret}
        )
        crew.append(user)
    return crew


def sign_in(first: int, count: int, *, until: datetime) -> Iterator[str]:
    """Session keys of the first `count` readers, good until then, for load generators."""
    store = SessionStore()
    sessions, now = [], timezone.now().timestamp()
    for reader in User.objects.filter(pk__gte=first, pk__lt=first + count).order_by("pk"):
        told = {
            SESSION_KEY: str(reader.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: reader.get_session_auth_hash(),
            # As signing in leaves it: his first request writes nothing.
            SIGNED_IN_AT: now,
            SEEN_AT: now,
        }
        key = get_random_string(32)
        sessions.append(
            Session(session_key=key, session_data=store.encode(told), expire_date=until)
        )
    Session.objects.bulk_create(sessions, batch_size=1_000)
    yield from (session.session_key for session in sessions)
