"""Which addresses does the site have, and with which values can each be asked for?"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import User
from articles.models import Article
from forum.opening import open_discussion
from moderation.appealing import appeal
from moderation.deciding import decide
from moderation.desk_rules.wordlists import add_entry
from moderation.flagging import flag
from moderation.models import SavedReason, Sweep
from moderation.police import tell_police
from moderation.queue import open_case
from moderation.remarking import hide_passage
from moderation.respites import grant
from moderation.suspending import announce
from notifications.models import Notification
from tests.factories import (
    ArticleFactory,
    TickerEntryFactory,
    TopicFactory,
    make_comment,
    make_notice,
)


def routes(
    patterns: list | None = None, prefix: str = "", namespaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, URLPattern]]:
    """(path as written, name with namespace, pattern) of every route of the site."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            spaces = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from routes(entry.url_patterns, where, spaces)
        elif isinstance(entry, URLPattern):
            yield where, ":".join([*namespaces, entry.name or ""]), entry


def address_of(where: str, name: str, paper: dict[str, str]) -> str:
    """The route with real values in it; a placeholder nobody has a value for fails the test."""
    app = name.split(":", maxsplit=1)[0]
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", where)
    path = path.replace("^", "").replace("$", "").replace("\\Z", "")

    def value(match: re.Match) -> str:
        placeholder = match.group(1).split(":")[-1]
        for key in (f"{name} {placeholder}", f"{app} {placeholder}", placeholder):
            if key in paper:
                return str(paper[key])
        raise AssertionError(f"no value for {placeholder} of {name} ({where})")

    return "/" + re.sub(r"<([^>]+)>", value, path)


def asked_for(values: dict[str, str]) -> dict[str, str]:
    """Route -> what it has to be asked to say something."""
    comment, entry = values["forum pk"], values["forum:newsroom_entry pk"]
    return {
        "search/": "q=Ufer",
        "discussions/<int:pk>/news/": "since=0",
        "discussions/<int:pk>/news/shown/": f"ids=comment-{comment}",
        "articles/<slug:slug>-<int:pk>/news/": "since=0",
        "articles/<slug:slug>-<int:pk>/news/shown/": f"ids=entry-{entry}",
        "moderation/news/": "since=0",
        "moderation/search/": "q=Ufer",
        "admin/autocomplete/": "app_label=articles&model_name=article&field_name=author",
    }


@pytest.fixture
def paper(alice, bob, carla, mona) -> dict[str, str]:
    return make_paper(alice, bob, carla, mona)


