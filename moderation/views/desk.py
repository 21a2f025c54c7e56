"""What does the desk answer?

Reading changes nothing: a case is claimed by a button, by deciding it, or by deciding the one
before it. To htmx the case answers with itself and with what was done, never with the list.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from forum.answers import answering
from forum.models import Comment
from forum.views.discussions import is_number
from moderation import laws, queue, reading, rules, saved_reasons, unread
from moderation.decision_forms import DecisionForm
from moderation.filter_forms import FilterForm
from moderation.filtering import Filter
from moderation.lately import lately
from moderation.models import Appeal, Case
from moderation.statements import Statement
from moderation.views.guarding import full_page, moderator_required, see_other


@moderator_required
@answering("GET")
def desk(request):
    form = FilterForm(request.GET)
    if "view" in form.errors:
        raise Http404
    after = request.GET.get("after", "")
    before = get_object_or_404(Case, pk=after) if is_number(after) else None
    page = reading.queue_page(request.user, chosen=form.chosen, after=before)
    context = {"queue": page, "filter_form": form, "query": form.chosen.query}
    context |= told(request) | {"unread_since": unread.waiting_since()}
    return render(request, "moderation/desk.html", context, status=422 if form.errors else 200)


@moderator_required
@answering("GET")
def case(request, pk):
    return case_page(request, pk)


@moderator_required
@answering("GET")
def ahead(request, pk):
    """As the case will look once it is claimed; that is left to the decision before it."""
    cases = Case.objects.open().filter(reader__isnull=True)
    case = get_object_or_404(cases.in_file(), pk=pk)
    context = case_context(request, case)
    context["file"] = replace(context["file"], is_claimed_by_viewer=True)
    return render(request, "moderation/_ahead.html", context)


def case_page(
    request: HttpRequest,
    pk: int,
    *,
    form: DecisionForm | None = None,
    letters: Sequence[Statement] = (),
    **status: Any,
) -> HttpResponse:
    """The case as it is now, whatever the view has known of it before."""
    case = get_object_or_404(Case.objects.in_file(), pk=pk)
    if case.reader:
        return redirect(where_decided(case, case.reader))
    context = case_context(request, case, form=form) | told(request, shown=case)
    context["letters"] = letters
    if is_part(request):
        response = part(request, "moderation/_part.html", context, case=case, **status)
    else:
        filter_form = FilterForm(request.GET)
        page = reading.queue_page(cast(User, request.user), chosen=filter_form.chosen)
        context |= {"queue": page, "filter_form": filter_form}
        response = full_page(request, "moderation/desk.html", context, **status)
    if request.method == "POST":
        # Nothing has happened: the address stays the one that Back and Reload can open.
        response.headers["HX-Push-Url"] = "false"
    return response


def where_decided(case: Case, reader: User) -> Appeal | str:
    """On the reader's page; an appeal has a page of its own, also where its author has left."""
    waits_alone = case.reasons == rules.APPEALED
    appeal = case.appeals.waiting().order_by("due_at").first() if waits_alone else None
    return appeal or reverse("moderation:reader", args=[reader.name])


def case_context(
    request: HttpRequest, case: Case, *, form: DecisionForm | None = None
) -> dict[str, Any]:
    file = reading.case_file(case, viewer=request.user)
    saved = saved_reasons.offered(file.comment, passages=file.passages)
    form = form or DecisionForm(comment=file.comment, initial=suggestion(file, saved))
    form.offer(file.measures)
    query = FilterForm(request.GET).chosen.query
    return {"file": file, "form": form, "saved": saved, "query": query}


