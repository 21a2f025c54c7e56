"""What does the desk answer about its own rules? Moderators read them, seniors set them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from forum.answers import answering
from moderation import rules
from moderation.desk_rules import describing, policy, trying
from moderation.desk_rules.history import topic_of
from moderation.desk_rules.options import Kind
from moderation.desk_rules.setting import set_meanwhile, set_rule
from moderation.models import RuleSetting, WordlistEntry
from moderation.rule_forms import PlaceForm, RuleForm, initial_of, place_of
from moderation.views.guarding import full_page, moderator_required, put_into, see_other


@moderator_required
@answering("GET")
def desk_rules(request: Any) -> HttpResponse:
    count = WordlistEntry.objects.listed().count()
    shown = {"rules": describing.all_rules(), "word_count": count}
    return render(request, "moderation/desk_rules.html", shown)


@moderator_required
@answering("GET", "POST")
def desk_rule(request: Any, kind: str) -> HttpResponse:
    """How it is set in the place that the address asks for, and a form to set it otherwise."""
    kind = known(kind)
    place_form = PlaceForm(request.GET)
    place = place_form.chosen
    setting = describing.newest(kind, **place)
    if request.method != "POST":
        form = RuleForm(initial=initial(kind, place, setting), **asked(kind, place))
        status = 422 if place_form.errors else 200
        return rule_page(request, kind, place_form, form, status=status)
    refuse_juniors(request)
    form = RuleForm(request.POST, **asked(kind, place))
    if not (place_form.is_valid() and form.is_valid()):
        return rule_page(request, kind, place_form, form, status=422)
    if "save" not in request.POST:
        trial = None
        if form.cleaned_data["state"] == RuleSetting.State.ON:
            trial = trying.try_rule(kind, place=place_of(place), options=form.options)
        return rule_page(request, kind, place_form, form, trial=trial, is_tried=True)
    try:
        save(form, by=request.user, place=place, setting=setting)
    except ValidationError as error:
        put_into(form, error)
        return rule_page(request, kind, place_form, form, error=error)
    messages.success(request, _("Saved: it holds for every comment that is read from now on."))
    return see_other(address_of(kind, place))


def known(kind: str) -> Kind:
    if kind not in Kind:
        raise Http404
    return Kind(kind)


def refuse_juniors(request: Any) -> None:
    if refusal := rules.senior_refusal(request.user):
        raise PermissionDenied(refusal)


def asked(kind: Kind, place: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "is_everywhere": not any(place.values())}


def initial(kind: Kind, place: dict[str, Any], setting: RuleSetting | None) -> dict[str, Any]:
    """A place without a setting of its own begins with what holds there."""
    where = place_of(place)
    if place["discussion"]:
        where = where._replace(topic_id=topic_of(place["discussion"]))
    held = policy.current().at(kind, **where._asdict())
    found = initial_of(setting, held, kind)
    if setting is None and any(place.values()):
        found["state"] = RuleSetting.State.INHERIT
    return found


def save(
    form: RuleForm, *, by: Any, place: dict[str, Any], setting: RuleSetting | None
) -> RuleSetting:
    """Raises what set_rule raises; conflict, too, where the form was made of an older setting."""
    sent = form.cleaned_data
    if sent["follows"] != (setting.pk if setting else None):
        raise set_meanwhile()
    return set_rule(
        form.kind,
        by=by,
        state=sent["state"],
        options=form.options,
        reason=sent["reason"],
        follows=setting,
        **place,
    )


def rule_page(
    request: HttpRequest, kind: Kind, place_form: PlaceForm, form: RuleForm, **more: Any
) -> HttpResponse:
    trial, is_tried = more.pop("trial", None), more.pop("is_tried", False)
    place = place_form.chosen
    context = {
        "kind": kind,
        "explanation": describing.EXPLAINED[kind],
        "place": place["topic"] or place["discussion"],
        "query": query_of(place),
        "place_form": place_form,
        "form": form,
        "trial": trial,
        "is_tried": is_tried,
        "is_senior": rules.senior_refusal(request.user) is None,
        "changes": describing.changes(kind),
        "values": describing.values(policy.current().at(kind)),
    }
    return full_page(request, "moderation/desk_rule.html", context, **more)


def query_of(place: dict[str, Any]) -> str:
    """The place as the address asks for it."""
    named = {}
    if place["topic"]:
        named["topic"] = place["topic"].slug
    if place["discussion"]:
        named["discussion"] = place["discussion"].pk
    return f"?{urlencode(named)}" if named else ""


def address_of(kind: Kind, place: dict[str, Any]) -> str:
    return reverse("moderation:desk_rule", args=[kind.value]) + query_of(place)
