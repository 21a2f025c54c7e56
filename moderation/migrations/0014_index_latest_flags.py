from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """How many of a conversation were reported just now?"""

    atomic = False

    dependencies = [
        ('moderation', '0013_rules_of_the_desk'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='flag',
            index=models.Index(fields=['flagged_at'], name='flag_latest'),
        ),
    ]
