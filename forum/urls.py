"""Which address answers what?"""

from django.urls import path

from forum import feeds
from forum.views import comments, editing, following, muting, pages, recommending, writing

app_name = "forum"
urlpatterns = [
    path("", pages.front, name="front"),
    path("feed/", feeds.front, name="front_feed"),
    path("articles/<slug:slug>-<int:pk>/", pages.article, name="article"),
    path("topics/<slug:slug>/", pages.topic, name="topic"),
    path("topics/<slug:slug>/feed/", feeds.topic, name="topic_feed"),
    path("discussions/<int:pk>/", pages.discussion, name="discussion"),
    path("discussions/<int:pk>/feed/", feeds.discussion, name="discussion_feed"),
    path("discussions/<int:pk>/following/", following.following, name="following"),
    path(
        "discussions/<int:pk>/following/withdrawal/",
        following.withdrawal,
        name="following_withdrawal",
    ),
    path("discussions/<int:pk>/comments/", writing.write, name="write"),
    path("discussions/<int:pk>/preview/", writing.preview, name="preview"),
    path("comments/<int:pk>/", comments.comment, name="comment"),
    path("comments/<int:pk>/replies/", comments.replies, name="replies"),
    path("comments/<int:pk>/revisions/", editing.revisions, name="revisions"),
    path("comments/<int:pk>/withdrawal/", editing.withdrawal, name="withdrawal"),
    path("comments/<int:pk>/recommendation/", recommending.recommendation, name="recommendation"),
    path(
        "comments/<int:pk>/recommendation/withdrawal/",
        recommending.withdrawal,
        name="recommendation_withdrawal",
    ),
    path("readers/<str:name>/", comments.reader, name="reader"),
    path("readers/<str:name>/mute/", muting.muting, name="mute"),
    path("readers/<str:name>/mute/withdrawal/", muting.withdrawal, name="mute_withdrawal"),
    path("account/muted/", muting.muted, name="muted"),
    path("account/following/", following.followed, name="followed"),
    path("account/comments/", comments.own_comments, name="own_comments"),
]
