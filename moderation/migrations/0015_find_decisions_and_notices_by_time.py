from django.db import migrations, models


class Migration(migrations.Migration):
    """Figures count the rows of some days."""

    dependencies = [
        ("moderation", "0014_index_latest_flags"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["decided_at"], name="decision_by_time"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["received_at"], name="notice_received"),
        ),
    ]
