"""Pages of the house in versions, append-only like decisions: old statements rest on old clauses."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

FORBID = """
CREATE TRIGGER moderation_edition_append_only BEFORE UPDATE OR DELETE ON moderation_edition
    FOR EACH ROW EXECUTE FUNCTION moderation_append_only();
CREATE TRIGGER moderation_edition_no_truncate BEFORE TRUNCATE ON moderation_edition
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_append_only();
"""

ALLOW = """
DROP TRIGGER moderation_edition_no_truncate ON moderation_edition;
DROP TRIGGER moderation_edition_append_only ON moderation_edition;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0003_clearance_names_its_reason'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(choices=[('netiquette', 'House rules'), ('terms', 'Terms of use'), ('privacy', 'Privacy'), ('imprint', 'Imprint'), ('contact', 'Contact')], max_length=20)),
                ('version', models.CharField(max_length=20)),
                ('valid_from', models.DateTimeField()),
                ('clauses', models.JSONField(blank=True, default=list)),
                ('text_de', models.TextField()),
                ('text_en', models.TextField()),
                ('is_significant', models.BooleanField(default=False)),
                ('changes', models.CharField(blank=True, max_length=300)),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'edition',
                'verbose_name_plural': 'editions',
                'constraints': [models.UniqueConstraint(fields=('page', 'version'), name='edition_version_once'), models.UniqueConstraint(fields=('page', 'valid_from'), name='edition_from_once'), models.CheckConstraint(condition=models.Q(models.Q(('page', 'netiquette'), models.Q(('clauses', []), _negated=True)), models.Q(models.Q(('page', 'netiquette'), _negated=True), ('clauses', [])), _connector='OR'), name='edition_clauses_of_rules'), models.CheckConstraint(condition=models.Q(('is_significant', False), models.Q(('changes', ''), _negated=True), _connector='OR'), name='edition_significant_says_what')],
            },
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]
