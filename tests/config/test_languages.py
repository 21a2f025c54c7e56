"""Does every page speak one language, German or English, with its dates, numbers and plurals?"""

import html
import re
from collections import defaultdict
from functools import cache
from itertools import chain
from pathlib import Path

import allauth
import polib
import pytest
from django.conf import settings
from django.contrib import auth
from django.utils import translation

from config.translations import catalogues
from forum.models import Discussion
from moderation.models import Decision, SavedReason
from tests.factories import MORNING, ArticleFactory, make_comment, make_discussion
from tests.routes import address_of, routes

pytestmark = pytest.mark.django_db

OTHERS = [Path(package.__file__).parent for package in (allauth, auth)]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Shorter pieces stand in other sentences by chance.
TELLING = 13
BEGINNING = 8
NO_PAGES = ("admin/", "^media", "^static", "gallery", "health/", "metrics", "robots", "sitemap")


def pieces(text: str) -> set[str]:
    """What stands between placeholders, where it is long enough to be told."""
    return {
        " ".join(html.unescape(piece).split())
        for piece in PLACEHOLDER.split(text)
        if len(piece.strip()) >= TELLING
    }


# Stands in a reader's text, which is made once and in the language of the site.
HIDDEN = "[Stelle von der Moderation verborgen]"


@cache
def wordings() -> tuple[set[str], set[str]]:
    """(English, German) pieces of all catalogues, those left out that are in both."""
    english, german = set(), set()
    paths = catalogues(settings.BASE_DIR, language="de")
    paths += [folder / "locale/de/LC_MESSAGES/django.po" for folder in OTHERS]
    for path in paths:
        for entry in polib.pofile(str(path)).translated_entries():
            english |= pieces(entry.msgid) | pieces(entry.msgid_plural)
            for wording in [entry.msgstr, *entry.msgstr_plural.values()]:
                german |= pieces(wording)
    # No piece has a line's end in it: within all lines is within one of them.
    all_english, all_german = "\n".join(english), "\n".join(german)
    return (
        {one for one in english if one not in all_german},
        {one for one in german if one not in all_english},
    )


def shown(response) -> str:
    """All words of the page, also those that only screen readers and machines read."""
    return " ".join(html.unescape(response.content.decode()).split())


def pages(client, paper: dict):
    """(route, words) of everything that answers with a page, also of forms sent empty."""
    for where, name, _pattern in routes():
        if where.startswith(NO_PAGES):
            continue
        address = address_of(where, name, paper)
        for ask in (client.get, client.post):
            cookies = client.cookies.copy()
            response = ask(address)
            if "html" in response.get("Content-Type", "") and response.content:
                yield name or where, shown(response)
            if "login" in address or "logout" in address:
                client.cookies.clear()
                client.cookies.update(cookies)


@pytest.fixture
def without_limits(settings):
    settings.RATE_LIMITS = False


@pytest.mark.parametrize("who", [None, "alice", "bob", "mona"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_page_mixes_languages(client, paper, request, without_limits, language, who):
    english, german = wordings()
    # Single English words stand in addresses, too.
    strange = german if language == "en" else {one for one in english if " " in one}
    # Stands in a reader's text, which is made once and in the language of the site.
    strange = strange - {HIDDEN}
    # What the house has worded once and for all its letters is in its own language.
    saved = " ".join(SavedReason.objects.values_list("text", flat=True))
    strange = {piece for piece in strange if piece not in saved}
    if who:
        client.force_login(request.getfixturevalue(who))
    if who == "bob":
        # His is the comment that was removed.
        decision = Decision.objects.latest("pk")
        paper = paper | {"moderation:decision pk": decision.pk}
    by_beginning = defaultdict(list)
    for piece in strange:
        assert len(piece) >= BEGINNING, "would be found nowhere"
        by_beginning[piece[:BEGINNING]].append(piece)
    found = []
    with translation.override(language):
        for name, words in pages(client, paper):
            assert f'<html lang="{language}">' in words or "<html" not in words, name
            # Thousands of pieces: only those are looked for whose first letters are there.
            there = {words[at : at + BEGINNING] for at in range(len(words))}
            near = chain.from_iterable(by_beginning[start] for start in by_beginning.keys() & there)
            found += [f"{name}: {piece}" for piece in near if piece in words]
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ["04.02.2025, 08:37 Uhr", "1 Beitrag", "1.204 Beiträge"]),
        ("en", ["4 February 2025, 08:37", "1 comment", "1,204 comments"]),
    ],
)
def test_dates_numbers_and_plurals_are_those_of_the_language(client, alice, language, said):
    make_comment(make_discussion(article=ArticleFactory(published_at=MORNING)), alice)
    busy = make_discussion(article=ArticleFactory(published_at=MORNING))
    Discussion.objects.filter(pk=busy.pk).update(comment_count=1204)
    with translation.override(language):
        words = shown(client.get("/"))
    for wording in said:
        assert re.search(rf"(?<![\d.,]){re.escape(wording)}(?!\w)", words), wording
