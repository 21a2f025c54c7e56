"""What do templates say about accounts that their context cannot carry?"""

from django import template

from accounts.devices import device

register = template.Library()

register.filter("device", device)
