"""How does the first administrator come into a new installation?"""

import getpass
import os
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from accounts.addresses import clean_address
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Make a reader the administrator, or a new account. The password is asked for, or taken "
        "from ADMIN_PASSWORD."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name", help="the public name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            email = clean_address(options["email"])
            user = User.objects.filter(email=email).first()
            user = user or self.new_user(email, name=options["name"])
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        promote(user)
        self.stdout.write(f"{user.name} <{user.email}> is an administrator.")

    def new_user(self, email: str, *, name: str) -> User:
        """Names of the house are free for the house; a reader's name is not."""
        if User.objects.resembling(name).exists():
            raise CommandError("Somebody has that name, or one that looks the same.")
        password = os.environ.get("ADMIN_PASSWORD") or getpass.getpass("Password: ")
        validate_password(password, User(email=email, name=name))
        return User.objects.create_user(email, password, name=name)


@transaction.atomic
def promote(user: User) -> None:
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    user.groups.add(Group.objects.get(name="admin"))
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
