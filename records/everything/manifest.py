"""What a folder of everything holds: counts, hashes, and of which program it is."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import models
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from records.everything.refused import Refused

NAME = "manifest.json"
WORKBOOK = "office.xlsx"
FORMAT = 1
LARGEST = 64 * 1024 * 1024
PIECE = 1024 * 1024


@dataclass
class Manifest:
    """`tables` say of each its name as `table`, its `rows` and `columns`, `files` of each its `sha256` and `bytes`.

    `figures` are those of every day (`records.everything.figures`) as of the day `as_of`; `gone` counts the documents
    of rows that are kept without their file. What is `left_out` makes it incomplete: such a folder is read, not loaded.
    """

    program: str
    version: str
    made_at: str
    as_of: str
    engine: str
    language: str
    migrations: dict[str, str]
    audit_head: str
    left_out: list[str] = field(default_factory=list)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    workbook: dict[str, int] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: int = 0
    gone: int = 0
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table["rows"] for table in self.tables.values())

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a folder or a backup. Raises `Refused` where there is none that can be read."""
    path = folder / NAME
    if not path.is_file():
        raise Refused(_("There is no %(name)s in this folder: it was not written by export_all.") % {"name": NAME})
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise Refused(_("This folder was written by another version of PeaceOps: %(version)s.") % values)
        return Manifest(**values)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refused(_("%(name)s cannot be read.") % {"name": NAME}) from error


def table_path(model: type[models.Model]) -> str:
    return f"tables/{model._meta.label}.jsonl"


def fingerprint(path: Path) -> dict[str, Any]:
    """The hash and the size of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return {"sha256": digest.hexdigest(), "bytes": path.stat().st_size}


def files(folder: Path) -> dict[str, Path]:
    """Every file of a folder but the manifest, by its path in it."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if not path.is_dir()}
    found.pop(NAME, None)
    return found


def migrations(connection: Any) -> dict[str, str]:
    """The newest migration of each app."""
    return dict(sorted(MigrationRecorder(connection).applied_migrations()))  # of each app, the last one stands
