"""How does a comment become HTML without running its template each time?

The template is run once for each shape that a comment can have, on a sample whose values are known,
and the result is cut where they stand. What is left is a stamp: filling it in takes a hundredth of
the time (docs/decisions/0022). The template stays the one place that knows the markup.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.formats import date_format, localize
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

from accounts.models import User
from accounts.routing import IN_PATH
from articles.models import Article, TickerEntry
from forum.markup import is_long, shown
from forum.models import Clearance, Comment, Revision, Tally
from forum.ranking import FEW

# What a sample holds: unlike anything in a template, and no value a part of another. Names and
# texts are written differently in an address, so that there they are told from those in the text.
PK, DISCUSSION, PARENT, ROOT, ENTRY, ARTICLE, MANY = range(
    910_000_000_000_000_017, 910_000_000_000_007_017, 1_000
)
NAME, PARENT_NAME, TEXT, SLUG = "&ä1&", "&ä2&", "&ä3&", "sample-4-sample"
HTML = "<p>&amp;ä5&amp;</p>"
MOMENT = datetime(1407, 5, 6, 7, 8, 9, 101_112, tzinfo=UTC)
# Of an entry that a comment is about (components/_comment_about.html).
WORDS_OF_ENTRY = 8
CLOCK = "13:57"
LONG_BREAKS = 50
GONE = "gone"


# What a comment is about, as far as that is shown.
About = TickerEntry | Article | None


class Shape(NamedTuple):
    """All that decides between the branches of components/_comment.html."""

    depth: int
    written_as: str
    # "" where it answers nobody; as whom somebody wrote what it answers; "gone".
    parent: str
    is_author_gone: bool
    is_picked: bool
    is_edited: bool
    is_long: bool
    # 0, 1 or MANY, for the plural.
    replies: int
    has_count: bool
    about: type


# A first comment that nobody has answered or recommended.
PLAIN = Shape(0, Comment.WrittenAs.READER, "", False, False, False, False, 0, False, type(None))


def comment_html(comment: Comment) -> SafeString:
    """What components/_comment.html makes of it."""
    return _stamped("components/_comment.html", [comment])


def comment_alone_html(comment: Comment) -> SafeString:
    """The same, out of its thread: it says whom it answers."""
    return _stamped("components/_comment.html", [comment], is_alone=True)


def comments_in_thread(comments: list[Comment], *, is_alone: bool = False) -> SafeString:
    """Of many, and behind each the slot for what answers it and waits."""
    return _stamped("forum/_thread_comment.html", comments, is_alone=is_alone)


def each_in_thread(comments: list[Comment]) -> list[str]:
    """The same, one by one."""
    return _each_stamped("forum/_thread_comment.html", comments, is_alone=False)


def stamp_of(template: str, context: dict[str, Any], values: Mapping[str, str]) -> str:
    """The template's HTML with "%(name)s" wherever one of the values stands, as it looks there."""
    names = {value: name for name, value in values.items()}
    marks = re.compile(f"({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})")
    return "".join(
        f"%({names[part]})s" if part in names else part.replace("%", "%%")
        for part in marks.split(render_to_string(template, context))
    )


def stamped(template: str, **numbers: int) -> SafeString:
    """A fragment whose context is nothing but numbers, none of which decides how it looks."""
    stamp = _stamp_of_numbers(template, tuple(numbers), get_language() or "")
    return shown(stamp % numbers)


@lru_cache
def _stamp_of_numbers(template: str, names: tuple[str, ...], _language: str) -> str:
    samples = {name: PK + place for place, name in enumerate(names)}
    stamp = stamp_of(template, samples, {name: str(one) for name, one in samples.items()})
    if lost := [name for name in names if f"%({name})s" not in stamp]:
        raise ValueError(f"{template} does not show {lost} as it is")
    return stamp


def in_address(text: str) -> str:
    """As `reverse` writes it into a path, and a template into an attribute."""
    return escape(quote(text, safe=IN_PATH))


def _stamped(template: str, comments: list[Comment], *, is_alone: bool = False) -> SafeString:
    return shown("".join(_each_stamped(template, comments, is_alone=is_alone)))


def _each_stamped(template: str, comments: list[Comment], *, is_alone: bool) -> list[str]:
    language, zone = get_language() or "", get_current_timezone()
    return [
        _filled(template, comment, language, zone, is_alone)
        if comment.is_published and not comment.house_note
        # There are few of both, and what they say is moderation's.
        else render_to_string(template, {"comment": comment, "is_alone": is_alone})
        for comment in comments
    ]


def _filled(template: str, comment: Comment, language: str, zone: tzinfo, is_alone: bool) -> str:
    html, about = _html(comment), _about(comment)
    stamp = _stamp(template, _shape(comment, html, about), language, is_alone)
    return stamp % _values(comment, html, about, language, zone)


