"""Which address answers what?"""

from django.urls import path

from forum import feeds
from forum.views import (
    comments,
    editing,
    following,
    muting,
    news,
    newsroom,
    pages,
    picking,
    recommending,
    writing,
)

app_name = "forum"
urlpatterns = [
    path("", pages.front, name="front"),
    path("feed/", feeds.front, name="front_feed"),
    path("articles/<slug:slug>-<int:pk>/", pages.article, name="article"),
    path("articles/<slug:slug>-<int:pk>/news/", news.ticker, name="ticker_news"),
    path("articles/<slug:slug>-<int:pk>/news/shown/", news.entries, name="ticker_news_shown"),
    path("topics/<slug:slug>/", pages.topic, name="topic"),
    path("topics/<slug:slug>/feed/", feeds.topic, name="topic_feed"),
    path("discussions/<int:pk>/", pages.discussion, name="discussion"),
    path("discussions/<int:pk>/feed/", feeds.discussion, name="discussion_feed"),
    path("discussions/<int:pk>/news/", news.discussion, name="news"),
    path("discussions/<int:pk>/news/shown/", news.comments, name="news_shown"),
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
    path("comments/<int:pk>/pick/", picking.pick, name="pick"),
    path("comments/<int:pk>/pick/withdrawal/", picking.unpick, name="unpick"),
    path("comments/<int:pk>/pin/", picking.pin, name="pin"),
    path("comments/<int:pk>/pin/withdrawal/", picking.unpin, name="unpin"),
    path("newsroom/", newsroom.articles, name="newsroom"),
    path("newsroom/articles/", newsroom.write, name="newsroom_write"),
    path("newsroom/articles/<int:pk>/", newsroom.edit, name="newsroom_article"),
    path(
        "newsroom/articles/<int:pk>/withdrawal/",
        newsroom.withdrawal,
        name="newsroom_withdrawal",
    ),
    path("newsroom/articles/<int:pk>/entries/", newsroom.entries, name="newsroom_entries"),
    path("newsroom/entries/<int:pk>/", newsroom.entry, name="newsroom_entry"),
    path(
        "newsroom/entries/<int:pk>/withdrawal/",
        newsroom.entry_withdrawal,
        name="newsroom_entry_withdrawal",
    ),
    path("newsroom/discussions/<int:pk>/", newsroom.discussion, name="newsroom_discussion"),
    path("readers/<str:name>/", comments.reader, name="reader"),
    path("readers/<str:name>/mute/", muting.muting, name="mute"),
    path("readers/<str:name>/mute/withdrawal/", muting.withdrawal, name="mute_withdrawal"),
    path("account/muted/", muting.muted, name="muted"),
    path("account/following/", following.followed, name="followed"),
    path("account/comments/", comments.own_comments, name="own_comments"),
]
