"""What does a file in the newspaper's plain-text layout say?

    kicker
    headline
    04.02.2025, 08:37 Uhr
    caption                                 the line right below the time
    © credit, caption once more
    paragraphs, and ticker entries behind "+++"
    invitation to discuss
    Verwandte Themen
    one title a line

Blank lines separate; all but the first three parts may be missing. The words looked for are the
German ones that the newspaper's system writes, so they are not translated.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The newspaper's clock, whatever this site's is.
NEWSPAPER_ZONE = ZoneInfo("Europe/Berlin")
TITLE_LENGTH = 120
HEADLINE_LENGTH = 300
CREDIT_LENGTH = 200
ENTRY = "+++"
CREDIT = "©"
RELATED = "Verwandte Themen"
TIME = re.compile(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d{2}), (\d{1,2}):(\d{2}) Uhr", re.ASCII)
# Behind the time of an entry stands a sign: "21:19 Stimmen" is no time.
ENTRY_TIME = re.compile(
    r"(\d{1,2})[:.](\d{2}) ?(?:Uhr ?(?:[:–-]|\+\+\+)?|[:–-]|\+\+\+) ?", re.ASCII
)
# Lengths are bounded so that matching takes linear time.
INVITATION = re.compile(
    r"Hier können Sie Ihre Meinung .{1,200}? kundtun(?: oder .{1,200}? austauschen)?\."
    r"(?: ?Den Live-?[Tt]icker .{1,200}? finden Sie hier\.?)?"
    r"(?: ?Alle Artikel .{1,300}? gesammelt\.)?"
)
# Control characters and halves of surrogate pairs: no text, and nothing the database takes.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class ImportRefused(ValidationError):  # noqa: N818 - a refusal, as those of the rules
    """The file does not fit: in which line (from 1), and why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason, code="import_refused")
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Line:
    """A line, or a block of them by the number of its first; blank lines have no text."""

    number: int
    text: str

    @property
    def is_related_heading(self) -> bool:
        return self.text.rstrip(":") == RELATED

    @property
    def is_plain(self) -> bool:
        """No mark says what it is."""
        return not (
            self.text.startswith((ENTRY, CREDIT))
            or self.is_related_heading
            or INVITATION.match(self.text)
        )


@dataclass(frozen=True)
class Entry:
    time: datetime | None
    text: str


@dataclass(frozen=True)
class Manuscript:
    kicker: str
    headline: str
    published_at: datetime
    caption: str
    credit: str
    alt: str
    paragraphs: list[str]
    entries: list[Entry]
    is_inviting: bool
    related_titles: list[str]


