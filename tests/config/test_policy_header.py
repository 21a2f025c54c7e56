"""Is the policy that is put together once the one that the library puts together each time?"""

import pytest
from csp.decorators import csp_exempt, csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpResponse

from config.middleware import Policy

NAME = "Content-Security-Policy"


def page(request) -> HttpResponse:
    return HttpResponse("ein Satz")


VIEWS = {
    "plain": page,
    "with pictures in the page": csp_update({"img-src": "data:"})(page),
    "without one": csp_exempt()(page),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_it_is_the_librarys(rf, view):
    ours, librarys = (
        middleware(view)(rf.get("/")).headers.get(NAME) for middleware in (Policy, CSPMiddleware)
    )
    assert _parts(ours) == _parts(librarys)


def test_what_one_view_allows_is_not_allowed_to_the_next(rf):
    answers = {
        name: Policy(view)(rf.get("/")).headers.get(NAME) for name, view in reversed(VIEWS.items())
    }
    assert "img-src 'self' data:" in answers["with pictures in the page"]
    assert "data:" not in answers["plain"]


def test_a_policy_that_is_there_already_stays(rf):
    def own(request) -> HttpResponse:
        return HttpResponse("ein Satz", headers={NAME: "sandbox"})

    assert Policy(own)(rf.get("/")).headers[NAME] == "sandbox"


def _parts(policy: str | None) -> set[str]:
    """Their order differs from process to process."""
    return {*(policy or "").split("; ")}
