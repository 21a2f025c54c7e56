"""How does a reader's text become safe HTML?

The order is fixed: what was typed is cleaned, parsed with HTML switched off, sanitised, stored, and
never touched again. This is the only file that marks strings as safe.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_inline.state_inline import Delimiter, StateInline
from markdown_it.token import Token

from forum.graphemes import count_characters

# Stored with every revision; raise it when the same text would give other HTML.
RENDERER = 1
MAX_CHARACTERS = 5000
# A family of emoji is one character of 25 bytes, Zalgo one of hundreds.
MAX_BYTES = 20 * 1024
MAX_QUOTES = 5
MAX_MARKS = 4
# The parser silently drops what lies deeper; clean_body refuses long before that.
PARSER_NESTING = 100

# What each opening control is closed by: embeddings and overrides, then isolates.
_BIDI_OPENING = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys(
    "\u2066\u2067\u2068", "\u2069"
)
_BIDI_CLOSING = {"\u202c", "\u2069"}
# Letters by category that show nothing: Hangul fillers and the blank Braille pattern.
_BLANK = re.compile("[\\s\u115f\u1160\u2800\u3164\uffa0]+")
_QUOTE_OR_BULLET = re.compile(r"^[ \t>*+-]+", re.MULTILINE)
# Letters in a line of a phone, and after how many lines a text folds (static/css/comment.css).
PHONE_LINE, LINES_SHOWN = 37, 24
# These part no words; all others do.
_INLINE_TAG = re.compile(r"""</?(?:em|strong|a)(?:[^">]|"[^"]*")*>""")
_TAG = re.compile(r"""<(?:[^">]|"[^"]*")*>""")
# What could end a data block, or begin a comment or an entity in it.
_IN_JSON = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def clean_body(raw: str) -> str:
    """The text as it is stored: NFC, lines ending in \\n. Cleaning it again changes nothing.

    Raises ValidationError (B1, B2, B5, B14–B16, quotes too deep). Lengths are checked before
    anything costly looks at the text.
    """
    _refuse_bytes(raw)
    body = _without_controls(raw.replace("\r\n", "\n").replace("\r", "\n"))
    body = _with_few_marks(unicodedata.normalize("NFC", _with_few_marks(body)))
    body = "\n".join(_balanced(line) for line in body.split("\n"))
    body = re.sub(r"\A(?:[^\S\n]*\n)+", "", body).rstrip()
    if _is_blank(body):
        raise ValidationError(_("Please write something."), code="empty")
    if (surplus := count_characters(body) - MAX_CHARACTERS) > 0:
        raise _too_long_by(surplus)
    if _nesting(body) > MAX_QUOTES:
        raise ValidationError(
            _("Quotes and lists can be at most five deep. Please shorten what you quote."),
            code="too_deep",
        )
    return body


def render(body: str) -> str:
    """HTML of a cleaned body: p, br, em, strong, blockquote, ul, li, a[href] and nothing else."""
    return _cleaner.clean(_parser.render(body))


def render_marked(body: str, *, sign: str, mark: str) -> str:
    """The same with our mark wherever the sign stands, which readers cannot make: they have no
    <mark>. Spaces around the sign keep it out of addresses, and so out of attributes.
    """
    return render(body).replace(sign, f"<mark>{escape(mark)}</mark>")


def shown(html: str) -> SafeString:
    """Stored HTML that `render` made, ready for a template."""
    return mark_safe(html)  # noqa: S308 - the one place


def marked(html: str, passages: Iterable[str]) -> SafeString:
    """Stored HTML with a mark around each passage that no tag parts, for who looks for them."""
    wanted = sorted((escape_text(each) for each in passages if each), key=len, reverse=True)
    if not wanted:
        return shown(html)
    passage = re.compile("|".join(map(re.escape, wanted)))
    parts = re.split(f"({_TAG.pattern})", html)
    # Every other part is a tag, which stays as it is.
    parts[::2] = [passage.sub(r"<mark>\g<0></mark>", text) for text in parts[::2]]
    return shown("".join(parts))


def escape_text(text: str) -> str:
    """As the sanitiser writes a text between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_text(html: str) -> str:
    """HTML that `render` made, without its tags: plain text in one line."""
    return " ".join(unescape(_TAG.sub(" ", _INLINE_TAG.sub("", html))).split())


def is_long(html: str) -> bool:
    """Whether it may fill more than 24 lines on a phone; browsers know better where it does not."""
    breaks = html.count("<br") + html.count("</p>") + html.count("</li>")
    if len(html) / PHONE_LINE + breaks <= LINES_SHOWN:
        # Its text is shorter still; most are.
        return False
    return len(as_text(html)) / PHONE_LINE + breaks > LINES_SHOWN


def as_data_block(told: dict[str, Any]) -> SafeString:
    """JSON for a <script type="application/ld+json">: whatever it holds stays data."""
    return mark_safe(json.dumps(told, ensure_ascii=False).translate(_IN_JSON))  # noqa: S308


def fingerprint(body: str) -> str:
    """Hash by which the same text is recognised, however it is spaced, cased or punctuated."""
    folded = unicodedata.normalize("NFKC", body).casefold()
    letters = "".join(character for character in folded if character.isalnum())
    return hashlib.blake2b((letters or folded).encode(), digest_size=16).hexdigest()


def quoted(body: str) -> str:
    """The body as a quote to start an answer with; what it quotes itself stays out."""
    own = "\n".join(line for line in body.split("\n") if not line.lstrip().startswith(">"))
    own = re.sub(r"\n{3,}", "\n\n", own).strip()
    return (
        "".join(f"> {line}\n" if line else ">\n" for line in own.split("\n")) + "\n" if own else ""
    )


def _refuse_bytes(raw: str) -> None:
    # Characters first: at least a byte each, and len() costs nothing.
    try:
        size = len(raw) if len(raw) > MAX_BYTES else len(raw.encode())
    except UnicodeEncodeError:
        raise ValidationError(
            _("The text contains characters that do not exist."), code="invalid_characters"
        ) from None
    if size <= MAX_BYTES:
        return
    if (surplus := len(raw) - MAX_CHARACTERS) > 0:
        raise _too_long_by(surplus)
    raise ValidationError(
        _("Your comment consists of too many combined characters. Please shorten it."),
        code="too_long",
    )


def _too_long_by(surplus: int) -> ValidationError:
    sentence = ngettext(
        "Your comment is %(count)s character too long (at most 5,000).",
        "Your comment is %(count)s characters too long (at most 5,000).",
        surplus,
    )
    return ValidationError(sentence % {"count": surplus}, code="too_long")


def _without_controls(text: str) -> str:
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


def _with_few_marks(text: str) -> str:
    """At most four combining marks in a row, joiners between them not counted as letters."""
    kept = []
    marks = 0
    for character in text:
        category = unicodedata.category(character) if ord(character) >= 0x300 else ""
        if category in {"Mn", "Me"}:
            marks += 1
            if marks > MAX_MARKS:
                continue
        elif category != "Cf":
            marks = 0
        kept.append(character)
    return "".join(kept)


def _balanced(line: str) -> str:
    """Close what bidi controls open and drop what closes nothing, so that neighbours stay put."""
    open_ones: list[str] = []
    kept = []
    for character in line:
        if character in _BIDI_OPENING:
            open_ones.append(_BIDI_OPENING[character])
        elif character in _BIDI_CLOSING:
            if not (open_ones and open_ones[-1] == character):
                continue
            open_ones.pop()
        kept.append(character)
    return "".join(kept + open_ones[::-1])


def _is_blank(body: str) -> bool:
    rest = _BLANK.sub("", _QUOTE_OR_BULLET.sub("", body))
    return all(unicodedata.category(character) in {"Cf", "Mn", "Me"} for character in rest)


def _nesting(body: str) -> int:
    """How deep quotes lie in quotes, or lists in lists: what the parser makes of the lines."""
    deepest = quotes = lists = 0
    blocks: list[Token] = []
    _parser.block.parse(body, _parser, {}, blocks)
    for token in blocks:
        quotes += token.nesting if token.type.startswith("blockquote") else 0
        lists += token.nesting if token.type.startswith("bullet_list") else 0
        deepest = max(deepest, quotes, lists)
    return deepest


def _is_plain_address(url: str) -> bool:
    """http(s) with a host; "http://bank.example@evil.example" would be a disguise."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_plain = parts.scheme in {"http", "https"} and "@" not in parts.netloc
    # The sanitiser has the last word; what it would empty is not made a link.
    return is_plain and "href=" in _cleaner.clean(f'<a href="{escape(url)}"></a>')


def _bullet_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lists only with - + *: "1987. Das war ein Jahr" is a sentence."""
    position = state.bMarks[start] + state.tShift[start]
    if state.src[position : position + 1].isdigit():
        return False
    return list_block(state, start, end, silent)


def _emphasis(state: StateInline, silent: bool) -> bool:
    """As the parser's own rule, but never inside a word: "Leser*innen und Autor*innen", "3*4*5"."""
    marker = state.src[state.pos]
    if silent or marker not in "_*":
        return False
    found = state.scanDelims(state.pos, False)
    for _repeated in range(found.length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=found.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=found.can_open,
                close=found.can_close,
            )
        )
    state.pos += found.length
    return True


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt(
        "zero", {"html": False, "linkify": True, "breaks": True, "maxNesting": PARSER_NESTING}
    ).enable(["newline", "escape", "emphasis", "blockquote", "list", "linkify"])
    parser.block.ruler.at("list", _bullet_list, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.at("emphasis", _emphasis)
    linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})
    for schema in ("ftp:", "mailto:", "//"):
        linkify.add(schema, None)
    parser.linkify = linkify
    parser.validateLink = _is_plain_address  # type: ignore[method-assign]
    # Addresses are shown as typed, not decoded.
    parser.normalizeLinkText = str  # type: ignore[method-assign,assignment]
    return parser


_parser = _make_parser()
_cleaner = nh3.Cleaner(
    tags={"p", "br", "em", "strong", "blockquote", "ul", "li", "a"},
    attributes={"a": {"href"}},
    url_schemes={"http", "https"},
    link_rel="nofollow ugc noopener",
)
