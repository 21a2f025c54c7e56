from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_kinds_about_appeals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mail',
            name='kind',
            field=models.CharField(choices=[('reply', 'a reply to your comment'), ('decision', 'a decision on your comment'), ('published', 'your comment is published'), ('flag', 'the outcome of your report'), ('follow', 'something new in a discussion you follow'), ('export', 'the copy of your data'), ('closing', 'your account closes'), ('staying', 'your account stays'), ('edition', 'a change of our house rules or terms'), ('receipt', 'we have received your notice'), ('outcome', 'the outcome of your notice'), ('reversal', 'your notice, decided anew'), ('warned', 'your reports are frequently unfounded'), ('paused', 'you cannot report for a while'), ('appeal_receipt', 'the receipt of your appeal'), ('appeal', 'the answer to your appeal'), ('appeal_overdue', 'an appeal is overdue')], max_length=20),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('reply', 'a reply to your comment'), ('decision', 'a decision on your comment'), ('published', 'your comment is published'), ('flag', 'the outcome of your report'), ('follow', 'something new in a discussion you follow'), ('export', 'the copy of your data'), ('closing', 'your account closes'), ('staying', 'your account stays'), ('edition', 'a change of our house rules or terms'), ('receipt', 'we have received your notice'), ('outcome', 'the outcome of your notice'), ('reversal', 'your notice, decided anew'), ('warned', 'your reports are frequently unfounded'), ('paused', 'you cannot report for a while'), ('appeal_receipt', 'the receipt of your appeal'), ('appeal', 'the answer to your appeal'), ('appeal_overdue', 'an appeal is overdue')], max_length=20),
        ),
    ]
