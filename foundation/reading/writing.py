"""The tables of a file as files: a line of JSON for each row, and what there is to know about all of them."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from foundation.reading.cells import Cell, in_words, to_json
from foundation.reading.damage import damaged_word
from foundation.reading.heading_line import Line, find_heading_line
from foundation.reading.limits import (
    LARGEST_WRITTEN,
    MOST_COLUMNS,
    MOST_LINES,
    MOST_QUESTIONED_LINES,
    MOST_ROWS,
)
from foundation.reading.refused import Refused

_TOLD_EVERY = 500


class Writer:
    """Writes tables into a folder, within the limits for all of them together; tells how many rows it has."""

    def __init__(self, folder: Path, tell: Callable[[int], None]):
        self._folder, self._tell = folder, tell
        self._rows = self._lines = self._written = 0
        self.tables: list[dict[str, Any]] = []

    def write(self, name: str, rows: Iterable[tuple[int, list[Cell]]]) -> None:
        """Write one table, without its blank rows. Raises `Refused` at the first limit that is passed."""
        first_lines: list[Line] = []
        before = self._rows
        with (self._folder / f"{len(self.tables)}.jsonl").open("w", encoding="utf-8") as file:
            for line, cells in rows:
                self._lines += 1
                if self._lines > MOST_LINES:
                    raise Refused("lines", n=MOST_ROWS)
                while cells and cells[-1] is None:
                    cells.pop()
                if not cells:
                    continue
                self._count(cells)
                text = json.dumps([line, [to_json(cell) for cell in cells]], ensure_ascii=False) + "\n"
                self._written += len(text)
                if self._written > LARGEST_WRITTEN:
                    raise Refused("unfolds")
                file.write(text)
                if len(first_lines) < MOST_QUESTIONED_LINES:
                    first_lines.append((line, [" ".join(in_words(cell).split()) for cell in cells]))
        self._add(name, self._rows - before, first_lines)

    def hidden(self, name: str) -> None:
        """Note that there is a table that nobody sees; its rows are not read."""
        self._add(name, 0, [], hidden=True)

    def _count(self, cells: list[Cell]) -> None:
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise Refused("rows", n=MOST_ROWS)
        if len(cells) > MOST_COLUMNS:
            raise Refused("columns", n=MOST_COLUMNS)
        for cell in cells:
            if isinstance(cell, str) and (word := damaged_word(cell)):
                raise Refused("damaged_letters", word=word)
        if self._rows % _TOLD_EVERY == 0:
            self._tell(self._rows)

    def _add(self, name: str, rows: int, first_lines: list[Line], *, hidden: bool = False) -> None:
        found = find_heading_line(first_lines)
        self.tables.append(
            {
                "name": name,
                "hidden": hidden,
                "rows": rows,
                "first_lines": first_lines,
                "heading_line": found.line,
                "heading_lines": found.lines,
                "doubtful": found.doubtful,
            }
        )
