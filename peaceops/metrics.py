"""`/metrics`: how the office's machine goes, as Prometheus reads it. Off unless `METRICS` says who may ask.

Figures and codes only: no names, no addresses, nothing that people typed.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from background.schedule import needed_for
from background.standings import Standing, standings
from deployments.stays import authorised_cap
from flags.models import Flag
from missions.models import Area
from outbox.models import Letter
from peaceops import __version__, health, traffic

SET_BY_PROXIES = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")
"""Beside all that begin with `X-Forwarded-`."""


@require_safe
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers of the web server and, while the database answers, those of the office; 404 where it is off.

    401 without the right token. With the database away it answers within two seconds, `peaceops_database_up` 0.
    """
    if settings.METRICS == "token":
        if not _has_the_token(request):
            challenge = {"WWW-Authenticate": "Bearer"}
            return HttpResponse("", status=HTTPStatus.UNAUTHORIZED, headers=challenge)
    elif settings.METRICS != "loopback" or not is_from_this_host(request):
        raise Http404
    told = generate_latest(traffic.of_all_processes())
    office = CollectorRegistry()
    office.register(_Figures(_figures()))
    return HttpResponse(told + generate_latest(office), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _has_the_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)


def is_from_this_host(request: HttpRequest) -> bool:
    """Whether it came from a loopback address, and not through a proxy that itself runs here."""
    if any(name.startswith("HTTP_X_FORWARDED_") or name in SET_BY_PROXIES for name in request.META):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a Unix socket, behind which stands a proxy
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback


class _Figures:
    """What was found, as a registry asks for it."""

    def __init__(self, found: list[Metric]) -> None:
        self.found = found

    def collect(self) -> list[Metric]:
        return self.found


def _figures() -> list[Metric]:
    """The figures of the office; where the database does not answer, only that it does not."""
    office: list[Metric] = []
    is_up = health.database_answers()
    if is_up:
        try:
            office = list(of_the_office(timezone.now()))
        except DatabaseError:  # it went away meanwhile, or took longer than a page may
            is_up, office = False, []
    version = _gauge("version_info", "The version that runs.", [((__version__,), 1)], ["version"])
    return [version, _gauge("database_up", "Whether the database answers.", [((), is_up)]), *office]


def of_the_office(now: dt.datetime) -> Iterator[Metric]:
    """The figures that are asked of the database: nine queries, and three more for missions that changed their area."""
    yield from _letters(now)
    yield from _jobs(now)
    yield from _flags()
    yield from _places(timezone.localdate(now))


def _letters(now: dt.datetime) -> Iterator[Metric]:
    waiting = Letter.objects.waiting().aggregate(number=Count("pk"), oldest=Min("written_at"))
    given_up = Letter.objects.undeliverable().count()
    age = (now - waiting["oldest"]).total_seconds() if waiting["oldest"] else 0
    yield _gauge("letters_waiting", "Letters still to be delivered.", [((), waiting["number"])])
    yield _gauge("letters_given_up", "Letters given up that nobody has seen to.", [((), given_up)])
    yield _gauge("letters_oldest_waiting_seconds", "Seconds since the oldest waiting letter was written.", [((), age)])


def _jobs(now: dt.datetime) -> Iterator[Metric]:
    jobs = [one for one in standings(now) if one.job.is_on()]
    late = [((one.job.name,), one.is_late) for one in jobs]
    ages = {one.job.name: _age(one, now) for one in jobs}
    went_well = [((name,), age) for name, age in ages.items() if age is not None]
    yield _gauge("job_late", "1 while a job is late.", late, ["job"])
    yield _gauge("job_went_well_seconds", "Seconds since a job began that went well.", went_well, ["job"])
    backups = [((), age / 3600) for name in needed_for("backup") if (age := ages.get(name)) is not None]
    if backups:
        yield _gauge("backup_age_hours", "Hours since the newest backup that went well.", backups)


def _age(one: Standing, now: dt.datetime) -> float | None:
    return (now - one.went_well_at).total_seconds() if one.went_well_at else None


def _flags() -> Iterator[Metric]:
    counted = dict(Flag.objects.open().order_by().values_list("severity").annotate(Count("pk")))
    each = [((severity,), counted.get(severity, 0)) for severity in Flag.Severity.values]
    yield _gauge("flags_open", "Open flags by urgency.", each, ["severity"])


def _places(today: dt.date) -> Iterator[Metric]:
    areas = list(Area.objects.all())
    timelines = authorised_cap.timelines(areas, today, today, today=today)
    strengths = {area.code: timelines[area.pk][0] for area in areas}
    used = [((code,), strength.used) for code, strength in strengths.items()]
    # A cap of 0 is another thing than no authorization: without one there is no row.
    caps = [((code,), strength.cap) for code, strength in strengths.items() if strength.cap is not None]
    yield _gauge("places_used", "Places in use today, by country or region.", used, ["area"])
    yield _gauge("places_cap", "Authorized cap today, by country or region.", caps, ["area"])


def _gauge(
    name: str, told: str, values: Iterable[tuple[tuple[str, ...], float]], labels: Iterable[str] = ()
) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"peaceops_{name}", told, labels=list(labels))
    for named, value in values:
        gauge.add_metric(list(named), value)
    return gauge
