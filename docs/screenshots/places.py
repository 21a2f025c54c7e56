"""Which addresses of the demo show what the screenshots are to show?"""

from django.urls import reverse

from articles.models import Article, Topic
from forum.models import Comment, Discussion, Mute
from moderation.models import Case, Decision


def places() -> dict[str, str]:
    """Name -> address, for the braces in the table of take.py."""
    published = Comment.objects.published()
    discussions = Discussion.objects.order_by("-comment_count", "pk")
    long = discussions.first()
    removed = Decision.objects.filter(comment__author__name="Eve", measure="remove").latest("pk")
    found = {
        "article": Article.objects.get(source="demo", source_id="sperrung"),
        "live": Article.objects.filter(kind="live").earliest("pk"),
        "topic": Topic.objects.filter(live_report__isnull=False).earliest("pk"),
        "discussion": long,
        "empty": discussions.filter(comment_count=0, closed_at=None).first(),
        "closed": discussions.exclude(closed_at=None).first(),
        "premoderated": discussions.exclude(premoderated_at=None).first(),
        "comment": published.filter(depth__gte=4).earliest("pk"),
        "reader": published.filter(picked_at__isnull=False).earliest("pk").author,
        "statement": removed,
        "case": Case.objects.open().filter(reader=None).order_by("-flag_count", "pk").first(),
    }
    thread = published.filter(parent=None, discussion=long).order_by("-tally__reply_count").first()
    addresses = {name: one.get_absolute_url() for name, one in found.items() if one}
    waiting = Comment.objects.filter(status="held", parent=None).earliest("pk")
    own = Article.objects.filter(author__email__startswith="anna@")
    report, live = own.filter(kind="report").earliest("pk"), own.filter(kind="live").earliest("pk")
    hidden = Mute.objects.select_related("muted").earliest("pk").muted
    from_hidden = published.filter(author=hidden, discussion=long).earliest("pk")
    return addresses | {
        "muted": f"{long.get_absolute_url()}?around={from_hidden.pk}" if long else "",
        "waiting": waiting.discussion.get_absolute_url(),
        "waiting_author": waiting.author.email.partition("@")[0],
        "own_article": reverse("forum:newsroom_article", args=[report.pk]),
        "own_live": reverse("forum:newsroom_entries", args=[live.pk]),
        "own_discussion": reverse("forum:newsroom_discussion", args=[live.discussion.pk]),
        "own_comment": published.filter(discussion__article=live, parent=None)
        .earliest("pk")
        .get_absolute_url(),
        "removed": Comment.objects.get(pk=removed.comment_id).get_absolute_url(),
        "search": f"{reverse('forum:search')}?discussion={long.pk}" if long else "",
        "replies": f"{thread.get_absolute_url()}replies/" if thread else "",
    }
