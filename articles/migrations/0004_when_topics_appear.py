# The name of a topic told of the draft it was made for.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("articles", "0003_when_entries_changed")]

    operations = [
        migrations.AddField(
            model_name="topic",
            name="published_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text=(
                    "With the first article on it, or when it is saved here. "
                    "Until then readers know nothing of it."
                ),
                null=True,
                verbose_name="published",
            ),
        ),
    ]
