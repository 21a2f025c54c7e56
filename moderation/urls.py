"""Which address answers what?"""

from django.urls import path

from moderation import house_pages
from moderation.models import Edition
from moderation.views import decisions, desk, flags, queue

app_name = "moderation"
# /netiquette/, /privacy/ … as they read now, and each former version at an address that stays.
HOUSE_PAGES = [
    pattern
    for page in Edition.Page
    for pattern in (
        path(f"{page}/", house_pages.present, {"page": page}, name=page.value),
        path(
            f"{page}/<slug:version>/", house_pages.version, {"page": page}, name=f"{page}_version"
        ),
    )
]
urlpatterns = [
    *HOUSE_PAGES,
    path("netiquette.json", house_pages.netiquette_json, name="netiquette_json"),
    path("moderation/pages/", house_pages.editions, name="editions"),
    path("moderation/pages/<slug:page>/", house_pages.edit, name="edit_page"),
    path("comments/<int:pk>/flags/", flags.flags, name="flags"),
    path("decisions/<int:pk>/", decisions.decision, name="decision"),
    path("moderation/", desk.desk, name="desk"),
    path("moderation/news/", queue.news, name="queue_news"),
    path("moderation/search/", queue.search, name="text_search"),
    path("moderation/cases/<int:pk>/", desk.case, name="case"),
    path("moderation/cases/<int:pk>/claim/", desk.claim, name="claim"),
    path("moderation/cases/<int:pk>/release/", desk.release, name="release"),
    path("moderation/cases/<int:pk>/decision/", desk.decide, name="decide"),
    path("moderation/comments/<int:pk>/", desk.comment, name="comment"),
]
