"""What kind of file it is by its content; its name says little: web pages and PDFs are sent as .xls."""

import re
import zipfile
from pathlib import Path

from foundation.reading.limits import HARMLESS_UNPACKED, HIGHEST_RATIO, LARGEST_UNPACKED, MOST_MEMBERS
from foundation.reading.refused import Refused

WORKBOOK = "xlsx"
TEXT = "csv"

_SIGNATURES = [
    (b"%PDF", "pdf"),
    (b"{\\rtf", "word"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"\x09\x00\x04\x00", "old_workbook"),
    (b"\x09\x02\x06\x00", "old_workbook"),
    (b"\x09\x04\x06\x00", "old_workbook"),
    (b"\x09\x08", "old_workbook"),
    (b"ID;P", "old_workbook"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
]
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Files of Microsoft before 2007, and newer ones with a password, are small file systems."""
_WEB_PAGE = re.compile(
    rb"<!doctype\s+html|<(?:html|head|meta|body|table|style|div|center)[\s>]|mime-version:", re.IGNORECASE
)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_BOOK = re.compile(r"xl/workbook\d*\.xml$")
_IN_ZIP = [
    ("word/document.xml", "word"),
    ("ppt/presentation.xml", "other"),
    ("xl/workbook.bin", "binary_workbook"),
    ("Index/Document.iwa", "numbers"),
]


def kind_of(path: Path) -> str:
    """`WORKBOOK` or `TEXT`. Raises `Refused` with the name of any other kind that is known."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK"):
        return _zip(path)
    if start.startswith(_COMPOUND):
        raise Refused(_compound(path.read_bytes()))
    for signature, code in _SIGNATURES:
        if start.startswith(signature):
            raise Refused(code)
    _refuse_markup(start)
    return TEXT


def _refuse_markup(start: bytes) -> None:
    for mark in _MARKS:
        start = start.removeprefix(mark)
    start = start.replace(b"\0", b"").lstrip()  # without the blank halves of UTF-16
    is_markup = start.startswith((b"<?xml", b"<!--"))
    if _WEB_PAGE.match(start) or (is_markup and _WEB_PAGE.search(start)):
        raise Refused("web_page")
    if is_markup:
        raise Refused("xml")
    if re.match(rb"[\[{]\s*[\[{\"]", start):
        raise Refused("other")


def _compound(content: bytes) -> str:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        return "password"
    if holds("WordDocument"):
        return "word"
    return "old_workbook" if holds("Workbook") or holds("Book") else "other"


def _zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                raise Refused("open_document" if b"spreadsheet" in archive.read("mimetype") else "other")
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, RuntimeError, EOFError) as error:
        raise Refused("other") from error
    for name, code in _IN_ZIP:
        if name in names:
            raise Refused(code)
    if not any(_BOOK.match(name) for name in names):
        raise Refused("archive")
    _refuse_bombs(members)
    _refuse_strict(path, next(name for name in names if _BOOK.match(name)))
    return WORKBOOK


def _refuse_strict(path: Path, book: str) -> None:
    """The stricter format of the standard has other names for everything; openpyxl finds no row in it."""
    with zipfile.ZipFile(path) as archive, archive.open(book) as file:
        if b"http://purl.oclc.org/ooxml/" in file.read(4096):
            raise Refused("strict")


def _refuse_bombs(members: list[zipfile.ZipInfo]) -> None:
    """By the table of contents, before anything is unpacked."""
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    is_steep = unpacked > HARMLESS_UNPACKED and unpacked > HIGHEST_RATIO * max(packed, 1)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED or is_steep:
        raise Refused("unfolds")
    if any(member.flag_bits & 1 for member in members):
        raise Refused("password")
