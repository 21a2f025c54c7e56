"""Which address answers what?"""

from django.urls import URLPattern

app_name = "notifications"
urlpatterns: list[URLPattern] = []
