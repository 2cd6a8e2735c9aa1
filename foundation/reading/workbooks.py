"""Sheets of an XLSX workbook, row by row: the memory that it takes does not grow with the rows."""

import datetime as dt
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.reading.cells import Cell, ErrorCell, FormulaCell, NumberCell, cell_of_text
from foundation.reading.limits import MOST_LINES, MOST_MERGED, MOST_ROWS, MOST_TABLES
from foundation.reading.refused import Refused
from foundation.reading.shown import plain, shown

_SCANNED = 1024 * 1024
_TEXT, _VALUE = (f"{{http://schemas.openxmlformats.org/spreadsheetml/2006/main}}{tag}" for tag in "tv")
_ROW_OR_MERGED = re.compile(rb"""<(?:\w+:)?(?:(row)[\s/>]|mergeCell\s[^>]*?ref=["']([A-Z]+)(\d+):[A-Z]+(\d+)["'])""")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""How workbooks write signs that XML may not hold."""


@dataclass(frozen=True)
class _Outline:
    """What is known of a sheet before its rows are read: first cell → last row of cells merged over several rows."""

    lines: int
    merged: dict[tuple[int, int], int]


class Workbook:
    """An open workbook. Whatever openpyxl cannot read raises `Refused`."""

    def __init__(self, path: Path):
        # It would be loaded for nothing, and takes more address space than the whole process may have.
        sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
        from openpyxl import load_workbook  # noqa: PLC0415 (only after numpy is kept out)
        from openpyxl.worksheet._read_only import ReadOnlyWorksheet  # noqa: PLC0415

        # What a sheet says of its size is not believed; looking for it would read those whole that say nothing.
        ReadOnlyWorksheet._get_size = lambda _sheet: None
        try:
            # Opened here: of a path, openpyxl looks at the ending of the name.
            self._book: Any = load_workbook(path.open("rb"), read_only=True, data_only=False, keep_links=False)
        except (MemoryError, OSError):
            raise
        except Exception as error:  # openpyxl lets through whatever its zip and XML readers raise
            raise Refused("damaged") from error
        if len(self._book.worksheets) > MOST_TABLES:
            raise Refused("tables", n=MOST_TABLES)

    def sheets(self) -> list[tuple[str, bool]]:
        """(name, is hidden) of each sheet in order, without charts."""
        return [(sheet.title, sheet.sheet_state != "visible") for sheet in self._book.worksheets]

    def rows(self, place: int) -> Iterator[tuple[int, list[Cell]]]:
        """(line, cells) of each row of a sheet that the workbook holds; lines may be left out between them."""
        sheet = self._book.worksheets[place]
        try:
            outline = self._outline(sheet)
            if outline.lines > MOST_LINES:
                raise Refused("lines", n=MOST_ROWS)
            yield from _down_merged(self._rows(sheet), outline.merged)
        except (Refused, MemoryError, OSError, GeneratorExit):
            raise
        except Exception as error:
            raise Refused("damaged") from error

    def _outline(self, sheet: Any) -> _Outline:
        """By a quick look at the bytes: reading a million rows as XML takes a minute."""
        from openpyxl.utils import column_index_from_string  # noqa: PLC0415 (heavy: only workbooks need it)

        merged: dict[tuple[int, int], int] = {}
        lines, rest = 0, b""
        with self._book._archive.open(sheet._worksheet_path) as source:
            while piece := source.read(_SCANNED):
                piece = rest + piece
                end = piece.rfind(b">") + 1
                rest = piece[end:][-_SCANNED:]
                for row, column, first, last in _ROW_OR_MERGED.findall(piece[:end]):
                    if row:
                        lines += 1
                    elif int(last) > int(first) and len(merged) < MOST_MERGED:
                        merged[int(first), column_index_from_string(column.decode())] = int(last)
        return _Outline(lines, merged)

    def _rows(self, sheet: Any) -> Iterator[tuple[int, dict[int, Cell]]]:
        # The parser of openpyxl itself, without the tuple of blank cells that it fills up for each row and each gap
        # between rows, and without what stands after the rows, which other programs often write wrongly.
        from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, WorkSheetParser  # noqa: PLC0415
        from openpyxl.xml.functions import iterparse  # noqa: PLC0415

        book = self._book
        formats = [style.numFmtId for style in book._cell_styles]
        with book._archive.open(sheet._worksheet_path) as source:
            parser = WorkSheetParser(
                source,
                sheet._shared_strings,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for _event, element in iterparse(source):
                if element.tag == ROW_TAG:
                    _shorten(element)
                    line, cells = parser.parse_row(element)
                    parser.row_dimensions.clear()
                    element.clear()
                    yield line, {cell["column"]: self._cell(cell, formats) for cell in cells}
                elif element.tag == DATA_TAG:
                    return

    def _cell(self, cell: dict[str, Any], formats: list[int]) -> Cell:
        value = cell["value"]
        if value is None or cell["data_type"] in {"f", "e"}:
            return FormulaCell() if cell["data_type"] == "f" else value and ErrorCell(str(value)[:20])
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return self._number(value, formats[cell["style_id"]])
        return value if isinstance(value, dt.date) else cell_of_text(_ESCAPED.sub(_unescaped, str(value)))

    def _number(self, value: int | float, format_id: int) -> Cell:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE  # noqa: PLC0415

        if isinstance(value, float) and not math.isfinite(value):
            return ErrorCell("#NUM!")
        own = format_id >= BUILTIN_FORMATS_MAX_SIZE
        number_format = (
            self._book._number_formats[format_id - BUILTIN_FORMATS_MAX_SIZE]
            if own
            else BUILTIN_FORMATS.get(format_id, "General")
        )
        return NumberCell(plain(value), shown(value, number_format))


def _shorten(row: Any) -> None:
    """Write plain texts that stand in the cells of a row as values: openpyxl takes half of its time for the others."""
    for cell in row:
        if cell.get("t") == "inlineStr" and len(cell) == 1 and len(cell[0]) == 1 and cell[0][0].tag == _TEXT:
            cell.set("t", "str")
            cell[0][0].tag = _VALUE
            cell[:] = cell[0][:]


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # half of a pair is no sign


def _down_merged(
    rows: Iterator[tuple[int, dict[int, Cell]]], merged: dict[tuple[int, int], int]
) -> Iterator[tuple[int, list[Cell]]]:
    """Rows with what stands in the first of cells that are merged over several rows in each of them."""
    open_: dict[int, tuple[int, Cell]] = {}
    for line, cells in rows:
        for column, (last, cell) in list(open_.items()):
            if line > last:
                del open_[column]
            elif cells.get(column) is None:
                cells[column] = cell
        if merged:
            for column, cell in cells.items():
                if (line, column) in merged:
                    open_[column] = merged[line, column], cell
        filled = [column for column, cell in cells.items() if cell is not None]
        yield line, [cells.get(column) for column in range(1, max(filled, default=0) + 1)]
