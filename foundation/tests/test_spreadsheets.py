"""Tables are sent while they are made, and open in what reads CSV and XLSX."""

import csv
import datetime as dt
import io
import os

import pytest
from django.utils import translation
from hypothesis import given, strategies
from openpyxl import load_workbook

from foundation.spreadsheets import PIECE, download, escaped, unescaped

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


def test_a_workbook_has_days_as_days_numbers_as_numbers_and_its_headings_stay_in_sight():
    row = [dt.date(2027, 3, 2), dt.datetime(2027, 3, 2, 14, 5, 6), -3, True, None, "-3"]
    headings = ["Day", "Moment", "Number", "Whether", "Nothing", "Text"]

    sheet = load_workbook(io.BytesIO(download("x", "xlsx", "Sheet", headings, [row]).getvalue())).worksheets[0]

    cells = sheet[2]
    assert [cell.value for cell in cells] == [dt.datetime(2027, 3, 2), dt.datetime(2027, 3, 2, 14, 5, 6), *row[2:]]
    assert [cell.data_type for cell in cells] == ["d", "d", "n", "b", "n", "s"]
    assert [cell.number_format for cell in cells[:3]] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "General"]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width > len("2027-03-02")


@pytest.mark.parametrize(("language", "yes"), [("en-ca", "Yes"), ("fr-ca", "Oui")])
def test_a_csv_file_has_days_as_iso_and_says_yes_in_the_language_of_the_reader(language, yes):
    row = [dt.date(2027, 3, 2), dt.datetime(2027, 3, 2, 14, 5, 6), -3, True, None]

    with translation.override(language):
        answer = download("x", "csv", "Sheet", ["Name", "b", "c", "d", "e"], [row])

    assert read("csv", answer.getvalue())[1] == ["2027-03-02", "2027-03-02 14:05:06", "-3", yes, ""]


def test_a_text_longer_than_a_cell_of_a_workbook_is_cut_there():
    content = download("x", "xlsx", "Sheet", HEADINGS, [["x" * 40_000, ""]]).getvalue()

    assert len(read("xlsx", content)[1][0]) == 32_767


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\ttext",
        "\rtext",
        "\ntext",
        " =1+1",
        "\u00a0=1+1",
        "\u200b=1+1",
        "\ufeff\u2009 @x",
        "\t \n+1",
        "\u2028=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        " \u3000＝1",
        "\x00=1",
        "'=1",
        "'' =1",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert escaped(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Zoë", "a=1", "'Zoë", "''", " Zoë", "–1", "O’Hara", "1-2", " ", "\u200b"])
def test_any_other_text_stays_as_it_is(text):
    assert escaped(text) == text
    assert unescaped(text) == text


SIGNS = strategies.text(
    strategies.sampled_from([*"'=+-@＝＋－＠ab1 \t\r\n", "\u00a0", "\u200b", "\ufeff", "\u3164", "\x00"]), max_size=6
)


@given(text=SIGNS | strategies.text(max_size=6))
def test_the_apostrophe_is_taken_away_again_and_nothing_else(text):
    assert unescaped(escaped(text)) == text
