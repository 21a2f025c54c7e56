"""How does a newcomer get a paper to look at, with people to sign in as?"""

import os
import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.demo.loading import load
from config.demo.paper import is_printed
from config.demo.people import change_password


class Command(BaseCommand):
    help = "Load the demo: a small paper, its readers and their discussions (DEBUG only)."

    def handle(self, **options) -> None:
        """Loading it again adds nothing, but takes over another $DEMO_PASSWORD."""
        if not settings.DEBUG:
            raise CommandError(_("The demo opens known accounts: it is loaded with DEBUG only."))
        password = os.environ.get("DEMO_PASSWORD")
        if is_printed():
            if password and change_password(password):
                self.stdout.write(_("The demo people have the new password."))
            return
        made_up = password or secrets.token_urlsafe(12)
        load(password=made_up)
        if not password:
            self.stdout.write(
                _("Sign in as alice@example.org (or bob, mona …) with: %(password)s")
                % {"password": made_up}
            )
