"""What has been said lately, to find what resembles it?"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from forum.models import Comment


class RecentWording(models.Model):
    """The latest wording of a comment of the last 30 days, folded, for pg_trgm.

    Written where checks read it, apart from posting, which nobody is to wait for.
    """

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(OpClass("text", "gin_trgm_ops"), name="recent_wording_trigrams"),
            models.Index(fields=["written_at"], name="recent_wording_time"),
        ]

    def __str__(self) -> str:
        return f"wording of comment {self.comment_id}"
