"""What is a discussion made of, and what must always be true of it?"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.routing import address_of
from articles.models import Article, TickerEntry, Topic

# The materialised path: ids of the ancestors and the comment itself, 12 digits each. It ends at 32
# levels, since PostgreSQL refuses index rows over 2,704 bytes; deeper replies hang on the 32nd.
PATH_DIGITS = 12
PATH_LEVELS = 32


class DiscussionQuerySet(models.QuerySet["Discussion"]):
    def reachable(self) -> "DiscussionQuerySet":
        """Of topics and articles that readers can open."""
        now = timezone.now()
        return self.filter(
            Q(topic__published_at__lte=now)
            | Q(article__state=Article.State.PUBLISHED, article__published_at__lte=now)
        )


class Discussion(models.Model):
    """All that readers say under one article or one topic."""

    class State(models.TextChoices):
        OPEN = "open", _("Open: comments appear once they have been checked")
        PREMODERATED = "premoderated", _("Open: a moderator reads every comment before it appears")
        CLOSED = "closed", _("Closed: it can be read, nobody can write")

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, null=True, blank=True, related_name="discussion"
    )
    topic = models.OneToOneField(
        Topic, on_delete=models.CASCADE, null=True, blank=True, related_name="discussion"
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    premoderated_at = models.DateTimeField(
        _("read before publication since"), null=True, blank=True
    )
    # So long one reader waits between two of his comments here; None: no longer than elsewhere.
    slow_seconds = models.PositiveSmallIntegerField(_("seconds between"), null=True, blank=True)
    # Why the moderators closed it, read it first or slowed it down, for everybody to read.
    state_reason = models.TextField(_("reason for readers"), blank=True)
    question = models.TextField(_("question of the newsroom"), blank=True)
    # Rises with every visible change; caches, news and read markers compare it.
    version = models.PositiveBigIntegerField(default=1)
    # At which version something was last taken out of sight or reworded: a page older than that may
    # not be shown while the next one is built.
    retracted_version = models.PositiveBigIntegerField(default=0)
    comment_count = models.PositiveIntegerField(_("visible comments"), default=0)
    # Stands on top in every order; a published root of this discussion (forum/picking.py).
    pinned_comment = models.ForeignKey(
        "Comment", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, topic__isnull=True)
                | Q(article__isnull=True, topic__isnull=False),
                name="discussion_of_article_or_topic",
            )
        ]

    def __str__(self) -> str:
        return str(self.subject)

    def get_absolute_url(self) -> str:
        return address_of("forum:discussion", self.pk)

    @property
    def subject(self) -> Article | Topic:
        """The article or topic it belongs to; fetched with select_related wherever it is shown."""
        return self.article or self.topic  # type: ignore[return-value]

    @property
    def is_reachable(self) -> bool:
        """What DiscussionQuerySet.reachable() asks, of one that is at hand with its subject."""
        return self.subject.is_public

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_premoderated(self) -> bool:
        return self.premoderated_at is not None

    @property
    def state(self) -> State:
        if not self.is_open:
            return self.State.CLOSED
        return self.State.PREMODERATED if self.is_premoderated else self.State.OPEN

    @property
    def default_sort(self) -> str:
        """Newest where things move (live reports, topics), best under articles."""
        if self.article and self.article.kind == Article.Kind.REPORT:
            return "best"
        return "newest"


class CommentQuerySet(models.QuerySet["Comment"]):
    def listed(self) -> "CommentQuerySet":
        """What has a place on public pages: published, or a tombstone that holds replies."""
        return self.filter(is_listed=True)

    def published(self) -> "CommentQuerySet":
        return self.filter(status=Comment.Status.PUBLISHED)

    def readable(self) -> "CommentQuerySet":
        """Published, where readers can still open the discussion."""
        return self.published().filter(discussion__in=Discussion.objects.reachable())

    def signed_by(self, reader: Any) -> "CommentQuerySet":
        """Public under his name: what he says for the moderators, the house says; and with an
        article that is not shown, what was said about it is not shown either."""
        return (
            self.readable().filter(author=reader).exclude(written_as=Comment.WrittenAs.MODERATION)
        )

    def waiting(self) -> "CommentQuerySet":
        return self.filter(status__in=[Comment.Status.PENDING, Comment.Status.HELD])

    def waiting_of(self, author: Any) -> "CommentQuerySet":
        """His own that nobody else sees yet."""
        return self.waiting().filter(author=author)

    def to_withdraw_for(self, departure: "Departure") -> "CommentQuerySet":
        """What readers see stays or goes as he chose; what nobody has seen goes. What the house
        has removed belongs to its decision."""
        going = [Comment.Status.PENDING, Comment.Status.HELD]
        if not departure.keeps_texts:
            going.append(Comment.Status.PUBLISHED)
        return self.filter(author=departure.reader_id, status__in=going)

    def in_view(self) -> "CommentQuerySet":
        """With everything that showing a comment needs, in one query."""
        return self.select_related(
            "author", "visible_revision__revision", "parent__author", "tally"
        )


class Comment(models.Model):
    """A reader-written text. Only forum/posting.py and forum/publishing.py write `status`."""

    class Status(models.TextChoices):
        PENDING = "pending", _("being checked")
        PUBLISHED = "published", _("published")
        HELD = "held", _("held")
        REMOVED = "removed", _("removed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class WrittenAs(models.TextChoices):
        READER = "reader", _("reader")
        NEWSROOM = "newsroom", _("newsroom")
        MODERATION = "moderation", _("moderation")

    discussion = models.ForeignKey(Discussion, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments"
    )
    written_as = models.CharField(
        max_length=10, choices=WrittenAs.choices, default=WrittenAs.READER
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    # The thread: the root comment's own id, on the root itself too.
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="thread", db_index=False
    )
    path = models.CharField(
        max_length=PATH_DIGITS * PATH_LEVELS, unique=True, db_collation="C", editable=False
    )
    # True depth, also beyond the 32 levels of the path; 0 is a root.
    depth = models.PositiveIntegerField(default=0)
    about_article = models.ForeignKey(
        Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    about_entry = models.ForeignKey(
        TickerEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    # The wording that readers see. It points at a clearance, not at a revision: what no verdict
    # and no decision has named cannot be stored as visible.
    visible_revision = models.ForeignKey(
        "Clearance", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Has a place on public pages: published, or a tombstone above visible replies.
    is_listed = models.BooleanField(default=False)
    # The discussion's version at which it last became visible or changed.
    visible_version = models.PositiveBigIntegerField(default=0)
    submitted_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Code of the ground that the tombstone names; the sentence is moderation's.
    removal_ground = models.CharField(max_length=40, blank=True)
    # What the moderators say below it, for everybody.
    house_note = models.TextField(blank=True)
    picked_at = models.DateTimeField(null=True, blank=True)
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [("pick_comment", _("May put comments forward"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="published", visible_revision__isnull=False)
                | (~Q(status="published") & Q(visible_revision__isnull=True)),
                name="comment_visible_when_cleared",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(is_listed=True),
                name="comment_published_is_listed",
            ),
            models.CheckConstraint(
                condition=Q(is_listed=False) | ~Q(status="pending") | Q(published_at__isnull=False),
                name="comment_pending_is_unlisted",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, depth=0) | Q(parent__isnull=False, depth__gt=0),
                name="comment_depth_of_parent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["root", "path"], condition=Q(is_listed=True), name="comment_thread_listed"
            ),
            models.Index(fields=["author", "-id"], name="comment_author_newest"),
            # Threads of a topic's discussion that are about one of its articles.
            models.Index(
                fields=["about_article", "id"],
                condition=Q(about_article__isnull=False, is_listed=True, depth=0),
                name="comment_about_article",
            ),
            models.Index(fields=["discussion", "visible_version"], name="comment_news"),
            # What was published since, apart from what merely changed.
            models.Index(
                fields=["discussion", "published_at"],
                condition=Q(status="published"),
                name="comment_published",
            ),
            # What open pages are to forget. Pending ones stay out: that would cost each new one.
            models.Index(
                fields=["discussion", "visible_version"],
                condition=Q(status__in=["held", "removed", "withdrawn"]),
                name="comment_gone",
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(status__in=["pending", "held"]),
                name="comment_waiting",
            ),
            # Asked on each page of whoever is signed in; of all he has written these are few.
            models.Index(
                fields=["author", "discussion"],
                condition=Q(status__in=["pending", "held"]),
                name="comment_waiting_of_author",
            ),
            # How much of a thread was removed lately: few, and written when one is.
            models.Index(
                fields=["root", "removed_at"],
                condition=Q(status="removed"),
                name="comment_removed_in_thread",
            ),
            # The filters of a discussion, each few among many, newest first.
            models.Index(
                fields=["discussion", "-id"],
                condition=Q(picked_at__isnull=False, status="published"),
                name="comment_picked",
            ),
            models.Index(
                fields=["discussion", "-id"],
                condition=Q(written_as__in=["newsroom", "moderation"], status="published"),
                name="comment_of_the_house",
            ),
            models.Index(
                fields=["discussion", "author", "-id"],
                condition=Q(status="published"),
                name="comment_of_one_here",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    def get_absolute_url(self) -> str:
        return address_of("forum:comment", self.pk)

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_waiting(self) -> bool:
        return self.status in {self.Status.PENDING, self.Status.HELD}


class FormerPick(models.Model):
    """That a comment was picked when the house took it out of sight: an appeal that overturns that
    brings the pick back with it."""

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, primary_key=True, related_name="former_pick"
    )
    picked_at = models.DateTimeField()
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"former pick of comment {self.comment_id}"


class Revision(models.Model):
    """One wording of a comment: as typed, and as rendered once."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField(default=1)
    body = models.TextField()
    html = models.TextField()
    renderer = models.PositiveSmallIntegerField()
    # Hash of the folded text: the same text sent again is recognised without reading it.
    fingerprint = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)
    # An edit that the house did not accept; the former wording stays.
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "number"], name="revision_number_unique")
        ]
        indexes = [models.Index(fields=["fingerprint", "created_at"], name="revision_fingerprint")]

    def __str__(self) -> str:
        return f"revision {self.number} of comment {self.comment_id}"


