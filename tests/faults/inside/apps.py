"""When is a process of the site changed? Once all its apps are ready, before it does anything."""

import os

from django.apps import AppConfig
from django.conf import settings


class Inside(AppConfig):
    name = "tests.faults.inside"
    label = "faults"

    def ready(self) -> None:
        from tests.faults.inside import hooks, mutations

        hooks.hasten(settings.FAULTS_PACE)
        hooks.install()
        if name := os.environ.get("FAULTS_MUTATION"):
            mutations.MUTATIONS[name]()
