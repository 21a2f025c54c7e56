"""How much memory do two web processes take, and does it grow?"""

from itertools import cycle

from bench import asking
from bench.costs import memory_mb
from bench.generator import drive
from bench.paper import Paper
from bench.site import Site

FIRST_SECONDS, THEN_SECONDS = 10, 15


def under_load(site: Site, paper: Paper) -> tuple[float, float]:
    """PSS in MB of fresh web processes after ten seconds of load, and after fifteen more."""
    site.restart_web()
    hot, session = paper.hot.get_absolute_url(), paper.reader_session
    mix = []
    for one in paper.small:
        mix += [
            asking.page(hot),
            asking.page(one.article.get_absolute_url()),
            asking.page(f"{hot}?sort=best"),
            asking.page(hot, session=session),
        ]
    found = []
    for seconds in (FIRST_SECONDS, THEN_SECONDS):
        drive(site.port, cycle(mix), connections=8, seconds=seconds)
        found.append(memory_mb(site.web)[1])
    return found[0], found[1]
