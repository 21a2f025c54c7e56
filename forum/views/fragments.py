"""Which threads have been rendered already?

A comment costs about a millisecond of template work, joining kept fragments next to nothing. The
key of a fragment is all that it shows, so nothing has to be thrown away when something changes;
without Redis every thread is rendered, slower, and right.
"""

import hashlib
import logging
from collections.abc import Callable

from django.core.cache import caches
from django.template.loader import render_to_string
from redis import RedisError

from forum.models import Comment
from forum.reading import Thread
from forum.views.building import build

logger = logging.getLogger(__name__)

KEPT_SECONDS = 3600


def rendered_threads(threads: list[Thread], *, here: Callable[[Thread], str]) -> list[str]:
    """HTML of each thread, slots empty. here: the query of a page where a folded one stands."""
    keys = [_key(thread, here(thread) if thread.is_folded else "") for thread in threads]
    kept = _kept(keys)
    fresh: dict[str, str] = {
        key: render_to_string("forum/_thread.html", {"thread": thread, "here": here(thread)})
        for key, thread in zip(keys, threads, strict=True)
        if key not in (kept or {})
    }
    if fresh and kept is not None:
        _keep(fresh)
    known = (kept or {}) | fresh
    return [known[key] for key in keys]


def _kept(keys: list[str]) -> dict[str, str] | None:
    """None: nobody to ask."""
    try:
        return caches["pages"].get_many(keys)
    except RedisError:
        logger.warning("page cache away")
        return None


def _keep(fragments: dict[str, str]) -> None:
    try:
        caches["pages"].set_many(fragments, timeout=KEPT_SECONDS)
    except RedisError:
        logger.warning("page cache away")


def _key(thread: Thread, here: str) -> str:
    what = (build(), here, thread.has_more, thread.reply_count, thread.next_cursor)
    shown = (what, thread.remaining, [_shown(comment) for comment in thread.comments])
    return "thread-" + hashlib.blake2b(repr(shown).encode(), digest_size=16).hexdigest()


def _shown(comment: Comment) -> tuple[object, ...]:
    """Everything in components/_comment.html and _tombstone.html that can change."""
    parent, article, entry = comment.parent, comment.about_article, comment.about_entry
    return (
        comment.pk,
        comment.status,
        comment.visible_revision_id,
        comment.author.name,
        comment.written_as,
        comment.edited_at,
        comment.picked_at,
        comment.removed_at,
        comment.withdrawn_at,
        comment.removal_ground,
        comment.tally.recommendation_count,
        parent and (parent.status, parent.written_as, parent.author.name),
        article and (article.headline, article.slug, article.is_public),
        entry and (entry.time, entry.text, entry.article.slug, entry.article.is_public),
    )
