"""What does the bar of every page know about notifications?"""

from functools import cache

from django.http import HttpRequest

from notifications import reading


def unread(request: HttpRequest) -> dict:
    """Counted only where a template shows it, once per page, and never for strangers."""

    @cache
    def unread_count() -> str:
        user = request.user
        return reading.unread_count(user) if user.is_authenticated else ""

    return {"unread_count": unread_count}
