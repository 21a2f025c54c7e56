"""What happens to whoever puts into an address what no link of ours says?"""

from collections.abc import Iterator
from itertools import cycle
from urllib.parse import urlencode

import pytest

from tests.factories import TickerEntryFactory, make_comment, make_discussion
from tests.samples import hostile, sample

pytestmark = pytest.mark.django_db

# Of so many rows one; every place gets some of each category.
EVERY = 12
UNDERSTOOD, REFUSED = {200, 302}, {400, 404, 414, 422}


@pytest.fixture
def places(alice) -> list[tuple[str, dict[str, str], str]]:
    """Address, what else stands in its query, and the name that takes anything."""
    discussion = make_discussion()
    comment = make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
    report = TickerEntryFactory().article.get_absolute_url()
    page, thread = discussion.get_absolute_url(), f"{comment.get_absolute_url()}replies/"
    return [
        ("/search/", {}, "q"),
        ("/search/", {}, "author"),
        ("/search/", {"q": "Ufer"}, "after"),
        ("/search/", {"q": "Ufer"}, "since"),
        ("/search/", {"q": "Ufer"}, "discussion"),
        ("/", {}, "older"),
        *((page, {}, name) for name in ("sort", "show", "after", "around", "thread", "about")),
        (page, {"sort": "best"}, "after"),
        (page, {"show": "links"}, "after"),
        (thread, {}, "after"),
        (thread, {"after": ""}, "sort"),
        *((f"{page}{rest}", {}, name) for rest, name in LIVE),
        (f"{report}news/", {}, "since"),
        (f"{report}news/shown/", {}, "ids"),
        ("/counts/", {}, "article"),
        ("/terms/", {}, "version"),
    ]


LIVE = [("news/", "since"), ("news/shown/", "ids"), ("next/", "since"), ("next/", "after")]


def hostile_texts() -> Iterator[str]:
    for path in sorted(sample("data/hostile").glob("*.jsonl")):
        for row in hostile(path.stem)[::EVERY]:
            # Longer addresses are refused before anybody reads them.
            yield row["text"][:600]


class HostileAddressTests:
    def test_each_is_understood_or_refused_in_words(self, client, places, settings):
        settings.RATE_LIMITS = False
        for text, (address, asked, name) in zip(hostile_texts(), cycle(places), strict=False):
            sent = urlencode(asked | {name: text}, errors="surrogatepass")
            answer = client.get(f"{address}?{sent}")
            assert answer.status_code in UNDERSTOOD | REFUSED, (address, name, text)
            if answer.status_code in REFUSED:
                assert "<h1" in answer.content.decode(), (address, name, text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "0",
            "-1",
            "1e9",
            "٣",
            "9" * 18,
            "9" * 30,
            "\x00",
            "%00",
            "%ff%fe",
            "a\r\nSet-Cookie: x=1",
            "W10.AAAAAAAAAAAAAAAA",
            "2026-02-30",
            "9999-12-31",
            "0001-01-01",
        ],
    )
    def test_what_looks_like_something(self, client, places, settings, text):
        settings.RATE_LIMITS = False
        for address, asked, name in places:
            sent = text if text.startswith("%") else urlencode({name: text}).partition("=")[2]
            answer = client.get(f"{address}?{urlencode(asked)}&{name}={sent}")
            assert answer.status_code in UNDERSTOOD | REFUSED, (address, name, text)
            assert "Set-Cookie" not in answer.headers
            if answer.status_code in REFUSED:
                assert "<h1" in answer.content.decode(), (address, name, text)
