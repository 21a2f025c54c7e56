"""What does the desk answer?

Reading changes nothing: a case is claimed by a button, or by deciding it.
"""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from forum.answers import answering
from forum.models import Comment
from moderation import deciding, queue, reading, respites, rules
from moderation.filter_forms import FilterForm
from moderation.forms import DecisionForm
from moderation.lately import lately
from moderation.models import Appeal, Case, Decision
from moderation.views.guarding import full_page, moderator_required, see_other


@moderator_required
@answering("GET")
def desk(request):
    form = FilterForm(request.GET)
    if "view" in form.errors:
        raise Http404
    after = request.GET.get("after", "")
    before = get_object_or_404(Case, pk=after) if after.isascii() and after.isdigit() else None
    page = reading.queue_page(request.user, chosen=form.chosen, after=before)
    context = {"queue": page, "filter_form": form, "lately": lately(request.user)}
    return render(request, "moderation/desk.html", context, status=422 if form.errors else 200)


@moderator_required
@answering("GET")
def case(request, pk):
    return case_page(request, pk)


def case_page(
    request: HttpRequest, pk: int, *, form: DecisionForm | None = None, **status: Any
) -> HttpResponse:
    """The case as it is now, whatever the view has known of it before."""
    case = get_object_or_404(Case.objects.in_file(), pk=pk)
    if case.reader:
        return redirect(where_decided(case, case.reader))
    file = reading.case_file(case, viewer=request.user)
    form = form or DecisionForm(comment=file.comment, initial={"ground": file.suggested_ground})
    form.offer(file.measures)
    filter_form = FilterForm(request.GET)
    page = reading.queue_page(cast(User, request.user), chosen=filter_form.chosen)
    context = {
        "queue": page,
        "filter_form": filter_form,
        "file": file,
        "form": form,
        "lately": lately(request.user),
    }
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
    return see_other(reverse("moderation:desk") + FilterForm(request.GET).chosen.query)


@moderator_required
@answering("POST")
def decide(request, pk):
    case = get_object_or_404(Case.objects.in_view().filter(reader__isnull=True), pk=pk)
    form = DecisionForm(request.POST, comment=case.reviewed_comment)
    if not form.is_valid():
        return case_page(request, pk, form=form, status=422)
    is_removal = form.cleaned_data["measure"] == Decision.Measure.REMOVE
    act = respites.grant if is_removal else deciding.decide
    try:
        decided = act(case, moderator=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return case_page(request, pk, form=form, error=error)
    if not is_removal:  # which says so itself, with a button (_undo.html)
        name = case.reviewed_comment.author
        done = {"measure": decided.get_measure_display(), "name": name}
        messages.success(request, _("%(measure)s: comment by %(name)s") % done)
    chosen = FilterForm(request.GET).chosen
    following = queue.next_case(request.user, among=chosen.cases(request.user))
    address = following.get_absolute_url() if following else reverse("moderation:desk")
    return see_other(address + chosen.query)


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
