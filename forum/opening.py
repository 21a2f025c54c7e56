"""Where can readers discuss an article or a topic?"""

from articles.models import Article, Topic
from forum.models import Discussion


def open_discussion(*, article: Article | None = None, topic: Topic | None = None) -> Discussion:
    """The discussion of one article or one topic; made if there is none yet."""
    discussion, _created = Discussion.objects.get_or_create(article=article, topic=topic)
    return discussion
