"""How is each rule of the desk set, where, since when, by whom and why?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from forum.models import Discussion


class RuleSettingQuerySet(models.QuerySet["RuleSetting"]):
    def newest(self) -> "RuleSettingQuerySet":
        """One for each rule and place: what holds there."""
        places = ("kind", "topic_id", "discussion_id")
        return self.order_by(*places, "-id").distinct(*places)

    def of(
        self, kind: str, *, topic: Topic | None, discussion: Discussion | None
    ) -> "RuleSettingQuerySet":
        """Of that very place, the newest first."""
        return self.filter(kind=kind, topic=topic, discussion=discussion).order_by("-id")


class RuleSetting(models.Model):
    """One rule, from a moment on, everywhere or for one topic or discussion; append-only."""

    class Kind(models.TextChoices):
        # The names of the checks, as verdicts have them; the last one takes effect by the clock.
        WORD_LIST = "word_list", _("word list")
        LINKS = "links", _("many links")
        REPEATED_TEXT = "repeated_text", _("repeated text")
        NEWCOMER = "newcomer", _("first comments")
        REMOVAL_RATE = "removal_rate", _("many removals of one author")
        HEATED_THREAD = "heated_thread", _("heated conversation")
        OPENING_HOURS = "opening_hours", _("outside opening hours")
        SENSITIVE_TOPIC = "sensitive_topic", _("sensitive topic")
        CLOSING_AGE = "closing_age", _("closing by age")

    class State(models.TextChoices):
        ON = "on", _("on")
        OFF = "off", _("off")
        # For a topic or discussion only: nothing of its own any more.
        INHERIT = "inherit", _("as elsewhere")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices)
    # The fields of the rule's options (moderation/desk_rules/options.py); {} where it is not on.
    options = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300)
    # What held there before; None: the default.
    follows = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    objects = RuleSettingQuerySet.as_manager()

    class Meta:
        verbose_name = _("setting of a rule")
        verbose_name_plural = _("settings of rules")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "topic", "discussion"],
                condition=Q(follows__isnull=True),
                nulls_distinct=False,
                name="rule_setting_first_once",
            ),
            models.CheckConstraint(
                condition=Q(topic__isnull=True) | Q(discussion__isnull=True),
                name="rule_setting_of_one_place",
            ),
            models.CheckConstraint(
                condition=~Q(state="inherit")
                | Q(topic__isnull=False)
                | Q(discussion__isnull=False),
                name="rule_setting_inherits_somewhere",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="rule_setting_has_reason"),
        ]
        indexes = [
            models.Index(fields=["kind", "topic", "discussion", "-id"], name="rule_setting_newest")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"

    @property
    def place(self) -> Topic | Discussion | None:
        """Where it holds; None is everywhere."""
        return self.topic or self.discussion
