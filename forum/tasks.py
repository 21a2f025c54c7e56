"""What does the forum do apart from requests? By the clock, and when articles appear."""

from celery import shared_task
from django.dispatch import receiver

from articles.models import Article, Topic
from articles.signals import article_published, topic_published
from forum import recommending, upkeep
from forum.opening import open_discussion


@shared_task
def fold_recommendations() -> None:
    recommending.fold_recommendations()


@shared_task
def forget_submissions() -> None:
    upkeep.forget_submissions()


@receiver(article_published)
def open_where_readers_discuss(article: Article, **kwargs) -> None:
    """Under the article or on its topic page, as the newsroom chose."""
    if article.discussion_at == Article.DiscussionAt.HERE:
        open_discussion(article=article)
    if article.discussion_at == Article.DiscussionAt.TOPIC:
        open_discussion(topic=article.topic)


@receiver(topic_published)
def open_on_topic_page(topic: Topic, **kwargs) -> None:
    open_discussion(topic=topic)
