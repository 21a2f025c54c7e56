"""What runs by the clock? One line each: name, task, and every how many seconds.

Celery beat reads it (config/settings.py), and `manage.py upkeep` where beat is not run. Every task
is harmless when run twice, too early or too late.
"""

from forum.ranking import FOLD_SECONDS

MINUTE, HOUR, DAY = 60, 3_600, 86_400

SCHEDULE: list[tuple[str, str, int]] = [
    ("ring for overdue screenings", "moderation.tasks.ring_for_overdue_screenings", 10),
    ("ring for due respites", "moderation.tasks.ring_for_due_respites", 10),
    ("ring for due mails", "notifications.tasks.ring_for_due_mails", 10),
    ("ring for announcements", "notifications.tasks.ring_for_announcements", 5 * MINUTE),
    ("fold recommendations", "forum.tasks.fold_recommendations", FOLD_SECONDS),
    ("tell followers", "notifications.tasks.tell_followers", MINUTE),
    (
        "come back with overdue hearings",
        "moderation.tasks.come_back_overdue_hearings",
        5 * MINUTE,
    ),
    ("ring for removals of many", "moderation.tasks.ring_for_sweeps", MINUTE),
    ("alert overdue appeals", "moderation.tasks.alert_overdue_appeals", HOUR),
    ("tell seniors of long holds", "moderation.tasks.tell_seniors_of_long_holds", 10 * MINUTE),
    ("tell seniors of haste", "moderation.tasks.tell_seniors_of_haste", MINUTE),
    ("release lapsed claims", "moderation.tasks.release_lapsed_claims", MINUTE),
    ("close old discussions", "moderation.tasks.close_old_discussions", 5 * MINUTE),
    ("measure waiting", "moderation.tasks.measure_waiting", 10 * MINUTE),
    ("note the head of the log", "moderation.tasks.note_head_of_log", HOUR),
    ("prepare exports", "accounts.tasks.prepare_next_export", 10),
    ("see off departed readers", "forum.tasks.see_off_departed", MINUTE),
    ("forget folds", "forum.tasks.forget_folds", HOUR),
    ("forget submissions", "forum.tasks.forget_submissions", DAY),
    ("forget old wordings", "moderation.tasks.forget_old_wordings", DAY),
    ("forget read markers", "forum.tasks.forget_read_markers", DAY),
    ("erase old texts", "moderation.tasks.erase_old_texts", DAY),
    ("forget notifiers", "moderation.tasks.forget_notifiers", HOUR),
    ("forget notifications", "notifications.tasks.forget_notifications", DAY),
    ("remove unused pictures", "articles.tasks.remove_unused_pictures", DAY),
    ("put accounts in order", "accounts.tasks.tidy", HOUR),
]