def make_paper(alice: User, bob: User, carla: User, mona: User) -> dict[str, str]:
    """A small paper in which something has happened, as values for every route."""
    topic = TopicFactory()
    article: Article = ArticleFactory(topic=topic)
    discussion = open_discussion(article=article)
    open_discussion(topic=topic)
    comment = make_comment(discussion, alice, "Endlich Ruhe am Ufer.")
    make_comment(discussion, bob, "Und der Wochenmarkt?", parent=comment)
    rude = make_comment(discussion, bob, "Wer das beschlossen hat, gehört abgewählt.")
    first = flag(rude, reader=alice, reason="rude", explanation="Geht gegen Personen.")
    decision = decide(
        first.case,
        moderator=mona,
        measure="remove",
        revision=rude.revisions.get(),
        ground="personal_attack",
        explanation="Der Satz spricht Personen die Eignung ab.",
    )
    against = make_comment(discussion, bob, "Wer das glaubt, gehört in die Schule.")
    appealed = appeal(
        decide(
            flag(against, reader=alice, reason="rude").case,
            moderator=mona,
            measure="remove",
            revision=against.revisions.get(),
            ground="personal_attack",
            explanation="Der Satz spricht anderen den Verstand ab.",
        ),
        text="Ich meine niemanden persönlich.",
    )
    waiting = make_comment(discussion, carla, "Die Busse fahren ja auch noch.")
    second = flag(waiting, reader=alice, reason="off_topic")
    hidden = make_comment(discussion, bob, "Wer das glaubt, ist selbst schuld.")
    respite = grant(
        open_case(hidden, reason="opened"),
        moderator=mona,
        revision=hidden.revisions.get(),
        ground="personal_attack",
        explanation="Der Satz verhöhnt die Betroffenen.",
    )
    announced = announce(
        comment,
        moderator=mona,
        days=3,
        ground="personal_attack",
        explanation="Der Ton war schon mehrmals so.",
    )
    passage = hide_passage(
        comment,
        moderator=mona,
        revision=comment.revisions.get(),
        passage="Ruhe",
        ground="personal_attack",
        explanation="Diese Stelle greift eine Person an.",
    )
    tell_police(comment, moderator=mona, reason="Die Drohung nennt Ort und Zeit.")
    # Some minutes from beginning.
    sweep = Sweep.objects.create(
        author=alice,
        since=timezone.now(),
        ordered_by=mona,
        leased_until=timezone.now() + timedelta(minutes=30),
        ground="personal_attack",
        explanation="Seit Tagen geht es nur gegen Personen.",
    )
    entry = TickerEntryFactory()
    told = Notification.objects.filter(recipient=bob).first()
    return {
        "forum:article pk": article.pk,
        "slug": article.slug,
        "forum:topic slug": topic.slug,
        "forum:discussion pk": discussion.pk,
        "forum:topic_feed slug": topic.slug,
        "forum:discussion_feed pk": discussion.pk,
        "forum:write pk": discussion.pk,
        "forum:news pk": discussion.pk,
        "forum:news_shown pk": discussion.pk,
        "forum:ticker_news slug": entry.article.slug,
        "forum:ticker_news pk": entry.article_id,
        "forum:ticker_news_shown slug": entry.article.slug,
        "forum:ticker_news_shown pk": entry.article_id,
        "forum:following pk": discussion.pk,
        "forum:following_withdrawal pk": discussion.pk,
        "forum:reading pk": discussion.pk,
        "forum:next pk": discussion.pk,
        "forum:preview pk": discussion.pk,
        "forum pk": comment.pk,
        "forum:newsroom_article pk": article.pk,
        "forum:newsroom_withdrawal pk": article.pk,
        "forum:newsroom_entries pk": entry.article_id,
        "forum:newsroom_entry pk": entry.pk,
        "forum:newsroom_entry_withdrawal pk": entry.pk,
        "forum:newsroom_discussion pk": discussion.pk,
        "forum:reader name": alice.name,
        "name": alice.name,
        "moderation:flags pk": waiting.pk,
        "moderation:notices pk": waiting.pk,
        "moderation:notice pk": make_notice(waiting).pk,
        "address": f"{settings.SITE_URL}{waiting.get_absolute_url()}",
        "moderation:comment pk": waiting.pk,
        "moderation:decision pk": decision.pk,
        "moderation:undo pk": respite.pk,
        "moderation:sweep_stop pk": sweep.pk,
        "moderation:saved_reason pk": SavedReason.objects.earliest("pk").pk,
        "moderation:saved_reason_deletion pk": SavedReason.objects.earliest("pk").pk,
        **{
            f"moderation:{name} pk": waiting.pk
            for name in ("measures", "passages", "house_note", "hand_over", "branch", "danger")
        },
        "moderation:reveal pk": passage.pk,
        "moderation:discussion pk": discussion.pk,
        "moderation:desk_rule kind": "links",
        "moderation:word pk": add_entry("Tropf", ground="personal_attack", reason="Schimpfwort").pk,
        "moderation:hearing pk": announced.pk,
        "moderation:hear pk": announced.pk,
        "moderation:appeal pk": decision.pk,
        "moderation:revision pk": decision.pk,
        "moderation:appeal_at_desk pk": appealed.pk,
        "moderation pk": second.case_id,
        "revision": waiting.revisions.get().pk,
        "notifications pk": told.pk if told else 1,
        "key": "forged",
        "uidb36": "1",
        "section": "articles",
        "table": "cases",
        "version": "2026-11-22",
        "page": "imprint",
        "pk": 1,
    }
