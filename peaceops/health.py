"""Health checks: `/livez` (does the process answer?) and `/readyz` (does everything work?)."""

import contextlib
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from background.schedule import HEARTBEAT, needed_for
from background.standings import standings
from foundation import guards, private_files, scanning
from outbox import letters
from peaceops import __version__
from peaceops.celery import app

ANSWER_WITHIN_SECONDS = 1
"""So long a part that runs elsewhere may take to answer."""


@require_safe
@login_not_required
def livez(request: HttpRequest) -> JsonResponse:
    """200 with the version, without any check: the web process answers."""
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part is ok, otherwise 503 within two seconds; with the outcome of each, and no secret or figure.

    What needs the database is not asked when that does not answer. Those `TOLD_ONLY` make nothing red.
    """
    ends = time.monotonic() + ANSWER_WITHIN_SECONDS
    answers = {name: question.ask() for name, question in ELSEWHERE.items()}
    checks = {name: "ok" if _is_true(answer, ends) else "failed" for name, answer in answers.items()}
    checks |= {name: _outcome(check) if checks["database"] == "ok" else "not asked" for name, check in STORED.items()}
    ready = all(outcome == "ok" for name, outcome in checks.items() if name not in TOLD_ONLY)
    told = {"status": "ok" if ready else "not ready", **checks, **_age_of_backup(checks["database"])}
    return JsonResponse(told, status=200 if ready else 503)


def database_answers() -> bool:
    """Whether the database answers within a second."""
    return _is_true(ELSEWHERE["database"].ask(), time.monotonic() + ANSWER_WITHIN_SECONDS)


def _age_of_backup(database: str) -> dict[str, int]:
    """How many hours ago the newest backup was made that went well; nothing where none was, or none can be asked."""
    with contextlib.suppress(DatabaseError):
        [standing] = standings(timezone.now(), needed_for("backup")) if database == "ok" else [None]
        if standing and standing.went_well_at and standing.job.is_on():
            return {"backup_age_hours": int((timezone.now() - standing.went_well_at).total_seconds() // 3600)}
    return {}


class Question:
    """A question to a part that may be silent: in a thread of its own, and not again before it is answered."""

    def __init__(self, check: Callable[[], bool]) -> None:
        self.check, self.lock = check, threading.Lock()
        self.last: Future[bool] = Future()
        self.last.set_result(False)

    def ask(self) -> "Future[bool]":
        with self.lock:
            if self.last.done():
                self.last = Future()
                # A daemon: one that is never answered must not keep the process from ending.
                threading.Thread(target=self._answer, args=(self.last,), name="readiness", daemon=True).start()
            return self.last

    def _answer(self, answer: "Future[bool]") -> None:
        try:
            answer.set_result(self.check())
        except Exception as error:  # noqa: BLE001 (any error is the outcome of this check)
            answer.set_exception(error)
        finally:
            connection.close()  # that of this thread


def _is_true(answer: "Future[bool]", ends: float) -> bool:
    with contextlib.suppress(Exception):
        return answer.result(timeout=max(0, ends - time.monotonic()))
    return False


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


def _backup() -> bool:
    return _jobs_are_on_time("backup")


def _jobs_are_on_time(part: str) -> bool:
    """Whether each job that this part needs has succeeded before, and none is late."""
    jobs = standings(timezone.now(), needed_for(part))
    return not any(one.is_late or one.went_well_at is None for one in jobs if one.job.is_on())


ELSEWHERE = {
    "database": Question(_database),
    "broker": Question(_broker),
    "files": Question(private_files.is_reachable),
    "scanner": Question(scanning.is_reachable),
}
STORED: dict[str, Callable[[], bool]] = {
    "migrations": _migrations,
    "guards": _guards,
    "beat": _beat,
    "sweeps": _sweeps,
    "letters": _letters,
    "backup": _backup,
}
"""What is asked of the database."""
TOLD_ONLY = {"scanner"}
"""What everything else goes on without: documents wait for the virus scanner (`deployments.candidates.quarantine`)."""
