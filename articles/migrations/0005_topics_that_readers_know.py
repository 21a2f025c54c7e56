# Of topics with nothing but drafts nobody is to know any longer; all others stay as they are.

from django.db import migrations
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Least, Now


def publish_topics(apps, schema_editor):
    Topic, Article = (apps.get_model("articles", name) for name in ("Topic", "Article"))
    # What has been withdrawn stood there.
    announced = Article.objects.exclude(state="draft").order_by("published_at")
    here = announced.filter(topic=OuterRef("pk")).values("published_at")[:1]
    related = announced.filter(related_topics=OuterRef("pk")).values("published_at")[:1]
    Topic.objects.update(published_at=Least(Subquery(here), Subquery(related)))
    on_purpose = ~Q(description="") | Q(live_report__isnull=False)
    Topic.objects.filter(on_purpose).update(published_at=Least("published_at", Now()))


class Migration(migrations.Migration):

    dependencies = [("articles", "0004_when_topics_appear")]

    operations = [migrations.RunPython(publish_topics, migrations.RunPython.noop)]
