"""B38, B39, B45, B46, B50, B51 and B54 to B56: addresses, headers, cookies."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.core import mail, signing
from django.http import HttpResponse

from tests.bad_inputs.account_pages import ALICE, LOGIN, RESET
from tests.bad_inputs.asking import Bad, Site

NO_DAY = "Bitte ein gültiges Datum."
NOT_FOUND = "Nichts gefunden."
TARGETS = ["//evil.example", "https:evil.example", "/\\evil.example", "javascript:alert(1)"]
# What one types to find; the last ones are only words that every text has.
SOUGHT = ["Nachtigall " * 90, "%", "_", "'", ":*", "&!|", "und oder der die das"]
DAYS = ["31.02.2026", "0000-01-01", "1" + "0" * 400]
CURSORS = ["-1", "0", "1" + "0" * 20, "abc", "W10.AAAAAAAAAAAAAAAA"]
METHODS = ["put", "delete", "patch", "trace"]
ODD_PATHS = [
    (404, "/../etc/passwd"), (404, "/%00"), (404, "/%2e%2e/"), (404, "/articles/;/"),
    (404, "/%ff%fe/"), (404, "/comments/%00/"), (404, "/readers/%00/"), (404, "/topics/%ff/"),
    (404, "/comments/99999999999999999999/"), (414, "/" + "a" * 8_192),
]  # fmt: skip


def got(address: str, **headers: str) -> Callable[[Site], HttpResponse]:
    return lambda site: site.client.get(address, headers=headers)


def page_of_the_discussion(query: str) -> Callable[[Site], HttpResponse]:
    return lambda site: site.client.get(f"{site.discussion.get_absolute_url()}?{query}")


def forwarded_host(site: Site) -> HttpResponse:
    claims = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    return site.client.post(RESET, {"email": ALICE["login"]}, headers=claims)


def mail_keeps_our_host(_site: Site, answer: HttpResponse) -> None:
    assert "evil.example" not in answer.headers["Location"] + mail.outbox[-1].body


def to_the_front_page(_site: Site, answer: HttpResponse) -> None:
    assert answer.headers["Location"] == "/"


def with_cookie(value: str) -> Callable[[Site], HttpResponse]:
    def ask(site: Site) -> HttpResponse:
        site.client.cookies[settings.SESSION_COOKIE_NAME] = value
        return site.client.get("/")

    return ask


def anonymous_and_the_cookie_gone(site: Site, answer: HttpResponse) -> None:
    assert "/account/login/" in answer.content.decode()
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0


def of_another_purpose(site: Site) -> HttpResponse:
    """A value that we have signed ourselves: the key under which somebody can unsubscribe."""
    return with_cookie(signing.dumps({"_auth_user_id": site.cast["mona"].pk}))(site)


def names_the_known_ones(_site: Site, answer: HttpResponse) -> None:
    assert "GET" in answer.headers["Allow"]


def without_body(_site: Site, answer: HttpResponse) -> None:
    assert answer.content == b""


def german(_site: Site, answer: HttpResponse) -> None:
    assert '<html lang="de">' in answer.content.decode()


ROWS = [
    Bad(38, "foreign host", got("/", host="evil.example"), 400),
    Bad(38, "forwarded host", forwarded_host, 302, then=mail_keeps_our_host),
    *(
        Bad(39, target, lambda site, target=target: site.client.post(
            LOGIN, ALICE | {"next": target}), 302, then=to_the_front_page)
        for target in TARGETS
    ),
    *(
        Bad(45, f"page={page}", page_of_the_discussion(f"page={page}"), 404)
        for page in ("0", "-1", "1" + "0" * 20, "abc")
    ),
    *(
        Bad(45, f"after={cursor}", page_of_the_discussion(f"after={cursor}"), 400)
        for cursor in CURSORS
    ),
    *(
        Bad(46, sought[:12], got(f"/search/?{urlencode({'q': sought})}"), 200, NOT_FOUND)
        for sought in SOUGHT
    ),
    *(
        Bad(50, method, lambda site, method=method: getattr(site.client, method)("/"), 405,
            then=names_the_known_ones)
        for method in METHODS
    ),
    Bad(50, "head", lambda site: site.client.head("/"), 200, then=without_body),
    Bad(50, "options", lambda site: site.client.options("/"), 200, then=names_the_known_ones),
    *(Bad(51, path[:12], got(path), status) for status, path in ODD_PATHS),
    *(
        Bad(54, f"{name} {day[:10]}", got(f"/search/?{urlencode({'q': 'Ufer', name: day})}"), 422,
            NO_DAY, "Ufer")
        for day in DAYS
        for name in ("since", "until")
    ),
    *(
        Bad(54, f"figures {day[:10]}", lambda site, day=day: site.as_("max_").get(
            "/moderation/figures/", {"until": day}), 400, NO_DAY)
        for day in DAYS
    ),
    *(
        Bad(55, garbage[:9], got("/", **{"accept-language": garbage}), 200, then=german)
        for garbage in (";;q=,*;--", "de-" * 1_700, "xx;q=9, \x7f, en;q=-1")
    ),
    *(
        Bad(56, name, with_cookie(value), 200, then=anonymous_and_the_cookie_gone)
        for name, value in [("garbage", "eyJhIjoxfQ:1abcde:sig"), ("4 KB", "x" * 4_000)]
    ),
    Bad(56, "signed for another purpose", of_another_purpose, 200,
        then=anonymous_and_the_cookie_gone),
]  # fmt: skip
