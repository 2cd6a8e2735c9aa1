"""Workbooks and sheets that can be brought back: templates to fill in, refused rows, and records written out."""

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Choices, QuerySet
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from foundation import spreadsheets
from foundation.bilingual import in_both_languages, reader_language
from foundation.reading.cells import Cell, FormulaCell, from_json, in_words
from foundation.reading.dates import Order, day
from foundation.spreadsheets import escaped, sheet_name
from personnel.models import Person
from records.columns import EXAMPLE, LINE, SHEET, Column
from records.kinds import KINDS
from records.kinds.base import Kind
from records.models import Import, ImportedRow
from records.opening import SHEET_OF_WORDS, orders_of
from records.values import Identifier, Line

if TYPE_CHECKING:
    from openpyxl import Workbook

FETCHED_AT_ONCE = 500
FILLED_DOWN_TO = 2000
"""So many rows of a template have their lists of words and their text format."""


def workbook(kinds: Iterable[Kind]) -> HttpResponseBase:
    """The template: one sheet for each kind with a filled example, and a sheet of all words that cells may hold."""
    kinds = list(kinds)
    file = io.BytesIO()
    write_workbook(file, kinds, lambda kind: [example(kind)], is_template=True)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{_('template')}.xlsx")


def sheet(kind: Kind) -> HttpResponseBase:
    """The template of one kind alone, as CSV."""
    name = f"{_('template')}-{kind.code}"
    return spreadsheets.download(name, "csv", str(kind.label), headings(kind), [_as_texts(kind, example(kind))])


def headings(kind: Kind) -> list[str]:
    return [f"{column.label} *" if column.required else str(column.label) for column in kind.columns]


def example(kind: Kind) -> dict[str, Any]:
    """An invented row, marked so that it is not read when it is left in the file."""
    fields = kind.fields
    written = {}
    for name, value in kind.example.items():
        said = value[reader_language() == "fr"] if isinstance(value, tuple) else value
        is_text = isinstance(said, str) and not isinstance(said, Choices)  # many choices are texts, too: their codes
        written[name] = said if is_text else fields[name].value.written(said)
    return {**written, "remark": str(EXAMPLE)}


# --- Workbooks --------------------------------------------------------------------------------------------------------


def write_workbook(file: IO[bytes], kinds: list[Kind], rows_of: Any, *, is_template: bool = False) -> dict[str, int]:
    """Write a workbook with a sheet for each kind; `rows_of(kind)` are its rows by field. Answers rows by kind."""
    from openpyxl import Workbook  # noqa: PLC0415 (heavy: only lists need it)

    book = Workbook(write_only=True)
    counts = {}
    words = WordsOfCells(kinds)
    for kind in kinds:
        counts[kind.code] = _write_sheet(book, kind, rows_of(kind), words if is_template else None)
    words.write(book)
    book.save(file)
    return counts


def _write_sheet(book: "Workbook", kind: Kind, rows: Iterable[dict[str, Any]], offered: "WordsOfCells | None") -> int:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 (heavy: only lists need it)
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    page = book.create_sheet(sheet_name(str(kind.sheet)))
    page.freeze_panes = "A2"
    for number, column in enumerate(kind.columns, start=1):
        dimension = page.column_dimensions[get_column_letter(number)]
        dimension.width = max(14, len(str(column.label)) + 4)
        if _is_text(column):
            dimension.number_format = "@"  # so that a spreadsheet keeps the zeros of what is typed
    titles = []
    for text in headings(kind):
        cell = WriteOnlyCell(page, value=text)
        cell.font = Font(bold=True)
        titles.append(cell)
    page.append(titles)
    count = 0
    for row in rows:
        count += 1
        page.append([_cell(page, column, row.get(column.field)) for column in kind.columns])
    if offered:
        offered.offer(page, kind)
    return count


def _is_text(column: Column) -> bool:
    return isinstance(column.value, Identifier | Line)


def _cell(page: Any, column: Column, value: Any) -> Any:
    return _text_cell(page, escaped(value), is_text=_is_text(column)) if isinstance(value, str) else value


