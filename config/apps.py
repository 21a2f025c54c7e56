from django.apps import AppConfig
from django.core.checks import Tags, register

from config.checks import secret_files_are_private


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        register(secret_files_are_private, Tags.security, deploy=True)
