"""Files as people have them, made in tests, and what is read of them."""

import io
import itertools
import tempfile
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from foundation.reading import opening
from foundation.reading.opening import FileRefused, Opened, open_file

HEADINGS = "Service de police;Matricule;Nom;Prénom;Grade;Genre;Langue;Date de naissance"
ROW = "SQ;88010;Roy;Luc;Agent;H;Français;1984-01-09"
LIST = f"{HEADINGS}\r\n{ROW}\r\n"
_NUMBERS = itertools.count()


def opened(folder: Path, content: str | bytes, **how) -> tuple[Path, Opened]:
    """A folder below this one into which the file was read, and what is said of it."""
    place = folder / str(next(_NUMBERS))
    place.mkdir()
    source = place / "uploaded"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    read = place / "tables"
    read.mkdir()
    return read, open_file(source, read, **how)


def rows(folder: Path, content: str | bytes, table: int = 0) -> list[list]:
    """The cells of each row of a table, headings and all."""
    read, _opened = opened(folder, content)
    return [cells for _line, cells in opening.read_rows(read, table, 0)]


def refused(content: str | bytes, **how) -> str:
    """The sentence by which a file is refused."""
    with tempfile.TemporaryDirectory() as folder, pytest.raises(FileRefused) as refusal:
        opened(Path(folder), content, **how)
    return str(refusal.value.reason)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xlsx(*lines: list, **formats: str) -> bytes:
    """A workbook of one sheet; `formats` are number formats of cells: `B2="0000000"`."""
    book = Workbook()
    for line in lines:
        book.active.append(line)
    for cell, number_format in formats.items():
        book.active[cell].number_format = number_format
    return saved(book)


def replaced(book: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one of its files replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.namelist():
            after.writestr(member, content if member == name else before.read(member))
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet_of(data: str, before: str = "", after: str = "") -> bytes:
    """A workbook whose sheet holds this XML within `sheetData`."""
    whole = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{before}<sheetData>{data}</sheetData>{after}</worksheet>"
    )
    return replaced(xlsx(["Nom"]), SHEET, whole.encode())


def with_shared_texts(book: bytes, *texts: str) -> bytes:
    """The workbook with a list of texts to which its cells point, as Excel itself writes them."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    part = (
        '<Override PartName="/xl/sharedStrings.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(b"</Types>", part.encode())
            after.writestr(name, content)
        items = "".join(f"<si>{text}</si>" for text in texts)
        after.writestr("xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{items}</sst>')
    return file.getvalue()


def zipped(**members: bytes) -> bytes:
    """An archive; names of members are written with _ for . and __ for /."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()
