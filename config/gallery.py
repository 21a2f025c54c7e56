"""How does every component look in every state? One page of invented people, only with DEBUG."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.models import User
from articles.models import Article, Topic
from config.gallery_rooms import rooms
from forum import markup
from forum.models import Clearance, Comment, Discussion, Revision, Tally
from forum.slots import fill_slots

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
EGON = User(pk=8, name="Egon Ritter")
LEAVER = User(pk=7, name="Ines K.", closing_at=MORNING + timedelta(days=14))
MONA = User(pk=6, name="Mona")

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
# More than the 24 lines that are shown at once.
LONG_PARAGRAPHS = 8
NOTHING = Revision(html="")
PASSAGE = '<p>Gut gemeint, aber <span class="hidden-passage">[…]</span> rechnen kann er nicht.</p>'


class Sort(NamedTuple):
    label: str
    url: str
    is_current: bool = False


SORTS = [
    Sort("Neueste", "#threads", is_current=True),
    Sort("Älteste", "#threads"),
    Sort("Beste", "#threads"),
    Sort("Meistdiskutiert", "#threads"),
]


class WriteForm(forms.Form):
    """Stands for the forum's own form, which asks the database."""

    body = forms.CharField(required=False)


def wording(body: str) -> Revision:
    return Revision(body=body, html=markup.render(body))


def comment(
    pk: int, revision: Revision, author: User, *, parent: Comment | None = None, **fields: Any
) -> Comment:
    """A comment that no database knows; `recommendations` go into its tally."""
    recommendations = fields.pop("recommendations", 0)
    status = fields.setdefault("status", Comment.Status.PUBLISHED)
    made = Comment(
        pk=pk,
        discussion=DISCUSSION,
        author=author,
        parent=parent,
        root_id=parent.root_id if parent else pk,
        depth=parent.depth + 1 if parent else 0,
        submitted_at=MORNING + timedelta(minutes=pk * 3),
        **fields,
    )
    if status == Comment.Status.PUBLISHED:
        made.visible_revision = Clearance(revision=revision)
    Tally(comment=made, recommendation_count=recommendations)
    return made


def removed(pk: int, author: User, *, parent: Comment | None = None) -> Comment:
    return comment(
        pk,
        NOTHING,
        author,
        parent=parent,
        status=Comment.Status.REMOVED,
        removed_at=MORNING,
        removal_ground="personal_attack",
    )


def thread() -> list[Comment]:
    """Every public state, four levels deep and two deeper."""
    root = comment(1, wording(SCHOOL), KARLA, picked_at=MORNING, recommendations=1370)
    reply = comment(2, wording(REPORT), DIETER, parent=root, recommendations=4)
    staff = comment(
        3, wording(NUMBERS), HANNA, parent=reply, written_as="newsroom", edited_at=MORNING
    )
    gone = removed(4, BODO, parent=staff)
    deep = comment(5, wording(LONG_WORD), BODO, parent=gone, recommendations=2)
    deeper = comment(6, wording("Billiger als ein Unfall."), KARLA, parent=deep, recommendations=3)
    moderation = comment(
        7, wording("Bitte bleiben Sie beim Thema."), HANNA, parent=root, written_as="moderation"
    )
    hidden = comment(8, Revision(html=PASSAGE), BODO, parent=moderation)
    withdrawn = comment(9, NOTHING, DIETER, parent=root, status="withdrawn", withdrawn_at=MORNING)
    held = comment(10, NOTHING, DIETER, parent=root, status="held", is_listed=True)
    return [root, reply, staff, gone, deep, deeper, moderation, hidden, withdrawn, held]


def personal() -> list[str]:
    """Public comments with their slots filled for one reader."""
    marks, recommend = "forum/_own_marks.html", "components/_recommend.html"
    menu, mark = "components/_menu_items.html", "components/_new_mark.html"
    new = comment(13, wording("Danke für die Seitenzahl."), KARLA, recommendations=137)
    later = comment(16, wording("Das gilt ab dem zweiten Tag."), KARLA)
    own = comment(14, wording("Der Markt bleibt, steht auf Seite 14."), CARLA, recommendations=7)
    return [
        filled(new, {"marks": mark, "recommend": recommend}, recommended=True, next_url="#"),
        filled(later, {"recommend": recommend}, recommended=True, counts_from=MORNING),
        filled(
            own, {"marks": marks, "recommend": recommend, "menu": menu}, own=True, may_withdraw=True
        ),
        filled(removed(15, CARLA), {"marks": marks}),
    ]


def filled(comment: Comment, fragments: dict[str, str], **reader: Any) -> str:
    """What forum/overlay.py does with what it has read about the reader."""
    fills: dict[str, str] = {
        f"{slot}-{comment.pk}": render_to_string(template, {"comment": comment, **reader})
        for slot, template in fragments.items()
    }
    page = render_to_string("components/_comment.html", {"comment": comment})
    return fill_slots(page, fills)


def forms_to_write() -> dict[str, WriteForm]:
    typed = {"body": "Wer das beschlossen hat, ist ein Schwachkopf."}
    wrong = WriteForm(typed)
    wrong.add_error("body", "Ihr Beitrag ist 1 Zeichen zu lang (höchstens 5.000).")
    return {"empty": WriteForm(), "typed": WriteForm(typed), "wrong": wrong}


def gallery(request: HttpRequest) -> HttpResponse:
    """Nothing here is stored, so the page works with an empty database."""
    discussed = thread()
    market = wording("Und was ist mit dem Wochenmarkt?")
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
        "revision": market,
        "pending": comment(11, market, CARLA, status="pending"),
        "held": comment(12, market, CARLA, status="held"),
        "personal": personal(),
        "egon": EGON,
        "leaver": LEAVER,
        "muted": comment(17, wording("Alles Unsinn."), EGON),
        "pinned": comment(18, wording(NUMBERS), HANNA, written_as="newsroom"),
        "long": comment(19, wording("\n\n".join([SCHOOL] * LONG_PARAGRAPHS)), DIETER),
        "forms": forms_to_write(),
        "preview_html": markup.render(REPORT),
        "sorts": SORTS,
        "colours": list(dict.fromkeys(COLOUR.findall(TOKENS.read_text()))),
    }
    context |= rooms(discussed[0], revision=Revision(pk=1), article=ARTICLE, mona=MONA)
    return render(request, "gallery/gallery.html", context)
