import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A larger paper goes on working meanwhile: `manage.py upkeep --reindex`.
SMALL = 50_000

# Words as the present rules would have them in German texts. Version 0: the next --reindex writes
# them anew, with what it knows of other languages.
FILL = """
    INSERT INTO forum_findable (comment_id, discussion_id, has_links, revision_id, indexer, words)
    SELECT c.id, c.discussion_id, r.html LIKE '%%<a href=%%', r.id, 0,
        to_tsvector('pg_catalog.german', regexp_replace(regexp_replace(translate(
            replace(lower(regexp_replace(r.html, '<[^>]*>|&[a-z0-9#]+;', ' ', 'g')), 'ß', 'ss'),
            'äöüáàâéèêíìîóòôúùûç', 'aouaaaeeeiiiooouuuc'),
            '[^[:alnum:]]+', ' ', 'g'), '(?<![aeiouq])([aou])e', '\\1', 'g'))
        || array_to_tsvector(ARRAY[
            'in ' || c.discussion_id,
            CASE c.written_as WHEN 'moderation' THEN 'house ' ELSE 'by ' END || c.author_id,
            'fine ' || (c.id >> 14), 'coarse ' || (c.id >> 18),
            to_char(c.submitted_at AT TIME ZONE %(zone)s, '"year "YYYY'),
            to_char(c.submitted_at AT TIME ZONE %(zone)s, '"month "YYYY-MM'),
            to_char(c.submitted_at AT TIME ZONE %(zone)s, '"day "YYYY-MM-DD')])
    FROM forum_comment c JOIN forum_revision r ON r.id = c.visible_revision_id
"""


def fill_of_a_small_paper(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute('SELECT count(*) FROM forum_comment')
        if cursor.fetchone()[0] <= SMALL:
            cursor.execute(FILL, {'zone': settings.TIME_ZONE})


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0009_read_markers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Findable',
            fields=[
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='findable', serialize=False, to='forum.comment')),
                ('discussion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.discussion')),
                ('words', django.contrib.postgres.search.SearchVectorField()),
                ('has_links', models.BooleanField()),
                ('revision_id', models.BigIntegerField()),
                ('indexer', models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.RunPython(fill_of_a_small_paper, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='findable',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['words'], name='findable_words'),
        ),
        migrations.AddIndex(
            model_name='findable',
            index=models.Index(condition=models.Q(('has_links', True)), fields=['discussion', '-comment'], name='findable_with_links'),
        ),
    ]
