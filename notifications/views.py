"""What do the pages of notifications answer?"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from forum.answers import answering
from notifications import choosing, marking, reading, unsubscribing
from notifications.forms import MailsForm
from notifications.models import Notification


@login_required
@answering("GET")
def inbox(request: HttpRequest) -> HttpResponse:
    """Looking changes nothing: lines are marked by buttons."""
    page = reading.inbox_of(cast("User", request.user), after=request.GET.get("after", ""))
    return render(request, "notifications/inbox.html", {"inbox": page})


@login_required
@answering("POST")
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one line; the button "open" leads on to what it tells of."""
    own = Notification.objects.in_view().filter(recipient=cast("User", request.user))
    notification = get_object_or_404(own, pk=pk)
    marking.mark_read(notification)
    if "open" in request.POST:
        return HttpResponseRedirect(reading.target_of(notification), status=303)
    return HttpResponseRedirect(reverse("notifications:inbox"), status=303)


@login_required
@answering("POST")
def read_all(request: HttpRequest) -> HttpResponse:
    marking.mark_all_read(cast("User", request.user))
    return HttpResponseRedirect(reverse("notifications:inbox"), status=303)


@login_required
@answering("GET", "POST")
def mails(request: HttpRequest) -> HttpResponse:
    """Which facts he is told by mail as well."""
    reader = cast("User", request.user)
    wanted = dict.fromkeys(choosing.kinds_wanted(reader), True)
    form = MailsForm(request.POST if request.method == "POST" else None, initial=wanted)
    if not form.is_valid():
        return render(request, "notifications/mails.html", {"form": form})
    choosing.choose(reader, form.kinds())
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("notifications:mails"), status=303)


# RFC 8058: mail programs send this without cookie, token or page. The key in the address is what
# proves that the mail was theirs; all it can do is end mails.
@csrf_exempt
@answering("GET", "POST")
def unsubscribe(request: HttpRequest, key: str) -> HttpResponse:
    """GET only asks: scanners follow every link of a mail."""
    meant = unsubscribing.meant_by(key)
    if meant is None:
        raise Http404
    reader, kind = meant
    if request.method == "POST":
        choosing.refuse(reader, kind)
    context = {"kind": kind, "is_ended": not choosing.wants(reader, kind)}
    return render(request, "notifications/unsubscribe.html", context)
