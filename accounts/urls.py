"""Which address answers what? Signing in and up, passwords and second factors are allauth's."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [path("settings/", views.settings, name="settings")]
