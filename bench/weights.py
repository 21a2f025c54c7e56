"""How heavy is the first visit of a page, from where does it load, and does its text jump?"""

import gzip
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

KB = 1024
KINDS = {".css": "CSS", ".js": "JavaScript"}
LIBRARY = "htmx"
WIDTHS = (360, 1280)
# What is missing where there is no Chromium.
SEEN = "in a browser"
CHROMIUM = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
# Google's own measure of what jumps, input of the reader left out.
COUNT_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
TRANSFERRED = """() => performance.getEntriesByType("navigation")
  .concat(performance.getEntriesByType("resource"))
  .reduce((sum, entry) => sum + entry.transferSize, 0)"""


class Bound(NamedTuple):
    """What was measured, and how much of it is allowed."""

    what: str
    measured: float
    allowed: float
    unit: str = "KB"

    @property
    def is_held(self) -> bool:
        return self.measured <= self.allowed


def linked_files(page: str) -> list[str]:
    """Addresses of all static files that the page asks for, each once."""
    return sorted(set(re.findall(r'(?:href|src)="(/static/[^"#]+)"', page)))


def first_visit(page: str, compressed: Callable[[str], int]) -> dict[str, int]:
    """Kind -> compressed bytes; pictures left out.

    compressed: how many bytes a static file takes on its way. HTML is taken as a front server
    with gzip 6 would send it.
    """
    sizes = {"HTML": len(gzip.compress(page.encode(), 6)), "CSS": 0, "JavaScript": 0, LIBRARY: 0}
    for address in linked_files(page):
        kind = KINDS.get(Path(address).suffix, "icons")
        if LIBRARY in address:
            kind = LIBRARY
        sizes[kind] = sizes.get(kind, 0) + compressed(address)
    return sizes


def bounds(sizes: dict[str, int]) -> list[Bound]:
    return [
        Bound("everything without pictures", sum(sizes.values()) / KB, 45),
        Bound("to read and write without script", (sizes["HTML"] + sizes["CSS"]) / KB, 20),
        Bound(f"own script beside {LIBRARY}", sizes["JavaScript"] / KB, 12),
    ]


def seen_by_chromium(address: str, *, headers: dict[str, str], resolve: str) -> Iterator[Bound]:
    """The same page in a real browser, narrow and wide, with the fonts of this machine.

    resolve: host and address as --host-resolver-rules wants them; all other hosts are unknown.
    """
    rules = f"--host-resolver-rules=MAP {resolve}, MAP * ~NOTFOUND"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*CHROMIUM, rules]
        )
        for width in WIDTHS:
            context = chromium.new_context(
                viewport={"width": width, "height": 800}, extra_http_headers=headers
            )
            page = context.new_page()
            page.add_init_script(COUNT_SHIFTS)
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(address)
            page.wait_for_load_state("networkidle")
            yield Bound(f"layout shift after load, {width} px", shifted(page), 0.02, "")
            scroll_to_the_end(page)
            yield Bound(f"layout shift after scrolling, {width} px", shifted(page), 0.02, "")
            own = urlsplit(address).netloc
            foreign = [url for url in asked if urlsplit(url).netloc != own]
            yield Bound(f"requests to other hosts, {width} px", len(foreign), 0, "")
            page.goto("about:blank")
            page.goto(address)
            page.wait_for_load_state("networkidle")
            again = page.evaluate(TRANSFERRED) / KB
            yield Bound(f"second visit, {width} px", again, 2)
            context.close()
        chromium.close()


def shifted(page: Page) -> float:
    page.wait_for_timeout(1_000)
    return page.evaluate("window.shifted")


def scroll_to_the_end(page: Page) -> None:
    """As a finger does, screen by screen."""
    while page.evaluate("scrollY + innerHeight < document.documentElement.scrollHeight - 2"):
        before = page.evaluate("scrollY")
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(60)
        if page.evaluate("scrollY") == before:
            return
