"""For whom is a page built that all who are signed in share? For nobody in particular."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from forum.markup import shown
from forum.models import Discussion
from forum.slots import Slotted

# By which a text that is sent twice is known: each reader's own, and another for each view.
SUBMISSION = shown("<!--slot submission-0-->")
# In the place of what templates would ask of the session and of the database.
NOTHING_OF_ANYBODY = {
    "csrf_token": shown("<!--slot token-0-->"),
    "messages": (),
    "unread_count": "",
}
# What of a page's context the write box is made from.
WRITING = ("discussion", "refusal", "form", "duration")


# All that a page may depend on besides its address and what its states name.
PASSED_ON = {"HTTP_HOST", "HTTP_X_FORWARDED_PROTO"}


def without_reader(environ: Mapping[str, Any], *, but: Collection[str] = ()) -> dict[str, Any]:
    """The same question, without a cookie or anything else of who asks. but: what goes along."""
    return {
        name: value
        for name, value in environ.items()
        if name in PASSED_ON or name in but or not name.startswith(("HTTP_", "CSRF_"))
    }


class AnyReader(AnonymousUser):
    """Somebody who is signed in: no name, no role, no session."""

    # Templates ask this where somebody's own is to stand.
    is_anybody = True
    pk = shown("<!--slot reader-0-->")  # type: ignore[assignment]

    def __init__(self, *, order: str | None) -> None:
        """order: in which his discussions open, if he has chosen one."""
        self.order = order

    @property
    def is_authenticated(self) -> Literal[True]:  # type: ignore[override]
        return True


class CommonPage(HttpResponse):
    """What AnyReader gets, and what the slots are filled by for somebody (forum/views/personal)."""

    def __init__(self, html: str, *, shows: dict[str, Any], writing: dict[str, Any]) -> None:
        """shows: arguments of overlay.fills_for. writing: context of its write box, if any."""
        super().__init__()
        self.html = Slotted(html)
        self.shows = shows
        self.writing = writing
        # The discussions whose news stand beside articles.
        self.listed: list[Discussion] = []
