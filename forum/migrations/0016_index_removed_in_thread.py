from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Is a conversation heated? Asked of each new reply where the desk has switched that on."""

    atomic = False

    dependencies = [
        ('forum', '0015_back_after_a_removal'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'removed')), fields=['root', 'removed_at'], name='comment_removed_in_thread'),
        ),
    ]
