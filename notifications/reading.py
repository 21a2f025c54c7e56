"""What stands in a reader's inbox?"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article, Topic
from forum import cursors
from forum.asking import asked_once
from forum.following import news_counts
from moderation import haste, phrasing
from moderation.models import Appeal, Decision, Edition
from notifications.letters import author_of, news_sentence, subject_of
from notifications.models import ABOUT_ACCOUNT, Kind, Notification

PAGE = 30
SCOPE = "inbox"
# More are not counted: the number would cost, and say nothing more.
UNREAD_AT_MOST = 99
PAGE_ABOUT = {
    Kind.EXPORT: "accounts:personal_data",
    Kind.CLOSING: "accounts:closing",
    Kind.STAYING: "accounts:settings",
    Kind.WARNED: "moderation:netiquette",
    Kind.PAUSED: "moderation:netiquette",
}


@dataclass(frozen=True)
class Line:
    """What happened, on which page, and where it leads."""

    notification: Notification
    sentence: str
    # None where it is about the account.
    subject: Article | Topic | Edition | None
    target: str
    label: str


@dataclass(frozen=True)
class Inbox:
    lines: list[Line]
    next_cursor: str


def inbox_of(reader: User, *, after: str = "") -> Inbox:
    """Newest first; one query, one more where discussions are followed. Raises BadRequest (a forged
    cursor).
    """
    found = Notification.objects.in_view().filter(recipient=reader).order_by("-pk")
    if after:
        found = found.filter(pk__lt=cursors.read(SCOPE, after)[0])
    notifications = list(found[: PAGE + 1])
    shown = notifications[:PAGE]
    gathering = [one.discussion_id for one in shown if one.discussion_id and not one.read_at]
    counts = news_counts(reader, discussions=gathering) if gathering else {}
    is_last = len(notifications) == len(shown)
    return Inbox(
        lines=[line_of(notification, counts) for notification in shown],
        next_cursor="" if is_last else cursors.write(SCOPE, [shown[-1].pk]),
    )


def unread_count(reader: User) -> str:
    """ "" for none, "99+" beyond; costs one look at an index of at most a hundred entries."""
    unread = len(_unread(reader=reader.pk))
    if unread > UNREAD_AT_MOST:
        return f"{UNREAD_AT_MOST}+"
    return str(unread) if unread else ""


@asked_once
def _unread(*, reader: int) -> "QuerySet[Notification, Any]":
    unread = Notification.objects.unread().filter(recipient=reader).order_by()
    return unread.values_list("pk")[: UNREAD_AT_MOST + 1]


def line_of(notification: Notification, counts: dict[int, int]) -> Line:
    """counts: of the discussions in which something has gathered, how much (forum.following)."""
    comment = notification.comment
    discussion = notification.discussion or (comment.discussion if comment else None)
    if notification.kind == Kind.FOLLOW and discussion:
        count = 0 if notification.read_at else counts.get(discussion.pk, 0)
        sentence = news_sentence(count)
    else:
        sentence = sentence_of(notification)
    return Line(
        notification=notification,
        sentence=sentence,
        subject=notification.edition or (discussion.subject if discussion else None),
        target=target_of(notification),
        label=label_of(notification),
    )


def sentence_of(notification: Notification) -> str:
    if notification.kind in ABOUT_ACCOUNT:
        return sentence_about_account(notification)
    if notification.edition:
        return sentence_about_edition(notification.edition)
    if notification.kind == Kind.DECISION and notification.decision:
        return phrasing.heading(notification.decision)
    if notification.kind == Kind.HASTE and notification.decision:
        return sentence_about_haste(notification.decision)
    if appeal := notification.appeal:
        return sentence_about_appeal(notification, appeal)
    return sentence_about_comment(notification)


def sentence_about_comment(notification: Notification) -> str:
    comment, decision = subject_of(notification), notification.decision
    if notification.kind == Kind.REPLY:
        if not comment.is_published:
            return _("A reply to your comment is not visible any more.")
        return _("%(name)s has replied to your comment.") % {"name": author_of(comment)}
    if notification.kind == Kind.PUBLISHED:
        is_whole_again = decision and decision.reverses_id
        told = _("A passage of your comment is shown again.")
        return told if is_whole_again else _("Your comment is published.")
    if notification.hearing_id:
        return _("We intend to keep you from writing: you can answer first")
    if decision is None:
        return _("Your report: the author has withdrawn the comment.")
    if decision.reverses_id:
        return _("Your report: after an appeal the comment is visible again.")
    is_removed = decision.measure == Decision.Measure.REMOVE
    return _("Your report: removed.") if is_removed else _("Your report: the comment stays.")


def sentence_about_appeal(notification: Notification, appeal: Appeal) -> str:
    sentence = {
        Kind.APPEAL_RECEIPT: _("Your appeal %(number)s has arrived."),
        Kind.APPEAL: _("Your appeal %(number)s: our decision."),
        Kind.APPEAL_OVERDUE: _("Appeal %(number)s is overdue."),
    }[Kind(notification.kind)]
    return sentence % {"number": appeal.number}


def sentence_about_haste(decision: Decision) -> str:
    return _("%(name)s has made more than %(count)s decisions in %(minutes)s minutes.") % {
        "name": decision.decided_by.name if decision.decided_by else "",
        "count": haste.MOST,
        "minutes": int(haste.WINDOW.total_seconds()) // 60,
    }


def sentence_about_account(notification: Notification) -> str:
    return {
        Kind.EXPORT: _("The copy of your data is ready."),
        Kind.CLOSING: _("You asked us to close your account."),
        Kind.STAYING: _("Your account stays open."),
        Kind.WARNED: _("Your reports are frequently unfounded: please take care."),
        Kind.PAUSED: _("Your reports were frequently unfounded: you cannot report for a while."),
    }[Kind(notification.kind)]


def sentence_about_edition(edition: Edition) -> str:
    return _("%(page)s: a new version holds from %(date)s. %(changes)s") % {
        "page": edition,
        "date": date_format(localtime(edition.valid_from), "DATE_FORMAT"),
        "changes": edition.changes,
    }


def target_of(notification: Notification) -> str:
    if notification.kind in ABOUT_ACCOUNT:
        return reverse(PAGE_ABOUT[Kind(notification.kind)])
    if notification.edition:
        return notification.edition.get_absolute_url()
    if notification.hearing_id:
        return reverse("moderation:hearing", args=[notification.hearing_id])
    if appeal := notification.appeal:
        is_for_desk = notification.kind == Kind.APPEAL_OVERDUE
        of_author = f"{appeal.decision.get_absolute_url()}#appeal"
        return appeal.get_absolute_url() if is_for_desk else of_author
    if (decision := notification.decision) and notification.kind in {Kind.DECISION, Kind.HASTE}:
        is_haste = notification.kind == Kind.HASTE
        return figures_of(decision) if is_haste else decision.get_absolute_url()
    if discussion := notification.discussion:
        return f"{discussion.get_absolute_url()}?sort=newest"
    return subject_of(notification).get_absolute_url()


def figures_of(decision: Decision) -> str:
    """What was decided on that day by whoever made it."""
    day = localtime(decision.decided_at).date()
    asked = {"period": "today", "until": day, "moderator": decision.decided_by_id}
    return f"{reverse('moderation:figures')}?{urlencode(asked)}"


def label_of(notification: Notification) -> str:
    if notification.hearing_id:
        return _("Answer us")
    return {
        Kind.REPLY: _("Read the reply"),
        Kind.DECISION: _("Read the statement and appeal"),
        Kind.PUBLISHED: _("To your comment"),
        Kind.FLAG: _("To the comment"),
        Kind.FOLLOW: _("To the discussion"),
        Kind.EXPORT: _("Fetch your data"),
        Kind.CLOSING: _("See when, or take it back"),
        Kind.STAYING: _("To your settings"),
        Kind.WARNED: _("House rules"),
        Kind.PAUSED: _("House rules"),
        Kind.EDITION: _("Read the new version"),
        Kind.APPEAL_RECEIPT: _("To your appeal"),
        Kind.APPEAL: _("Read the answer"),
        Kind.APPEAL_OVERDUE: _("Answer the appeal"),
        Kind.HASTE: _("See the figures"),
    }[Kind(notification.kind)]
