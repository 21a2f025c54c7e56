"""Readers are told of significant changes of the house rules: a line each, and a record of it."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0004_editions'),
        ('notifications', '0003_kinds_about_the_account'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='edition',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='moderation.edition'),
        ),
        migrations.AlterField(
            model_name='mail',
            name='kind',
            field=models.CharField(choices=[('reply', 'a reply to your comment'), ('decision', 'a decision on your comment'), ('published', 'your comment is published'), ('flag', 'the outcome of your report'), ('follow', 'something new in a discussion you follow'), ('export', 'the copy of your data'), ('closing', 'your account closes'), ('staying', 'your account stays'), ('edition', 'a change of our house rules or terms')], max_length=20),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('reply', 'a reply to your comment'), ('decision', 'a decision on your comment'), ('published', 'your comment is published'), ('flag', 'the outcome of your report'), ('follow', 'something new in a discussion you follow'), ('export', 'the copy of your data'), ('closing', 'your account closes'), ('staying', 'your account stays'), ('edition', 'a change of our house rules or terms')], max_length=20),
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('told_count', models.PositiveIntegerField(default=0)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='announcement', to='moderation.edition')),
            ],
            options={
                'verbose_name': 'announcement',
                'verbose_name_plural': 'announcements',
            },
        ),
    ]
