"""A desk is not to begin without words: one saved reason for each ground, or two.

They speak about the text, and of no measure: the same words serve a removal, a hold and a warning.
"""

from django.db import migrations

SHIPPED = [
    ("personal_attack", "Beleidigung, mit der Stelle", "Die Formulierung {passage} setzt einen Menschen herab. Kritik an der Sache ist willkommen, Beschimpfungen von Personen sind es nicht."),
    ("personal_attack", "Persönlicher Angriff", "Der Beitrag greift einen Menschen an, statt sich mit dem zu befassen, was er gesagt oder getan hat. Widersprechen Sie gern der Meinung, aber nicht dem Menschen."),
    ("group_contempt", "Abwertung, mit der Stelle", "Die Formulierung {passage} setzt Menschen herab, weil sie einer Gruppe angehören. Wer einzelne Handlungen kritisiert, braucht solche Worte nicht."),
    ("group_contempt", "Pauschale Abwertung", "Der Beitrag setzt Menschen herab, weil sie einer Gruppe angehören. Was einzelne getan haben, lässt sich kritisieren, ohne alle abzuwerten."),
    ("threat", "Drohung oder Zustimmung zu Gewalt", "Der Beitrag droht jemandem oder heißt Gewalt gut. Das lassen wir nicht stehen, gleich aus welchem Anlass."),
    ("off_topic", "Gehört nicht unter diesen Artikel", "Der Beitrag hat mit „{headline}“ nichts zu tun. Unter einem Artikel, zu dem er passt, ist er willkommen."),
    ("personal_data", "Private Angaben, mit der Stelle", "Der Beitrag zeigt private Angaben: {passage}. Solche Angaben veröffentlichen wir nicht, auch nicht die eigenen, weil sie sich nicht zurückholen lassen."),
    ("personal_data", "Private Angaben eines Menschen", "Der Beitrag zeigt private Angaben eines Menschen. Solche Angaben veröffentlichen wir nicht, auch nicht die eigenen, weil sie sich nicht zurückholen lassen."),
    ("advertising", "Werbung oder derselbe Text", "Der Beitrag wirbt für ein Angebot, oder er steht in dieser Form schon an anderer Stelle. Die Diskussion ist zum Austausch über das Thema da."),
    ("unsupported_claim", "Behauptung ohne Beleg", "Der Beitrag behauptet als Tatsache, was jemandem schaden kann, und nennt keine Quelle, die sich nachprüfen lässt. Mit einem Beleg können Sie ihn überarbeiten und neu einreichen."),
    ("illegal", "Verstoß gegen ein Gesetz", "Der Beitrag enthält etwas, das nach unserer Einschätzung gegen ein Gesetz verstößt. Solche Inhalte müssen wir entfernen, sobald wir von ihnen wissen."),
]


def ship(apps, schema_editor):
    reason = apps.get_model("moderation", "SavedReason")
    reason.objects.bulk_create(
        reason(ground=ground, title=title, text=text) for ground, title, text in SHIPPED
    )


def withdraw(apps, schema_editor):
    """What a senior has reworded is his."""
    apps.get_model("moderation", "SavedReason").objects.filter(edited_by=None).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0011_saved_reasons'),
    ]

    operations = [
        migrations.RunPython(ship, withdraw),
    ]
