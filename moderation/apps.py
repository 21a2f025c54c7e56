from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def fill_after_migrate(**kwargs) -> None:
    """Not in a migration: permissions are made only now."""
    from moderation.editing import ship
    from moderation.roles import create_roles

    create_roles()
    ship()


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from moderation import tasks  # noqa: F401 - connects its receivers
        from moderation.pages import operator_is_named

        post_migrate.connect(fill_after_migrate, sender=self)
        register(operator_is_named, deploy=True)