def _text_cell(page: Any, text: str, *, is_text: bool = True) -> Any:
    """A cell that holds this text; `is_text` keeps it one when somebody types into it."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 (heavy: only lists need it)
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    cell = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"  # a text that begins with "=" is no formula
    if is_text:
        cell.number_format = "@"
    return cell


class WordsOfCells:
    """The sheet of all words that cells may hold, in both languages, by sheet and column; its lists are offered."""

    def __init__(self, kinds: list[Kind]) -> None:
        self._rows: list[list[str]] = [[_("Sheet"), _("Column"), _("Hint"), _("English word"), _("French word")]]
        self._lists: dict[tuple[str, str], tuple[int, int]] = {}
        """By kind and field: the first and the last row with the words of a column."""
        for kind in kinds:
            for column in kind.columns:
                self._enter(kind, column)

    def _enter(self, kind: Kind, column: Column) -> None:
        words = in_both_languages(column.value.words)
        pairs = list(zip(words["en"], words["fr"], strict=True))
        if pairs:
            self._lists[kind.code, column.field] = (len(self._rows) + 1, len(self._rows) + len(pairs))
        for place, (english, french) in enumerate(pairs or [("", "")]):
            hint = str(column.hint) if place == 0 else ""
            if hint or english:
                self._rows.append([str(kind.sheet), str(column.label), hint, english, french])

    def offer(self, page: Any, kind: Kind) -> None:
        """Let each column with words offer them, in the reader's language."""
        from openpyxl.utils import get_column_letter  # noqa: PLC0415 (heavy: only lists need it)
        from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

        name, words = sheet_name(str(SHEET_OF_WORDS)), "E" if reader_language() == "fr" else "D"
        for number, column in enumerate(kind.columns, start=1):
            if (kind.code, column.field) in self._lists:
                # From the sheet: a list within the cell may be no longer than 255 signs, and no word may have a comma.
                first, last = self._lists[kind.code, column.field]
                area = f"'{name}'!${words}${first}:${words}${last}"
                validation = DataValidation(type="list", formula1=area, allow_blank=True)
                validation.showErrorMessage = False  # other words are known, too
                letter = get_column_letter(number)
                validation.add(f"{letter}2:{letter}{FILLED_DOWN_TO}")
                page.data_validations.append(validation)

    def write(self, book: "Workbook") -> None:
        page = book.create_sheet(sheet_name(str(SHEET_OF_WORDS)))
        for row in self._rows:
            page.append(row)


# --- Lists ------------------------------------------------------------------------------------------------------------


def people(name: str, ending: str, rows: QuerySet[Person]) -> HttpResponseBase:
    """These people as a list that can be brought back; the position is empty, to be filled in for the next list."""
    kind = KINDS["people"]
    return spreadsheets.download(name, ending, str(kind.label), headings(kind), people_rows(rows))


def people_rows(people: QuerySet[Person]) -> Iterator[list[str]]:
    kind = KINDS["people"]
    for person in people.iterator(FETCHED_AT_ONCE):
        yield _as_texts(kind, kind.row(person))


def _as_texts(kind: Kind, row: dict[str, Any]) -> list[str]:
    """A row of a list in texts, safe against formulas; `foundation.reading.values` takes the apostrophe away again."""
    values = (row.get(column.field) for column in kind.columns)
    return [escaped(str(value)) if value is not None else "" for value in values]


def refused(batch: Import, ending: str) -> HttpResponseBase:
    """The refused rows of a list with line, sheet and reasons, as they came; a workbook has a sheet for each kind.

    Rows of several kinds come as a workbook always: in one table no column would mean the same in all of them.
    Days that could be read are written so that they are read alike: the other rows of their column are not here.
    """
    kinds = [kind for code, kind in KINDS.items() if batch.counts.get(code, {}).get("refused")]
    if (ending == "xlsx" and kinds) or len(kinds) > 1:
        return _refused_workbook(batch, kinds)
    fields = list({column.field: column for kind in kinds for column in _own(kind)}.values())
    rows = _refused_rows(batch, batch.rows.filter(outcome="refused"), fields)
    return spreadsheets.download(_("refused-rows"), ending, _("Refused rows"), _refused_headings(fields), rows)


def _refused_workbook(batch: Import, kinds: list[Kind]) -> HttpResponseBase:
    from openpyxl import Workbook  # noqa: PLC0415 (heavy: only lists need it)

    book = Workbook(write_only=True)
    for kind in kinds:
        page = book.create_sheet(sheet_name(str(kind.sheet)))
        page.append(_refused_headings(_own(kind)))
        for row in _refused_rows(batch, batch.rows.filter(outcome="refused", kind=kind.code), _own(kind)):
            page.append([_text_cell(page, text) for text in row])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{_('refused-rows')}.xlsx")


def _own(kind: Kind) -> list[Column]:
    return [column for column in kind.columns if column.field != "remark"]


def _refused_headings(columns: list[Column]) -> list[str]:
    return [*(str(column.label) for column in columns), str(LINE), str(SHEET), _("Remark")]


def _refused_rows(batch: Import, rows: QuerySet[ImportedRow], columns: list[Column]) -> Iterator[list[str]]:
    tables = rows.order_by("table").values_list("table", flat=True).distinct()
    orders = {table: orders_of(batch, table) for table in tables}
    for row in rows.order_by("table", "line").iterator(FETCHED_AT_ONCE):
        cells = [_as_it_came(from_json(row.values.get(column.field)), column, orders[row.table]) for column in columns]
        words = [*cells, str(row.line), str(KINDS[row.kind].sheet), " ".join(row.reasons_for_reader)]
        yield [escaped(text) for text in words]


def _as_it_came(cell: Cell, column: Column, orders: dict[str, Order]) -> str:
    if column.value.is_day:
        with suppress(ValidationError):
            found = day(cell, orders.get(column.field, Order.UNKNOWN))
            return found.isoformat() if found else ""
    # Not as it was written, which is not known; nor as nothing, for an empty cell would be taken for one.
    return "#VALUE!" if isinstance(cell, FormulaCell) else in_words(cell)