class HiddenPassage(models.Model):
    """A part of a wording that the moderators have hidden: the words stay in the body, the HTML
    shows a mark in their place (forum/hiding.py)."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="hidden_passages")
    # Places in the body, in characters; what lies between is not shown.
    starts = models.PositiveSmallIntegerField()
    ends = models.PositiveSmallIntegerField()
    # Numbers of moderation's decisions; the arrows between the apps forbid to say so here.
    decision_id = models.BigIntegerField(unique=True)
    hidden_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=models.F("starts")), name="hidden_passage_is_not_empty"
            )
        ]

    def __str__(self) -> str:
        return f"hidden passage of decision {self.decision_id}"


class Clearance(models.Model):
    """Leave to show one revision, given by a screening or by a decision that names just it.

    Both ids are foreign keys in the database, together with the revision
    (moderation/migrations): the arrows between the apps forbid to say so here.
    """

    revision = models.OneToOneField(
        Revision, on_delete=models.CASCADE, primary_key=True, related_name="clearance"
    )
    screening_id = models.BigIntegerField(null=True, blank=True)
    decision_id = models.BigIntegerField(null=True, blank=True)
    cleared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(screening_id__isnull=False, decision_id__isnull=True)
                | Q(screening_id__isnull=True, decision_id__isnull=False),
                name="clearance_by_screening_or_decision",
            )
        ]

    def __str__(self) -> str:
        return f"clearance of revision {self.revision_id}"


class TallyQuerySet(models.QuerySet["Tally"]):
    def placed(self) -> "TallyQuerySet":
        """Those of listed comments: only they have a rank that counts."""
        return self.filter(Q(listed_in__isnull=False) | Q(listed_under__isnull=False))


class Tally(models.Model):
    """What changes often, apart from the wide row: a vote on it would write eight times the log."""

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, primary_key=True, related_name="tally"
    )
    # Set while the comment is a listed root: the threads of a page are read from here.
    listed_in = models.ForeignKey(
        Discussion,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    # Set while it is a listed reply: its root. Sorted replies of a thread are read from here.
    listed_under = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    # Published replies: below a root at any depth, to a reply directly.
    reply_count = models.PositiveIntegerField(default=0)
    recommendation_count = models.PositiveIntegerField(default=0)
    rank = models.FloatField(default=0)

    objects = TallyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                "listed_in", "comment", condition=Q(listed_in__isnull=False), name="tally_by_time"
            ),
            models.Index(
                "listed_in",
                "rank",
                "comment",
                condition=Q(listed_in__isnull=False),
                name="tally_by_rank",
            ),
            models.Index(
                "listed_in",
                "reply_count",
                "comment",
                condition=Q(listed_in__isnull=False),
                name="tally_by_replies",
            ),
            models.Index(
                "listed_under",
                "comment",
                condition=Q(listed_under__isnull=False),
                name="tally_replies_by_time",
            ),
            models.Index(
                "listed_under",
                "rank",
                "comment",
                condition=Q(listed_under__isnull=False),
                name="tally_replies_by_rank",
            ),
            models.Index(
                "listed_under",
                "reply_count",
                "comment",
                condition=Q(listed_under__isnull=False),
                name="tally_replies_by_replies",
            ),
        ]

    def __str__(self) -> str:
        return f"tally of comment {self.comment_id}"


class Findable(models.Model):
    """By which words a published comment is found; gone the moment it is out of sight.

    `words` holds the stems of the visible wording and marks that say in which discussion, by whom
    and when it was written (forum/indexing.py, the only file that writes here).
    """

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, primary_key=True, related_name="findable"
    )
    discussion = models.ForeignKey(
        Discussion, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    words = SearchVectorField()
    has_links = models.BooleanField()
    # What the recount compares: of which wording the words are, and by which rules.
    revision_id = models.BigIntegerField()
    indexer = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            # Without the pending list: whoever fills it would sort it in for everybody, while his
            # discussion is locked.
            GinIndex(fields=["words"], fastupdate=False, name="findable_words"),
            models.Index(
                fields=["discussion", "-comment"],
                condition=Q(has_links=True),
                name="findable_with_links",
            ),
        ]

    def __str__(self) -> str:
        return f"words of comment {self.comment_id}"


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def standing(self) -> "RecommendationQuerySet":
        """Not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def counting(self, now: datetime) -> "RecommendationQuerySet":
        return self.standing().filter(counts_from__lte=now)

    def to_fold(self, now: datetime) -> "RecommendationQuerySet":
        """Given, or taken back, since the tallies were last written."""
        return self.filter(folded_at__isnull=True, counts_from__lte=now)


