"""What does a mail say to whoever has given notice of illegal content (DSA art. 16(4), (5))?

Nobody has confirmed the address: it may be a stranger's. So not a word that was typed into the form
stands in these mails, not even a name (security case 22); the page behind the key has them.
"""

from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from moderation import noticing, statements
from moderation.models import Notice
from notifications.letters import Entry, Letter, absolute
from notifications.models import Kind


def letter_about(notice: Notice, *, kind: str) -> Letter:
    """Outcome and reversal differ by what the decision is worth when they leave."""
    return receipt(notice) if kind == Kind.RECEIPT else answer(notice)


def receipt(notice: Notice) -> Letter:
    return Letter(
        subject=_("Your notice %(number)s has arrived") % {"number": notice.number},
        greeting=_("Hello,"),
        entries=[
            Entry(
                sentence=_(
                    "on %(time)s we received a notice of illegal content that names this e-mail "
                    'address. It is about a comment on "%(headline)s" and has the number '
                    "%(number)s. A person reads it and decides; we tell you the decision."
                )
                % values(notice),
                link=own_page(notice),
                link_label=_("See your notice and how far it is"),
            )
        ],
        paragraphs=[
            _(
                "If you have not sent any notice, somebody has named your address by mistake. You "
                "need not do anything."
            )
        ],
        to_reader=False,
    )


def answer(notice: Notice) -> Letter:
    redress = noticing.redress(notice)
    return Letter(
        subject=_("Your notice %(number)s: our decision") % {"number": notice.number},
        greeting=_("Hello,"),
        entries=[
            Entry(
                sentence=_(
                    "on %(time)s we received your notice %(number)s about a comment on "
                    '"%(headline)s".'
                )
                % values(notice)
                + f" {noticing.outcome(notice)}",
                link=own_page(notice),
                link_label=_("See your notice and our decision"),
            )
        ],
        paragraphs=[redress] if redress else [],
        to_reader=False,
    )


def values(notice: Notice) -> dict[str, str]:
    return {
        "time": date_format(localtime(notice.received_at), "DATETIME_FORMAT"),
        "number": notice.number,
        "headline": statements.headline(notice.comment.discussion),
    }


def own_page(notice: Notice) -> str:
    return absolute(f"{notice.get_absolute_url()}?{urlencode({'key': noticing.key_of(notice)})}")
