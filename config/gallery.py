"""How does every component look in every state? One page of invented people, only with DEBUG."""

import re
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from articles.models import Article, Topic
from forum import markup
from forum.models import Clearance, Comment, Discussion, Revision, Tally

MORNING = datetime(2025, 2, 4, 8, 37, tzinfo=ZoneInfo("Europe/Berlin"))
TOKENS = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
COLOUR = re.compile(r"(--[\w-]+): #")

TOPIC = Topic(pk=1, title="Streit um die Uferstraße", slug="uferstrasse")
ARTICLE = Article(
    pk=1,
    slug="stadtrat-sperrt-die-uferstrasse",
    topic=TOPIC,
    kicker="Streit um die Uferstraße",
    headline="Stadtrat sperrt die Uferstraße ab Mai für Autos",
    author_line="Von Hanna Reuter",
    published_at=MORNING,
    picture_caption="Die Uferstraße am Montagmorgen: Vier Jahre lang wurde über sie gestritten.",
)
TICKER = Article(
    pk=2,
    slug="liveticker",
    kind=Article.Kind.LIVE,
    headline="Liveticker aus dem Stadtrat",
    published_at=MORNING,
)
DISCUSSION = Discussion(pk=1, topic=TOPIC, comment_count=1204)
CARLA = User(pk=1, name="Carla Mühlbauer")
KARLA = User(pk=2, name="Karla Brandt")
DIETER = User(pk=3, name="Dieter W.")
HANNA = User(pk=4, name="Hanna Reuter")
BODO = User(pk=5, name="Bodo Sperling-Hinterstoisser")

SCHOOL = (
    "Ich wohne seit dreißig Jahren an dieser Straße. Die Frage ist nicht, ob Autos weichen, sondern"
    " wohin. Wenn der Verkehr nur in die Gartenstraße wandert, ist niemandem geholfen; dort liegen"
    " zwei Schulen."
)
REPORT = (
    "> wandert der Verkehr nur in die Gartenstraße\n\nGenau das hat das Gutachten vor zwei Jahren"
    " *vorausgesagt*. Es lag im Rathaus aus, gelesen hat es offenbar niemand:"
    " https://rathaus.example/gutachten/uferstrasse-2023"
)
NUMBERS = (
    "Doch, und wir haben es verlinkt. Es rechnet\n\n- mit 1.800 Fahrzeugen am Tag in der"
    " Gartenstraße,\n- ohne die geplante Schranke."
)
LONG_WORD = (
    "Straßenverkehrszulassungsordnungsänderungsverfahrensbeschleunigung hin oder her: Die Schranke"
    " kostet 90.000 Euro."
)
PASSAGE = '<p>Gut gemeint, aber <span class="hidden-passage">[…]</span> rechnen kann er nicht.</p>'


class Sort(NamedTuple):
    label: str
    url: str
    is_current: bool = False


class WriteForm(forms.Form):
    """Stands for the forum's own form, which asks the database."""

    body = forms.CharField(required=False)


def comment(body: str, author: User, *, parent: Comment | None = None, **fields: Any) -> Comment:
    """A comment that no database knows; `recommendations` go into its tally."""
    pk = next(_numbers)
    recommendations = fields.pop("recommendations", 0)
    status = fields.setdefault("status", Comment.Status.PUBLISHED)
    made = Comment(
        pk=pk,
        discussion=DISCUSSION,
        author=author,
        parent=parent,
        depth=parent.depth + 1 if parent else 0,
        submitted_at=MORNING + timedelta(minutes=pk * 11),
        **fields,
    )
    made.latest = Revision(pk=pk, comment=made, body=body, html=markup.render(body))
    if status == Comment.Status.PUBLISHED:
        made.visible_revision = Clearance(revision=made.latest)
    Tally(comment=made, recommendation_count=recommendations)
    return made


_numbers = count(1)


def thread() -> list[Comment]:
    """Every public state, four levels deep and one deeper."""
    root = comment(SCHOOL, KARLA, picked_at=MORNING, recommendations=1370)
    reply = comment(REPORT, DIETER, parent=root, recommendations=4)
    staff = comment(
        NUMBERS, HANNA, parent=reply, written_as="newsroom", edited_at=MORNING, recommendations=12
    )
    removed = comment(
        "…",
        BODO,
        parent=staff,
        status="removed",
        removed_at=MORNING,
        removal_ground="personal_attack",
    )
    deep = comment(LONG_WORD, BODO, parent=removed, recommendations=2)
    deeper = comment("Billiger als ein Unfall.", KARLA, parent=deep, recommendations=3)
    moderation = comment("Bitte bleiben Sie beim Thema.", HANNA, parent=root, written_as="moderation")
    withdrawn = comment("…", DIETER, parent=root, status="withdrawn", withdrawn_at=MORNING)
    held = comment("…", DIETER, parent=root, status="held", is_listed=True)
    hidden = comment("…", BODO, parent=moderation)
    hidden.latest.html = PASSAGE
    return [root, reply, staff, removed, deep, deeper, moderation, hidden, withdrawn, held]


def personal() -> dict[str, Comment]:
    """What the overlay adds for one reader."""
    return {
        "pending": comment("Und was ist mit dem Wochenmarkt?", CARLA, status="pending"),
        "held": comment("Und was ist mit dem Wochenmarkt?", CARLA, status="held"),
        "own": comment("Der Markt bleibt, steht auf Seite 14.", CARLA, recommendations=7),
        "liked": comment("Danke für die Seitenzahl.", KARLA, recommendations=137),
        "removed": comment(
            "…", CARLA, status="removed", removed_at=MORNING, removal_ground="personal_attack"
        ),
    }


def forms_to_write() -> dict[str, WriteForm]:
    typed = {"body": "Wer das beschlossen hat, ist ein Schwachkopf."}
    wrong = WriteForm(typed)
    wrong.add_error("body", "Ihr Beitrag ist 1 Zeichen zu lang (höchstens 5.000).")
    return {"empty": WriteForm(), "typed": WriteForm(typed), "wrong": wrong}


def gallery(request: HttpRequest) -> HttpResponse:
    """Nothing here is stored, so the page works with an empty database."""
    discussed = thread()
    context = {
        "user": CARLA,
        "unread_count": 2,
        "stranger": AnonymousUser(),
        "article": ARTICLE,
        "topic": TOPIC,
        "live_report": TICKER,
        "discussion": DISCUSSION,
        "thread": discussed,
        "parent": discussed[0],
        "personal": personal(),
        "forms": forms_to_write(),
        "preview_html": markup.render(REPORT),
        "sorts": [Sort("Neueste", "#n", is_current=True), Sort("Älteste", "#a"), Sort("Beste", "#b"), Sort("Meistdiskutiert", "#m")],
        "colours": list(dict.fromkeys(COLOUR.findall(TOKENS.read_text()))),
    }
    return render(request, "gallery/gallery.html", context)
