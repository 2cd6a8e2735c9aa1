"""Where a list stands: the one statement that moves it on, the sign of life of its worker, and the end of its file."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from records.models import Import

WORKER_DEAD_AFTER = dt.timedelta(minutes=3)
"""A worker that has given no sign of life for so long is taken for dead, and another one starts again."""


class Stopped(Exception):
    """The user cancelled the list while a worker was at it."""


def change_state(batch: Import, sources: Collection[str], target: str, **fields: Any) -> bool:
    """Set the state and these fields if the state is one of `sources`, in one statement; returns whether it was."""
    rows = Import.objects.filter(pk=batch.pk, state__in=list(sources))
    return rows.update(state=target, alive_at=timezone.now(), **fields) == 1


def report_progress(batch: Import, state: str, **fields: Any) -> None:
    """Write that the worker is alive, and how far it is. Raises `Stopped` when the list was cancelled."""
    if not change_state(batch, {state}, state, **fields):
        raise Stopped


def delete_file_after_commit(batch: Import) -> None:
    """Delete the file of a list that needs it no more."""
    # After the commit, because no rollback brings a file back. Robust: an error of the disk is logged, and does not
    # look like a failure of what is committed already.
    transaction.on_commit(lambda: batch.file.delete(save=False), robust=True)
