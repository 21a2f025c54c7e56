# Pages of a live report that are open ask which entries are new or reworded.

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("articles", "0002_author_and_small_picture")]

    operations = [
        migrations.AddField(
            model_name="tickerentry",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
