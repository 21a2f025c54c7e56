"""How much was said about these articles? For front pages of the newspaper elsewhere."""

import json
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from accounts.routing import address_of
from forum import states
from forum.describing import absolute
from forum.views.answering import made_from, read_only, shared
from forum.views.discussions import is_number

AT_ONCE = 100


@read_only
def counts(request: HttpRequest) -> HttpResponse:
    """?article=12&article=agency:4711: ids of ours, or of the newspaper's system with its name.

    What is not public or has no discussion is left out.
    """
    state = asked_for(request.GET.getlist("article"))
    response = shared(request, lambda: told(made_from(request, state)), state)
    # Public, and never with anybody's cookies.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def asked_for(named: list[str]) -> states.State:
    """Ids, and sources with their ids. Raises BadRequest for anything else."""
    if len(named) > AT_ONCE:
        raise BadRequest(_("Please ask for at most %(count)s articles.") % {"count": AT_ONCE})
    ids: dict[int, None] = {}
    sources: dict[tuple[str, str], None] = {}
    for one in named:
        source, _colon, source_id = one.partition(":")
        if is_number(one):
            ids[int(one)] = None
        elif source and source_id and "\x00" not in one:
            sources[source, source_id] = None
        else:
            raise BadRequest(
                _("Articles are named by a number, or by a source and its number there.")
            )
    return states.counts(list(ids), list(sources))


def told(mark: states.Mark | None) -> HttpResponse:
    """The state is the answer already: nothing else is asked."""
    found = json.loads(mark.shown) if mark else []
    return JsonResponse({"counts": [_count(*each) for each in found if each[-1] is not None]})


def _count(pk: int, source: str, source_id: str, slug: str, comment_count: int) -> dict[str, Any]:
    return {
        "article": pk,
        "source": source,
        "source_id": source_id,
        "comment_count": comment_count,
        "url": f"{absolute(address_of('forum:article', slug, pk))}#discussion",
    }
