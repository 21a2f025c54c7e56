import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0008_orders_of_replies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadMarker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('known_version', models.PositiveBigIntegerField()),
                ('known_until', models.DateTimeField()),
                ('left_at', models.DateTimeField()),
                ('read_version', models.PositiveBigIntegerField()),
                ('read_until', models.DateTimeField()),
                ('read_at', models.DateTimeField()),
                ('discussion', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='forum.discussion')),
                ('reader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='read_markers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reader', 'discussion'), name='read_marker_once')],
            },
        ),
    ]