class Recommendation(models.Model):
    """A reader's "empfehlenswert": one each, private, never of one's own."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="recommendations")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recommendations"
    )
    recommended_at = models.DateTimeField(default=timezone.now)
    # Accounts younger than a day: theirs count once they are a day old.
    counts_from = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # When the tally last took this row in; None means: fold me.
    folded_at = models.DateTimeField(null=True, blank=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "reader"], name="recommendation_once")
        ]
        indexes = [
            models.Index(
                fields=["counts_from"],
                condition=Q(folded_at__isnull=True),
                name="recommendation_to_fold",
            )
        ]

    def __str__(self) -> str:
        return f"recommendation of comment {self.comment_id}"


class Fold(models.Model):
    """Whose recommendations were counted anew with one version of a discussion. Kept an hour: for
    pages that are open, which ask what is new."""

    discussion = models.ForeignKey(
        Discussion, on_delete=models.CASCADE, related_name="folds", db_index=False
    )
    version = models.PositiveBigIntegerField()
    comment_ids = ArrayField(models.BigIntegerField())
    folded_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["discussion", "version"], name="fold_of_version")
        ]

    def __str__(self) -> str:
        return f"fold of discussion {self.discussion_id} at version {self.version}"


class UsualWait(models.Model):
    """The one row: how long held comments mostly wait at present. moderation measures it."""

    # None: too few were held lately to say anything.
    duration = models.DurationField(null=True)
    measured_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="usual_wait_one_row")]

    def __str__(self) -> str:
        return f"usual wait: {self.duration}"


class Submission(models.Model):
    """The id a form was sent with: the same one sent again gets the first answer. Kept 30 days."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    submission_id = models.UUIDField()
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission_id"], name="submission_once")
        ]

    def __str__(self) -> str:
        return str(self.submission_id)


