"""What do operators and their machines ask: is it alive, is it ready, what waits?"""

from collections.abc import Iterator

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.models import Min, Sum
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from redis.exceptions import RedisError

from accounts.models import PersonalDataExport, User
from accounts.throttling import address_of
from config.backups import SLOT
from moderation import respites
from moderation.models import Appeal, Case, Erasure, Hearing, Respite, Screening, Sweep
from notifications.models import Mail

LOOPBACK = {"127.0.0.1", "::1"}
# A screening older than this means that no worker works.
OVERDUE_SECONDS = 60


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """What is missing. 503 without PostgreSQL alone: without Redis or worker the site works on."""
    missing = []
    status = 200
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if _oldest_screening_seconds() > OVERDUE_SECONDS:
            missing.append("worker")
        if Mail.objects.overdue(timezone.now()).exists():
            missing.append("mail")
    except DatabaseError:
        missing.append("postgresql")
        status = 503
    try:
        caches["pages"].get("ready")
    except (RedisError, OSError):
        missing.append("redis")
    return JsonResponse({"ready": status == 200, "missing": missing}, status=status)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' format, for this machine alone: to everybody else there is nothing here.

    Where no proxy is trusted, what one here passes on would seem to come from this machine.
    """
    if address_of(request) not in LOOPBACK or "HTTP_X_FORWARDED_FOR" in request.META:
        raise Http404
    return ExportToDjangoView(request)


def _oldest_screening_seconds() -> float:
    oldest = Screening.objects.waiting().aggregate(oldest=Min("queued_at"))["oldest"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0.0


def _of_the_backup() -> Iterator[GaugeMetricFamily]:
    """Nothing where nobody has ever followed. No bytes where the slot has lost what it kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT active, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)"
            " FROM pg_replication_slots WHERE slot_name = %s",
            [SLOT],
        )
        for is_followed, unreceived in cursor.fetchall():
            yield gauge("backup_followed", "Whether changes are received", is_followed)
            if unreceived is not None:
                yield gauge("backup_unreceived_bytes", "Changes kept for the backup", unreceived)


class Waiting:
    """What waits, read from the rows when somebody asks: they are the truth, not the queue."""

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        screenings, mails = Screening.objects, Mail.objects
        overdue = mails.overdue(timezone.now())
        yield gauge("screenings_waiting", "Revisions to be screened", screenings.waiting().count())
        yield gauge("screening_oldest_seconds", "Age of the oldest", _oldest_screening_seconds())
        yield gauge("screenings_set_aside", "Given up on", screenings.set_aside().count())
        holds = Case.objects.open().overdue().count()
        yield gauge("holds_overdue", "Texts held for more than 24 hours", holds)
        yield gauge("mails_overdue", "Mails that should have been sent", overdue.count())
        yield gauge("mails_set_aside", "Mails given up on", mails.set_aside().count())
        due = respites.due(timezone.now())
        yield gauge("removals_due", "Removals that should have taken effect", due.count())
        aside = Respite.objects.set_aside()
        yield gauge("removals_set_aside", "Removals given up on", aside.count())
        # Upkeep's: more than a few mean that the clock stands still, or that nobody comes.
        now = timezone.now()
        yield gauge("claims_lapsed", "Claims not released yet", Case.objects.lapsed().count())
        appeals = Appeal.objects.overdue(now)
        yield gauge("appeals_overdue", "Appeals past their date", appeals.count())
        hearings = Hearing.objects.overdue(now)
        yield gauge("hearings_overdue", "Hearings not back at the desk", hearings.count())
        ended = User.objects.suspension_over(now)
        yield gauge("suspensions_over", "Ended suspensions not cleared yet", ended.count())
        sweeps = Sweep.objects.set_aside()
        yield gauge("sweeps_set_aside", "Removals of many given up on", sweeps.count())
        exports = PersonalDataExport.objects.set_aside()
        yield gauge("exports_set_aside", "Copies of data given up on", exports.count())
        erased = CounterMetricFamily(
            "forum_texts_erased", "Texts erased because their time was over", labels=["kind"]
        )
        for kind, count in Erasure.objects.values_list("kind").annotate(Sum("count")):
            erased.add_metric([kind], count)
        yield erased
        yield from _of_the_backup()

    def describe(self) -> list[GaugeMetricFamily | CounterMetricFamily]:
        """Empty, so that registering asks the database nothing."""
        return []


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"forum_{name}", text, value=value)


REGISTRY.register(Waiting())
