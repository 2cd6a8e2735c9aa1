"""Files that somebody asked for and a worker makes: asked for → made → kept for a while → deleted.

Archives of everything (`records.everything.archives`) and long lists (`records.long_exports`) share this. Whatever a
worker does may be started twice, or again after it died: it begins anew, and only the file of the last one that was
begun is given out.
"""

import datetime as dt
import math
import time

from django.core.files import File
from django.core.files.base import ContentFile
from django.db.models import F, Q
from django.utils import timezone

from audit.log import record
from audit.models import Verb
from background.jobs import LONGEST
from foundation.private_files import FilesAway, private_files, reached
from records.models import Export
from records.progress import WORKER_DEAD_AFTER

State = Export.State
TELLS_EVERY = 1
"""Seconds: so often a worker says how far it is."""
TRIES = 3
"""So often a file is begun before it is given up: a worker that dies of one is not to die of it for ever."""


@reached()
def opened(export: Export) -> File:
    """The file, once it is ready. Raises `FilesAway`."""
    return private_files().open(name(export))


def progress(export: Export) -> tuple[int, int]:
    """How many parts are written, and of how many; (0, 0) before a worker has begun."""
    try:
        with reached(), private_files().open(_progress(export)) as file:
            done, steps = file.read().decode().split("/")
        return int(done), int(steps)
    except (FilesAway, FileNotFoundError, ValueError):  # not to be had, none yet, or just being written
        return 0, 0


@reached()
def is_there(export: Export, *, today: dt.date) -> bool:
    """Whether it can still be downloaded. Raises `FilesAway`."""
    return export.state == State.READY and today <= export.last_day and private_files().exists(name(export))


def name(export: Export) -> str:
    return f"exports/{export.files}.{export.ending or 'zip'}"


def _progress(export: Export) -> str:
    return f"exports/{export.files}.progress"


def claim(export: Export) -> bool:
    """Take what waits, or was begun by a worker that is dead; whether it was free. One statement decides."""
    now = timezone.now()
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - LONGEST)
    if _last_sign(export) < now - WORKER_DEAD_AFTER:
        free |= Q(claimed_at__lt=now - WORKER_DEAD_AFTER)
    waiting = Export.objects.filter(free, pk=export.pk, state=State.UNDER_WAY)
    if not waiting.update(claimed_at=now, tries=F("tries") + 1):
        return False
    export.refresh_from_db()
    return True


def _last_sign(export: Export) -> dt.datetime:
    """When a worker last said how far it is."""
    store = private_files()
    if not store.exists(_progress(export)):
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return store.get_modified_time(_progress(export))


class Progress:
    """How far a worker is: a file, because the transaction in which everything is read can write nothing."""

    def __init__(self, export: Export) -> None:
        self.name, self.told_at = _progress(export), -math.inf

    def tell(self, done: int, steps: int, _what: str = "") -> bool:
        """Say it, but not too often: the store may be far away. Whether it was said."""
        if time.monotonic() - self.told_at < TELLS_EVERY and done < steps:
            return False
        private_files().delete(self.name)
        private_files().save(self.name, ContentFile(f"{done}/{steps}".encode()))
        self.told_at = time.monotonic()
        return True


def end(export: Export, state: str, **fields) -> bool:
    """Say how it ended, and leave only the file, or nothing where there is none; False where it was cancelled."""
    ended = Export.objects.filter(pk=export.pk, state=State.UNDER_WAY).update(state=state, **fields) == 1
    clean(export, file=not ended or state != State.READY)
    return ended


def clean(export: Export, *, file: bool = True) -> None:
    """Remove what tells how far it is, and with `file` the file itself."""
    private_files().delete(_progress(export))
    if file:
        private_files().delete(name(export))


def delete_old(*, today: dt.date) -> int:
    """Delete the files that were kept for `EXPORT_KEPT_DAYS`; their rows stay. Returns how many."""
    count = 0
    for export in Export.objects.filter(state=State.READY):
        if export.last_day < today:
            clean(export)
            Export.objects.filter(pk=export.pk).update(state=State.DELETED)
            record(None, Verb.REMOVED, export)
            count += 1
    return count