class Mute(models.Model):
    """A reader hides another one for himself. Nobody else sees or learns of it."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mutes"
    )
    muted = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    muted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "muted"], name="mute_once"),
            models.CheckConstraint(
                condition=~Q(reader=models.F("muted")), name="mute_of_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"mute {self.pk}"


class Follow(models.Model):
    """A reader wants to be told when others write in a discussion."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="follows")
    followed_at = models.DateTimeField(default=timezone.now)
    # What is new to him begins here: the version of the discussion that he knows, and since when.
    known_version = models.PositiveBigIntegerField()
    known_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "discussion"], name="follow_once")]

    def __str__(self) -> str:
        return f"follow {self.pk}"


class ReadMarker(models.Model):
    """How far a reader has read a discussion (forum/returning.py)."""

    # No index but the constraint's: what is written at every reading stands in none.
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="read_markers",
        db_index=False,
    )
    discussion = models.ForeignKey(
        Discussion, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # What he knew when this visit began: the version, the publication of the last comment of that
    # version, and when the visit before had ended.
    known_version = models.PositiveBigIntegerField()
    known_until = models.DateTimeField()
    left_at = models.DateTimeField()
    # What he has read by now, from which the next visit begins.
    read_version = models.PositiveBigIntegerField()
    read_until = models.DateTimeField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "discussion"], name="read_marker_once")
        ]

    def __str__(self) -> str:
        return f"read marker {self.pk}"


