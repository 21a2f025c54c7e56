"""What do tests discuss, and what was said about it?"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import factory
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from articles.models import Article, TickerEntry, Topic, slug_of
from forum.models import Comment, Discussion
from forum.opening import open_discussion
from forum.posting import post_comment, withdraw
from forum.publishing import hold, publish, remove
from moderation.editing import free_version
from moderation.models import Edition, Notice, Screening
from moderation.noticing import give_notice

_reasons = count(1)

MORNING = datetime(2025, 2, 4, 7, 37, tzinfo=UTC)


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    title = factory.Sequence(lambda n: f"Streit um die Uferstraße {n}")
    slug = factory.LazyAttribute(lambda topic: slug_of(topic.title))
    published_at = MORNING


class ArticleFactory(DjangoModelFactory):
    class Meta:
        model = Article

    source = "test"
    source_id = factory.Sequence(str)
    kicker = "Streit um die Uferstraße"
    headline = factory.Sequence(lambda n: f"Stadtrat sperrt die Uferstraße zum {n}. Mal")
    slug = factory.LazyAttribute(lambda article: slug_of(article.headline))
    author_line = "Von Hanna Reuter"
    published_at = factory.Sequence(lambda n: MORNING + timedelta(minutes=n))
    paragraphs = factory.LazyFunction(lambda: ["Der Rat hat am Montagabend abgestimmt."])


class TickerEntryFactory(DjangoModelFactory):
    class Meta:
        model = TickerEntry

    article = factory.SubFactory(ArticleFactory, kind=Article.Kind.LIVE)
    position = factory.Sequence(int)
    text = factory.Sequence(lambda n: f"Die Sitzung geht in die {n + 1}. Stunde.")


def make_discussion(**fields: Any) -> Discussion:
    """Under an article of its own, or under what is given (article=…, topic=…)."""
    if not {"article", "topic"} & fields.keys():
        fields["article"] = ArticleFactory()
    discussion = open_discussion(
        article=fields.pop("article", None), topic=fields.pop("topic", None)
    )
    for name, value in fields.items():
        setattr(discussion, name, value)
    if fields:
        discussion.save()
    return discussion


@transaction.atomic
def make_comment(
    discussion: Discussion,
    author: User,
    body: str = "",
    parent: Comment | None = None,
    status: str = "published",
    **fields: Any,
) -> Comment:
    """Through the verbs, as by a reader in no hurry and a screening that found nothing.

    In one go: a worker that runs beside the test is not to screen it in between.
    "removed" and "withdrawn" ones had been published before; "held" ones had not.
    """
    body = body or f"Das sehe ich anders, und zwar aus Grund {next(_reasons)}."
    with override_settings(RATE_LIMITS=False):
        comment = post_comment(discussion, author=author, body=body, parent=parent, **fields)
    if status == "pending":
        return comment
    if status == "held":
        return hold(comment)
    comment = pass_screening(comment)
    if status == "removed":
        return remove(comment, ground="personal_attack")
    if status == "withdrawn":
        return withdraw(comment, author=author)
    return comment


def pass_screening(comment: Comment) -> Comment:
    """The newest wording of the comment is read, found good, and published."""
    revision = comment.revisions.latest("number")
    screening, _created = Screening.objects.update_or_create(
        revision=revision, defaults={"decided_at": timezone.now(), "outcome": "pass"}
    )
    return publish(comment, revision=revision, screening_id=screening.pk)


def make_notice(comment: Comment, **fields: Any) -> Notice:
    """Of illegal content, by somebody without an account, unless another reader= is given."""
    fields = {
        "category": "call_to_crime",
        "reason": "Der Satz ruft dazu auf, den Stadtrat mit Steinen zu bewerfen.",
        "name": "Gerda Müller",
        "email": "gerda@example.com",
        "submission_id": uuid4(),
    } | fields
    return give_notice(comment, **fields)


def make_edition(page: str = "netiquette", *, held_since: datetime, **fields: Any) -> Edition:
    """As if written in time: the newest edition of the page, but for what is given."""
    newest = Edition.objects.of(page)[0]
    kept = {name: getattr(newest, name) for name in ("clauses", "text_de", "text_en")}
    return Edition.objects.create(
        page=page, version=free_version(page, held_since), valid_from=held_since, **kept | fields
    )


def reworded(clauses: list[dict[str, Any]], code: str, **changes: Any) -> list[dict[str, Any]]:
    """The same clauses, one of them changed."""
    return [one | changes if one["code"] == code else one for one in clauses]
