"""Templates and previews speak the reader's language, and what is stored speaks none or both."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from deployments.models import DeploymentTransition, NominationTransition
from foundation.bilingual import in_both_languages
from foundation.spreadsheets import sheet_name
from missions.models import Role
from records import templates
from records.kinds import KINDS
from records.opening import SHEET_OF_WORDS
from records.tests.bringing import brought, opened, saved, xlsx
from records.tests.test_every_kind import template, without_marks
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


# --- The preview ------------------------------------------------------------------------------------------------------


def test_a_preview_shows_values_in_the_language_of_the_reader(alice, as_user):
    alice.language = "fr-ca"
    alice.save()
    batch = brought(without_marks(template(as_user(alice), "fr-ca")), alice, name="bureau.xlsx")

    def changes(kind):
        return {name: after for name, _before, after in batch.rows.get(kind=kind).changes}

    def names(kind):
        return batch.rows.get(kind=kind).shown

    assert changes("agreements")["needs_province"] == {"en": "No", "fr": "Non"}
    assert changes("agreements")["state"] == {"en": "Signed", "fr": "Signée"}
    assert changes("services")["is_active"] == {"en": "Yes", "fr": "Oui"}
    assert changes("missions")["area"] == {"en": "Exampleland", "fr": "Pays-Exemple"}
    assert changes("missions")["lead"] == {"en": "Example Coalition", "fr": "Coalition Exemple"}
    assert changes("people")["rank"] == {"en": "Sergeant Major", "fr": "Sergent-major / Sergente-majore"}
    assert changes("deployments")["mission"] == {"en": "Example Mission", "fr": "Mission Exemple"}
    assert names("ceilings") == {"en": "Up to 150", "fr": "150 tout au plus"}
    assert names("missions") == {"en": "Example Mission", "fr": "Mission Exemple"}
    assert names("deployments") == {"en": "S/M Camille Exemple", "fr": "s.-m. Camille Exemple"}
    with translation.override("fr-ca"):
        page = as_user(alice).get(batch.get_absolute_url(), {"kind": "ceilings"}).content.decode()
    assert "<bdi>150 tout au plus</bdi>" in page


def test_a_preview_names_several_roles_and_countries(alice):
    create.mission(code="exmis")
    Role.objects.create(code="adviser", name_en="Adviser", name_fr="Conseil")
    areas = [["Code", "Name in English", "Name in French", "Countries"], ["exarea", "A", "B", "DE; US"]]
    positions = [
        ["Mission", "Number", "Title in English", "Title in French", "Stream", "Roles"],
        ["exmis", "P-1", "A", "B", "adviser", "adviser"],
    ]
    services = [["Code", "Redline: percentage of its officers"], ["expol", "2,5"]]
    create.service(code="expol")

    batch = brought(
        xlsx(Countries_and_regions=areas, Positions=positions, Police_services=services), alice, name="office.xlsx"
    )

    shown = {name: after for row in batch.rows.all() for name, _before, after in row.changes}
    assert shown["countries"] == {"en": "Germany; United States of America", "fr": "Allemagne; États-Unis d'Amérique"}
    assert shown["roles"] == {"en": "Adviser", "fr": "Conseil"}
    assert shown["redline_percent"] == {"en": "2.5", "fr": "2,5"}


def test_results_are_counted_in_their_number(alice, as_user):
    rows = [["Code", "Name in English", "Name in French"], *([f"ex{n}", f"Role {n}", f"Rôle {n}"] for n in (1, 2))]
    batch = brought(xlsx(Roles_in_missions=[*rows, ["not a code", "A", "B"]]), alice, name="office.xlsx")

    with translation.override("fr-ca"):
        page = as_user(alice).get(batch.get_absolute_url()).content.decode()
        lists = as_user(alice).get(reverse("import_list")).content.decode()

    [results] = re.findall(r'<nav class="outcomes".*?</nav>', page, re.DOTALL)
    assert re.findall(r'>([^<>]+) <span class="count">(\d+)</span></a>', results) == [
        ("Toutes les lignes", "3"), ("Nouvelles", "2"), ("Refusée", "1"),
    ]  # fmt: skip
    assert "Modèles\N{NO-BREAK SPACE}: <a" in lists


def test_a_stay_that_finds_no_place_is_told_where_and_when(alice):
    area = create.area(name_en="Exampleland", name_fr="Pays-Exemple")
    create.authorization(area=area, cap=1)
    create.mission(code="exmis", area=area)
    service = create.service(code="expol")
    for number in ("E-1", "E-2"):
        create.person(service=service, service_number=number)
    stays = [
        ["Police service", "Service number", "Mission", "Planned first day", "Planned last day", "Status"],
        ["expol", "E-1", "exmis", "2031-03-01", "2031-09-30", "approved"],
        ["expol", "E-2", "exmis", "2031-09-30", "2031-12-31", "approved"],
    ]

    batch = brought(xlsx(Deployments=stays), alice, name="office.xlsx")

    [row] = batch.rows.filter(outcome="refused")
    english = "Approved for days on which no place is free (Exampleland): on 30 September 2031."
    french = "Approuvé pour des jours où aucune place n'est libre (Pays-Exemple)\xa0: le 30 septembre 2031."
    assert row.reasons == {"en": [f"Status: {english}"], "fr": [f"État\xa0: {french}"]}


# --- What is stored ---------------------------------------------------------------------------------------------------


def test_why_a_list_recorded_something_is_stored_in_no_language(alice, as_user):
    alice.language = "fr-ca"
    alice.save()
    content = without_marks(template(as_user(alice), "fr-ca"))

    batch = saved(content, alice, name="bureau.xlsx")

    steps = [DeploymentTransition.objects.get(), NominationTransition.objects.get()]
    assert [step.reason for step in steps] == [f"list {batch.pk}"] * 2
    assert in_both_languages(lambda: steps[0].reason_in_words) == {
        "en": f"List {batch.pk} of the office's records",
        "fr": f"Liste {batch.pk} des dossiers du bureau",
    }
    shown = ["List %s of the office&#x27;s records", "Liste %s des dossiers"]
    for language, said in zip(LANGUAGES, shown, strict=True):
        for row in (steps[0].deployment, steps[1].nomination):
            with translation.override(language):
                page = as_user(alice).get(row.get_absolute_url()).content.decode()
            assert said % batch.pk in page
