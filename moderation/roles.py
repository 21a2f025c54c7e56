"""Which roles are there, and what may each do?"""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

# Group name -> permissions ("app.codename"). Names are identifiers; people see translations.
ROLES: dict[str, list[str]] = {
    "staff author": ["forum.pick_comment", "articles.write_article"],
    "moderator": ["forum.pick_comment", "forum.change_discussion", "moderation.decide_case"],
    "senior moderator": [
        "forum.pick_comment",
        "forum.change_discussion",
        "moderation.decide_case",
        "moderation.decide_appeal",
    ],
    "admin": [
        "accounts.change_user",
        "mfa.view_authenticator",
        "mfa.delete_authenticator",
        "forum.pick_comment",
        "forum.change_discussion",
        "articles.write_article",
        "articles.change_article",
        "articles.add_topic",
        "articles.change_topic",
        "articles.delete_topic",
        "moderation.add_edition",
        "moderation.view_trustedflagger",
        "moderation.add_trustedflagger",
        "moderation.view_caution",
        "moderation.change_caution",
    ],
}


def create_roles() -> None:
    """Make the groups and give them their permissions. Running it again changes nothing.

    Runs on post_migrate (moderation/apps.py) and not in a migration: Django makes permissions
    only then.
    """
    for label in ("accounts", "mfa", "articles", "forum", "moderation"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    for name, permissions in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(
            Permission.objects.filter(content_type__app_label=label, codename=codename).get()
            for label, codename in (permission.split(".") for permission in permissions)
        )
