"""Who reads, writes and moderates in the tests? The cast, one function each."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User

PASSWORD = "Kirschbaum im Nebel"
# Alice's mailbox: capitals, a wide letter, one in a circle, one that nobody sees.
SPELLED = [
    "ALICE@Example.org",
    "alice@\N{FULLWIDTH LATIN SMALL LETTER E}xample.org",
    "alice@exampl\N{CIRCLED LATIN SMALL LETTER E}.org",
    "alice@exam\N{SOFT HYPHEN}ple.org",
]


def person(name: str, *, role: str = "", **fields: Any) -> User:
    """A reader of long standing with a confirmed address, or whoever the fields make of him."""
    fields = {
        "standing": User.Standing.REGULAR,
        "published_count": 12,
        "joined_at": timezone.now() - timedelta(days=400),
        "is_staff": bool(role),
    } | fields
    email = f"{name.lower().replace(' ', '.')}@example.org"
    user = User.objects.create_user(email, PASSWORD, name=name, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def alice() -> User:
    return person("Alice")


def bob() -> User:
    return person("Bob")


def carla() -> User:
    return person("Carla")


def dieter() -> User:
    return person("Dieter")


def anna() -> User:
    return person("Anna", role="staff author")


def mona() -> User:
    return person("Mona", role="moderator")


def max_() -> User:
    return person("Max", role="senior moderator")


def admin() -> User:
    return person("Admin", role="admin", is_superuser=True)


def eve() -> User:
    """Suspended since yesterday, for a week."""
    return person(
        "Eve",
        suspended_at=timezone.now() - timedelta(days=1),
        suspended_until=timezone.now() + timedelta(days=6),
        suspension_ground="Werbung",
    )


def nina() -> User:
    """Signed up a moment ago."""
    return person("Nina", standing=User.Standing.NEW, published_count=0, joined_at=timezone.now())


def tom() -> User:
    return person("Tom", standing=User.Standing.TRUSTED, published_count=200)
