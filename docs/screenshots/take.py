"""How does the site look? `make screenshots` takes every page of the table, narrow and wide, light
and dark, of a demo on throwaway servers whose clock stands still, and writes the index.

`make screenshots ARGS="front desk"` takes only these. To add a page, add a line to SHOTS.
"""

# ruff: noqa: E402 - settings must see the environment of a demo
import os

os.environ |= {"DEBUG": "1", "STAFF_SECOND_FACTOR": "off", "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import base64
import logging
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import NamedTuple
from wsgiref.simple_server import WSGIRequestHandler

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Error, Page, sync_playwright

from accounts.models import User
from config.demo.clock import Clock, turned_back
from config.demo.loading import load
from docs.screenshots.places import places
from moderation.appealing import appeal
from moderation.models import Decision, DecisionQuerySet

FOLDER = Path(__file__).parent
# A Tuesday before noon: the demo's days and ages are counted from here.
MOMENT = datetime(2026, 12, 8, 10, 40, tzinfo=UTC)
WIDTHS = {360: 780, 1280: 900, 1920: 1080}
SCHEMES = ("light", "dark")
# Nobody looks at the foot of a page of four hundred comments.
TALLEST = 1_500
# Moderators have large screens as well.
AT_WORK = (360, 1280, 1920)
QUALITY = 40
CHROMIUM = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
STILL = "*, ::before, ::after { caret-color: transparent !important; }"


# --- What is done on a page before its picture is taken


def reply(page: Page) -> None:
    page.locator(".action--reply").first.click()
    page.locator("#reply-form textarea").fill(
        "Das sehe ich anders: Die Schranke kostet 90.000 Euro."
    )


def open_menu(page: Page) -> None:
    page.locator(".menu__button").first.click()


def tell_of_new_ones(page: Page) -> None:
    told = {
        "version": 1,
        "news": [[f"comment-{9_000_000 + number}", "", ""] for number in range(3)],
        "html": {},
        "text": {},
    }
    page.route("**/news/?since=*", lambda asked: asked.fulfill(json=told))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("live-news a").wait_for()


def preview(page: Page) -> None:
    page.locator("#comment-form textarea").fill("> Zwei Schulen liegen dort.\n\nEben *deshalb*.")
    page.locator("#comment-form button[name=preview]").click()
    page.locator(".write-box__preview, .preview").first.wait_for()


def be_rude(page: Page) -> None:
    page.locator("#comment-form textarea").fill("Wer das beschlossen hat, ist ein Schwachkopf.")
    send(page)


def leave_a_draft(page: Page) -> None:
    page.locator("#comment-form textarea").fill("Die Schranke kostet 90.000 Euro, und wer")
    page.wait_for_timeout(1_500)
    page.reload()


def ask_before_withdrawing(page: Page) -> None:
    page.locator(".comment--waiting").get_by_role("link", name="Zurückziehen").first.click()
    page.wait_for_timeout(300)


def send(page: Page) -> int:
    """What is in the box; the status of the answer, once it stands on the page."""
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.locator("#comment-form").get_by_role("button", name="Beitrag senden").click()
    page.wait_for_timeout(300)
    return answer.value.status


def send_nothing(page: Page) -> None:
    """Past the script, which would keep an empty box from being sent."""
    with page.expect_navigation():
        page.evaluate("document.querySelector('#comment-form').submit()")


def send_much(page: Page) -> None:
    """Until it is too much."""
    address = page.url
    for number in range(9):
        page.goto(address)
        page.locator("#comment-form textarea").fill(f"Und der Wochenmarkt? Frage {number}.")
        if send(page) == 429:
            return


def begin_to_remove(page: Page) -> None:
    page.locator("desk-keys").wait_for(state="attached")
    page.keyboard.press("e")


def read_the_letter(page: Page) -> None:
    begin_to_remove(page)
    page.locator(".decision__letter summary").click()
    page.locator("#letters .letter").first.wait_for()


def remove_and_go_on(page: Page) -> None:
    """Each picture needs a case of its own: the first of the list; seniors answer appeals."""
    page.locator(".queue__row", has_not_text="Beschwerde").locator("a").first.click()
    page.locator(".case").wait_for()
    begin_to_remove(page)
    page.keyboard.press("Control+Enter")
    page.locator("#told form").first.wait_for()


class Shot(NamedTuple):
    name: str
    # Words in braces: docs/screenshots/places.py.
    address: str
    person: str = ""
    act: Callable[[Page], object] | None = None
    # The picture begins there.
    at: str = ""
    tallest: int = TALLEST
    widths: tuple[int, ...] = (360, 1280)


SHOTS = [
    Shot("front", "/"),
    Shot("article", "{article}"),
    Shot("article-discussion", "{article}", at="#discussion"),
    Shot("live-report", "{live}"),
    Shot("topic", "{topic}"),
    Shot("discussion", "{discussion}"),
    Shot("discussion-signed-in", "{discussion}", "alice"),
    Shot("discussion-new", "{discussion}?sort=newest", "alice", at=".discussion__head"),
    Shot("discussion-live", "{discussion}?sort=newest", act=tell_of_new_ones, at=".sorts"),
    Shot("discussion-empty", "{empty}", "alice"),
    Shot("discussion-closed", "{closed}", "alice"),
    Shot("discussion-premoderated", "{premoderated}", "alice"),
    Shot("comment-in-its-thread", "{comment}"),
    Shot("comment-menu", "{discussion}", "alice", open_menu, at=".thread"),
    Shot("comment-reply", "{discussion}", "alice", reply, at=".thread"),
    Shot("comment-preview", "{discussion}", "alice", preview),
    Shot("comment-muted", "{muted}", "alice"),
    Shot("comment-waiting", "{waiting}", "{waiting_author}", ask_before_withdrawing),
    Shot("comment-own-removed", "{removed}", "eve"),
    Shot("write-nudge", "{discussion}", "bob", be_rude, at="#write-box"),
    Shot("write-draft-found", "{discussion}", "bob", leave_a_draft, at="#write-box"),
    Shot("write-suspended", "{discussion}", "eve", at="#discussion"),
    Shot("replies", "{replies}"),
    Shot("reader", "{reader}"),
    Shot("search", "/search/?q=straße"),
    Shot("search-nothing", "{search}&q=Nachtigall"),
    Shot("filter-newsroom", "{discussion}?show=newsroom"),
    Shot("write", "{discussion}comments/", "alice"),
    Shot("write-signed-out", "{discussion}comments/"),
    Shot("flag", "{comment}flags/", "alice"),
    Shot("flag-signed-out", "{comment}flags/"),
    Shot("sign-in", "/account/login/"),
    Shot("sign-up", "/account/signup/"),
    Shot("password-reset", "/account/password/reset/"),
    Shot("settings", "/account/settings/", "alice"),
    Shot("second-factor", "/account/2fa/", "alice"),
    Shot("sessions", "/account/sessions/", "alice"),
    Shot("own-comments", "/account/comments/", "alice"),
    Shot("inbox", "/notifications/", "alice"),
    Shot("mails", "/notifications/mails/", "alice"),
    Shot("statement-of-reasons", "{statement}", "eve"),
    Shot("public-name", "/account/name/", "alice"),
    Shot("muted-people", "/account/muted/", "alice"),
    Shot("how-we-sort", "/sorting/"),
    Shot("chosen-order", "/account/sorting/", "alice"),
    Shot("my-discussions", "/account/discussions/", "alice"),
    Shot("followed-discussions", "/account/following/", "alice"),
    Shot("newsroom", "/newsroom/", "anna"),
    Shot("newsroom-article", "{own_article}", "anna"),
    Shot("newsroom-live-entries", "{own_live}", "anna"),
    Shot("newsroom-discussion", "{own_discussion}", "anna"),
    Shot("newsroom-pick", "{own_comment}pick/", "anna"),
    Shot("desk", "/moderation/", "mona", widths=AT_WORK),
    Shot("desk-case", "{case}", "mona", begin_to_remove, widths=AT_WORK),
    Shot("desk-letter", "{case}", "mona", read_the_letter),
    Shot("desk-removed", "/moderation/", "mona", remove_and_go_on, widths=(1280,)),
    Shot("desk-together", "/moderation/together/", "mona", widths=AT_WORK),
    Shot("desk-saved-reasons", "/moderation/reasons/", "max"),
    Shot("desk-rules", "/moderation/rules/", "max"),
    Shot("desk-rule", "/moderation/rules/opening_hours/", "max"),
    Shot("desk-words", "/moderation/rules/words/", "max"),
    Shot("desk-figures", "/moderation/figures/", "max"),
    Shot("desk-appeals", "/moderation/appeals/", "max"),
    Shot("netiquette", "/netiquette/"),
    Shot("privacy", "/privacy/"),
    Shot("house-rules-editor", "/moderation/pages/netiquette/", "admin"),
    Shot("error-403", "/moderation/", "alice"),
    Shot("error-404", "/nirgendwo/"),
    Shot("error-410", "{removed}"),
    Shot("error-422", "{discussion}comments/", "bob", send_nothing),
    Shot("error-429", "{discussion}comments/", "nina", send_much),
    Shot("gallery", "/gallery/", tallest=6_000),
]


def filled(text: str, found: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: found[match[1]], text)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args) -> None:
        """A line for each request would hide the pictures' names."""


