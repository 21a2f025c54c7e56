"""Which address answers what?"""

from django.urls import path

from moderation import views

app_name = "moderation"
urlpatterns = [
    path("netiquette/", views.netiquette, name="netiquette"),
    path("comments/<int:pk>/flags/", views.flags, name="flags"),
    path("decisions/<int:pk>/", views.decision, name="decision"),
    path("moderation/", views.desk, name="desk"),
    path("moderation/cases/<int:pk>/", views.case, name="case"),
    path("moderation/cases/<int:pk>/claim/", views.claim, name="claim"),
    path("moderation/cases/<int:pk>/release/", views.release, name="release"),
    path("moderation/cases/<int:pk>/decision/", views.decide, name="decide"),
    path("moderation/comments/<int:pk>/", views.comment, name="comment"),
]
