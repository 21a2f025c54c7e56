import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

AT_ONCE = 20_000
# The formula of forum/ranking.py as of this migration. Each batch is a transaction of its own.
FILL = """
    WITH placed AS (
        SELECT c.id, c.root_id, c.is_listed, c.picked_at,
               c.parent_id IS NULL AS is_root,
               coalesce(c.published_at, c.submitted_at) AS since,
               CASE WHEN c.parent_id IS NULL THEN t.reply_count ELSE (
                   SELECT count(*) FROM forum_comment a
                   WHERE a.parent_id = c.id AND a.status = 'published') END AS replies
        FROM forum_comment c JOIN forum_tally t ON t.comment_id = c.id
        WHERE c.id > %s AND c.id <= %s
    )
    UPDATE forum_tally t
    SET listed_under_id = CASE WHEN p.is_listed AND NOT p.is_root THEN p.root_id END,
        reply_count = p.replies,
        rank = log((2 + t.recommendation_count + 0.25 * p.replies)::float8)
             + extract(epoch FROM p.since - '2025-01-01 00:00+00')::float8 / 172800
             + CASE WHEN t.recommendation_count >= 3 THEN 10000 ELSE 0 END
             + CASE WHEN p.picked_at IS NOT NULL THEN 1000000 ELSE 0 END
    FROM placed p
    WHERE t.comment_id = p.id
"""


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute('SELECT coalesce(max(id), 0) FROM forum_comment')
        (last,) = cursor.fetchone()
        for after in range(0, last, AT_ONCE):
            cursor.execute(FILL, [after, after + AT_ONCE])


def index(*columns, name):
    return AddIndexConcurrently(
        'tally', models.Index(*columns, condition=Q(listed_under__isnull=False), name=name)
    )


class Migration(migrations.Migration):

    # Readers and writers go on while a million rows are filled and indexed.
    atomic = False

    dependencies = [
        ('forum', '0006_retracted_version'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChosenOrder',
            fields=[
                ('reader', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='chosen_order', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('sort', models.CharField(max_length=20)),
                ('chosen_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=Q(('sort__in', ['newest', 'oldest', 'best', 'most-discussed'])), name='chosen_order_is_known')],
            },
        ),
        migrations.AddField(
            model_name='tally',
            name='listed_under',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.comment'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        index('listed_under', 'comment', name='tally_replies_by_time'),
        index('listed_under', 'rank', 'comment', name='tally_replies_by_rank'),
        index('listed_under', 'reply_count', 'comment', name='tally_replies_by_replies'),
    ]
