"""What do templates say about accounts that their context cannot carry?"""

from django import template
from django.http import HttpRequest

from accounts.devices import device
from accounts.throttling import address_of, block_of

register = template.Library()

register.filter("device", device)


@register.filter
def counted_as(request: HttpRequest) -> str:
    """Whose requests the limits of an address take these for."""
    return block_of(address_of(request))
