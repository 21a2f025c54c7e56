"""What stands in the demo's paper? Reads paper.toml."""

import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from articles.models import Article, Topic
from articles.publishing import save_article, save_topic, write_entries
from config.demo.pictures import draw
from forum.models import Discussion
from forum.opening import open_discussion

PAPER = Path(__file__).with_name("paper.toml")
SOURCE = "demo"


def is_printed() -> bool:
    return Article.objects.filter(source=SOURCE).exists()


def print_paper(people: dict[str, User]) -> dict[str, Discussion]:
    """Make topics and articles; their discussions by key, "topic" before a topic's.

    people: by public name; `by` in the paper says who of them has written an article here.
    """
    paper = tomllib.loads(PAPER.read_text())
    topics = {each["key"]: made_topic(each) for each in paper["topics"]}
    articles = {
        each["key"]: made_article(
            each, topics=topics, author=people.get(each.get("by", "")), variation=number
        )
        for number, each in enumerate(paper["articles"])
    }
    for each in paper["topics"]:
        topic = topics[each["key"]]
        topic.related.set(topics[key] for key in each.get("related", []))
        topic.live_report = articles.get(each.get("live_report", ""))
        save_topic(topic)
    discussions = {
        each["key"]: opened(each, articles[each["key"]])
        for each in paper["articles"]
        if each.get("discussion_at", "here") == "here"
    }
    return discussions | {f"topic {key}": opened_on(topic) for key, topic in topics.items()}


def made_topic(each: dict) -> Topic:
    return save_topic(
        Topic(
            title=each["title"],
            description=each["description"],
            invitation=each.get("invitation", ""),
        )
    )


def made_article(
    each: dict, *, topics: dict[str, Topic], author: User | None, variation: int
) -> Article:
    published_at = at(each["days"], each["time"])
    article = Article(
        source=SOURCE,
        source_id=each["key"],
        kind=each.get("kind", Article.Kind.REPORT),
        kicker=each["kicker"],
        headline=each["headline"],
        author_line=each["author"],
        author=author,
        published_at=published_at,
        paragraphs=each["paragraphs"],
        topic=topics.get(each.get("topic", "")),
        discussion_at=each.get("discussion_at", Article.DiscussionAt.HERE),
        picture_alt=each.get("alt", ""),
        picture_caption=each.get("caption", ""),
        picture_credit=each.get("credit", ""),
    )
    if motif := each.get("motif"):
        svg = draw(motif, variation=variation).encode()
        # A picture of a former, emptied database is written over, not beside.
        article.picture.storage.delete(f"pictures/demo-{each['key']}.svg")
        article.picture.save(f"demo-{each['key']}.svg", ContentFile(svg), save=False)
    save_article(article)
    article.related_topics.set(topics[key] for key in each.get("related", []))
    write_entries(
        article,
        entries=[(at(each["days"], clock), text) for clock, text in each.get("entries", [])],
    )
    return article


def opened(each: dict, article: Article) -> Discussion:
    discussion = open_discussion(article=article)
    discussion.opened_at = article.published_at
    discussion.question = each.get("question", "")
    if each.get("premoderated"):
        discussion.premoderated_at = article.published_at
    discussion.save(update_fields=["opened_at", "question", "premoderated_at"])
    return discussion


def opened_on(topic: Topic) -> Discussion:
    """Everything on the topic had appeared when its readers began."""
    discussion = open_discussion(topic=topic)
    topic.published_at = discussion.opened_at = topic.articles.newest_first()[0].published_at
    topic.save(update_fields=["published_at"])
    discussion.save(update_fields=["opened_at"])
    return discussion


def close(discussions: dict[str, Discussion]) -> None:
    """Those that the newsroom has closed since; nobody writes there any more."""
    for each in tomllib.loads(PAPER.read_text())["articles"]:
        if days := each.get("closed_after"):
            discussion = discussions[each["key"]]
            closed_at = discussion.opened_at + timedelta(days=days)
            Discussion.objects.filter(pk=discussion.pk).update(closed_at=closed_at)


def at(days: int, clock: str) -> datetime:
    """That time of day, so many days ago, by the newspaper's clock."""
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))
