"""Making a backup: of one moment, while others go on writing."""

import datetime as dt
import os
import re
import shutil
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone

from records.backups import archive, database, restoring
from records.everything import manifest, scope, tables, writing
from records.everything.refused import Refused
from records.everything.snapshot import one_moment

NAME = re.compile(r"peaceops-(\d{8}T\d{6}Z)\.zip(\.age)?")
KEYS = ("secret-key.txt", "audit-key.txt")


def make(folder: Path, *, version: str, key_file: Path | None = None, prove: bool = True) -> Path:
    """Write a backup into a folder: one file, named by its moment, which only its owner can read. Raises `Refused`.

    It is put together below `PRIVATE_FILES`, so that nothing lies elsewhere that is not encrypted yet. To `prove` it,
    it is restored into a place of its own: what is encrypted for a key that is not here, before it is encrypted.
    """
    now = timezone.now()
    name = f"peaceops-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    work = Path(settings.PRIVATE_FILES) / "backups" / f"{name}-{os.getpid()}"
    umask = os.umask(0o077)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work.mkdir(parents=True)
        with one_moment():
            database.copy(work)
            told = writing.of_this_office(version)
            told.tables = {
                model._meta.label: {"table": model._meta.db_table, "rows": models.QuerySet(model).count()}
                for model in tables.tables()
            }
            told.documents, told.gone = writing.write_documents(work, tables.tables(), scope.everything(), lambda: None)
        _copy_keys(work / "keys")
        told.files = {name: manifest.fingerprint(path) for name, path in manifest.files(work).items()}
        told.write(work)
        can_be_opened = archive.can_open(key_file)
        if prove and not can_be_opened:
            restoring.check(work)
        path = archive.pack(work, folder / name, key_file)
        if prove and can_be_opened:
            _prove(path, key_file)
        return path
    finally:
        shutil.rmtree(work, ignore_errors=True)
        os.umask(umask)


def _prove(path: Path, key_file: Path | None) -> None:
    """Restore it elsewhere; one that does not come back as the same office says so by its name."""
    try:
        restoring.check(path, key_file=key_file)
    except Refused:
        path.replace(path.with_name(f"{path.name}.unproven"))
        raise


def _copy_keys(folder: Path) -> None:
    """The keys that one machine keeps with its data; those of the environment are the operator's to keep."""
    if settings.KEEPS_ITS_KEYS:
        folder.mkdir()
        for name in KEYS:
            shutil.copyfile(Path(settings.DATA_DIR) / name, folder / name)


def moment_of(path: Path) -> dt.datetime | None:
    """When a backup was made, by its name; None for any other file."""
    found = NAME.fullmatch(path.name)
    return dt.datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC) if found else None


def delete_old(folder: Path, *, now: dt.datetime) -> int:
    """Delete the backups that were kept for `BACKUP_KEPT_DAYS`, but never the newest; returns how many."""
    known = sorted((moment, path) for path in folder.iterdir() if (moment := moment_of(path)))
    old = [path for moment, path in known[:-1] if moment < now - dt.timedelta(days=settings.BACKUP_KEPT_DAYS)]
    for path in old:
        path.unlink()
    return len(old)
