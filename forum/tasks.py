"""What does the forum do apart from requests? By the clock, when articles appear, readers leave."""

from celery import shared_task
from django.dispatch import receiver

from accounts.exporting import Section
from accounts.models import User
from accounts.signals import account_closed, personal_data_requested
from articles.models import Article, Topic
from articles.signals import article_published, article_withdrawn, topic_published
from forum import exporting, leaving, recommending, upkeep
from forum.opening import open_discussion, retract_quotes


@shared_task
def fold_recommendations() -> None:
    recommending.fold_recommendations()


@shared_task
def forget_submissions() -> None:
    upkeep.forget_submissions()


@shared_task
def forget_read_markers() -> None:
    upkeep.forget_read_markers()


@shared_task
def forget_folds() -> None:
    upkeep.forget_folds()


@shared_task
def see_off_departed() -> None:
    leaving.see_off_all()


@receiver(personal_data_requested)
def answer_with_writings(reader: User, **kwargs) -> list[Section]:
    return exporting.personal_data_of(reader)


@receiver(account_closed)
def note_departure(reader: User, *, keeps_texts: bool, **kwargs) -> None:
    """The clock sees to it: no bell, and none of his texts under the lock of his account."""
    leaving.note_departure(reader, keeps_texts=keeps_texts)


@receiver(article_published)
def open_where_readers_discuss(article: Article, **kwargs) -> None:
    """Under the article or on its topic page, as the newsroom chose."""
    if article.discussion_at == Article.DiscussionAt.HERE:
        open_discussion(article=article)
    if article.discussion_at == Article.DiscussionAt.TOPIC:
        open_discussion(topic=article.topic)


@receiver([article_published, article_withdrawn])
def retract_what_was_quoted(article: Article, **kwargs) -> None:
    retract_quotes(article)


@receiver(topic_published)
def open_on_topic_page(topic: Topic, **kwargs) -> None:
    open_discussion(topic=topic)
