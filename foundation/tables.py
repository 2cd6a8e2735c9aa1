"""Lists as tables to take along: which columns the rows of a list have, and what is written into CSV, XLSX and JSON."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import slugify

from foundation import spreadsheets
from foundation.spreadsheets import PIECE, Cell, escaped

Value = str | Callable[[Any], Any]
"""Of a row: the path of an attribute, as "mission.code", or a function."""

TABLES: dict[str, "Table"] = {}
"""Every table that was declared, by its name."""

_as_json = partial(json.dumps, cls=DjangoJSONEncoder, ensure_ascii=False)


@dataclass(frozen=True)
class Column:
    """One column: its name for programs, which never changes, its heading, and what of a row stands in it."""

    key: str
    label: Promise | str
    value: Value

    def of(self, row: Any) -> Any:
        """What stands there of a row: text, a number, yes or no, a day, a moment; None where nothing does."""
        found = self.value(row) if callable(self.value) else _at(row, self.value)
        if found is None or isinstance(found, (int, float, dt.date)):
            return found
        return str(found)


@dataclass(frozen=True)
class Table:
    """A list as a table: its name in the trail, its title, and its columns."""

    name: str
    title: Promise | str
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        TABLES[self.name] = self

    @property
    def headings(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    def cells(self, row: Any) -> list[Cell]:
        """The cells of a row, with moments in local time."""
        return [_in_local_time(column.of(row)) for column in self.columns]

    def values(self, row: Any) -> dict[str, Any]:
        """What stands in a row by the keys of its columns, as JSON has it."""
        return {column.key: _with_offset(column.of(row)) for column in self.columns}

    def file(
        self,
        ending: str,
        rows: Iterable[Any],
        made_at: dt.datetime,
        told: dict[str, Any],
        about: spreadsheets.About | None = None,
    ) -> StreamingHttpResponse:
        """These rows as a file to download, asked for while it is sent.

        JSON begins with what is `told` of them, for programs; CSV and XLSX say what is `about` them, in words.
        """
        name = f"{slugify(str(self.title))}-{made_at:%Y-%m-%d}"
        if ending == "json":
            return spreadsheets.streamed(
                f"{name}.json", "application/json", self._json(rows, {**told, "made_at": made_at})
            )
        safe = ([escaped(cell) if isinstance(cell, str) else cell for cell in self.cells(row)] for row in rows)
        return spreadsheets.download(name, ending, spreadsheets.sheet_name(str(self.title)), self.headings, safe, about)

    def _json(self, rows: Iterable[Any], told: dict[str, Any]) -> Iterator[bytes]:
        piece = [_as_json({"title": self.title, **told})[:-1], ', "rows": [']
        size = 0
        for number, row in enumerate(rows):
            piece.append(f"{',' if number else ''}\n{_as_json(self.values(row))}")
            size += len(piece[-1])
            if size > PIECE:
                yield "".join(piece).encode()
                piece, size = [], 0
        yield "".join([*piece, "\n]}\n"]).encode()


def _at(row: Any, path: str) -> Any:
    """The attribute at the end of a path, called where it is a function; None where any part of it is missing."""
    for name in path.split("."):
        row = getattr(row, name)
        if row is None:
            return None
        if callable(row):
            row = row()
    return row


def _in_local_time(value: Any) -> Cell:
    return timezone.localtime(value).replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def _with_offset(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, dt.datetime) else value
