"""How often may whom do what?"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

A_LOT_AT_ONCE = _("That was a lot at once. You can go on at %(clock)s.")


@dataclass(frozen=True)
class Window:
    """At most `count` acts within `span`."""

    count: int
    span: timedelta


def per(count: int, **span: int) -> Window:
    return Window(count, timedelta(**span))


@dataclass(frozen=True)
class Limit:
    """The windows of an action: of an account by its standing, and of a block of addresses."""

    new: tuple[Window, ...] = ()
    regular: tuple[Window, ...] = ()
    trusted: tuple[Window, ...] = ()
    address: tuple[Window, ...] = ()
    # Said to the reader with %(clock)s.
    sentence: "StrOrPromise" = A_LOT_AT_ONCE

    def of(self, reader: User) -> tuple[Window, ...]:
        """Staff are trusted."""
        if reader.is_staff or reader.standing == User.Standing.TRUSTED:
            return self.trusted
        return self.new if reader.standing == User.Standing.NEW else self.regular


# Not of the reader but of the place: what moderators have slowed down (forum/posting.py).
SLOWED_DOWN = Limit(
    sentence=_(
        "The moderators have slowed this discussion down. You can go on at %(clock)s; "
        "your text stays here."
    )
)

# Wrong passwords and the mails of sign-up and reset are counted by allauth (ACCOUNT_RATE_LIMITS).
LIMITS: dict[str, Limit] = {
    "post": Limit(
        new=(per(3, minutes=10), per(10, days=1)),
        regular=(per(5, minutes=1), per(30, hours=1), per(150, days=1)),
        trusted=(per(10, minutes=1), per(60, hours=1)),
        address=(per(60, minutes=10),),
        sentence=_(
            "You have just written several comments. You can go on at %(clock)s; "
            "your text stays here."
        ),
    ),
    "edit": Limit(
        new=(per(5, hours=1),),
        regular=(per(20, hours=1),),
        trusted=(per(20, hours=1),),
        sentence=_(
            "You have just edited several comments. You can go on at %(clock)s; "
            "your text stays here."
        ),
    ),
    "recommend": Limit(
        new=(per(30, hours=1),),
        regular=(per(120, hours=1),),
        trusted=(per(240, hours=1),),
        address=(per(600, hours=1),),
        sentence=_("You have just recommended many comments. You can go on at %(clock)s."),
    ),
    "flag": Limit(
        new=(per(5, days=1),),
        regular=(per(20, days=1),),
        trusted=(per(50, days=1),),
        address=(per(60, days=1),),
        sentence=_("You have just reported many comments. You can go on at %(clock)s."),
    ),
    # Notices of illegal content come without an account as well: then the address counts alone.
    "notice": Limit(
        new=(per(5, days=1),),
        regular=(per(20, days=1),),
        trusted=(per(50, days=1),),
        address=(per(20, hours=1), per(60, days=1)),
        sentence=_(
            "We have just received many notices from you or your connection. "
            "You can go on at %(clock)s; your text stays here."
        ),
    ),
    "notice_of_comment": Limit(
        address=(per(5, days=1),),
        sentence=_(
            "Several notices of this comment have come from your connection. "
            "You can go on at %(clock)s; your text stays here."
        ),
    ),
    # Each is answered by a mail to an address that nobody has confirmed.
    "notice_to_mailbox": Limit(
        address=(per(3, hours=1), per(10, days=1)),
        sentence=_(
            "We have just written to this e-mail address several times. "
            "You can go on at %(clock)s; your text stays here."
        ),
    ),
    "appeal": Limit(
        new=(per(20, days=1),),
        regular=(per(20, days=1),),
        trusted=(per(20, days=1),),
        address=(per(60, days=1),),
        sentence=_(
            "You have just sent many appeals. You can go on at %(clock)s; your text stays here."
        ),
    ),
    "preview": Limit(
        new=(per(30, minutes=10),),
        regular=(per(60, minutes=10),),
        trusted=(per(60, minutes=10),),
    ),
    "sign_up": Limit(
        address=(per(5, hours=1), per(20, days=1)),
        sentence=_(
            "Several accounts have just been opened from your connection. "
            "You can go on at %(clock)s."
        ),
    ),
    "search": Limit(
        new=(per(20, minutes=1),),
        regular=(per(40, minutes=1),),
        trusted=(per(60, minutes=1),),
        address=(per(60, minutes=1),),
    ),
    "policy_report": Limit(address=(per(20, hours=1),)),
    "export": Limit(
        new=(per(2, days=1),),
        regular=(per(2, days=1),),
        trusted=(per(2, days=1),),
    ),
    "decide": Limit(
        new=(per(120, minutes=1),),
        regular=(per(120, minutes=1),),
        trusted=(per(120, minutes=1),),
    ),
}
