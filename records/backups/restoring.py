"""Bringing a backup back into an empty place, and proving that it is the same office."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from foundation.private_files import private_files
from records.backups import archive, database
from records.everything import elsewhere, loading, manifest, proof
from records.everything.manifest import Manifest
from records.everything.refused import Refused


def restore(path: Path, *, key_file: Path | None = None) -> Manifest:
    """Replace an empty installation by a backup, bring it up to this version, and prove it. Raises `Refused`.

    What does not hold is said, and stays to be looked at.
    """
    work = Path(settings.PRIVATE_FILES) / "backups" / f"restore-{os.getpid()}"
    umask = os.umask(0o077)
    try:
        work.mkdir(parents=True)
        if path.is_dir():  # as it is put together, before it is packed
            shutil.copytree(path, work / "backup")
        else:
            archive.unpack(path, work / "backup", key_file)
        told = manifest.read(work / "backup")
        _refuse_other_place(told)
        loading.refuse_spoiled_files(told, work / "backup")
        loading.refuse_used()
        documents = loading.documents_of(told)
        with loading.copied(documents, work / "backup", private_files()):
            _put_keys(work / "backup" / "keys")
            database.put_back(work / "backup" / database.NAMES[told.engine])
    finally:
        shutil.rmtree(work, ignore_errors=True)
        os.umask(umask)
    _prove(told)
    return told


def check(path: Path, *, key_file: Path | None = None) -> None:
    """Restore a backup into a place of its own beside this one, and prove it there. Raises `Refused`.

    It may be the folder of one that is not packed yet. In a process of its own, which knows nothing of the database and
    the documents that are here.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(elsewhere.workplace("check-"))
        env = elsewhere.environment(folder)
        if connection.vendor == "postgresql":
            env["DATABASE_URL"] = stack.enter_context(database.another())
        elif env.get("DATABASE_URL"):
            env["DATABASE_URL"] = f"sqlite:///{folder}/check.sqlite3"
        options = ["--key-file", str(key_file.absolute())] if key_file else []
        elsewhere.run(env, "restore", str(path.absolute()), *options)


def _refuse_other_place(told: Manifest) -> None:
    if told.engine != connection.vendor:
        raise Refused(
            _("This backup is of a database of %(there)s, and this installation has one of %(here)s.")
            % {"there": told.engine, "here": connection.vendor}
        )
    known = {name for _app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if newer := sorted(f"{app}.{name}" for app, name in told.migrations.items() if name not in known):
        raise Refused(
            _("This backup is of PeaceOps %(version)s, which is newer than this program: %(migrations)s.")
            % {"version": told.version, "migrations": ", ".join(newer)}
        )


def _put_keys(folder: Path) -> None:
    """The keys of one machine come back with its data; those that the environment gives stay in force."""
    if not (settings.KEEPS_ITS_KEYS and folder.is_dir()):
        return
    for file in folder.iterdir():
        shutil.copyfile(file, Path(settings.DATA_DIR) / file.name)
    if not os.environ.get("AUDIT_KEY"):
        settings.AUDIT_KEY = (folder / "audit-key.txt").read_text().strip()


def _prove(told: Manifest) -> None:
    reasons = proof.rows_that_differ(told)
    if told.migrations != manifest.migrations(connection):
        reasons.append(_("The migrations are not those of the backup."))
    if reasons:
        raise Refused(*reasons)
    try:
        call_command("migrate", verbosity=0)  # of an older version: its rows are counted before, the rest after
        call_command("createcachetable", verbosity=0)
        reasons = proof.contents_that_differ(told)
    except DatabaseError as error:
        reasons = [_("The database refuses it: %(error)s") % {"error": error}]
    if reasons:
        raise Refused(*reasons)
