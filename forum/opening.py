"""Where can readers discuss an article or a topic, and who opens and closes that?"""

import logging

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from articles.models import Article, Topic
from forum import rules
from forum.models import Discussion

logger = logging.getLogger(__name__)

State = Discussion.State


def open_discussion(*, article: Article | None = None, topic: Topic | None = None) -> Discussion:
    """The discussion of one article or one topic; made if there is none yet."""
    discussion, _created = Discussion.objects.get_or_create(article=article, topic=topic)
    return discussion


def retract_quotes(article: Article) -> None:
    """In the discussion of its topic its headline and entries stand beside what was said about
    them; kept pages with the former ones may not be shown any more."""
    above = Discussion.objects.filter(topic__isnull=False, topic=article.topic_id)
    above.update(version=F("version") + 1, retracted_version=F("version") + 1)


@transaction.atomic
def ask(article: Article, *, by: User, question: str) -> Discussion:
    """Ask the readers of this article something; of a draft, its first readers find it there."""
    discussion = open_discussion(article=article)
    if refusal := rules.leading_refusal(by, discussion):
        raise PermissionDenied(refusal)
    discussion = Discussion.objects.select_for_update(no_key=True).get(pk=discussion.pk)
    if discussion.question != question:
        discussion.question = question
        discussion.version += 1
        discussion.retracted_version = discussion.version
        discussion.save(update_fields=["question", "version", "retracted_version"])
        logger.info("question asked", extra={"discussion": discussion.pk, "reader": by.pk})
    return discussion


@transaction.atomic
def lead(discussion: Discussion, *, by: User, state: str, question: str) -> Discussion:
    """Open it, have every comment read first, or close it; and ask readers something.

    The discussion comes with its article. Since when it is closed or read first, stays.
    """
    if refusal := rules.leading_refusal(by, discussion):
        raise PermissionDenied(refusal)
    discussion = Discussion.objects.select_for_update(no_key=True).get(pk=discussion.pk)
    if (discussion.state, discussion.question) == (state, question):
        return discussion
    now = timezone.now()
    if discussion.state != state:
        # What the moderators have said was said about another state.
        discussion.state_reason = ""
    discussion.closed_at = (discussion.closed_at or now) if state == State.CLOSED else None
    if state != State.CLOSED:
        first_read_at = discussion.premoderated_at or now
        discussion.premoderated_at = first_read_at if state == State.PREMODERATED else None
    discussion.version += 1
    if discussion.question != question:
        discussion.question = question
        discussion.retracted_version = discussion.version
    discussion.save(
        update_fields=[
            "closed_at",
            "premoderated_at",
            "state_reason",
            "question",
            "version",
            "retracted_version",
        ],
    )
    logger.info(
        "discussion led",
        extra={"discussion": discussion.pk, "reader": by.pk, "state": state},
    )
    return discussion


@transaction.atomic
def restrict(
    discussion: Discussion, *, by: User, state: str, slow_seconds: int | None, reason: str
) -> Discussion:
    """The same for the moderators, who say why to everybody; and how slowly people talk here.

    An open discussion that is not slow has no reason. Raises PermissionDenied as lead() does.
    """
    discussion = lead(discussion, by=by, state=state, question=discussion.question)
    discussion = Discussion.objects.select_for_update(no_key=True).get(pk=discussion.pk)
    discussion.slow_seconds, discussion.state_reason = slow_seconds, reason
    discussion.version += 1
    discussion.save(update_fields=["slow_seconds", "state_reason", "version"])
    return discussion


@transaction.atomic
def close_by_rule(pk: int, *, reason: str) -> Discussion | None:
    """Close a discussion because of its age, as moderation has set it; None if it is closed."""
    discussion = Discussion.objects.select_for_update(no_key=True).get(pk=pk)
    if not discussion.is_open:
        return None
    discussion.closed_at = timezone.now()
    discussion.state_reason = reason
    discussion.version += 1
    discussion.save(update_fields=["closed_at", "state_reason", "version"])
    return discussion
