"""Which address answers what?"""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.inbox, name="inbox"),
    path("notifications/mails/", views.mails, name="mails"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/<int:pk>/read/", views.read, name="read"),
    path("unsubscribe/<str:key>/", views.unsubscribe, name="unsubscribe"),
]
