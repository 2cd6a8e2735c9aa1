"""Tables as CSV and XLSX files that are sent while they are made: the memory that they take does not grow with them."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain
from xml.sax.saxutils import escape

from django.http import StreamingHttpResponse
from django.utils import translation

from foundation.bilingual import reader_language

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PIECE = 64 * 1024
"""So many bytes are sent together, about."""

Row = Iterable[str]

_SHEET = "xl/worksheets/sheet1.xml"
_BEFORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
_AFTER = "</sheetData></worksheet>"
_NOT_IN_XML = dict.fromkeys([*(set(range(32)) - {9, 10, 13}), 0xFFFE, 0xFFFF])
"""Signs that no XML document may hold, however they are written."""


def escaped(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def download(name: str, extension: str, title: str, headings: Row, rows: Iterable[Row]) -> StreamingHttpResponse:
    """The headings and these rows as a file to download. `extension` is a key of `MEDIA_TYPES`.

    The rows are asked for while the answer is sent, and not any more once the client has gone.
    """
    table = chain([headings], rows)
    # As Excel opens it with a double click: French Excel expects semicolons.
    separator = ";" if reader_language() == "fr" else ","
    pieces = _csv(table, separator) if extension == "csv" else _xlsx(title, table)
    response = StreamingHttpResponse(_in(translation.get_language(), pieces), content_type=MEDIA_TYPES[extension])
    response["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
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
        writer.writerow(row)
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


def _xlsx(title: str, rows: Iterable[Row]) -> Iterator[bytes]:
    """A workbook of openpyxl with its one sheet written here: openpyxl would have it whole before it sends anything."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in _around_the_sheet(title):
            book.writestr(name, content)
        with book.open(_SHEET, "w") as sheet:
            sheet.write(_BEFORE.encode())
            for row in rows:
                sheet.write(f"<row>{''.join(_cell(text) for text in row)}</row>".encode())
                if outlet.size > PIECE:
                    yield outlet.take()
            sheet.write(_AFTER.encode())
    yield outlet.take()


def _cell(text: str) -> str:
    kept = escape(text.translate(_NOT_IN_XML))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>' if kept else "<c/>"


def _around_the_sheet(title: str) -> Iterator[tuple[str, bytes]]:
    """All that a workbook with one sheet consists of, but the sheet."""
    from openpyxl import Workbook  # noqa: PLC0415 (heavy: only lists need it)

    empty, whole = Workbook(), io.BytesIO()
    empty.active.title = title
    empty.save(whole)
    with zipfile.ZipFile(whole) as members:
        for name in members.namelist():
            if name != _SHEET:
                yield name, members.read(name)
