"""Decisions become a log: each row carries its number and the hash of the one before.

What stands there already is chained in the order of ids; it gets its salts on this occasion.
"""

import django.db.models.deletion
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Mirrored by moderation/log.py, which proves the chain: change both, or neither.
FUNCTIONS = """
CREATE FUNCTION moderation_part(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(length(value) || ':' || value || ',', '-,')
$$;
CREATE FUNCTION moderation_time(value timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT to_char(value AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
$$;
CREATE FUNCTION moderation_sha256(preimage text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(preimage, 'UTF8')), 'hex')
$$;
CREATE FUNCTION moderation_decision_hash(d moderation_decision) RETURNS text LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN moderation_sha256(
        moderation_part(d.number::text)
        || moderation_part(d.previous_hash)
        || moderation_part(d.id::text)
        || moderation_part(d.case_id::text)
        || moderation_part(d.comment_id::text)
        || moderation_part(d.revision_id::text)
        || moderation_part(d.reader_id::text)
        || moderation_part(d.discussion_id::text)
        || moderation_part(d.reverses_id::text)
        || moderation_part(d.measure)
        || moderation_part(moderation_time(d."until"))
        || moderation_part(d.ground)
        || moderation_part(d.rules_version)
        || moderation_part(d.origin)
        || moderation_part(d.automated::text)
        || moderation_part(d.decided_by_id::text)
        || moderation_part(moderation_time(d.decided_at))
        || moderation_part(d.text_hash)
    );
END $$;
"""

NO_FUNCTIONS = """
DROP FUNCTION moderation_decision_hash(moderation_decision);
DROP FUNCTION moderation_sha256(text);
DROP FUNCTION moderation_time(timestamptz);
DROP FUNCTION moderation_part(text);
"""

CHAIN_WHAT_IS_THERE = """
ALTER TABLE moderation_decision DISABLE TRIGGER moderation_decision_append_only;
UPDATE moderation_decisiontext SET salt = replace(gen_random_uuid()::text, '-', '');
DO $$
DECLARE
    d moderation_decision;
    former_number bigint := 0;
    former_hash text := '';
BEGIN
    -- One UPDATE for each row: a second one would leave checks of foreign keys pending.
    FOR d IN SELECT * FROM moderation_decision ORDER BY id LOOP
        SELECT moderation_sha256(
                moderation_part(t.salt) || moderation_part(t.facts)
                || moderation_part(t.explanation) || moderation_part(t.note)
            ) INTO d.text_hash
            FROM moderation_decisiontext t WHERE t.decision_id = d.id;
        d.text_hash := coalesce(d.text_hash, '');
        d.number := former_number + 1;
        d.previous_hash := former_hash;
        d.hash := moderation_decision_hash(d);
        UPDATE moderation_decision
            SET number = d.number, previous_hash = d.previous_hash, hash = d.hash,
                text_hash = d.text_hash
            WHERE id = d.id;
        former_number := d.number;
        former_hash := d.hash;
    END LOOP;
END $$;
ALTER TABLE moderation_decision ENABLE TRIGGER moderation_decision_append_only;
"""

# The lock is held until the transaction ends: the next one waits, and then sees this row.
TRIGGERS = """
CREATE FUNCTION moderation_decision_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_number bigint;
    last_hash text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('moderation_decision', 0));
    SELECT number, hash INTO last_number, last_hash
        FROM moderation_decision ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(last_number, 0) + 1;
    NEW.previous_hash := coalesce(last_hash, '');
    NEW.hash := moderation_decision_hash(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER moderation_decision_chain BEFORE INSERT ON moderation_decision
    FOR EACH ROW EXECUTE FUNCTION moderation_decision_chain();
CREATE TRIGGER moderation_decisiontext_unchanged BEFORE UPDATE ON moderation_decisiontext
    FOR EACH ROW EXECUTE FUNCTION moderation_append_only();
CREATE TRIGGER moderation_head_append_only BEFORE UPDATE OR DELETE ON moderation_head
    FOR EACH ROW EXECUTE FUNCTION moderation_append_only();
CREATE TRIGGER moderation_head_no_truncate BEFORE TRUNCATE ON moderation_head
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_append_only();
"""

