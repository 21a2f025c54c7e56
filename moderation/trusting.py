"""Whose notices come first (DSA art. 22)?"""

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from moderation.models import TrustedFlagger


def trusted_flagger_of(reader: User | None) -> TrustedFlagger | None:
    """The organisation he speaks for: his account is named, or an address he has confirmed is in
    its domain. Two queries.
    """
    if reader is None:
        return None
    confirmed = EmailAddress.objects.filter(user=reader, verified=True)
    domains = {
        address.rpartition("@")[2].lower() for address in confirmed.values_list("email", flat=True)
    }
    known = Q(account=reader) | Q(mail_domain__in=domains)
    return TrustedFlagger.objects.active().filter(known).first()


def retire(organisation: TrustedFlagger) -> bool:
    """Its notices are like anybody's from now on; the ones that have come stay marked."""
    active = TrustedFlagger.objects.active().filter(pk=organisation.pk)
    return active.update(retired_at=timezone.now()) == 1
