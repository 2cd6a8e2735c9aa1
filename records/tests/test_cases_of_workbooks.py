"""Workbooks as police services send them: which sheets and which lines are read."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook

from records import work
from records.tests.bringing import doubts, opened, results

pytestmark = pytest.mark.django_db

HEADINGS = ["Service de police", "Matricule", "Nom", "Prénom", "Grade", "Genre", "Langue", "Date de naissance"]
DAY = dt.datetime(1985, 4, 3)
INSTRUCTIONS = [["Remplir la deuxième feuille"], ["Ne pas changer les en-têtes"]]


def person(number, family, given="A", born=DAY):
    return ["SQ", number, family, given, "Agent", "F", "Français", born]


def workbook(*sheets, merged="", **formats) -> bytes:
    """A workbook of (title, rows, state)."""
    book = Workbook()
    book.remove(book.active)
    for title, rows, state in sheets:
        page = book.create_sheet(title)
        page.sheet_state = state
        for row in rows:
            page.append(row)
    for cell, number_format in formats.items():
        book.worksheets[0][cell].number_format = number_format
    if merged:
        book.worksheets[0].merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def one(*rows, **how) -> bytes:
    return workbook(("Sheet", rows, "visible"), **how)


def shown(batch) -> list[str]:
    return [row.shown_for_reader for row in batch.rows.all()]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_what_nobody_sees_is_not_read_and_the_preview_says_so(sq, as_user, state):
    old, new = [HEADINGS, person(88320, "Caché")], [HEADINGS, person(88321, "Visible")]
    content = workbook(("Anciens", old, state), ("Candidats", new, "visible"))

    batch = opened(content, sq, name="liste.xlsx")
    page = as_user(sq).get(f"/en-ca/lists/{batch.pk}/").content.decode()

    assert (batch.state, shown(batch)) == ("preview", ["A Visible"])
    assert "<bdi>Anciens</bdi> is hidden: it was not read" in page
    assert "<bdi>Candidats</bdi> → People · 1 row · headings in line 1" in page


def test_the_preview_says_which_sheet_is_left_out(sq, as_user):
    content = workbook(
        ("Lisez-moi", INSTRUCTIONS, "visible"), ("Candidats", [HEADINGS, person(88322, "Visible")], "visible")
    )

    batch = opened(content, sq, name="liste.xlsx")
    page = as_user(sq).get(f"/en-ca/lists/{batch.pk}/").content.decode()

    assert shown(batch) == ["A Visible"]
    assert "<bdi>Lisez-moi</bdi> is left out" in page
    assert "Not in this table:</span>" not in page
    assert "Category, Start of service, State, Position, Remark" in " ".join(page.split())


def test_two_sheets_of_people_are_asked_for(sq, as_user):
    pages = [
        ("Sheet", [HEADINGS, person(88323, "Un")], "visible"),
        ("Suite", [HEADINGS, person(88324, "Deux")], "visible"),
    ]

    batch = opened(workbook(*pages), sq, name="liste.xlsx")
    page = as_user(sq).get(f"/en-ca/lists/{batch.pk}/columns/").content.decode()

    assert (batch.state, doubts(batch)) == ("columns", [["several"], ["several"]])
    assert "Another table holds records of the same kind" in page
    both = {**batch.choices["tables"]}
    without = {**both, "0": {**both["0"], "kind": "", "columns": {}}}
    assert read(batch, both) == ["A Un", "A Deux"]
    assert read(batch, without) == ["A Deux"]


def read(batch, tables) -> list[str]:
    work.choose_columns(batch, {**batch.choices, "tables": tables})
    work.work_on_all(today=dt.date(2027, 1, 1))
    return shown(batch)


def test_the_same_person_in_two_sheets_is_seen(sq):
    pages = [(name, [HEADINGS, person(88323, "Un")], "visible") for name in ("Un", "Deux")]
    batch = opened(workbook(*pages), sq, name="liste.xlsx")

    read(batch, batch.choices["tables"])

    assert results(batch) == [(2, "new", []), (2, "refused", ["This person is already in line 2."])]


@pytest.mark.parametrize("title", ["Personnes", "PEOPLE", " ", "Feuil1", "2027"])
def test_the_name_of_the_only_sheet_does_not_matter(sq, title):
    batch = opened(workbook((title, [HEADINGS, person(88325, "Nom")], "visible")), sq, name="liste.xlsx")

    assert (batch.state, shown(batch)) == ("preview", ["A Nom"])


@pytest.mark.parametrize(
    ("above", "line", "merged"),
    [
        ([["Candidatures 2027"], []], 3, "A1:H1"),
        ([["Liste des candidatures 2027"]], 2, ""),
        ([["Sûreté du Québec"], ["Liste au 2027-01-31"], ["Préparée par :", "Bob"]], 4, ""),
    ],
)
def test_lines_above_the_headings_are_asked_once(sq, as_user, above, line, merged):
    content = one(*above, HEADINGS, person(88330, "Titre"), merged=merged)

    batch = opened(content, sq, name="liste.xlsx")
    page = as_user(sq).get(f"/en-ca/lists/{batch.pk}/columns/").content.decode()

    assert (batch.state, doubts(batch)) == ("columns", [["line"]])
    assert "There are lines above the headings: is the line of the headings right?" in page
    assert f'<option value="{line}" selected>{line}: Service de police' in page
    assert read(batch, batch.choices["tables"]) == ["A Titre"]
    work.cancel(batch, by=sq)
    assert opened(content, sq, name="liste.xlsx").state == "preview"


def test_blank_lines_above_the_headings_are_no_question(sq):
    batch = opened(one([], [], HEADINGS, person(88331, "Vide")), sq, name="liste.xlsx")

    assert (batch.state, results(batch)) == ("preview", [(4, "new", [])])


def test_numbers_are_read_as_their_cells_show_them(seeded):
    batch = opened(
        one(
            HEADINGS,
            person(88002, "Lœuvre", "Gisèle", None),
            person(88001, "Côté", "Anne", None),
            person(88003.0, "O'Brien", "Máire", None),
            B2="0000000",
            B3="#,##0",
        ),
        seeded,
        name="liste.xlsx",
    )

    assert results(batch) == [(2, "unchanged", []), (3, "unchanged", []), (4, "unchanged", [])]


def test_a_number_without_its_zeros_is_nearly_that_of_somebody(seeded):
    batch = opened(one(HEADINGS, person(88002, "Lœuvre", "Gisèle", None), B2="0"), seeded, name="liste.xlsx")

    assert results(batch) == [
        (
            2,
            "refused",
            ["Service number: “88002” is nearly the number 0088002 of Gisèle Lœuvre: write it as it is there."],
        )
    ]


def test_what_a_spreadsheet_made_a_date_or_a_short_number_is_refused(sq):
    batch = opened(
        one(
            HEADINGS,
            person(dt.datetime(2026, 3, 12), "Datenum"),
            person(88343, dt.datetime(2026, 5, 1), "May"),
            person(8.8e16, "Long"),
            person("=1+1", "Formule"),
        ),
        sq,
        name="liste.xlsx",
    )

    mended = "format the column as text and type it again."
    assert results(batch) == [
        (2, "refused", [f"Service number: This is a date, 2026-03-12: {mended}"]),
        (3, "refused", [f"Family name: This is a date, 2026-05-01: {mended}"]),
        (4, "refused", [f"Service number: “88000000000000000” is not the number that was typed: {mended}"]),
        (5, "refused", ["Service number: This is a formula: paste its value instead."]),
    ]
