"""Health checks: `/livez` (does the process answer?) and `/readyz` (does everything work?)."""

import os
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from background.schedule import HEARTBEAT, needed_for
from background.standings import standings
from foundation import guards, scanning
from outbox import letters
from peaceops import __version__
from peaceops.celery import app


@require_safe
@login_not_required
def livez(request: HttpRequest) -> JsonResponse:
    """200 with the version, without any check: the web process answers."""
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check of `CHECKS` is ok, otherwise 503; with the outcome of each, and no secret or figure.

    Those `TOLD_ONLY` are told beside them.
    """
    checks = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = all(outcome == "ok" for outcome in checks.values())
    checks |= {name: _outcome(check) for name, check in TOLD_ONLY.items()}
    return JsonResponse({"status": "ok" if ready else "not ready", **checks}, status=200 if ready else 503)


def _outcome(check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "failed"
    except Exception:  # noqa: BLE001 (any error is the outcome of this check)
        return "failed"


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _guards() -> bool:
    return not guards.missing()


def _broker() -> bool:
    if not settings.REDIS_URL:  # files never refuse a connection
        return os.access(f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['data_folder_in']}/.", os.W_OK)
    with app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=0, timeout=2)
        return True


def _beat() -> bool:
    last = cache.get(HEARTBEAT)
    return last is not None and timezone.now().timestamp() - last < settings.BEAT_LATE_SECONDS


def _sweeps() -> bool:
    return _jobs_are_on_time("sweeps")


def _letters() -> bool:
    return _jobs_are_on_time("letters") and not letters.is_stuck(timezone.now())


def _jobs_are_on_time(part: str) -> bool:
    """Whether each job that this part needs has succeeded before, and none is late."""
    jobs = standings(timezone.now(), needed_for(part))
    return not any(standing.is_late or standing.went_well_at is None for standing in jobs)


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrations,
    "guards": _guards,
    "broker": _broker,
    "beat": _beat,
    "sweeps": _sweeps,
    "letters": _letters,
}
TOLD_ONLY: dict[str, Callable[[], bool]] = {"scanner": scanning.is_reachable}
"""What everything else goes on without: documents wait for the virus scanner (`deployments.candidates.quarantine`)."""
