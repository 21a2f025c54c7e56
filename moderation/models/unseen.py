"""Which words stand in comments that readers do not see?"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from forum.models import Comment


class Unseen(models.Model):
    """The words of a comment that was held, removed or withdrawn, for moderators alone.

    Apart from forum's Findable, so that nothing which readers ask can ever meet it. A row may stay
    behind a comment that is visible again: what is found is read anew.
    """

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, primary_key=True, related_name="unseen"
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="unseen_words")]

    def __str__(self) -> str:
        return f"unseen words of comment {self.comment_id}"
