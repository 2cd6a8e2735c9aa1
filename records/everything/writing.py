"""Writing everything into a folder: the workbook, each table as JSON lines, the documents, and the manifest."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection, models
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.models import Chain
from foundation.private_files import private_files
from records.everything import figures, manifest, tables
from records.everything.manifest import Manifest
from records.everything.refused import Refused
from records.everything.scope import Scope
from records.everything.snapshot import one_moment
from records.kinds.base import Kind
from records.templates import write_workbook

Tell = Callable[[int, int, str], object]
"""Told again and again what is done of how much, and what is written just now."""
UNFINISHED = ".part"


def write(folder: Path, scope: Scope, *, version: str, language: str, tell: Tell) -> Manifest:
    """Write everything into a new folder, of one moment; the folder has its name only once all of it is written.

    Raises `Refused` where there is something already. Only the owner may read what is written.
    """
    if folder.is_symlink() or folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise Refused(_("%(folder)s is not an empty folder.") % {"folder": folder})
    unfinished = folder.with_name(folder.name + UNFINISHED)
    shutil.rmtree(unfinished, ignore_errors=True)  # of a run that broke off
    umask = os.umask(0o077)
    try:
        unfinished.mkdir(parents=True)
        with translation.override(language), one_moment():
            told = _write(unfinished, scope, version, language, tell)
        unfinished.replace(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    finally:
        os.umask(umask)
    return told


def of_this_office(version: str, *, language: str = "") -> Manifest:
    """A manifest of the moment (`one_moment`) with what proves an office; tables and files are still to be told."""
    now = timezone.now()
    return Manifest(
        program="PeaceOps",
        version=version,
        made_at=now.isoformat(),
        as_of=timezone.localdate(now).isoformat(),
        engine=connection.vendor,
        language=language,
        migrations=manifest.migrations(connection),
        audit_head=Chain.objects.get(pk=1).head,
        figures=figures.of_every_day(today=timezone.localdate(now)),
    )


def _write(folder: Path, scope: Scope, version: str, language: str, tell: Tell) -> Manifest:
    every, told = tables.tables(), of_this_office(version, language=language)
    told.left_out = [str(part.label) for part in scope.left_out]
    steps = len(every) + 2
    (folder / "tables").mkdir()
    for done, model in enumerate(every):
        label = model._meta.label
        told.tables[label] = _write_table(folder, model, scope, partial(tell, done, steps, label))
    told.documents, told.gone = write_documents(folder, every, scope, partial(tell, len(every), steps, "documents"))
    told.workbook = _write_workbook(folder, scope, partial(tell, len(every) + 1, steps, manifest.WORKBOOK))
    told.files = {name: manifest.fingerprint(path) for name, path in manifest.files(folder).items()}
    told.write(folder)
    tell(steps, steps, manifest.NAME)
    return told


def _now_and_then(rows: Iterable[Any], tell: Callable[[], object]) -> Iterator[Any]:
    """These rows, telling at the first and at each further batch that it goes on."""
    tell()
    for number, row in enumerate(rows, start=1):
        yield row
        if number % tables.FETCHED_AT_ONCE == 0:
            tell()


def _write_table(folder: Path, model: type[models.Model], scope: Scope, tell: Callable[[], object]) -> dict[str, Any]:
    rows = scope.rows(models.QuerySet(model))
    count = 0
    with (folder / manifest.table_path(model)).open("w", encoding="utf-8", newline="\n") as file:
        for line in _now_and_then(tables.lines(rows, scope.blank(rows)), tell):
            file.write(line)
            count += 1
    return {"table": model._meta.db_table, "rows": count, "columns": tables.columns(model)}


def write_documents(
    folder: Path, every: list[type[models.Model]], scope: Scope, tell: Callable[[], object]
) -> tuple[int, int]:
    """Copy the files of all rows; answers how many there are, and how many rows have none any more."""
    written, gone = 0, 0
    store = private_files()
    for model in every:
        for column in (field.attname for field in tables.fields(model) if isinstance(field, models.FileField)):
            rows = scope.rows(models.QuerySet(model)).exclude(**{column: ""}).order_by("pk")
            for name in _now_and_then(rows.values_list(column, flat=True).iterator(tables.FETCHED_AT_ONCE), tell):
                target = folder / "documents" / name
                target.parent.mkdir(parents=True, exist_ok=True)
                try:
                    with store.open(name) as file, target.open("wb") as copy:
                        shutil.copyfileobj(file, copy)
                    written += 1
                except FileNotFoundError:  # withdrawn, or a list that is over
                    gone += 1
    return written, gone


def _write_workbook(folder: Path, scope: Scope, tell: Callable[[], object]) -> dict[str, int]:
    def rows_of(kind: Kind) -> Iterator[dict[str, Any]]:
        return _now_and_then(kind.written(scope.reader), tell)

    with (folder / manifest.WORKBOOK).open("wb") as file:
        return write_workbook(file, scope.kinds, rows_of)
