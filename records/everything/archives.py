"""Archives that administrators ask for on a page: asked for → made by a worker → kept for a while → deleted.

Whatever a worker does may be started twice, or again after it died: it begins anew, and only the file of the last one
that was begun is given out.
"""

import datetime as dt
import math
import shutil
import time
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from background.enqueue import after_change_of
from background.jobs import LONGEST
from foundation.private_files import FilesAway, private_files, reached
from foundation.refusals import Blocker, StepRefused
from records.everything import manifest, scope, writing
from records.models import Export
from records.progress import WORKER_DEAD_AFTER

State = Export.State
TELLS_EVERY = 1
"""Seconds: so often a worker says how far it is."""
TRIES = 3
"""So often an archive is begun before it is given up: a worker that dies of one is not to die of it for ever."""


def ask(*, by: User, reason: str) -> Export:
    """Have an archive made. Raises `StepRefused` while another one is under way."""
    now = timezone.now()
    export = Export(by=by, at=now, reason=reason.strip(), files=f"{now:%Y%m%d}-{get_random_string(24)}")
    sign(export, by, "", Verb.EXPORTED, what="everything")
    try:
        with transaction.atomic():
            export.save()
            after_change_of(Export)
    except IntegrityError as error:
        message = _("An archive is being made already: wait until it is ready.")
        raise StepRefused([Blocker("export_under_way", message, rule=0)]) from error
    return export


@reached()
def opened(export: Export) -> File:
    """The archive, once it is ready. Raises `FilesAway`."""
    return private_files().open(_name(export))


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
    return export.state == State.READY and today <= export.last_day and private_files().exists(_name(export))


def _name(export: Export) -> str:
    return f"exports/{export.files}.zip"


def _progress(export: Export) -> str:
    return f"exports/{export.files}.progress"


def _workplace() -> Path:
    """Where this machine puts an archive together."""
    return Path(settings.PRIVATE_FILES) / "exports-being-made"


def _packed(export: Export) -> Path:
    return _workplace() / f"{export.files}.zip"


# --- The worker -------------------------------------------------------------------------------------------------------


def work_on_all(*, version: str) -> int:
    """Make the archive that waits, or whose worker died; returns how many."""
    export = _claim()
    if export is None:
        return 0
    if not export.by.may(Permission.RECORDS_EXPORT) or export.tries > TRIES:
        _end(export, State.FAILED)
        return 0
    try:
        told, file = _make(export, version)
    except Exception:
        _end(export, State.FAILED)
        raise
    _end(export, State.READY, ready_at=timezone.now(), rows=told.rows, size=file["bytes"], sha256=file["sha256"])
    return 1


def _claim() -> Export | None:
    """Take what waits, or was begun by a worker that is dead; None when there is none. One statement decides."""
    export = Export.objects.filter(state=State.UNDER_WAY).select_related("by").first()
    if export is None:
        return None
    now = timezone.now()
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - LONGEST)
    if _last_sign(export) < now - WORKER_DEAD_AFTER:
        free |= Q(claimed_at__lt=now - WORKER_DEAD_AFTER)
    waiting = Export.objects.filter(free, pk=export.pk, state=State.UNDER_WAY)
    if not waiting.update(claimed_at=now, tries=F("tries") + 1):
        return None
    export.refresh_from_db()
    return export


def _last_sign(export: Export) -> dt.datetime:
    """When a worker last said how far it is."""
    store = private_files()
    if not store.exists(_progress(export)):
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return store.get_modified_time(_progress(export))


def _make(export: Export, version: str) -> tuple[manifest.Manifest, dict[str, Any]]:
    """Write everything into a folder, pack it, and store the archive; what it holds, and its size and hash."""
    _clean(export)
    shutil.rmtree(_workplace(), ignore_errors=True)  # of workers that died: one archive at a time is made
    _workplace().mkdir(mode=0o700, parents=True)
    folder = _workplace() / export.files
    told = writing.write(
        folder, scope.of(export.by), version=version, language=export.by.language, tell=Progress(export).tell
    )
    name, packed = f"peaceops-{timezone.localdate(export.at):%Y-%m-%d}", _packed(export)
    packed.touch(mode=0o600)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, file in [*manifest.files(folder).items(), (manifest.NAME, folder / manifest.NAME)]:
            archive.write(file, f"{name}/{part}")
    with packed.open("rb") as whole:
        private_files().save(_name(export), File(whole))
    return told, manifest.fingerprint(packed)


class Progress:
    """How far a worker is: a file, because the transaction in which everything is read can write nothing."""

    def __init__(self, export: Export) -> None:
        self.name, self.told_at = _progress(export), -math.inf

    def tell(self, done: int, steps: int, _what: str) -> None:
        """Say it, but not too often: the store may be far away."""
        if time.monotonic() - self.told_at < TELLS_EVERY and done < steps:
            return
        private_files().delete(self.name)
        private_files().save(self.name, ContentFile(f"{done}/{steps}".encode()))
        self.told_at = time.monotonic()


def _end(export: Export, state: str, **fields) -> None:
    """Leave only the archive, or nothing where there is none."""
    Export.objects.filter(pk=export.pk, state=State.UNDER_WAY).update(state=state, **fields)
    _clean(export, archive=state != State.READY)


def _clean(export: Export, *, archive: bool = True) -> None:
    """Remove what was written for an archive, and with `archive` the file itself."""
    for left in (export.files, f"{export.files}{writing.UNFINISHED}"):
        shutil.rmtree(_workplace() / left, ignore_errors=True)
    _packed(export).unlink(missing_ok=True)
    private_files().delete(_progress(export))
    if archive:
        private_files().delete(_name(export))


def delete_old(*, today: dt.date) -> int:
    """Delete the archives that were kept for `EXPORT_KEPT_DAYS`; their rows stay. Returns how many."""
    count = 0
    for export in Export.objects.filter(state=State.READY):
        if export.last_day < today:
            _clean(export)
            Export.objects.filter(pk=export.pk).update(state=State.DELETED)
            record(None, Verb.REMOVED, export)
            count += 1
    return count
