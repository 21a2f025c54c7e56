"""What does the paper show? Front page, articles, topics, discussions."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404

from articles.models import Article, Topic
from forum import describing, reading, states
from forum.describing import Describe
from forum.models import Discussion
from forum.subjects import article_by_id
from forum.teasers import teasers_page
from forum.ticker import is_running, last_time_of, ticker_of, version_of
from forum.views.answering import page_with_comments, read_only, with_news
from forum.views.discussions import (
    chosen_order,
    discussion_context,
    discussion_or_404,
    is_empty_and_closed,
    writing_context,
)
from forum.views.finding import filtered
from forum.views.personal import answered


@read_only
def front(request: HttpRequest) -> HttpResponse:
    older = request.GET.get("older", "")
    return answered(
        request,
        partial(_front_page, older=older),
        states.teasers(scope="front", older=older),
    )


@read_only
def article(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return answered(
        request,
        partial(_article_or_redirect, slug=slug, pk=pk),
        states.article(pk),
        order=chosen_order(request),
    )


@read_only
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    topics = Topic.objects.published().select_related("discussion", "live_report")
    found = get_object_or_404(topics, slug=slug)
    older = request.GET.get("older", "")
    return answered(
        request,
        partial(_topic_page, topic=found),
        states.topic(found.pk),
        states.teasers(scope=f"topic {found.pk}", older=older),
        order=chosen_order(request),
    )


@read_only
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    if "show" in request.GET:
        return filtered(request, pk)
    return answered(
        request,
        lambda request: _discussion_page(request, discussion_or_404(pk)),
        states.discussion(pk),
        order=chosen_order(request),
    )


def _front_page(request: HttpRequest, older: str) -> HttpResponse:
    listed = teasers_page(Article.objects.published(), scope="front", older=older)
    context = {"articles": listed, "described": describing.front()}
    page = page_with_comments(request, "forum/front.html", context, comments=[], discussion=None)
    return with_news(request, page, listed.teasers)


def _article_or_redirect(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = article_by_id(pk)
    if found is None or not found.is_public:
        raise Http404
    if slug != found.slug:
        query = request.GET.urlencode()
        address = found.get_absolute_url()
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    return _article_page(request, found, reading.discussion_of(found))


def _article_page(
    request: HttpRequest, article: Article, discussion: Discussion | None
) -> HttpResponse:
    entries = ticker_of(article)
    context = {
        "article": article,
        "topic": article.topic,
        "topic_discussion": getattr(article.topic, "discussion", None),
        "live_report": _live_report(article.topic, besides=article),
        "entries": entries,
        "last_entry_at": last_time_of(entries),
        "ticker_version": version_of(article),
        "is_running": is_running(article),
        "related_topics": list(article.related_topics.order_by("title")),
    }
    describe = partial(describing.article, article, entries=entries)
    if discussion and discussion.topic_id and not is_empty_and_closed(discussion):
        return _with_newest(request, context, discussion, describe=describe)
    return _with_discussion(request, "forum/article.html", context, discussion, describe=describe)


def _topic_page(request: HttpRequest, topic: Topic) -> HttpResponse:
    older = request.GET.get("older", "")
    listed = teasers_page(topic.articles.published(), scope=f"topic {topic.pk}", older=older)
    context = {
        "topic": topic,
        "articles": listed,
        "related_topics": list(topic.related.published().order_by("title")),
        "live_report": _live_report(topic),
    }
    discussion = getattr(topic, "discussion", None)
    describe = partial(describing.topic, topic)
    page = _with_discussion(request, "forum/topic.html", context, discussion, describe=describe)
    return with_news(request, page, listed.teasers)


def _discussion_page(request: HttpRequest, discussion: Discussion) -> HttpResponse:
    describe = partial(describing.discussion, discussion)
    return _with_discussion(request, "forum/discussion.html", {}, discussion, describe=describe)


def _with_discussion(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    discussion: Discussion | None,
    *,
    describe: Describe,
) -> HttpResponse:
    """A page with all of its discussion, or with a line that there is none."""
    if discussion is None or is_empty_and_closed(discussion):
        context["described"] = describe(None, [])
        return page_with_comments(request, template, context, comments=[], discussion=None)
    context |= discussion_context(request, discussion)
    context["comment_count"] = discussion.comment_count
    context["described"] = describe(discussion, context["page"].comments)
    return page_with_comments(
        request,
        template,
        context,
        comments=context["page"].comments,
        discussion=discussion,
        with_roots=context["is_first"],
        sort=context["sort"],
    )


def _with_newest(
    request: HttpRequest, context: dict[str, Any], discussion: Discussion, *, describe: Describe
) -> HttpResponse:
    """An article whose readers discuss on the topic page: the last few of that, and a box."""
    context |= writing_context(request, discussion, about=context["article"])
    context["newest"] = reading.newest(discussion)
    context["comment_count"] = discussion.comment_count
    context["described"] = describe(discussion, context["newest"])
    return page_with_comments(
        request,
        "forum/article.html",
        context,
        comments=context["newest"],
        discussion=discussion,
        with_roots=True,
    )


def _live_report(topic: Topic | None, *, besides: Article | None = None) -> Article | None:
    report = topic.live_report if topic else None
    return report if report and report != besides and report.is_public else None
