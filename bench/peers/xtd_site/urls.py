"""Which page shows what?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import include, path
from xtd_site.models import Article


def front(request: HttpRequest) -> HttpResponse:
    """The articles named, as a front page would list its newest."""
    named = [pk for pk in request.GET.get("articles", "").split(",") if pk]
    return render(request, "front.html", {"articles": Article.objects.filter(pk__in=named)})


def article(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "article.html", {"article": get_object_or_404(Article, pk=pk)})


urlpatterns = [
    path("", front),
    path("articles/<int:pk>/", article, name="article"),
    path("comments/", include("django_comments_xtd.urls")),
]
