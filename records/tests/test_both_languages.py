"""Templates and previews speak the reader's language, and what is stored speaks none or both."""

import io

import pytest
from django.utils import translation
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from foundation.bilingual import in_both_languages
from foundation.spreadsheets import sheet_name
from records import templates
from records.kinds import KINDS
from records.opening import SHEET_OF_WORDS
from records.tests.bringing import opened, xlsx
from records.tests.test_every_kind import template
from records.values import Reading
from records.world import World
from tests import create

pytestmark = pytest.mark.django_db
LANGUAGES = ["en-ca", "fr-ca"]


def book_of(browser, language):
    return load_workbook(io.BytesIO(template(browser, language)))


def offered(book, page, place) -> list[str]:
    """The words that the cells of a column offer."""
    cell = f"{get_column_letter(place)}2"
    for validation in page.data_validations.dataValidation:
        if cell in validation.sqref:
            name, area = validation.formula1.rsplit("!", 1)
            return [each.value for (each,) in book[name.strip("'")][area.replace("$", "")]]
    return []


# --- The template -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_example_is_a_word_that_its_column_offers(kind, language, alice, as_user):
    book = book_of(as_user(alice), language)
    with translation.override(language):
        page = book[sheet_name(str(kind.sheet))]
        words = {column.field: column.value.words() for column in kind.columns}
    shown = {column.field: page.cell(2, place).value for place, column in enumerate(kind.columns, start=1)}

    lists = {column.field: offered(book, page, place) for place, column in enumerate(kind.columns, start=1)}

    assert lists == words
    assert {name: shown[name] for name in lists if lists[name] and shown[name] not in [None, *lists[name]]} == {}


def test_a_french_template_speaks_french(alice, as_user):
    book = book_of(as_user(alice), "fr-ca")

    def cells(sheet):
        head, example = (row for row in book[sheet].iter_rows(max_row=2, values_only=True))
        return dict(zip(head, example, strict=True))

    words = [row[1:] for row in book["Mots"].iter_rows(min_row=2, values_only=True)]

    assert cells("Ententes")["État"] == "Signée"
    assert cells("Ententes")["La province doit approuver"] == "non"
    assert ("La province doit approuver", None, "yes", "oui") in words
    assert cells("Personnes")["Genre"] == "Non précisé"
    assert cells("Personnes")["Première langue officielle"] == "Français"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_examples_say_the_same_in_both_languages(kind, alice, today):
    def read() -> dict:
        reading, found = Reading(World(by=alice, today=today)), {}
        for name, cell in templates.example(kind).items():
            column = kind.fields[name]
            if column.value.words():
                found[name] = column.value.read(cell, reading)
        return found

    both = in_both_languages(read)

    said = {name: value for name, value in kind.example.items() if kind.fields[name].value.words()}
    assert both == {"en": said, "fr": said}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_of_a_sheet_is_cut(language):
    with translation.override(language):
        names = [str(kind.sheet) for kind in KINDS.values()] + [str(SHEET_OF_WORDS)]

    assert [name for name in names if sheet_name(name) != name] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "name",
    [
        "Emergency contacts",
        "Personnes à joindre (urgence)",
        "Personnes à joindre en cas d'ur",
    ],
)
def test_a_sheet_is_known_by_its_name_and_by_its_former_one(name, alice):
    create.person(service=create.service(code="expol"), service_number="E-1")
    rows = [
        ["Police service", "Service number", "Name of the contact", "Relation", "Telephone", "Language"],
        ["expol", "E-1", "Dominique", "sister", "613-555-0100", "English"],
    ]

    batch = opened(xlsx(**{name: rows}), alice, name="office.xlsx")

    assert {row.kind for row in batch.rows.all()} == {"contacts"}
