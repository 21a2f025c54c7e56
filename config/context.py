"""What does every page know?"""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from forum.views.answering import MADE


def site(request: HttpRequest) -> dict:
    """made_at: of a page that somebody may keep. While the site is away the front shows what it
    has, and readers are to see of when that is."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "MINIMUM_AGE": settings.MINIMUM_AGE,
        "made_at": timezone.now() if MADE in request.META else None,
    }