def decoded(raw: bytes) -> str:
    """The text of a file: UTF-8, with or without a byte order mark."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        readable = error.object[: error.start].decode()
        raise ImportRefused(len(_split(readable)), _("This is not UTF-8.")) from error


def read(text: str) -> Manuscript:
    """Raises ImportRefused, and nothing else, for whatever does not fit."""
    lines = list(_lines(text))
    kicker, headline, time = _head(lines)
    published_at = _published_at(time)
    body, related = _parted(lines[time.number :])
    blocks = list(_blocks(body))
    caption, credit, alt = _picture(blocks, below=time.number)
    paragraphs, entries, is_inviting = [], [], False
    for block in blocks:
        if block.text.startswith(CREDIT):
            raise ImportRefused(block.number, _("A credit stands only below a caption."))
        if block.text.startswith(ENTRY):
            entries.append(_entry(block, near=published_at))
            continue
        invitation = INVITATION.match(block.text)
        is_inviting = is_inviting or invitation is not None
        # Whatever follows the invitation in its paragraph is not lost.
        if rest := block.text[invitation.end() if invitation else 0 :].strip():
            paragraphs.append(rest)
    if not (caption or paragraphs or entries):
        raise ImportRefused(len(lines), _("Nothing follows the time: there is no text."))
    return Manuscript(
        kicker=kicker.text,
        headline=headline.text,
        published_at=published_at,
        caption=caption,
        credit=credit,
        alt=alt,
        paragraphs=paragraphs,
        entries=entries,
        is_inviting=is_inviting,
        related_titles=related,
    )


def _split(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _lines(text: str) -> Iterator[Line]:
    """Every line, composed (NFC), with one ordinary space for any run of spaces."""
    for number, raw in enumerate(_split(text.removeprefix("\ufeff")), start=1):
        if NO_TEXT.search(raw):
            raise ImportRefused(number, _("There is a control character in this line."))
        line = " ".join(unicodedata.normalize("NFC", raw).split())
        is_visible = any(letter.isprintable() and letter != " " for letter in line)
        yield Line(number, line if is_visible else "")


def _head(lines: list[Line]) -> list[Line]:
    """Kicker, headline and time: the first three lines that say something."""
    head = [line for line in lines if line.text][:3]
    for line in head[:2]:
        if TIME.fullmatch(line.text) or not line.is_plain:
            raise ImportRefused(line.number, _("Above this line, kicker or headline is missing."))
    if len(head) < 3:
        raise ImportRefused(
            len(lines), _("The file ends before kicker, headline and time were read.")
        )
    kicker, headline, _time = head
    _check_length(kicker, limit=TITLE_LENGTH)
    _check_length(headline, limit=HEADLINE_LENGTH)
    return head


def _check_length(line: Line, *, limit: int) -> None:
    if len(line.text) > limit:
        raise ImportRefused(
            line.number,
            _("This line may have %(limit)d characters and has %(length)d.")
            % {"limit": limit, "length": len(line.text)},
        )


def _published_at(line: Line) -> datetime:
    if match := TIME.fullmatch(line.text):
        day, month, year, hour, minute = map(int, match.groups())
        try:
            return datetime(year, month, day, hour, minute, tzinfo=NEWSPAPER_ZONE)
        except ValueError:
            pass  # 31.02. looks like a day, too
    raise ImportRefused(line.number, _("Here a time like “04.02.2025, 08:37 Uhr” is expected."))


def _parted(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """The text, and the titles of the related topics that stand at its end."""
    for index, line in enumerate(lines):
        if line.is_related_heading:
            titles = [title for title in lines[index + 1 :] if title.text]
            for title in titles:
                _check_length(title, limit=TITLE_LENGTH)
            return lines[:index], [title.text for title in titles]
    return lines, []


def _blocks(lines: list[Line]) -> Iterator[Line]:
    """Paragraphs: what stands between blank lines, and whatever begins with a mark."""
    block: list[Line] = []
    for line in [*lines, Line(0, "")]:
        if block and (not line.text or not line.is_plain):
            yield Line(block[0].number, " ".join(part.text for part in block))
            block = []
        if line.text:
            block.append(line)


def _picture(blocks: list[Line], *, below: int) -> tuple[str, str, str]:
    """Take caption and credit from the blocks: caption, credit, alternative text.

    The caption stands right below the time, or above a credit line. Repeated behind "©" it is
    the alternative text; the credit is what stands before.
    """
    caption = credit = alt = ""
    has_credit = any(block.text.startswith(CREDIT) for block in blocks[:2])
    if blocks and blocks[0].is_plain and (has_credit or blocks[0].number == below + 1):
        caption = blocks.pop(0).text
    if has_credit:
        line = blocks.pop(0)
        credit = line.text.removeprefix(CREDIT).strip()
        if caption and credit.endswith(caption):
            credit, alt = credit.removesuffix(caption).strip(), caption
        if len(credit) > CREDIT_LENGTH:
            raise ImportRefused(
                line.number, _("Behind © stand the credit and then the caption, word for word.")
            )
    return caption, credit, alt


def _entry(block: Line, *, near: datetime) -> Entry:
    text = block.text.removeprefix(ENTRY).removesuffix(ENTRY).strip()
    time = None
    if match := ENTRY_TIME.match(text):
        time = _time_near(near, hour=int(match[1]), minute=int(match[2]))
        text = text[match.end() :] if time else text
    if not text.strip():
        raise ImportRefused(block.number, _("The ticker entry is empty."))
    return Entry(time, text.strip())


def _time_near(published_at: datetime, *, hour: int, minute: int) -> datetime | None:
    """That time of day nearest to the article's: 23:50 in a text of 00:10 was yesterday."""
    if hour > 23 or minute > 59:
        return None
    same_day = published_at.replace(hour=hour, minute=minute)
    days = [same_day - timedelta(days=1), same_day, same_day + timedelta(days=1)]
    return min(days, key=lambda time: abs(time - published_at))
