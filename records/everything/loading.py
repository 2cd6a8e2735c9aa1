"""Loading a folder of everything into an empty installation: all of it, proven to be the same, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.utils.translation import gettext as _

from foundation import guards
from foundation.private_files import private_files
from records.everything import manifest, proof, tables
from records.everything.manifest import Manifest
from records.everything.refused import Refused
from records.everything.writing import Tell

MADE_WITHOUT_US = {
    "contenttypes.ContentType",
    "auth.Permission",
    "audit.Chain",
    "flags.Threshold",
    "flags.Escalation",
    "background.ScheduledJob",
    "background.JobRun",
}
"""Tables in which a new installation has rows: made by `migrate`, or by a worker that has nothing to do yet."""
DOCUMENTS = "documents/"


def load(folder: Path, *, tell: Tell) -> Manifest:
    """Check a folder, load all of it in one transaction, and prove that it is the same office. Raises `Refused`."""
    told = manifest.read(folder)
    _refuse_incomplete(told)
    _refuse_other_tables(told)
    _refuse_spoiled(told, folder)
    documents = documents_of(told)
    try:
        refuse_used()
        with copied(documents, folder, private_files()), transaction.atomic():
            refuse_used()  # again, now that nobody else begins
            with guards.lifted(), transaction.atomic():  # one inside, or nothing puts them back after what fails
                _load_tables(told, folder, tell)
                connection.check_constraints()
            if reasons := proof.differences(told):
                raise Refused(*reasons)
    except (DatabaseError, ValidationError, ValueError, KeyError, TypeError) as error:
        raise Refused(_("The database refuses it: %(error)s") % {"error": error}) from error
    finally:
        ContentType.objects.clear_cache()
    return told


# --- Before anything is loaded ----------------------------------------------------------------------------------------


def _refuse_incomplete(told: Manifest) -> None:
    if told.left_out:
        raise Refused(
            _("This folder was made on a page, without: %(left_out)s. Only what export_all wrote can be loaded.")
            % {"left_out": ", ".join(told.left_out)}
        )


def _refuse_other_tables(told: Manifest) -> None:
    """Raises `Refused` when a table here is not the one that was written: other columns or migrations."""
    here = {model._meta.label: tables.columns(model) for model in tables.tables()}
    reasons = [
        _("%(app)s is at the migration “%(there)s” in the folder, and at “%(here)s” here.")
        % {"app": app, "there": told.migrations.get(app, "–"), "here": newest}
        for app, newest in manifest.migrations(connection).items()
        if told.migrations.get(app) != newest
    ]
    reasons += [
        _("The table %(table)s has other columns here.") % {"table": label}
        for label in sorted({*here, *told.tables})
        if here.get(label) != told.tables.get(label, {}).get("columns")
    ]
    if reasons:
        raise Refused(_("This folder is of PeaceOps %(version)s.") % {"version": told.version}, *reasons)


def _refuse_spoiled(told: Manifest, folder: Path) -> None:
    """Raises `Refused` when a file is missing, was added or was changed, or a table has none."""
    refuse_spoiled_files(told, folder)
    reasons = [
        _("%(file)s is missing.") % {"file": manifest.table_path(model)}
        for model in tables.tables()
        if manifest.table_path(model) not in told.files
    ]
    if reasons:
        raise Refused(*reasons)


def refuse_spoiled_files(told: Manifest, folder: Path) -> None:
    """Raises `Refused` when a file is missing, was added or was changed since the manifest was written."""
    here = manifest.files(folder)
    reasons = [_("%(file)s is missing.") % {"file": name} for name in sorted(set(told.files) - set(here))]
    reasons += [_("%(file)s is not in the manifest.") % {"file": name} for name in sorted(set(here) - set(told.files))]
    for name in sorted(set(here) & set(told.files)):
        if here[name].is_symlink() or manifest.fingerprint(here[name]) != told.files[name]:
            reasons.append(_("%(file)s was changed after it was written.") % {"file": name})
    if reasons:
        raise Refused(*reasons)


def documents_of(told: Manifest) -> list[str]:
    """The names of the documents of a folder, as they are stored."""
    return [name.removeprefix(DOCUMENTS) for name in told.files if name.startswith(DOCUMENTS)]


def refuse_used() -> None:
    """Raises `Refused` when the installation is in use, with what is there."""
    made = set(connection.introspection.table_names())
    counts = {
        model._meta.label: models.QuerySet(model).count() for model in tables.tables() if model._meta.db_table in made
    }
    there = [f"{count} {label}" for label, count in counts.items() if count and label not in MADE_WITHOUT_US]
    if there:
        raise Refused(
            _("This installation is in use; only an empty one is loaded. There is: %(there)s.")
            % {"there": ", ".join(there)}
        )


# --- Loading and proving ----------------------------------------------------------------------------------------------


def _load_tables(told: Manifest, folder: Path, tell: Tell) -> None:
    """Save the rows of every table, in any order: what refers to what is looked at once all are there."""
    every = tables.tables()
    for model in reversed(every):
        tables.clear(model)
    for done, model in enumerate(every):
        label = model._meta.label
        with (folder / manifest.table_path(model)).open(encoding="utf-8") as file:
            for count in tables.load(model, file):
                tell(done, len(every), f"{label}: {count}")
        if count != told.tables[label]["rows"]:
            reason = _("%(table)s has %(count)s rows in the folder, and %(wanted)s in the manifest.")
            raise Refused(reason % {"table": label, "count": count, "wanted": told.tables[label]["rows"]})
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), every):
            cursor.execute(statement)


def _holds(store: Storage, name: str, content: bytes) -> bool:
    with store.open(name) as file:
        return file.read() == content


@contextmanager
def copied(documents: list[str], folder: Path, store: Storage) -> Iterator[None]:
    """Copy the documents; when that, or what is done inside, does not end well, none stays that is new here."""
    new: list[str] = []
    try:
        for name in documents:
            content = (folder / DOCUMENTS / name).read_bytes()
            if not store.exists(name):
                new.append(name)
            elif _holds(store, name, content):
                continue
            else:
                store.delete(name)
            store.save(name, ContentFile(content))
        yield
    except BaseException:
        for name in new:
            store.delete(name)
        raise
