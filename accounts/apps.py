from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from accounts.checks import trusted_proxies_are_networks


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Readers")

    def ready(self) -> None:
        from accounts import sessions  # noqa: F401 - connects its receiver

        register(trusted_proxies_are_networks)
