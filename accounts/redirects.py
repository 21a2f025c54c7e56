"""Where may a redirect lead that somebody has asked for?"""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def leads_home(request: HttpRequest, address: str) -> bool:
    """To the host that was asked, and no other; an address whose host is none leads nowhere."""
    return url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
