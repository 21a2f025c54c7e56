"""Who reads, writes and works for the demo's paper?"""

from datetime import timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from accounts.names import skeleton

NEW, REGULAR, TRUSTED = User.Standing.NEW, User.Standing.REGULAR, User.Standing.TRUSTED
# Whose recommendations do not count yet. Longer ago than the quiet hours of the night.
JOINED = timedelta(hours=9)
# Those who can sign in: address, public name, standing, role.
CAST = [
    ("alice", "Alice", REGULAR, ""),
    ("bob", "Bob", REGULAR, ""),
    ("carla", "Carla", REGULAR, ""),
    ("dieter", "Dieter", REGULAR, ""),
    ("eve", "Eve", REGULAR, ""),
    ("nina", "Nina", NEW, ""),
    ("tom", "Tom", TRUSTED, ""),
    ("anna", "Anna Seidel", REGULAR, "staff author"),
    ("mona", "Mona", REGULAR, "moderator"),
    ("max", "Max", REGULAR, "senior moderator"),
    ("admin", "Admin", REGULAR, "admin"),
]
# The others by what they think of the Uferstraße: for the closure, against it, undecided.
READERS = {
    "pro": [
        "Karla Brandt", "Opa Heinz", "Jule Harms", "Paddelfreund", "Rosa Lindqvist", "Sönke P.",
        "Nadja Yilmaz", "Wanderfalke", "Thea Grothe", "Lotte vom Wehr", "Henrik Dahl", "Piet",
        "Fr. Sommer", "Bienenkorb", "Amira Haddad", "Rollin", "Ilses Enkel", "Uferschwalbe",
        "Martin Öz", "Birte Claasen",
    ],
    "contra": [
        "Egon Ritter", "Klaus Michalski", "Hafenhändlerin", "Bodo Sperling", "Gisela M.",
        "Niederauer", "Uwe Tietjen", "Handwerk hat Boden", "Renate Voß", "Landei 64",
        "Ralf Kuhnert", "Schichtleiter", "Hannelore Bock", "Ottmar", "Dörfler", "Marlies Jansen",
        "Jens Poggensee", "Gartenstraße 9", "Frau Petersens Kater",
    ],
    "open": [
        "Fährmann", "Zaungast", "Pendlerin", "Dr. Winter", "Sabine Krüger", "Lokaljäger", "Mattes",
        "Ferdinand Loos", "Ines K.", "Taxi 17", "Altstadtkind", "Nebelkrähe", "Zollstock",
    ],
}  # fmt: skip


def introduce(password: str, *, random: Random) -> dict[str, User]:
    """Make everybody's account; by public name."""
    now = timezone.now()
    # One hash for all of the cast: it is meant to take long, and the password is the same.
    hashed = make_password(password)
    people = []
    for word, name, standing, role in CAST:
        age = JOINED if standing == NEW else timedelta(days=random.randint(200, 2000))
        person = account(address_of(word), name, standing=standing, joined_at=now - age)
        person.password = hashed
        person.is_staff = bool(role)
        person.last_login = now - timedelta(hours=5)
        people.append(person)
    for name in [name for names in READERS.values() for name in names]:
        joined = now - timedelta(days=random.randint(40, 2500))
        standing = TRUSTED if random.random() < 0.15 else REGULAR
        person = account(address_of(slugify(name)), name, standing=standing, joined_at=joined)
        person.password = make_password(None)
        people.append(person)
    User.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )
    by_name = {person.name: person for person in people}
    for _word, name, _standing, role in CAST:
        if role:
            by_name[name].groups.add(Group.objects.get(name=role))
    User.objects.filter(email=address_of("admin")).update(is_superuser=True)
    return by_name


def account(email: str, name: str, **fields) -> User:
    return User(email=email, name=name, name_skeleton=skeleton(name), **fields)


def address_of(word: str) -> str:
    return f"{word}@example.org"


def change_password(password: str) -> bool:
    """Whether it was another one before."""
    addresses = [address_of(word) for word, *_rest in CAST]
    if User.objects.get(email=addresses[0]).check_password(password):
        return False
    User.objects.filter(email__in=addresses).update(password=make_password(password))
    return True
