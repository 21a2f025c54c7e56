from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def create_roles_after_migrate(**kwargs) -> None:
    from moderation.roles import create_roles

    create_roles()


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from moderation import tasks  # noqa: F401 - connects its receivers

        post_migrate.connect(create_roles_after_migrate, sender=self)
