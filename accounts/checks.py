"""Do we know whom to believe about readers' addresses?"""

from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def trusted_proxies_are_networks(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A typing error here would put all readers into one bucket, and lock them all out at once."""
    return [
        Error(
            f"TRUSTED_PROXIES: {proxy!r} is neither an address nor a network.",
            hint="Name each proxy, or write none when nothing stands in front.",
            id="accounts.E001",
        )
        for proxy in settings.TRUSTED_PROXIES
        if not is_network(proxy)
    ]


def is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