class Audience(models.Model):
    """A discussion that somebody follows, and up to which version its followers were told.

    One narrow row each, so that the clock finds what has changed without reading all follows.
    """

    discussion = models.OneToOneField(
        Discussion, on_delete=models.CASCADE, primary_key=True, related_name="audience"
    )
    told_version = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"audience of discussion {self.discussion_id}"


class ChosenOrder(models.Model):
    """How discussions open for a reader who has chosen (DSA art. 27(3)); no row: as usual."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="chosen_order",
    )
    # A name of forum/sorts.py.
    sort = models.CharField(max_length=20)
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sort__in=["newest", "oldest", "best", "most-discussed"]),
                name="chosen_order_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"order of reader {self.reader_id}: {self.sort}"


class DepartureQuerySet(models.QuerySet["Departure"]):
    def open(self) -> "DepartureQuerySet":
        return self.filter(finished_at__isnull=True)


class Departure(models.Model):
    """A reader has closed his account: the job of seeing to what he wrote and recommended."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # His published texts stay, without his name.
    keeps_texts = models.BooleanField()
    left_at = models.DateTimeField(default=timezone.now)
    # Since when his discussions show the pseudonym.
    renamed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["left_at"], condition=Q(finished_at__isnull=True), name="departure_open"
            )
        ]

    def __str__(self) -> str:
        return f"departure of reader {self.reader_id}"
