"""What stands in a reader's inbox?"""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article, Topic
from forum import cursors
from moderation import statements
from moderation.models import Decision, Edition
from notifications.letters import author_of, subject_of
from notifications.models import Kind, Notification

PAGE = 30
SCOPE = "inbox"
# More are not counted: the number would cost, and say nothing more.
UNREAD_AT_MOST = 99


@dataclass(frozen=True)
class Line:
    """What happened, on which page, and where it leads."""

    notification: Notification
    sentence: str
    subject: Article | Topic | Edition
    target: str
    label: str


@dataclass(frozen=True)
class Inbox:
    lines: list[Line]
    next_cursor: str


def inbox_of(reader: User, *, after: str = "") -> Inbox:
    """Newest first; one query, whatever the lines tell of. Raises BadRequest (a forged cursor)."""
    found = Notification.objects.in_view().filter(recipient=reader).order_by("-pk")
    if after:
        found = found.filter(pk__lt=cursors.read(SCOPE, after)[0])
    notifications = list(found[: PAGE + 1])
    shown = notifications[:PAGE]
    is_last = len(notifications) == len(shown)
    return Inbox(
        lines=[line_of(notification) for notification in shown],
        next_cursor="" if is_last else cursors.write(SCOPE, [shown[-1].pk]),
    )


def unread_count(reader: User) -> str:
    """ "" for none, "99+" beyond; costs one look at an index of at most a hundred entries."""
    unread = reader.notifications.unread()[: UNREAD_AT_MOST + 1].count()
    if unread > UNREAD_AT_MOST:
        return f"{UNREAD_AT_MOST}+"
    return str(unread) if unread else ""


def line_of(notification: Notification) -> Line:
    """What is not about a comment is about a page of the house."""
    edition = notification.edition
    return Line(
        notification=notification,
        sentence=sentence_of(notification),
        subject=edition or subject_of(notification).discussion.subject,
        target=target_of(notification),
        label=label_of(notification),
    )


def sentence_of(notification: Notification) -> str:
    if notification.edition:
        return sentence_about(notification.edition)
    comment, decision = subject_of(notification), notification.decision
    if notification.kind == Kind.REPLY:
        if not comment.is_published:
            return _("A reply to your comment is not visible any more.")
        return _("%(name)s has replied to your comment.") % {"name": author_of(comment)}
    if notification.kind == Kind.PUBLISHED:
        return _("Your comment is published.")
    if decision is None:
        return _("Your report: the author has withdrawn the comment.")
    if notification.kind == Kind.FLAG:
        is_removed = decision.measure == Decision.Measure.REMOVE
        return _("Your report: removed.") if is_removed else _("Your report: the comment stays.")
    return statements.heading(decision)


def sentence_about(edition: Edition) -> str:
    return _("%(page)s: a new version holds from %(date)s. %(changes)s") % {
        "page": edition,
        "date": date_format(localtime(edition.valid_from), "DATE_FORMAT"),
        "changes": edition.changes,
    }


def target_of(notification: Notification) -> str:
    if notification.edition:
        return notification.edition.get_absolute_url()
    if notification.kind == Kind.DECISION and notification.decision:
        return notification.decision.get_absolute_url()
    return subject_of(notification).get_absolute_url()


def label_of(notification: Notification) -> str:
    return {
        Kind.REPLY: _("Read the reply"),
        Kind.DECISION: _("Read the statement and appeal"),
        Kind.PUBLISHED: _("To your comment"),
        Kind.FLAG: _("To the comment"),
        Kind.EDITION: _("Read the new version"),
    }[Kind(notification.kind)]
