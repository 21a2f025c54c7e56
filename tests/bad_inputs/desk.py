"""B47 to B49: what moderators send."""

from django.http import HttpResponse
from django.test import override_settings

from moderation.deciding import decide
from moderation.models import Case, Decision, Respite
from moderation.queue import open_case
from tests.bad_inputs.asking import Bad, Site
from tests.factories import make_comment

WHY = "Der Satz spricht Personen die Eignung ab."
REMOVAL = {"measure": "remove", "ground": "personal_attack", "explanation": WHY}
TOGETHER = "/moderation/together/"


def named(case: Case) -> str:
    return f"{case.pk}-{case.comment.revisions.get().pk}"


def decided(site: Site, case: Case) -> HttpResponse:
    form = REMOVAL | {"revision": case.comment.revisions.get().pk}
    return site.as_("mona").post(f"{case.get_absolute_url()}decision/", form)


def second_decision(site: Site) -> HttpResponse:
    case = open_case(site.comment, reason="opened")
    decide(
        case,
        moderator=site.cast["max_"],
        revision=site.comment.revisions.get(),
        **REMOVAL | {"explanation": "Das geht gegen die Person."},
    )
    return decided(site, case)


def one_decision(_site: Site, _answer: HttpResponse) -> None:
    assert Decision.objects.count() == 1


def ones_own(site: Site) -> HttpResponse:
    own = make_comment(site.discussion, site.cast["mona"])
    return decided(site, open_case(own, reason="opened"))


def none_decided(_site: Site, _answer: HttpResponse) -> None:
    assert not Decision.objects.exists()
    assert not Respite.objects.exists()


def still_ticked(site: Site, answer: HttpResponse) -> None:
    none_decided(site, answer)
    assert answer.content.decode().count(" checked") >= 50


def fifty_one(site: Site) -> HttpResponse:
    cases = [named(open_case(site.others(), reason="opened")) for _number in range(51)]
    with override_settings(RATE_LIMITS=False):
        return site.as_("mona").post(TOGETHER, REMOVAL | {"cases": cases})


def a_foreign_one_among_them(site: Site) -> HttpResponse:
    """Another comment's wording, as who tampers with the form would send it."""
    one, other = (open_case(site.others(), reason="opened") for _number in range(2))
    tampered = f"{one.pk}-{other.comment.revisions.get().pk}"
    return site.as_("mona").post(TOGETHER, REMOVAL | {"cases": [named(other), tampered]})


BY_HTMX = [
    Bad(47, "two at once", second_decision, 409, "Schon entschieden von Max", WHY,
        then=one_decision),
    Bad(48, "one's own", ones_own, 403, "Über eigene Beiträge entscheidet jemand anderes.",
        then=none_decided),
]  # fmt: skip
ROWS = [
    *BY_HTMX,
    Bad(49, "51 at once", fifty_one, 400,
        "Höchstens 50 Fälle werden zusammen entschieden; Sie haben 51 gewählt.", WHY,
        then=still_ticked),
    Bad(49, "a foreign one among them", a_foreign_one_among_them, 422, "", WHY,
        then=none_decided),
]  # fmt: skip
