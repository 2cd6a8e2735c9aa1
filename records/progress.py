"""How far a worker is with a list, and whether the list is still wanted."""

from typing import Any

from django.utils import timezone

from records.models import Import


class Stopped(Exception):
    """The user cancelled the list while a worker was at it."""


def report_progress(batch: Import, state: str, **fields: Any) -> None:
    """Write that the worker is alive, and how far it is. Raises `Stopped` when the list was cancelled."""
    if not Import.objects.filter(pk=batch.pk, state=state).update(alive_at=timezone.now(), **fields):
        raise Stopped