def suggestion(file: reading.CaseFile, saved: list[saved_reasons.Offered]) -> dict[str, Any]:
    """What stands in the form before anybody has chosen, by what flags and checks say."""
    # House rules before law: that is suggested where nothing but a notice speaks of the text.
    ground = file.suggested_ground or (laws.CLAUSE if file.notices else "")
    fitting = saved_reasons.suggested(saved, ground=ground)
    once = [each for each in file.passages if file.revision.body.count(each) == 1]
    return {
        "ground": ground,
        "law": file.notices[0].category if file.notices else "",
        "saved": fitting.pk if fitting else None,
        "passage": once[0] if once else "",
    }


def told(request: HttpRequest, *, shown: Case | None = None) -> dict[str, Any]:
    """What he has done lately, and what he is led to after the case that is shown."""
    moderator = cast(User, request.user)
    following = None
    if shown:
        among = FilterForm(request.GET).chosen.cases(moderator)
        following = queue.next_case(moderator, among=among, besides=shown)
    return {"lately": lately(moderator), "following": following}


def is_part(request: Any) -> bool:
    """Whether the list stands beside it and stays. Back and Forward ask for the whole page, and so
    does the link that adds new cases to the list (_queue.html)."""
    asks_for_list = request.htmx.history_restore_request or "X-List" in request.headers
    return bool(request.htmx) and not asks_for_list


def part(
    request: HttpRequest, template: str, context: dict[str, Any], *, case: Case, **status: Any
) -> HttpResponse:
    """Into the place of the case, whatever link or form has asked for it."""
    response = full_page(request, template, context, **status)
    response.headers["HX-Retarget"] = response.headers["HX-Reselect"] = "#file"
    response.headers["HX-Reswap"] = "outerHTML show:window:top"
    response.headers["HX-Push-Url"] = case.get_absolute_url() + context["query"]
    return response


def next_page(request: HttpRequest, *, decided: Case, chosen: Filter) -> HttpResponse:
    """The next case, claimed. To htmx nothing but its id where it was loaded ahead."""
    moderator = cast(User, request.user)
    named = request.POST.get("ahead", "")
    loaded = int(named) if is_number(named) else None
    following = queue.take_next(
        moderator, among=chosen.cases(moderator), besides=decided, ahead=loaded
    )
    if following is None:
        return see_other(reverse("moderation:desk") + chosen.query)
    if not is_part(request) or following.reader_id:
        return see_other(following.get_absolute_url() + chosen.query)
    if following.pk != loaded:
        case = Case.objects.in_file().get(pk=following.pk)
        context = case_context(request, case) | told(request, shown=case)
        return part(request, "moderation/_part.html", context, case=case)
    context = {"query": chosen.query} | told(request, shown=following)
    response = part(request, "moderation/_told.html", context | {"is_part": True}, case=following)
    response.headers["X-Ahead"] = str(following.pk)
    return response


@moderator_required
@answering("POST")
def claim(request, pk):
    case = get_object_or_404(Case.objects.in_view(), pk=pk)
    if not queue.claim(case, moderator=request.user):
        return case_page(request, pk, status=409)
    return see_other(case.get_absolute_url() + FilterForm(request.GET).chosen.query)


@moderator_required
@answering("POST")
def release(request, pk):
    case = get_object_or_404(Case, pk=pk)
    queue.release(case, moderator=request.user)
    if "left" in request.POST:  # by its script: nobody waits for a page
        return HttpResponse(status=204)
    return see_other(reverse("moderation:desk") + FilterForm(request.GET).chosen.query)


@moderator_required
@answering("GET", "POST")
def comment(request, pk):
    """From any comment to its case; opening one is a POST."""
    comment = get_object_or_404(Comment.objects.in_view(), pk=pk)
    refusal = rules.opening_refusal(comment)
    if request.method == "POST" and not refusal:
        return see_other(queue.open_case(comment, reason=queue.Reason.OPENED))
    if case := Case.objects.open().filter(comment=comment).first():
        return redirect(case)
    context = {"comment": comment, "refusal": refusal}
    status = 409 if request.method == "POST" else 200
    return full_page(request, "moderation/open_case.html", context, status=status)
