"""Archives of everything that administrators ask for on a page; how they are kept, `records.kept_exports`."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.models import User
from audit.log import sign
from audit.models import Verb
from background.enqueue import after_change_of
from foundation.private_files import private_files
from foundation.refusals import Blocker, StepRefused
from records import kept_exports
from records.everything import manifest, scope, writing
from records.models import Export

State = Export.State


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
    if not export.by.may(Permission.RECORDS_EXPORT) or export.tries > kept_exports.TRIES:
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
    """Take the one that waits, or was begun by a worker that is dead; None when there is none."""
    export = Export.objects.of_everything().filter(state=State.UNDER_WAY).select_related("by").first()
    return export if export and kept_exports.claim(export) else None


def _make(export: Export, version: str) -> tuple[manifest.Manifest, dict[str, Any]]:
    """Write everything into a folder, pack it, and store the archive; what it holds, and its size and hash."""
    kept_exports.clean(export)
    _clean_workplace(export)
    shutil.rmtree(_workplace(), ignore_errors=True)  # of workers that died: one archive at a time is made
    _workplace().mkdir(mode=0o700, parents=True)
    folder = _workplace() / export.files
    told = writing.write(
        folder,
        scope.of(export.by),
        version=version,
        language=export.by.language,
        tell=kept_exports.Progress(export).tell,
    )
    name, packed = f"peaceops-{timezone.localdate(export.at):%Y-%m-%d}", _packed(export)
    packed.touch(mode=0o600)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, file in [*manifest.files(folder).items(), (manifest.NAME, folder / manifest.NAME)]:
            archive.write(file, f"{name}/{part}")
    with packed.open("rb") as whole:
        private_files().save(kept_exports.name(export), File(whole))
    return told, manifest.fingerprint(packed)


def _end(export: Export, state: str, **fields) -> None:
    """Leave only the archive, or nothing where there is none."""
    kept_exports.end(export, state, **fields)
    _clean_workplace(export)


def _clean_workplace(export: Export) -> None:
    """Remove what was written for an archive."""
    for left in (export.files, f"{export.files}{writing.UNFINISHED}"):
        shutil.rmtree(_workplace() / left, ignore_errors=True)
    _packed(export).unlink(missing_ok=True)
