"""Tables as CSV and XLSX files that are sent while they are made: the memory that they take does not grow with them."""

import csv
import datetime as dt
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain
from xml.sax.saxutils import escape

from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.bilingual import reader_language
from foundation.text import INVISIBLE_LETTERS

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PIECE = 64 * 1024
"""So many bytes are sent together, about."""

MOST_ROWS = 1_048_575
"""So many rows a sheet of a workbook holds below its headings."""

Cell = str | int | float | dt.date | None
"""What stands in a cell: text, a number, yes or no, a day, a moment without time zone; None where nothing does."""
Row = Iterable[Cell]
About = list[tuple[str, str]]
"""What is said of a table, as labels and words: what it counts, of which day, who made it and when."""

_SHEET = "xl/worksheets/sheet1.xml"
_BEFORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="{columns}" width="22" customWidth="1"/></cols><sheetData>'
)
"""The headings stay in sight, and a day fits into its column."""
_AFTER = "</sheetData></worksheet>"
_LONGEST_TEXT = 32_767
"""A workbook with a longer text in a cell is damaged for Excel."""
_FORMATS = ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")
_DAY, _MOMENT = range(len(_FORMATS))
_NOT_IN_SHEET_NAMES = str.maketrans("", "", "[]:*?/\\")
_BEGINS_A_FORMULA = frozenset("=+-@＝＋－＠﹦﹢﹣﹫")
_LINE_BREAKS = frozenset("\t\r\n")
_NOT_IN_XML = dict.fromkeys([*(set(range(32)) - {9, 10, 13}), 0xFFFE, 0xFFFF])
"""Signs that no XML document may hold, however they are written."""


def sheet_name(title: str) -> str:
    """A title as the name of a sheet: a workbook takes 31 signs, and not all of them."""
    return title.translate(_NOT_IN_SHEET_NAMES)[:31]


def escaped(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula; `unescaped` takes it away.

    So are texts that begin with apostrophes before that: otherwise one of their own would be taken away.
    """
    return f"'{text}" if _looks_like_a_formula(text.lstrip("'")) else text


def unescaped(text: str) -> str:
    """The text that `escaped` was given; any other as it is."""
    return text[1:] if text.startswith("'") and _looks_like_a_formula(text.lstrip("'")) else text


def _looks_like_a_formula(text: str) -> bool:
    """Whether it begins with the sign of a formula, behind whatever shows nothing; or with a tab or a line break."""
    if text[:1] in _LINE_BREAKS:
        return True
    first = next((sign for sign in text if not _shows_nothing(sign)), "")
    return first in _BEGINS_A_FORMULA


def _shows_nothing(sign: str) -> bool:
    return sign in INVISIBLE_LETTERS or unicodedata.category(sign) in {"Zs", "Zl", "Zp", "Cc", "Cf"}


def in_text(cell: Cell) -> str:
    """A cell as text, in the reader's language: days as 2027-03-02, moments to the second."""
    if isinstance(cell, bool):
        return pgettext("answer", "Yes") if cell else pgettext("answer", "No")
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, float):
        return number_format(cell)
    return "" if cell is None else str(cell)


def download(
    name: str, extension: str, title: str, headings: Iterable[str], rows: Iterable[Row], about: About | None = None
) -> StreamingHttpResponse:
    """The headings and these rows as a file to download. `extension` is a key of `MEDIA_TYPES`.

    The rows are asked for while the answer is sent, and not any more once the client has gone. What is said `about`
    them stands below an empty line, in a workbook on a sheet of its own.
    """
    # As Excel opens it with a double click: French Excel expects semicolons.
    separator = ";" if reader_language() == "fr" else ","
    if extension == "csv":
        below = chain([()], about) if about else ()
        pieces = _csv(chain([headings], rows, below), separator)
    else:
        pieces = _xlsx(title, list(headings), rows, about or [])
    return streamed(f"{name}.{extension}", MEDIA_TYPES[extension], pieces)


def streamed(file_name: str, media_type: str, pieces: Iterator[bytes]) -> StreamingHttpResponse:
    """These pieces as a file to download, each made while the answer is sent."""
    response = StreamingHttpResponse(_in(translation.get_language(), pieces), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _in(language: str | None, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, each made in the reader's language: they are made after the page has been answered."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _csv(rows: Iterable[Row], separator: str) -> Iterator[bytes]:
    text = io.StringIO("\N{BYTE ORDER MARK}")  # without it Excel reads no UTF-8
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=separator)
    for row in rows:
        writer.writerow([in_text(cell) for cell in row])
        if text.tell() > PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


class _Outlet(io.RawIOBase):
    """A file that can only be written to; what was written waits until it is taken."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, content) -> int:
        self.waiting.append(bytes(content))
        self.size += len(content)
        return len(content)

    def take(self) -> bytes:
        taken, self.waiting, self.size = b"".join(self.waiting), [], 0
        return taken


def _xlsx(title: str, headings: list[str], rows: Iterable[Row], about: About) -> Iterator[bytes]:
    """A workbook of openpyxl with its one sheet written here: openpyxl would have it whole before it sends anything."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as book:
        styles, members = _around_the_sheet(title, about)
        for name, content in members:
            book.writestr(name, content)
        with book.open(_SHEET, "w") as sheet:
            sheet.write(_BEFORE.format(columns=max(len(headings), 1)).encode())
            for row in chain([headings], rows):
                sheet.write(f"<row>{''.join(_cell(cell, styles) for cell in row)}</row>".encode())
                if outlet.size > PIECE:
                    yield outlet.take()
            sheet.write(_AFTER.encode())
    yield outlet.take()


def _cell(cell: Cell, styles: list[int]) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, bool):
        return f'<c t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, (int, float)):
        return f"<c><v>{cell}</v></c>"
    if isinstance(cell, dt.date):
        style = styles[_MOMENT if isinstance(cell, dt.datetime) else _DAY]
        return f'<c s="{style}"><v>{_serial(cell)}</v></c>'
    kept = escape(cell.translate(_NOT_IN_XML)[:_LONGEST_TEXT])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>' if kept else "<c/>"


def _serial(day: dt.date) -> float:
    """A day or moment as a workbook counts it."""
    from openpyxl.utils.datetime import to_excel  # noqa: PLC0415 (heavy: only lists need it)

    return to_excel(day)


def _around_the_sheet(title: str, about: About) -> tuple[list[int], list[tuple[str, bytes]]]:
    """All that a workbook with one sheet consists of, but the sheet; and the numbers of the styles of `_FORMATS`."""
    from openpyxl import Workbook  # noqa: PLC0415 (heavy: only lists need it)

    empty, whole = Workbook(), io.BytesIO()
    empty.active.title = title
    styles = []
    for number, wanted in enumerate(_FORMATS, start=1):
        cell = empty.active.cell(row=1, column=number)
        cell.number_format = wanted
        styles.append(cell.style_id)
    if about:
        beside = empty.create_sheet(sheet_name(_("About this table")))
        for label, words in about:
            beside.append([escaped(label), escaped(words)])
    empty.save(whole)
    with zipfile.ZipFile(whole) as members:
        return styles, [(name, members.read(name)) for name in members.namelist() if name != _SHEET]
