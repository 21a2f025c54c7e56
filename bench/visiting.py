"""How heavy is a first visit of the running site, and the second one?"""

from playwright.sync_api import Error as NoBrowserError

from bench import asking
from bench.report import table
from bench.site import HOST, Site, client
from bench.weights import SEEN, Bound, bounds, first_visit, seen_by_chromium


def weigh(site: Site, path: str, missing: dict[str, str]) -> tuple[dict[str, int], list[Bound]]:
    """The first visit by kind of file, and everything that has a bound."""
    page = asking.fetched(site, path).text
    with client(site) as browser:

        def compressed(file: str) -> int:
            with browser.stream("GET", file) as answer:
                assert answer.status_code == 200, file
                return sum(len(part) for part in answer.iter_raw())

        sizes = first_visit(page, compressed)
    bounded = bounds(sizes)
    try:
        bounded += seen_by_chromium(
            f"http://{HOST}:{site.port}{path}",
            headers={"X-Forwarded-Proto": "https"},
            resolve=f"{HOST} 127.0.0.1",
        )
    except NoBrowserError as reason:
        missing[SEEN] = str(reason).strip().splitlines()[0]
    return sizes, bounded


def told(bytes_sent: dict[str, int], bounded: list[Bound]) -> str:
    """Both tables in Markdown."""
    rows = []
    for bound in bounded:
        digits, unit = (1, " KB") if bound.unit else (3, "")
        measured = f"{bound.measured:.{digits}f}{unit}" if bound.measured else "0"
        held = "yes" if bound.is_held else "NO"
        rows.append((bound.what, measured, f"≤ {bound.allowed}{unit}", held))
    sizes = [*bytes_sent.values(), sum(bytes_sent.values())]
    return "\n\n".join(
        [
            "First visit of a discussion of 50, compressed bytes, without pictures",
            table([*bytes_sent, "together"], [sizes], left=0),
            table(("", "measured", "to hold", "held"), rows),
        ]
    )


def in_kb(bounded: list[Bound]) -> dict[str, float]:
    """What has a bound in KB; of the second visits at two widths the heavier."""
    found: dict[str, float] = {}
    for bound in bounded:
        if bound.unit:
            name = bound.what.partition(",")[0]
            found[name] = max(found.get(name, 0), bound.measured)
    return found