NO_TRIGGERS = """
DROP TRIGGER moderation_head_no_truncate ON moderation_head;
DROP TRIGGER moderation_head_append_only ON moderation_head;
DROP TRIGGER moderation_decisiontext_unchanged ON moderation_decisiontext;
DROP TRIGGER moderation_decision_chain ON moderation_decision;
DROP FUNCTION moderation_decision_chain();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0013_index_published_comments'),
        ('moderation', '0005_decisions_about_more'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reasons', 'Reasons'), ('wording', 'Wording'), ('flag', 'Flag')], max_length=10)),
                ('day', models.DateField()),
                ('count', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('count_of_day', models.PositiveIntegerField()),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Respite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(choices=[('publish', 'publish'), ('hold', 'hold'), ('keep_former', 'keep the former wording'), ('hide_passage', 'hide a passage'), ('remove', 'remove'), ('warn', 'warn'), ('read_first', "read the reader's comments before publication"), ('suspend', 'suspend'), ('reinstate', 'lift what holds for the reader'), ('close', 'close the discussion'), ('open', 'open the discussion'), ('read_discussion_first', 'read before publication here'), ('slow_down', 'slow the discussion down'), ('note', 'add a note of the moderators'), ('hand_over', 'hand over'), ('tell_police', 'report to the police'), ('uphold', 'uphold')], max_length=30)),
                ('ground', models.CharField(max_length=40)),
                ('rules_version', models.CharField(max_length=20)),
                ('facts', models.TextField(blank=True)),
                ('explanation', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField()),
                ('former_status', models.CharField(choices=[('pending', 'being checked'), ('published', 'published'), ('held', 'held'), ('removed', 'removed'), ('withdrawn', 'withdrawn')], max_length=10)),
                ('picked_at', models.DateTimeField(blank=True, null=True)),
                ('pinned_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('moot_at', models.DateTimeField(blank=True, null=True)),
                ('set_aside_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='decision',
            name='hash',
            field=models.CharField(db_default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='decision',
            name='number',
            field=models.BigIntegerField(db_default=0, editable=False),
        ),
        migrations.AddField(
            model_name='decision',
            name='previous_hash',
            field=models.CharField(db_default='', editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='decision',
            name='text_hash',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='decisiontext',
            name='salt',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(CHAIN_WHAT_IS_THERE, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['decided_by', '-id'], name='decision_of_moderator'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('number',), name='decision_number_once'),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.UniqueConstraint(fields=('kind', 'day'), name='erasure_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='head',
            constraint=models.UniqueConstraint(fields=('number', 'hash'), name='head_noted_once'),
        ),
        migrations.AddField(
            model_name='respite',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='respites', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='respite',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='respite',
            name='decision',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='respite', to='moderation.decision'),
        ),
        migrations.AddField(
            model_name='respite',
            name='former_revision',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.revision'),
        ),
        migrations.AddField(
            model_name='respite',
            name='picked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='respite',
            name='pinned_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='respite',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.revision'),
        ),
        migrations.AddField(
            model_name='respite',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='respite',
            index=models.Index(condition=models.Q(('decision__isnull', True), ('moot_at__isnull', True), ('set_aside_at__isnull', True), ('undone_at__isnull', True)), fields=['due_at'], name='respite_running'),
        ),
        migrations.AddConstraint(
            model_name='respite',
            constraint=models.UniqueConstraint(condition=models.Q(('decision__isnull', True), ('moot_at__isnull', True), ('set_aside_at__isnull', True), ('undone_at__isnull', True)), fields=('case',), name='respite_runs_once'),
        ),
        migrations.AddConstraint(
            model_name='respite',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(models.Func(models.F('decision'), models.F('undone_at'), models.F('moot_at'), models.F('set_aside_at'), function='num_nonnulls', output_field=models.IntegerField()), 1), name='respite_ends_once'),
        ),
        migrations.AddConstraint(
            model_name='respite',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='respite_undone_by_somebody'),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
