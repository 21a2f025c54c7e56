"""Can everybody read the colours, and do all of them stand in one file?"""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "static" / "css"
BASE = (ROOT / "templates" / "base.html").read_text()
TOKENS = (CSS / "tokens.css").read_text()
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|color|color-mix)\(|"
    r"[:\s](?:black|white|red|green|blue|gr[ae]y|orange|yellow)\b(?!-)",
    re.IGNORECASE,
)
SPECIFIED = 8 * 1024  # bytes, compressed, of what a reader of a discussion loads
LINKED = re.compile(r"{% static 'css/([\w-]+\.css)' %}")

TEXT, EDGE = 4.5, 3.0
# What stands on what, and the contrast it needs (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "sunk", TEXT),
    ("ink-2", "paper", TEXT),
    ("ink-2", "sunk", TEXT),
    ("ink-3", "paper", TEXT),
    ("ink-3", "sunk", TEXT),
    ("ink-3", "accent-soft", TEXT),
    ("ink-3", "wait-soft", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "sunk", TEXT),
    ("accent", "accent-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("wait", "paper", TEXT),
    ("wait", "wait-soft", TEXT),
    ("danger", "paper", TEXT),
    ("danger", "danger-soft", TEXT),
    ("on-danger", "danger", TEXT),
    ("ok", "paper", TEXT),
    ("ok", "ok-soft", TEXT),
    ("ink", "mark", TEXT),
    ("ink", "accent-soft", TEXT),
    ("ink", "wait-soft", TEXT),
    ("ink", "danger-soft", TEXT),
    ("ink", "ok-soft", TEXT),
    ("paper", "ink", TEXT),
    ("line", "paper", EDGE),
    ("line", "sunk", EDGE),
    ("accent", "hairline", EDGE),
    ("accent", "mark", EDGE),
]


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6});", css))


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


class ColourTests:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize(("front", "ground", "need"), PAIRS)
    def test_everybody_can_read_it(self, scheme, front, ground, need):
        shown = colours(LIGHT if scheme == "light" else DARK)
        assert contrast(shown[front], shown[ground]) >= need

    def test_contrast_is_computed_as_the_standard_says(self):
        assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
        # Figures of the specification.
        assert contrast("#1A1B1C", "#FFFFFF") == pytest.approx(17.25, abs=0.005)
        assert contrast("#E8E6E1", "#5C4B12") == pytest.approx(6.82, abs=0.005)

    def test_each_colour_has_a_dark_counterpart(self):
        assert colours(LIGHT).keys() == colours(DARK).keys()

    def test_no_other_file_names_a_colour(self):
        found = {
            path.name: COLOUR.findall(path.read_text())
            for path in CSS.glob("*.css")
            if path.name != "tokens.css"
        }
        assert {name: names for name, names in found.items() if names} == {}

    def test_every_token_that_is_used_exists(self):
        known = set(re.findall(r"(--[\w-]+):", "".join(p.read_text() for p in CSS.glob("*.css"))))
        used = {
            name
            for path in CSS.glob("*.css")
            for name in re.findall(r"var\((--[\w-]+)\)", path.read_text())
        }
        assert used <= known


def linked_by(page: str) -> set[str]:
    """What base.html links for every page, and the page itself in its blocks."""
    text = (ROOT / "templates" / page).read_text()
    assert "{% block room_styles %}" in text, page
    everywhere = BASE
    for block in re.findall(r"{% block (?:room|discussion|article)_styles %}", text):
        everywhere = re.sub(f"{block}.*?{{% endblock %}}", "", everywhere, flags=re.DOTALL)
    return {*LINKED.findall(everywhere), *LINKED.findall(text)}


class SizeTests:
    @pytest.mark.parametrize("page", ["article", "comment", "discussion", "front", "topic"])
    def test_readers_load_little(self, page):
        loaded = linked_by(f"forum/{page}.html")
        assert {"tokens.css", "base.css", "page.css"} <= loaded
        assert sum(len(gzip.compress((CSS / name).read_bytes())) for name in loaded) <= SPECIFIED

    def test_every_file_is_linked_somewhere(self):
        templates = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
        assert set(LINKED.findall(templates)) == {path.name for path in CSS.glob("*.css")}
