"""Which address belongs to which app?"""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.http import Http404
from django.urls import include, path, re_path
from django.views.defaults import page_not_found
from django.views.generic import RedirectView

from accounts.views import admin_door
from config import crawlers, operators
from config.gallery import gallery
from config.reporting import policy_reports

handler500 = "config.errors.server_error"

urlpatterns = [
    path("health/live", operators.live),
    path("health/ready", operators.ready),
    path("metrics", operators.metrics),
    path("policy/reports/", policy_reports, name="policy_reports"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", crawlers.sitemap_part, name="sitemap_part"),
    path("", include("forum.urls")),
    path("", include("moderation.urls")),
    path("", include("notifications.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("admin/login/", admin_door),
    # The admin's own page counts no wrong passwords and ends no other sessions.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    # It leads whoever is staff to anything by its number, and names the slugs of drafts by that.
    re_path("^admin/r/", page_not_found, {"exception": Http404()}),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns += [path("gallery/", gallery)]
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
