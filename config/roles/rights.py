"""What may web, worker and backup do with each table?

Web and worker read and write, except where this page says less; a new table is open to both until
it is named here, and django_migrations to neither. Neither owns anything: what is created, altered
or dropped is the migrate role's business. What is only added to (docs/decisions/0034) nobody
updates or deletes, and secrets are read only where somebody is signed in.
"""

from collections.abc import Mapping

READ = ("SELECT",)
ADD = ("SELECT", "INSERT")
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
NOTHING = ()
# A right on some columns: what a condition has to read, and not what it keeps.
Rights = tuple[str, ...]

WEB: Mapping[str, Rights] = {
    "django_migrations": NOTHING,
    # The log of decisions, and what else is only added to.
    "moderation_decision": ADD,
    "moderation_decisiontext": ADD,
    # Locking a row asks for UPDATE of some column; a trigger forbids it for each.
    "moderation_edition": (*ADD, "UPDATE (id)"),
    "moderation_rulesetting": ADD,
    "moderation_head": NOTHING,
    "django_admin_log": ADD,
    # What a role may do stands in the migrations; who has it, the administrators say.
    "auth_group": READ,
    "auth_group_permissions": READ,
    "auth_permission": READ,
    "django_content_type": READ,
    # Written by the clock alone.
    "moderation_erasure": READ,
    "forum_usualwait": READ,
}

WORKER: Mapping[str, Rights] = {
    "django_migrations": NOTHING,
    "moderation_decision": ADD,
    # Reasons are erased once nobody can appeal any more. UPDATE is for locking, as above.
    "moderation_decisiontext": ("SELECT", "INSERT", "DELETE", "UPDATE (decision_id)"),
    "moderation_head": ADD,
    "moderation_edition": READ,
    "moderation_rulesetting": READ,
    "moderation_wordlistentry": READ,
    "moderation_savedreason": READ,
    "moderation_trustedflagger": READ,
    "auth_group": READ,
    "auth_group_permissions": READ,
    "auth_permission": READ,
    "django_content_type": READ,
    # Nobody signs in at a worker: it ends sessions and takes second factors away, unseen; a copy
    # of one's data says which there are.
    "django_session": ("SELECT (session_key, expire_date)", "DELETE"),
    "mfa_authenticator": ("SELECT (id, user_id, type, created_at, last_used_at)", "DELETE"),
    # Whoever has left is no longer named in what administrators have noted.
    "django_admin_log": (
        "SELECT (id, user_id, content_type_id, object_id)",
        "UPDATE (object_repr)",
    ),
    # The newsroom writes at the web.
    "articles_article": READ,
    "articles_topic": READ,
    "articles_tickerentry": READ,
    "articles_topic_related": READ,
    "articles_article_related_topics": READ,
}

# By REPLICATION it copies everything; what it may ask is what it keeps beside the copy
# (config/backups/): who has left, and how far the log of decisions has come.
BACKUP: Mapping[str, Rights] = {
    "accounts_user": ("SELECT (id, joined_at)",),
    "forum_departure": ("SELECT (reader_id, keeps_texts, left_at)",),
    "moderation_decision": ("SELECT (number, hash)",),
}


def of_web(table: str) -> Rights:
    return WEB.get(table, ALL)


def of_worker(table: str) -> Rights:
    return WORKER.get(table, ALL)


def of_backup(table: str) -> Rights:
    return BACKUP.get(table, NOTHING)