@lru_cache(maxsize=400)
def _stamp(template: str, shape: Shape, language: str, is_alone: bool) -> str:
    comment = sample_of(shape)
    zone = get_current_timezone()
    values = _values(comment, _html(comment), _about(comment), language, zone)
    return stamp_of(template, {"comment": comment, "is_alone": is_alone}, values)


def _shape(comment: Comment, html: str, about: About) -> Shape:
    parent, tally = comment.parent, comment.tally
    replies = 0 if parent else tally.reply_count
    return Shape(
        depth=comment.depth,
        written_as=comment.written_as,
        parent=(parent.written_as if parent.is_published else GONE) if parent else "",
        is_author_gone=comment.author.closed_at is not None,
        is_picked=comment.picked_at is not None,
        is_edited=comment.edited_at is not None,
        is_long=is_long(html),
        replies=MANY if replies > 1 else replies,
        has_count=tally.recommendation_count >= FEW,
        about=type(about),
    )


def _about(comment: Comment) -> About:
    entry, article = comment.about_entry, comment.about_article
    if entry and entry.article.is_public:
        return entry
    return article if article and article.is_public else None


def _html(comment: Comment) -> str:
    visible = comment.visible_revision
    return visible.revision.html if visible else ""


def _values(
    comment: Comment, html: str, about: About, language: str, zone: tzinfo
) -> dict[str, str]:
    """What is shown of it, as it looks in the HTML."""
    tally, parent = comment.tally, comment.parent
    submitted_at = comment.submitted_at.astimezone(zone)
    name, name_in_address = _name(comment.author.name)
    values = {
        "pk": str(comment.pk),
        "discussion": str(comment.discussion_id),
        "name": name,
        "name_in_address": name_in_address,
        "time_for_machines": submitted_at.isoformat(),
        "time": _time(submitted_at, language),
        "html": html,
    }
    if tally.recommendation_count >= FEW:
        values["recommendations"] = localize(tally.recommendation_count)
    if parent:
        values["parent"] = str(parent.pk)
        values["parent_name"] = _name(parent.author.name)[0]
        values["root"] = str(comment.root_id)
    elif tally.reply_count > 1:
        values["replies"] = str(tally.reply_count)
    if about:
        values["about"] = escape(_title(about, zone))
        values["about_address"] = escape(about.get_absolute_url())
    return values


@lru_cache(maxsize=1_000)
def _name(name: str) -> tuple[str, str]:
    """In text, and in an address."""
    return escape(name), in_address(name)


def _title(about: TickerEntry | Article, zone: tzinfo) -> str:
    if isinstance(about, Article):
        return about.headline
    said = Truncator(about.text).words(WORDS_OF_ENTRY, truncate=" …")
    if about.time is None:
        return said
    return f"{date_format(about.time.astimezone(zone), 'TIME_FORMAT')} – {said}"


def _time(moment: datetime, language: str) -> str:
    day = _day(moment.date(), language)
    return day.replace(CLOCK, moment.strftime("%H:%M")) if day else escape(_formatted(moment))


@lru_cache(maxsize=100)
def _day(day: date, _language: str) -> str:
    """Any moment of that day, with CLOCK in the place of the clock; "" where it shows another."""
    formatted = escape(_formatted(datetime.combine(day, time.fromisoformat(CLOCK))))
    return formatted if formatted.count(CLOCK) == 1 else ""


def _formatted(moment: datetime) -> str:
    return date_format(moment, "DATETIME_FORMAT")


def sample_of(shape: Shape) -> Comment:
    """A comment of that shape; nothing of it is in the database."""
    author = User(name=NAME, closed_at=MOMENT if shape.is_author_gone else None)
    html = HTML + "<br>" * LONG_BREAKS if shape.is_long else HTML
    article = Article(pk=ARTICLE, slug=SLUG, headline=TEXT, published_at=MOMENT)
    comment = Comment(
        pk=PK,
        discussion_id=DISCUSSION,
        author=author,
        parent=_sample_parent(shape.parent),
        root_id=ROOT,
        depth=shape.depth,
        written_as=shape.written_as,
        status=Comment.Status.PUBLISHED,
        submitted_at=MOMENT,
        picked_at=MOMENT if shape.is_picked else None,
        edited_at=MOMENT if shape.is_edited else None,
        visible_revision=Clearance(revision=Revision(html=html)),
        about_article=article if shape.about is Article else None,
        about_entry=TickerEntry(pk=ENTRY, article=article, text=TEXT)
        if shape.about is TickerEntry
        else None,
    )
    comment.tally = Tally(
        reply_count=shape.replies, recommendation_count=MANY if shape.has_count else 0
    )
    return comment


def _sample_parent(written_as: str) -> Comment | None:
    if not written_as:
        return None
    status = Comment.Status.REMOVED if written_as == GONE else Comment.Status.PUBLISHED
    return Comment(pk=PARENT, author=User(name=PARENT_NAME), written_as=written_as, status=status)
