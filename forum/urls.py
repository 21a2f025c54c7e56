"""Which address answers what?"""

from django.urls import URLPattern

app_name = "forum"
urlpatterns: list[URLPattern] = []
