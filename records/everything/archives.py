"""Archives that administrators ask for on a page: asked for → made by a worker → kept for a while → deleted.

Whatever a worker does may be started twice, or again after it died: it begins anew, and only the file of the last one
that was begun is given out.
"""

import datetime as dt
import shutil
import zipfile
from pathlib import Path

from django.conf import settings
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
from foundation.refusals import Blocker, StepRefused
from records.everything import manifest, scope, writing
from records.models import Export
from records.progress import WORKER_DEAD_AFTER

State = Export.State
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


def path(export: Export) -> Path:
    """Where the archive is, once it is ready."""
    return _folder() / f"{export.files}.zip"


def progress(export: Export) -> tuple[int, int]:
    """How many parts are written, and of how many; (0, 0) before a worker has begun."""
    try:
        done, steps = _progress_file(export).read_text().split("/")
        return int(done), int(steps)
    except (OSError, ValueError):  # none yet, or just being written
        return 0, 0


def is_there(export: Export, *, today: dt.date) -> bool:
    return export.state == State.READY and today <= export.last_day and path(export).exists()


def _folder() -> Path:
    return Path(settings.PRIVATE_FILES) / "exports"


def _progress_file(export: Export) -> Path:
    return _folder() / f"{export.files}.progress"


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
        told = _make(export, version)
    except Exception:
        _end(export, State.FAILED)
        raise
    file = manifest.fingerprint(path(export))
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
    try:
        return dt.datetime.fromtimestamp(_progress_file(export).stat().st_mtime, tz=dt.UTC)
    except FileNotFoundError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)


def _make(export: Export, version: str) -> manifest.Manifest:
    """Write the folder, and pack it; the archive has its name only once it is whole."""

    def tell(done: int, steps: int, what: str) -> None:
        # A file, because the transaction in which everything is read can write nothing.
        _progress_file(export).write_text(f"{done}/{steps}")

    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    _clean(export)
    folder = _folder() / export.files
    told = writing.write(folder, scope.of(export.by), version=version, language=export.by.language, tell=tell)
    unfinished = path(export).with_suffix(writing.UNFINISHED)
    unfinished.touch(mode=0o600)
    name = f"peaceops-{timezone.localdate(export.at):%Y-%m-%d}"
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, file in [*manifest.files(folder).items(), (manifest.NAME, folder / manifest.NAME)]:
            archive.write(file, f"{name}/{part}")
            tell(1, 1, part)
    unfinished.replace(path(export))
    return told


def _end(export: Export, state: str, **fields) -> None:
    """Leave only the archive, or nothing where there is none."""
    Export.objects.filter(pk=export.pk, state=State.UNDER_WAY).update(state=state, **fields)
    _clean(export, archive=state != State.READY)


def _clean(export: Export, *, archive: bool = True) -> None:
    """Remove what was written for an archive, and with `archive` the file itself."""
    shutil.rmtree(_folder() / export.files, ignore_errors=True)
    shutil.rmtree(_folder() / f"{export.files}{writing.UNFINISHED}", ignore_errors=True)
    path(export).with_suffix(writing.UNFINISHED).unlink(missing_ok=True)
    _progress_file(export).unlink(missing_ok=True)
    if archive:
        path(export).unlink(missing_ok=True)


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
