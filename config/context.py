"""What does every page know?"""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict:
    return {"SITE_NAME": settings.SITE_NAME, "MINIMUM_AGE": settings.MINIMUM_AGE}