def prepare(data: Path) -> None:
    settings.MEDIA_ROOT = data / "media"
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    Clock.shown = MOMENT
    load(password="nobody signs in by password")  # noqa: S106
    Clock.shown = MOMENT
    object_to(Decision.objects.filter(measure="remove").exclude(comment__author__name="Eve"))


def object_to(removals: DecisionQuerySet) -> None:
    """Somebody is to wait for an answer."""
    for removal in removals.in_view().order_by("pk")[:2]:
        appeal(removal, text="Mein Satz war zugespitzt, aber er greift niemanden persönlich an.")


def serve() -> str:
    """In a thread of this process, which ends with it; the address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def session_of(name: str) -> str:
    person = User.objects.get(email=f"{name}@example.org")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key or ""


def take(browser: Browser, site: str, shot: Shot, address: str, width: int, scheme: str) -> Path:
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="de-DE",
        timezone_id=settings.TIME_ZONE,
        bypass_csp=True,
    )
    try:
        if shot.person:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(shot.person)}
            context.add_cookies([cookie | {"url": site}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        # A browser that is behind would take all comments for new ones.
        page.clock.set_fixed_time(MOMENT)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if shot.act:
            shot.act(page)
        page.add_style_tag(content=STILL)
        picture = FOLDER / f"{shot.name}-{width}-{scheme}.webp"
        picture.write_bytes(photograph(page, shot, width))
        return picture
    finally:
        context.close()


def photograph(page: Page, shot: Shot, width: int) -> bytes:
    """WebP, which Chromium writes itself: half the size of a PNG with few colours."""
    script = "at => at ? scrollY + document.querySelector(at).getBoundingClientRect().top - 16 : 0"
    top = max(0, page.evaluate(script, shot.at))
    height = page.evaluate("document.documentElement.scrollHeight") - top
    clip = {"x": 0, "y": top, "width": width, "height": min(height, shot.tallest), "scale": 1}
    options = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    answer = page.context.new_cdp_session(page).send("Page.captureScreenshot", options)
    return base64.b64decode(answer["data"])


def write_index() -> None:
    """Of the pictures that are there, whenever each was taken."""
    lines = [
        "# How it looks",
        "",
        "Taken by `make screenshots` (take.py) of the demo, 1280 and 360 px wide (the desk also",
        "1920), light and dark.",
    ]
    for shot in SHOTS:
        pictures = [
            f"{shot.name}-{width}-{scheme}.webp"
            for width in sorted(shot.widths, reverse=True)
            for scheme in SCHEMES
        ]
        if all((FOLDER / picture).exists() for picture in pictures):
            whose = f", as {shot.person.title()}" if shot.person else ""
            lines += ["", f"## {shot.name.replace('-', ' ').capitalize()}{whose}", ""]
            for picture in pictures:
                size = 140 if "-360-" in picture else 400
                lines += [f'<img src="{picture}" alt="{picture[:-5]}" width="{size}">']
    (FOLDER / "README.md").write_text("\n".join(lines) + "\n")


def main() -> None:
    wanted = set(sys.argv[1:])
    if unknown := wanted - {shot.name for shot in SHOTS}:
        sys.exit(f"No such page: {', '.join(unknown)}")
    failed: list[str] = []
    data = Path(tempfile.mkdtemp(prefix="screenshots-"))
    logging.disable(logging.CRITICAL)
    try:
        with turned_back(), sync_playwright() as playwright:
            prepare(data)
            logging.disable(logging.CRITICAL)
            found, site = places(), serve()
            executable = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM)
            for listed in SHOTS:
                if wanted and listed.name not in wanted:
                    continue
                shot = listed._replace(person=filled(listed.person, found))
                address = filled(shot.address, found)
                for width, scheme in product(shot.widths, SCHEMES):
                    try:
                        picture = take(browser, site, shot, address, width, scheme)
                    except Error as error:
                        failed.append(shot.name)
                        print(f"{shot.name}: {error}", flush=True)
                        continue
                    print(f"{picture.name} {picture.stat().st_size // 1024} KB", flush=True)
            browser.close()
        write_index()
        if failed:
            sys.exit(f"Not taken: {', '.join(sorted(set(failed)))}")
    finally:
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
