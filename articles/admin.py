"""Where does the newsroom set what the newspaper's own system does not say?"""

from operator import methodcaller

from django.contrib import admin

from articles.models import Article, TickerEntry, Topic
from articles.publishing import save_article, save_topic

# Not by way of admin/r/, which is closed (config/urls.py).
ON_SITE = methodcaller("get_absolute_url")


class TickerEntryInline(admin.TabularInline):
    model = TickerEntry
    extra = 0


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = ["headline", "kicker", "kind", "state", "discussion_at", "published_at"]
    list_filter = ["kind", "state", "discussion_at"]
    search_fields = ["headline", "kicker"]
    prepopulated_fields = {"slug": ["headline"]}
    filter_horizontal = ["related_topics"]
    raw_id_fields = ["author"]
    # Here a file would be stored as it comes; the newsroom's pages encode it anew.
    readonly_fields = ["picture", "picture_small"]
    inlines = [TickerEntryInline]

    view_on_site = ON_SITE

    def save_related(self, request, form, formsets, change):
        """Announced once its topics and entries are stored."""
        super().save_related(request, form, formsets, change)
        save_article(form.instance)


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["title", "slug", "live_report", "published_at"]
    readonly_fields = ["published_at"]
    search_fields = ["title"]
    filter_horizontal = ["related"]
    raw_id_fields = ["live_report"]
    prepopulated_fields = {"slug": ["title"]}

    view_on_site = ON_SITE

    def save_model(self, request, obj, form, change):
        save_topic(obj)
