"""Does anything run in a real browser, does any page ask elsewhere or offend against its policy,
does a glyph leave its box?
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, Request

from accounts.models import User
from tests.hostile.counting import Counts

# What payloads call, and what some of them would leave behind.
TRAPS = """
window.hits = [];
for (const name of ["alert", "confirm", "prompt", "open", "print"])
    window[name] = (...said) => window.hits.push(`${name}(${said})`.slice(0, 80));
"""
OFFENCES = """
window.offences = [];
window.addEventListener("securitypolicyviolation", (event) => window.offences.push(
    `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`.slice(0, 120)));
"""
# Whatever listens in a text, or around it, hears all that a reader can do there.
PROVOKED = """(texts) => {
    const events = ["mouseover", "mouseenter", "mousemove", "pointerover", "mousedown", "mouseup",
        "focus", "focusin", "blur", "keydown", "keypress", "keyup", "input", "copy", "paste",
        "toggle", "beforetoggle", "animationstart", "animationend", "transitionend", "scroll",
        "wheel", "touchstart", "drag", "drop", "load", "error", "contextmenu"];
    const listening = document.querySelectorAll(`:is(${texts}), :is(${texts}) *`);
    for (const element of listening)
        for (const name of events) element.dispatchEvent(new Event(name, { bubbles: true }));
    return listening.length * events.length;
}"""
LISTENING = (
    ".comment__body, .entry__text, .queue__excerpt, .flags, dd, .comment__by, .page__title, "
    "textarea, input[name=q], blockquote, mark, [class*=excerpt]"
)
# Feeds have no such places, and mails and files are nothing but text.
EVERYWHERE = "*"
TEXTS, HEADING = ".comment__body, .comment__by", ".page__title"
WIDE, NARROW = 800, 360
# A simple page of ours, whose address those take that have none.
BORROWED = "/search/"
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

LEANS = 2  # pixels


def session_of(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key or ""


class Stage:
    """Windows on the running site. Its content policy is switched off where nothing else is said:
    only escaping stands."""

    def __init__(self, browser: Browser, site: str, counts: Counts) -> None:
        self.browser, self.site, self.counts = browser, site, counts

    @contextmanager
    def window(
        self, person: User | None, *, width: int = WIDE, bypass_csp: bool = True, **more: bool
    ) -> Iterator[BrowserContext]:
        context = self.browser.new_context(
            base_url=self.site,
            bypass_csp=bypass_csp,
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
            **more,
        )
        if person:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(person)}
            context.add_cookies([cookie | {"url": self.site}])
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def trapped(self, person: User | None) -> Iterator[tuple[Page, list[str]]]:
        """A page that hears what runs in it and what it asks elsewhere."""
        with self.window(person) as context:
            context.add_init_script(TRAPS)
            page = context.new_page()
            page.set_default_timeout(30_000)
            hits: list[str] = []
            page.on("dialog", lambda dialog: (hits.append(dialog.message), dialog.dismiss()))

            def hear(request: Request) -> None:
                if not request.url.startswith((self.site, "about:", "blob:")):
                    hits.append(f"asked {request.url[:80]}")

            # Heard, not routed: routing switches the browser's cache off, and each page would
            # fetch all of its files again.
            page.on("request", hear)
            yield page, hits

    def provoke(self, person: User | None, addresses: list[str]) -> int:
        """Open each, and do there whatever could set something off; how many events were sent."""
        asked = 0
        with self.trapped(person) as (page, hits):
            for address in addresses:
                page.goto(address)
                listening = EVERYWHERE if address.endswith("/feed/") else LISTENING
                asked += self._provoked(page, hits, listening, address)
        return asked

    def provoke_texts(self, texts: dict[str, str]) -> int:
        """The same of HTML that has no address, by what it is: as if it were a page of ours."""
        asked = 0
        with self.trapped(None) as (page, hits):
            for what, html in texts.items():
                page.goto(BORROWED)
                page.set_content(html)
                asked += self._provoked(page, hits, EVERYWHERE, what)
        return asked

    def _provoked(self, page: Page, hits: list[str], listening: str, what: str) -> int:
        opened = page.url
        asked = page.evaluate(PROVOKED, listening)
        two_paintings(page)
        hits += page.evaluate("window.hits")
        if page.url != opened:
            hits.append(f"led to {page.url[:80]}")
        for hit in hits:
            self.counts.note("executed", f"{what}: {hit}")
        hits.clear()
        return asked

    def obey(self, person: User | None, addresses: list[str]) -> None:
        """With the policy: nothing on these pages offends against it, whatever is done there."""
        with self.window(person, bypass_csp=False) as context:
            context.add_init_script(OFFENCES)
            page = context.new_page()
            page.set_default_timeout(30_000)
            for address in addresses:
                page.goto(address)
                page.evaluate(PROVOKED, LISTENING)
                two_paintings(page)
                for offence in page.evaluate("window.offences"):
                    self.counts.note("violations", f"{address}: {offence}")

    def measure(self, address: str, *, width: int = WIDE, texts: str = TEXTS) -> int:
        """No ink outside the boxes of texts and names, none of them out of its place; how many
        boxes there were."""
        with self.window(None, width=width, java_script_enabled=False) as context:
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.goto(address)
            where = f"{address} at {width} px"
            if disorder := page.evaluate(DISORDER):
                self.counts.note("out of its place", f"{where}: {disorder}")
            boxes = page.evaluate(BOXES, texts)
            if spilt := ink_outside(page, boxes, texts=texts):
                self.counts.note("glyph outside its box", f"{where}: {spilt}")
            return len(boxes)


def two_paintings(page: Page) -> None:
    """What was set off, also by a timer of no length, has run after them."""
    for _painted in range(2):
        page.evaluate("() => new Promise(requestAnimationFrame)")


def ink_outside(
    page: Page, boxes: list[list[float]], *, texts: str = TEXTS
) -> tuple[int, int, int, int] | None:
    """Where on the page the texts have drawn outside these boxes: left, top, right, bottom."""
    shown = picture(page)
    page.evaluate(STYLED, f":is({texts}) {{ visibility: hidden !important; }}")
    difference = ImageChops.difference(shown, picture(page))
    ink = ImageDraw.Draw(difference)
    for left, top, right, bottom in boxes:
        # A pixel that lies partly in a box belongs to it; and a letter that leans, or a mark
        # without one, stands out by as much as a stroke is wide.
        leaning = (int(left) - LEANS, int(top) - 1, int(right) + LEANS, int(bottom) + 1)
        ink.rectangle(leaning, fill=0)
    return difference.getbbox()


def picture(page: Page) -> Image.Image:
    taken = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled")))
    return taken.convert("L")
