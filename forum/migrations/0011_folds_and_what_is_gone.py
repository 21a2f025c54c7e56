# Open pages ask which counts have changed, and which comments are to go.

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made while readers write.
    atomic = False

    dependencies = [('forum', '0010_findable_words')]

    operations = [
        migrations.CreateModel(
            name="Fold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveBigIntegerField()),
                ("comment_ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("folded_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ("discussion", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="folds", to="forum.discussion")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("discussion", "version"), name="fold_of_version")],
            },
        ),
        AddIndexConcurrently(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("status__in", ["held", "removed", "withdrawn"])),
                fields=["discussion", "visible_version"],
                name="comment_gone",
            ),
        ),
    ]
