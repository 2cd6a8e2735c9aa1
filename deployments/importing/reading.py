"""Opening uploaded files within limits: CSV in three encodings and with any usual separator, and XLSX."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import IO

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

LARGEST = 10 * 1024 * 1024
"""Bytes."""
MOST_ROWS = 10_000
MOST_COLUMNS = 60
LONGEST_CELL = 2000
LARGEST_UNPACKED = 50 * 1024 * 1024
MOST_MEMBERS = 200
HIGHEST_RATIO = 100
"""Limits of a workbook, which is a zip archive: bytes unpacked, number of files, bytes unpacked for each packed one."""
MOST_BLANK_ROWS = 1000
"""A sheet is taken to end after so many blank rows: some programs save a million of them."""

Cell = str | dt.date | None


class FileRefused(Exception):
    """The file cannot be read at all; `reason` is lazy, because it is stored in both languages."""

    def __init__(self, reason: Promise | str):
        self.reason = reason
        super().__init__(reason)


def open_rows(file: IO[bytes], size: int) -> Iterator[tuple[int, list[Cell]]]:
    """(line number from 1, cells) of a file, headings first, without blank rows.

    Raises `FileRefused`, also while the rows are iterated.
    """
    if size == 0:
        raise FileRefused(_("The file is empty."))
    if size > LARGEST:
        raise FileRefused(_("The file is larger than 10 MB."))
    file.seek(0)
    signature = file.read(8)
    file.seek(0)
    rows = _xlsx(file) if signature.startswith(b"PK") else _csv(file.read())
    return _within_limits(rows)


def _within_limits(rows: Iterator[list[Cell]]) -> Iterator[tuple[int, list[Cell]]]:
    count = 0
    for line, cells in enumerate(rows, start=1):
        if not any(cell not in {None, ""} for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise FileRefused(format_lazy(_("The file has more than {n} rows."), n=MOST_ROWS))
        while cells and cells[-1] in {None, ""}:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise FileRefused(format_lazy(_("The file has more than {n} columns."), n=MOST_COLUMNS))
        yield line, cells


def _csv(content: bytes) -> Iterator[list[Cell]]:
    text = _decoded(content)
    headings = text.lstrip("\r\n").split("\n", 1)[0]
    try:
        # The separator that splits the headings into most columns.
        separator = max(";,\t", key=lambda sign: len(next(csv.reader([headings], delimiter=sign), [])))
        for row in csv.reader(io.StringIO(text), delimiter=separator, strict=True):
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise FileRefused(_("The file cannot be read: a quotation mark or a line is broken.")) from error


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content[:4096]:
        raise FileRefused(_("This is no CSV or XLSX file."))
    else:
        # cp1252 last: it is what Excel for Windows saves, and it accepts nearly any bytes.
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileRefused(_("The letters of the file cannot be read. Save it as “CSV UTF-8”."))


def _xlsx(file: IO[bytes]) -> Iterator[list[Cell]]:
    _refuse_zip_bombs(file)
    from openpyxl import load_workbook  # noqa: PLC0415 (heavy: only lists need it)

    try:
        sheet = load_workbook(file, read_only=True, data_only=False).worksheets[0]
        blank = 0
        for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
            cells = [_cell(value) for value in row]
            blank = 0 if any(cells) else blank + 1
            if blank > MOST_BLANK_ROWS:
                return
            yield cells
    except FileRefused:
        raise
    except Exception as error:  # openpyxl lets through whatever its zip and XML readers raise
        raise FileRefused(_("The workbook is damaged or protected.")) from error


def _refuse_zip_bombs(file: IO[bytes]) -> None:
    """Refuse a workbook that unpacks to far more than its size, by its table of contents, before unpacking anything."""
    try:
        members = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise FileRefused(_("This is no CSV or XLSX file.")) from error
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise FileRefused(_("This is no CSV or XLSX file."))
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED or unpacked > HIGHEST_RATIO * max(packed, 1):
        raise FileRefused(_("The workbook unfolds to far more than its size: it is not opened."))
    file.seek(0)


def _cell(value: object) -> Cell:
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, str | int | float | bool):
        return "="  # a formula over several cells comes as an object; `judging` refuses it like any other formula
    return str(value).strip()
