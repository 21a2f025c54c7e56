"""Does anything run in a real browser, does any page ask elsewhere, does a glyph leave its box?"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, Route

from accounts.models import User
from tests.hostile.counting import Counts

# What payloads call, and what some of them would leave behind.
TRAPS = """
window.hits = [];
for (const name of ["alert", "confirm", "prompt", "open", "print"])
    window[name] = (...said) => window.hits.push(`${name}(${said})`.slice(0, 80));
"""
# Whatever listens in a text, or around it, hears all that a reader can do there.
PROVOKED = """() => {
    const events = ["mouseover", "mouseenter", "mousemove", "pointerover", "mousedown", "mouseup",
        "focus", "focusin", "blur", "keydown", "keypress", "keyup", "input", "copy", "paste",
        "toggle", "beforetoggle", "animationstart", "animationend", "transitionend", "scroll",
        "wheel", "touchstart", "drag", "drop", "load", "error", "contextmenu"];
    const texts = ".comment__body, .entry__text, .queue__excerpt, .flags, dd, .comment__by";
    let asked = 0;
    for (const text of document.querySelectorAll(texts))
        for (const element of [text, ...text.querySelectorAll("*")])
            for (const name of events) {
                element.dispatchEvent(new Event(name, { bubbles: true }));
                asked += 1;
            }
    return asked;
}"""
TEXTS = ".comment__body, .comment__by"
WITHOUT_TEXTS = f":is({TEXTS}) {{ visibility: hidden !important; }}"
# Playwright's own way waits for an event that never comes where scripts are switched off.
STYLED = """rules => {
    document.head.append(Object.assign(document.createElement("style"), { textContent: rules }));
}"""
# Corners of the boxes on the page; a folded text ends where it is folded.
BOXES = """texts => [...document.querySelectorAll(texts)].map((one) => {
    const box = one.getBoundingClientRect(), fold = one.closest(".long")?.getBoundingClientRect();
    const bottom = Math.min(box.bottom, fold?.bottom ?? Infinity);
    return [box.left + scrollX, box.top + scrollY, box.right + scrollX, bottom + scrollY];
})"""
# In every comment the name stands first and the time behind it, whatever is written below.
DISORDER = """() => [...document.querySelectorAll("article.comment")].filter((one) => {
    const [by, when] = [".comment__by", ".comment__when"].map((part) =>
        one.querySelector(part).getBoundingClientRect());
    const body = one.querySelector(".comment__body").getBoundingClientRect();
    const isBeside = by.top < when.bottom && when.top < by.bottom;
    return isBeside && by.left > when.left || body.top < by.bottom - 1
        || body.right > document.documentElement.clientWidth + 1;
}).map((one) => one.id)"""


def session_of(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key or ""


class Stage:
    """Windows on the running site. The content policy is switched off: only escaping stands."""

    def __init__(self, browser: Browser, site: str, counts: Counts) -> None:
        self.browser, self.site, self.counts = browser, site, counts

    @contextmanager
    def window(self, person: User | None, **more: bool) -> Iterator[BrowserContext]:
        context = self.browser.new_context(
            base_url=self.site,
            bypass_csp=True,
            reduced_motion="reduce",
            viewport={"width": 800, "height": 900},
            **more,
        )
        if person:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(person)}
            context.add_cookies([cookie | {"url": self.site}])
        try:
            yield context
        finally:
            context.close()

    def provoke(self, person: User | None, addresses: list[str]) -> int:
        """Open each, and do there whatever could set something off; how many events were sent."""
        asked = 0
        with self.window(person) as context:
            context.add_init_script(TRAPS)
            page = context.new_page()
            page.set_default_timeout(30_000)
            hits: list[str] = []
            page.on("dialog", lambda dialog: (hits.append(dialog.message), dialog.dismiss()))

            def refuse_others(route: Route) -> None:
                if route.request.url.startswith((self.site, "about:", "blob:")):
                    route.continue_()
                    return
                hits.append(f"asked {route.request.url[:80]}")
                route.abort()

            page.route("**/*", refuse_others)
            for address in addresses:
                page.goto(address)
                opened = page.url
                asked += page.evaluate(PROVOKED)
                # What was set off, also by a timer of no length, has run after two paintings.
                for _painted in range(2):
                    page.evaluate("() => new Promise(requestAnimationFrame)")
                hits += page.evaluate("window.hits")
                if page.url != opened:
                    hits.append(f"led to {page.url[:80]}")
                for hit in hits:
                    self.counts.note("executed", f"{address}: {hit}")
                hits.clear()
        return asked

    def measure(self, address: str) -> int:
        """No ink outside the boxes of texts and names, none of them out of its place; how many
        boxes there were."""
        with self.window(None, java_script_enabled=False) as context:
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.goto(address)
            if disorder := page.evaluate(DISORDER):
                self.counts.note("out of its place", f"{address}: {disorder}")
            boxes = page.evaluate(BOXES, TEXTS)
            if spilt := ink_outside(page, boxes):
                self.counts.note("glyph outside its box", f"{address}: {spilt}")
            return len(boxes)


def ink_outside(page: Page, boxes: list[list[float]]) -> tuple[int, int, int, int] | None:
    """Where on the page the texts have drawn outside these boxes: left, top, right, bottom."""
    shown = picture(page)
    page.evaluate(STYLED, WITHOUT_TEXTS)
    difference = ImageChops.difference(shown, picture(page))
    ink = ImageDraw.Draw(difference)
    for left, top, right, bottom in boxes:
        # A pixel that lies partly in a box belongs to it.
        ink.rectangle((int(left) - 1, int(top) - 1, int(right) + 1, int(bottom) + 1), fill=0)
    return difference.getbbox()


def picture(page: Page) -> Image.Image:
    taken = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled")))
    return taken.convert("L")
