"""How does the demo get into an empty installation?"""

import logging
from datetime import datetime, timedelta
from random import Random
from unittest.mock import patch

from django.db import connection, transaction
from django.utils import timezone

from accounts.leaving import close_account
from accounts.models import User
from config.demo.clock import turned_back
from config.demo.paper import close, print_paper
from config.demo.people import introduce
from config.demo.scripts import Remark, conversations
from config.demo.telling import Story
from config.demo.voices import long_discussion
from forum import bells
from forum.leaving import see_off_all
from forum.muting import mute
from forum.recommending import fold_recommendations
from moderation.desk_rules.wordlists import add_entry
from moderation.editing import write_edition
from moderation.models import Edition, WordlistEntry
from moderation.waiting import measure
from notifications.announcing import tell_readers
from notifications.gathering import tell_followers
from notifications.models import Announcement, Mail

# The same people say the same things wherever the demo is loaded.
SEED = 17
LONG, LONG_COUNT = "sperrung", 400
RULES_CHANGE_IN = timedelta(days=14)
# Alice follows it, and finds in her inbox what is new.
FOLLOWED_SINCE = timedelta(hours=20)
WORDS = [
    # (entry, what then, ground, reason)
    ("Schwachkopf", "hold", "personal_attack", "Beleidigung, meist gegen Ratsmitglieder"),
    ("Schwachköpfe", "hold", "personal_attack", "Mehrzahl von Schwachkopf"),
    ("Volltrottel", "hold", "personal_attack", "Beleidigung"),
    ("Idiot", "hold", "personal_attack", "Beleidigung, auch als Idioten"),
    ("Gesindel", "hold", "group_contempt", "Herabwürdigung von Gruppen"),
    ("Casino-Bonus", "remove", "advertising", "Werbung für Glücksspiel, immer derselbe Absender"),
]


def load(*, password: str) -> None:
    """Everything or nothing: people, paper, and what was said about it in the last days.

    No bell rings, for nothing is left to do. No savepoints are set (they were a quarter of all
    queries): nothing that fails here is caught. Five hundred lines of log would tell nobody
    anything.
    """
    no_bells = patch.object(bells, "ring_now")
    no_savepoints = patch.object(connection.features, "uses_savepoints", new=False)
    logging.disable(logging.INFO)
    try:
        with no_bells, no_savepoints, transaction.atomic():
            load_all(password=password)
    finally:
        logging.disable(logging.NOTSET)


def load_all(*, password: str) -> None:
    random = Random(SEED)  # noqa: S311 - nothing here is secret
    now = timezone.now()
    people = introduce(password, random=random)
    write_word_list(by=people["Max"])
    change_rules(by=people["Admin"], on=now + RULES_CHANGE_IN)
    discussions = print_paper(people)
    said = conversations()
    said[LONG] = mixed(said[LONG], random=random)
    story = Story(people=people, now=now, random=random)
    for key, threads in said.items():
        story.add_discussion(discussions[key], threads)
    story.add(now - timedelta(minutes=2), lambda: story.suspend("Eve", ground="Werbung"))
    story.add(now - FOLLOWED_SINCE, lambda: story.follow("Alice", discussions[LONG]))
    mute(people["Egon Ritter"], reader=people["Alice"])
    with turned_back() as clock:
        story.tell(clock)
    fold_recommendations()
    tell_followers()
    measure()
    say_goodbye(people["Zaungast"])
    close(discussions)
    send_no_mail_to(people)


def say_goodbye(reader: User) -> None:
    """He asked two weeks ago; what he said stays, without his name."""
    User.objects.filter(pk=reader.pk).update(
        closing_at=timezone.now() - timedelta(minutes=1), keeps_texts=True
    )
    close_account(reader)
    # Once to take his recommendations back, and once when tallies know.
    see_off_all()
    fold_recommendations()
    see_off_all()


def mixed(written: list[Remark], *, random: Random) -> list[Remark]:
    """The long discussion: what is written by hand, among what four hundred others say."""
    by_hand = sum(len(list(thread.with_replies())) for thread in written)
    threads = long_discussion(LONG_COUNT - by_hand, random=random)
    step = len(threads) // len(written)
    for number, thread in enumerate(written):
        threads.insert(number * (step + 1), thread)
    return threads


def write_word_list(*, by: User) -> None:
    for text, outcome, ground, reason in WORDS:
        if not WordlistEntry.objects.filter(text=text, retired_at__isnull=True).exists():
            add_entry(text, outcome=outcome, ground=ground, reason=reason, added_by=by)


def change_rules(*, by: User, on: datetime) -> None:
    """The clause on the subject is to read more kindly; everybody has been told in advance."""
    newest = Edition.objects.of(Edition.Page.NETIQUETTE)[0]
    if newest.written_by_id:
        return
    kindly = {
        "text_de": "Bleiben Sie beim Thema des Artikels oder der Diskussion. Ein kurzer "
        "Seitenblick ist erlaubt. Wie wir moderieren, gehört nicht dorthin: Schreiben Sie uns dazu "
        "bitte direkt.",
        "text_en": "Keep to the subject of the article or of the discussion. A short glance aside "
        "is allowed. How we moderate is no subject there: write to us instead.",
    }
    edition = write_edition(
        Edition.Page.NETIQUETTE,
        author=by,
        based_on=newest,
        valid_from=timezone.localtime(on).replace(hour=0, minute=0, second=0, microsecond=0),
        text_de=newest.text_de,
        text_en=newest.text_en,
        clauses=[
            clause | kindly if clause["code"] == "off_topic" else clause
            for clause in newest.clauses
        ],
        is_significant=True,
        changes="Punkt 5 erlaubt einen kurzen Seitenblick auf andere Themen.",
    )
    tell_readers(Announcement.objects.get(edition=edition))


def send_no_mail_to(people: dict[str, User]) -> None:
    """They were told long ago; what is in their inbox stays."""
    Mail.objects.filter(recipient__in=people.values(), sent_at__isnull=True).update(
        dropped_at=timezone.now()
    )
