"""Tables are sent while they are made, and open in what reads CSV and XLSX."""

import csv
import io
import os

import pytest
from django.utils import translation
from openpyxl import load_workbook

from foundation.spreadsheets import PIECE, download

HEADINGS = ["Name", "Number"]
ENDINGS = pytest.mark.parametrize("ending", ["csv", "xlsx"])


def read(ending, content):
    if ending == "csv":
        text = content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if "Name;" in text else ","))
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


@ENDINGS
@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_what_is_written_is_read_back(ending, language):
    rows = [["Zoë; “S”", ""], [' "quoted" <b>&amp;</b> ', "0012"], ["two\nlines", "😀"], ["", ""]]

    with translation.override(language):
        answer = download("people", ending, "Sheet", HEADINGS, rows)

    assert read(ending, answer.getvalue()) == [HEADINGS, *rows]
    assert answer["Content-Disposition"] == f'attachment; filename="people.{ending}"'


def test_a_sheet_has_its_title():
    content = download("people", "xlsx", "Candidats", HEADINGS, []).getvalue()

    assert load_workbook(io.BytesIO(content)).sheetnames == ["Candidats"]


def test_signs_that_no_workbook_may_hold_are_left_out_of_it():
    content = download("people", "xlsx", "Sheet", HEADINGS, [["A\x07n\x00n\x1be\ufffe", "\x0b"]]).getvalue()

    assert read("xlsx", content) == [HEADINGS, ["Anne", ""]]


@ENDINGS
def test_rows_are_asked_for_while_the_file_is_sent_and_no_more_when_the_reader_has_gone(db, ending):
    asked = []

    def rows():
        for number in range(20_000):
            asked.append(number)
            yield [os.urandom(50).hex(), str(number)]

    answer = download("people", ending, "Sheet", HEADINGS, rows())
    sent = iter(answer)
    pieces = [next(sent) for _each in range(3)]
    after_three = len(asked)
    answer.close()

    assert max(len(piece) for piece in pieces) < 2 * PIECE
    assert 0 < after_three < 10_000
    assert list(sent) == []
    assert len(asked) == after_three


@ENDINGS
def test_each_row_is_made_in_the_language_that_was_asked_for(ending):
    def rows():
        for _each in range(3):
            yield [translation.get_language()]

    with translation.override("fr-ca"):
        answer = download("people", ending, "Sheet", ["Name"], rows())
    content = answer.getvalue()

    assert read(ending, content) == [["Name"], *[["fr-ca"]] * 3]
    assert translation.get_language() == "en-ca"
