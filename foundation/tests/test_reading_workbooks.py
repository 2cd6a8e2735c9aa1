"""Workbooks are read as people see them: visible sheets, numbers as they are shown, dates, merged cells."""

import datetime as dt

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from foundation.reading import opening
from foundation.reading.cells import ErrorCell, FormulaCell, NumberCell
from foundation.tests.sheets import (
    SHEET,
    opened,
    refused,
    replaced,
    rows,
    saved,
    sheet_of,
    with_shared_texts,
    xlsx,
    zipped,
)


def book_of(**sheets: list) -> Workbook:
    """A workbook with these sheets in order."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    return book


HEADINGS = ["Matricule", "Nom", "Date de naissance"]
PEOPLE = [HEADINGS, [88320, "Roy", dt.date(1985, 4, 3)]]


# --- Sheets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("first", [True, False])
def test_hidden_sheets_are_named_and_never_read(tmp_path, state, first):
    book = book_of(Anciens=PEOPLE, Candidats=PEOPLE) if first else book_of(Candidats=PEOPLE, Anciens=PEOPLE)
    book["Anciens"].sheet_state = state

    read, found = opened(tmp_path, saved(book))

    assert [(table.name, table.rows, table.hidden) for table in found.tables] == (
        [("Anciens", 0, True), ("Candidats", 2, False)] if first else [("Candidats", 2, False), ("Anciens", 0, True)]
    )
    assert [table.name for table in found.offered] == ["Candidats"]
    assert sorted(path.name for path in read.iterdir()) == ["1.jsonl" if first else "0.jsonl", "tables.json"]


def test_all_visible_sheets_with_rows_are_offered(tmp_path):
    read, found = opened(tmp_path, saved(book_of(Un=PEOPLE, Vide=[], Deux=[HEADINGS, [88324, "Côté", None]])))

    assert [(table.number, table.name, table.rows) for table in found.offered] == [(0, "Un", 2), (2, "Deux", 2)]
    assert list(opening.read_rows(read, 2, 1)) == [(2, [NumberCell("88324", "88324"), "Côté"])]


@pytest.mark.parametrize(
    "words",
    [["Remplir la deuxième feuille"], ["Consignes"], ["Lisez-moi", "", ""]],
    ids=["one", "short", "blank cells"],
)
def test_a_sheet_of_instructions_is_doubtful_and_the_list_is_not(tmp_path, words):
    _read, found = opened(tmp_path, saved(book_of(Consignes=[words, ["Ne pas changer les en-têtes"]], Liste=PEOPLE)))

    assert [(table.name, table.doubtful) for table in found.offered] == [("Consignes", True), ("Liste", False)]


def test_a_workbook_whose_sheets_are_all_hidden_or_blank_is_empty():
    book = book_of(Liste=PEOPLE, Vide=[])
    book["Liste"].sheet_state = "hidden"

    assert refused(saved(book)) == "The file is empty."


def test_a_title_over_merged_cells_is_no_heading(tmp_path):
    book = book_of(Liste=[["Candidatures 2027"], [], *PEOPLE])
    book.active.merge_cells("A1:C1")

    read, found = opened(tmp_path, saved(book))

    assert (found.tables[0].heading_line, found.tables[0].doubtful) == (3, True)
    assert found.tables[0].first_lines == [
        (1, ["Candidatures 2027"]),
        (3, HEADINGS),
        (4, ["88320", "Roy", "1985-04-03"]),
    ]
    assert [line for line, _cells in opening.read_rows(read, 0, 3)] == [4]


def test_cells_merged_over_rows_stand_in_each_of_them(tmp_path):
    book = book_of(
        Liste=[["Service", "Nom", "Rang"], ["SQ", "Roy", "A"], [None, "Côté", "B"], [None, "Noël"], [None, "X"]]
    )
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("C3:C4")

    assert rows(tmp_path, saved(book)) == [
        ["Service", "Nom", "Rang"],
        ["SQ", "Roy", "A"],
        ["SQ", "Côté", "B"],
        ["SQ", "Noël", "B"],
        [None, "X"],
    ]


def test_headings_over_two_lines_are_found_and_joined(tmp_path):
    lines = [["Liste"], ["Matricule", "Nom", "Date de"], [None, None, "naissance"], [88010, "Roy", dt.date(1985, 4, 3)]]

    read, found = opened(tmp_path, xlsx(*lines))
    table = found.tables[0]

    assert (table.heading_line, table.heading_lines, table.doubtful) == (3, 2, True)
    assert opening.read_headings(read, 0, 3, 2) == ["Matricule", "Nom", "Date de naissance"]
    assert opening.read_headings(read, 0, 3, 1) == ["", "", "naissance"]
    assert [line for line, _cells in opening.read_rows(read, 0, 3)] == [4]


# --- Cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "number", "shown"),
    [
        (88002, "0000000", "88002", "0088002"),
        (88002, "General", "88002", "88002"),
        (88002, '"SQ-"00000', "88002", "SQ-88002"),
        (88002, '[Red]0000000;[Blue]"no"', "88002", "0088002"),
        (123456, r"000\-000", "123456", "123-456"),
        (12, "000-000", "12", "000-012"),
        (1234567, "000-000", "1234567", "1234-567"),
        (88002, "#,##0", "88002", "88002"),
        (88002, "0.00", "88002", "88002"),
        (88002, "0.00E+00", "88002", "88002"),
        (88000000001, "General", "88000000001", "88000000001"),
        (88001.0, "General", "88001", "88001"),
        (12.5, "General", "12.5", "12.5"),
        (12.5, "0000", "12.5", "12.5"),
        (-5, "000", "-5", "-5"),
        (0, "000", "0", "000"),
        (0.00001, "General", "0.00001", "0.00001"),
        (88002, "@", "88002", "88002"),
    ],
)
def test_numbers_are_read_plainly_and_as_their_format_shows_them(tmp_path, value, number_format, number, shown):
    assert rows(tmp_path, xlsx(["Matricule"], [value], A2=number_format))[1] == [NumberCell(number, shown)]


def test_numbers_that_are_stored_with_an_exponent_are_read_plainly(tmp_path):
    cells = '<row r="1"><c r="A1"><v>8.8000000001E+10</v></c><c r="B1"><v>1E+400</v></c></row>'

    assert rows(tmp_path, sheet_of(cells)) == [[NumberCell("88000000001", "88000000001"), ErrorCell("#NUM!")]]


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (dt.date(1985, 4, 3), "yyyy-mm-dd"),
        (dt.datetime(1985, 4, 3, 12, 30), "yyyy-mm-dd h:mm:ss"),
        (31140, "dd/mm/yyyy"),
        (31140.75, "[$-C0C]d mmmm yyyy;@"),
    ],
)
def test_dates_are_days_in_whatever_format(tmp_path, value, number_format):
    assert rows(tmp_path, xlsx(["Né le"], [value], A2=number_format))[1] == [dt.date(1985, 4, 3)]


def test_dates_of_a_workbook_of_1904_are_four_years_later(tmp_path):
    book = book_of(Liste=PEOPLE)
    book.epoch = CALENDAR_MAC_1904

    assert rows(tmp_path, saved(book))[1][2] == dt.date(1985, 4, 3)


def test_numbers_that_are_no_date_in_a_column_of_dates_are_errors(tmp_path):
    assert rows(tmp_path, xlsx(["Né le"], [99999999999], A2="yyyy-mm-dd"))[1] == [ErrorCell("#VALUE!")]


def test_a_time_without_a_day_is_a_text(tmp_path):
    assert rows(tmp_path, xlsx(["Heure"], [dt.time(8, 30)]))[1] == ["08:30:00"]


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#VALUE!"])
def test_errors_are_told_from_texts(tmp_path, text):
    assert rows(tmp_path, xlsx(["Matricule", "Nom"], [text, "N/A"]))[1] == [ErrorCell(text), "N/A"]


def test_formulas_are_not_computed_nor_is_their_old_result_read(tmp_path):
    cells = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>A1&amp;"x"</f><v>2x</v></c>'
        '<c r="C1"><f t="shared" ref="C1:D1" si="0">A1</f><v>2</v></c><c r="D1"><f t="shared" si="0"/></c></row>'
    )

    assert rows(tmp_path, sheet_of(cells)) == [[FormulaCell()] * 4]


def test_a_formula_over_several_cells_is_one_too_and_a_text_with_an_equals_sign_is_none(tmp_path):
    book = Workbook()
    book.active["A1"] = ArrayFormula("A1:A2", "=SUM(B1:B2)")
    book.active["B1"].value = "=Boucher"
    book.active["B1"].data_type = "s"

    assert rows(tmp_path, saved(book)) == [[FormulaCell(), "=Boucher"]]


def test_yes_and_no_of_a_workbook_are_words(tmp_path):
    assert rows(tmp_path, xlsx(["Marié"], [True], [False])) == [["Marié"], ["TRUE"], ["FALSE"]]


def test_signs_that_workbooks_write_by_their_number_are_read(tmp_path):
    content = xlsx(["Notes"], ["un_x000D_\ndeux"], ["nul_x0000_"], ["half_xD800_"])

    assert rows(tmp_path, content) == [["Notes"], ["un\r\ndeux"], ["nul\0"], ["half_xD800_"]]


def test_a_long_cell_is_cut_where_it_is_known_to_be_too_long(tmp_path):
    assert [len(cells[0]) for cells in rows(tmp_path, xlsx(["a" * 2000], ["b" * 2001], ["c" * 30_000]))] == [
        2000,
        2001,
        2001,
    ]


@pytest.mark.parametrize("word", ["CÃ´tÃ©", "C\ufffdt\ufffd", "IrÃ¨ne"])
def test_damaged_letters_are_refused_in_workbooks_too(word):
    assert f"as in “{word}”" in refused(xlsx(["Nom"], [word]))


# --- Workbooks that other programs write ----------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", ["A1", "A1:XFD1048576", "B2:C3", "nonsense"])
def test_a_sheet_that_lies_about_its_size_is_read_whole(tmp_path, dimension):
    content = sheet_of(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Nom</t></is></c></row><row r="2"><c r="C2"><v>1</v></c></row>',
        before=f'<dimension ref="{dimension}"/>',
    )

    assert rows(tmp_path, content) == [["Nom"], [None, None, NumberCell("1", "1")]]


def test_rows_and_cells_without_their_place_follow_each_other(tmp_path):
    assert rows(tmp_path, sheet_of("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")) == [
        [NumberCell("1", "1"), NumberCell("2", "2")],
        [NumberCell("3", "3")],
    ]


def test_texts_are_read_from_where_excel_keeps_them(tmp_path):
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>'

    content = with_shared_texts(sheet_of(cells), "<t>Nom</t>", "<r><t>de la </t></r><r><t>Durantaye</t></r>")

    assert rows(tmp_path, content) == [["Nom"], ["de la Durantaye"]]


def test_texts_in_cells_are_read_plain_and_rich(tmp_path):
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> Nom </t></is></c>'
        '<c r="B1" t="inlineStr"><is><r><t>de la </t></r><r><t>Durantaye</t></r></is></c>'
        '<c r="C1" t="inlineStr"><is><t/></is></c><c r="D1" t="inlineStr"/><c r="E1" t="str"><v>fin</v></c></row>'
    )

    assert rows(tmp_path, sheet_of(cells)) == [["Nom", "de la Durantaye", None, None, "fin"]]


def test_a_row_far_below_is_read_with_its_number(tmp_path):
    read, _found = opened(tmp_path, sheet_of('<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>2</v></c></row>'))

    assert [line for line, _cells in opening.read_rows(read, 0, 0)] == [1, 1048576]


def test_what_stands_after_the_rows_is_not_looked_at(tmp_path):
    after = "<conditionalFormatting><cfRule/></conditionalFormatting><pageSetup orientation='sideways'/>"

    assert rows(tmp_path, sheet_of('<row r="1"><c><v>1</v></c></row>', after=after)) == [[NumberCell("1", "1")]]


@pytest.mark.parametrize(
    "content",
    [
        replaced(xlsx(["Nom"]), SHEET, b"<worksheet"),
        replaced(xlsx(["Nom"]), "xl/workbook.xml", b"no XML"),
        replaced(xlsx(["Nom"]), "xl/styles.xml", b"<styleSheet>"),
        sheet_of('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
    ],
    ids=["sheet", "book", "styles", "a text that is not there"],
)
def test_damaged_workbooks_are_refused(content):
    assert refused(content) == "The workbook is damaged or protected."


# --- What is no workbook --------------------------------------------------------------------------------------------


def compound(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + name.encode("utf-16-le") + b"\0" * 1000


WEB_PAGE = "This is a web page, not a workbook. Open it in a spreadsheet program and save it as XLSX."
XML = "This is an XML file, not a workbook. Open it in a spreadsheet program and save it as XLSX."
OLD = "This is a workbook of an old format (XLS). Open it and save it as XLSX."
PICTURE = "This is a picture, not a workbook. Ask for the list as XLSX or CSV."
DOCUMENT = "This is a text document, not a workbook. Copy its table into a workbook and save that as XLSX."
ARCHIVE = "This is an archive of files. Unpack it and import the list alone, as XLSX or CSV."
PASSWORD = "This workbook is protected by a password. Take the password off and save it as XLSX."
NEITHER = "This is not a CSV or XLSX file."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html>\n<body>\n<table>\n<tr><th>Nom</th></tr></table></body></html>", WEB_PAGE),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", WEB_PAGE),
        ("<TABLE border=1><tr><td>Nom".encode("utf-16"), WEB_PAGE),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', WEB_PAGE),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", WEB_PAGE),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', XML),
        (b"<!-- a note --><list/>", XML),
        (compound("Workbook"), OLD),
        (compound("Book"), OLD),
        (b"\x09\x08\x10\0\0\x06\x05\0", OLD),
        (compound("WordDocument"), DOCUMENT),
        (b"{\\rtf1\\ansi", DOCUMENT),
        (zipped(word__document_xml=b"<w/>"), DOCUMENT),
        (compound("EncryptedPackage"), PASSWORD),
        (compound("Something"), NEITHER),
        (b"%PDF-1.7 ...", "This is a PDF document, not a workbook. Ask for the list as XLSX or CSV."),
        (b"\x89PNG\r\n\x1a\n", PICTURE),
        (b"\xff\xd8\xff\xe0 JFIF", PICTURE),
        (
            zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=b"<o/>"),
            "This is an OpenDocument workbook (ODS). Open it and save it as XLSX.",
        ),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), NEITHER),
        (zipped(xl__workbook_bin=b"\0"), "This is a binary workbook (XLSB). Open it and save it as XLSX."),
        (zipped(Index__Document_iwa=b"\0"), "This is a workbook of Numbers. Open it and export it to Excel (XLSX)."),
        (
            zipped(xl__workbook_xml=b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'),
            "This workbook was saved as “Strict Open XML”. Open it and save it as an ordinary XLSX workbook.",
        ),
        (zipped(list_csv=b"Nom\nRoy\n"), ARCHIVE),
        (b"\x1f\x8b\x08\0", ARCHIVE),
        (b"PK\x03\x04 half a workbook", NEITHER),
        (xlsx(["Nom"])[:2000], NEITHER),
        (b'[{"nom": "Roy"}]', NEITHER),
    ],
)  # fmt: skip
def test_other_kinds_of_files_are_called_by_their_names(content, sentence):
    assert refused(content) == sentence


def test_a_workbook_whose_files_are_locked_one_by_one_is_protected():
    locked = bytearray(xlsx(["Nom"]))
    for place in range(len(locked)):
        if locked[place : place + 4] == b"PK\x01\x02":
            locked[place + 8] |= 1

    assert refused(bytes(locked)) == PASSWORD


@pytest.mark.parametrize("word", ["[Nom]", "{x}", "<Nom>", "MIME", "PDF"])
def test_lists_that_only_begin_like_other_files_are_read(tmp_path, word):
    assert rows(tmp_path, f"{word};Prénom\nRoy;Luc\n")[0] == [word, "Prénom"]
