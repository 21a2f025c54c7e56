"""What do readers learn of the orders, and how do they keep one?"""

from typing import cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from forum import describing, ordering, ranking, reading, recommending
from forum.answers import SEE_OTHER, UNPROCESSABLE, answering, came_from
from forum.forms import AUTOMATIC, OrderForm
from forum.views.answering import read_only, shared

DAY, HOUR = 24 * 3600, 3600


@read_only
def sorting(request: HttpRequest) -> HttpResponse:
    """The main parameters of each order (DSA art. 27), from the constants that rank."""
    title = _("How we sort")
    lead = _("In which order comments stand, what counts for that, and what does not.")
    context = {
        "lead": lead,
        "reply_percent": round(ranking.REPLY_WEIGHT * 100),
        "decade_days": round(ranking.DECADE_SECONDS / DAY),
        "few": ranking.FEW,
        "first_replies": reading.FIRST_REPLIES,
        "fold_seconds": ranking.FOLD_SECONDS,
        "counting_hours": round(recommending.COUNTING_AGE.total_seconds() / HOUR),
        "described": describing.house_page(title, text=lead, path=reverse("forum:sorting")),
    }
    return shared(request, lambda: render(request, "forum/sorting.html", context))


@login_required
@answering("GET", "POST")
def chosen_order(request: HttpRequest) -> HttpResponse:
    """Which order discussions open with; the button beside the orders sends it, too."""
    reader = cast(User, request.user)
    initial = {"sort": ordering.order_of(reader) or AUTOMATIC}
    form = OrderForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return render(request, "forum/chosen_order.html", {"form": form}, status=status)
    if form.cleaned_data["sort"] == AUTOMATIC:
        ordering.choose_no_order(reader)
    else:
        ordering.choose_order(reader, form.cleaned_data["sort"])
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the discussion in which he pressed the button; from the form to the form."""
    here = reverse("forum:chosen_order")
    page = came_from(request)
    if page and urlsplit(page).path != here:
        return HttpResponseRedirect(f"{page}#discussion", status=SEE_OTHER)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(here, status=SEE_OTHER)
