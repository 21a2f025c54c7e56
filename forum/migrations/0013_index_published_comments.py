from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Readers write on while a million comments are indexed."""

    atomic = False

    dependencies = [
        ('forum', '0012_index_filters'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'published')), fields=['discussion', 'published_at'], name='comment_published'),
        ),
    ]
