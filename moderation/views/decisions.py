"""What does an author read of a decision?"""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from forum.answers import answering
from moderation import rulebook, statements
from moderation.models import Decision


@answering("GET")
def decision(request, pk):
    key = request.GET.get("key", "")
    if not (key or request.user.is_authenticated):
        return redirect_to_login(request.get_full_path())
    decision = get_object_or_404(Decision.objects.told().in_view(), pk=pk)
    if not statements.is_readable(decision, reader=request.user, key=key):
        raise Http404
    context = {
        "decision": decision,
        "statement": statements.statement(decision),
        "broken": rulebook.clause_of(decision),
        "contact": settings.CONTACT_EMAIL,
    }
    response = render(request, "moderation/statement.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
