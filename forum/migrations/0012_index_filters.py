from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    # A million comments may lie there, and people write meanwhile.
    atomic = False

    dependencies = [
        ('forum', '0011_folds_and_what_is_gone'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('picked_at__isnull', False), ('status', 'published')), fields=['discussion', '-id'], name='comment_picked'),
        ),
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'published'), ('written_as__in', ['newsroom', 'moderation'])), fields=['discussion', '-id'], name='comment_of_the_house'),
        ),
        AddIndexConcurrently(
            model_name='comment',
            index=models.Index(condition=models.Q(('status', 'published')), fields=['discussion', 'author', '-id'], name='comment_of_one_here'),
        ),
    ]
