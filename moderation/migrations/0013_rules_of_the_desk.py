"""What the desk sets is a row, append-only; entries of the word list have a place and are counted."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


FORBID = """
CREATE TRIGGER moderation_rulesetting_append_only BEFORE UPDATE OR DELETE ON moderation_rulesetting
    FOR EACH ROW EXECUTE FUNCTION moderation_append_only();
CREATE TRIGGER moderation_rulesetting_no_truncate BEFORE TRUNCATE ON moderation_rulesetting
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_append_only();
"""

ALLOW = """
DROP TRIGGER moderation_rulesetting_no_truncate ON moderation_rulesetting;
DROP TRIGGER moderation_rulesetting_append_only ON moderation_rulesetting;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0003_when_entries_changed'),
        ('forum', '0016_index_removed_in_thread'),
        ('moderation', '0012_ship_saved_reasons'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RuleSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('word_list', 'word list'), ('links', 'many links'), ('repeated_text', 'repeated text'), ('newcomer', 'first comments'), ('removal_rate', 'many removals of one author'), ('heated_thread', 'heated conversation'), ('opening_hours', 'outside opening hours'), ('sensitive_topic', 'sensitive topic'), ('closing_age', 'closing by age')], max_length=20)),
                ('state', models.CharField(choices=[('on', 'on'), ('off', 'off'), ('inherit', 'as elsewhere')], max_length=10)),
                ('options', models.JSONField(blank=True, default=dict)),
                ('reason', models.CharField(max_length=300)),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'setting of a rule',
                'verbose_name_plural': 'settings of rules',
            },
        ),
        migrations.CreateModel(
            name='WordHit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='wordlistentry',
            name='wordlist_folded_once',
        ),
        migrations.AddField(
            model_name='wordlistentry',
            name='discussion',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.discussion'),
        ),
        migrations.AddField(
            model_name='wordlistentry',
            name='retired_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='wordlistentry',
            name='retired_for',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='wordlistentry',
            name='topic',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.topic'),
        ),
        migrations.AddConstraint(
            model_name='wordlistentry',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('folded', 'topic', 'discussion'), name='wordlist_folded_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='wordlistentry',
            constraint=models.CheckConstraint(condition=models.Q(('topic__isnull', True), ('discussion__isnull', True), _connector='OR'), name='wordlist_entry_of_one_place'),
        ),
        migrations.AddField(
            model_name='rulesetting',
            name='discussion',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.discussion'),
        ),
        migrations.AddField(
            model_name='rulesetting',
            name='follows',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='moderation.rulesetting'),
        ),
        migrations.AddField(
            model_name='rulesetting',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rulesetting',
            name='topic',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.topic'),
        ),
        migrations.AddField(
            model_name='wordhit',
            name='entry',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='hits', to='moderation.wordlistentry'),
        ),
        migrations.AddField(
            model_name='wordhit',
            name='screening',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='word_hits', to='moderation.screening'),
        ),
        migrations.AddIndex(
            model_name='rulesetting',
            index=models.Index(fields=['kind', 'topic', 'discussion', '-id'], name='rule_setting_newest'),
        ),
        migrations.AddConstraint(
            model_name='rulesetting',
            constraint=models.UniqueConstraint(condition=models.Q(('follows__isnull', True)), fields=('kind', 'topic', 'discussion'), name='rule_setting_first_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='rulesetting',
            constraint=models.CheckConstraint(condition=models.Q(('topic__isnull', True), ('discussion__isnull', True), _connector='OR'), name='rule_setting_of_one_place'),
        ),
        migrations.AddConstraint(
            model_name='rulesetting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'inherit'), _negated=True), ('topic__isnull', False), ('discussion__isnull', False), _connector='OR'), name='rule_setting_inherits_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='rulesetting',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='rule_setting_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='wordhit',
            constraint=models.UniqueConstraint(fields=('entry', 'screening'), name='word_hit_once'),
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]
