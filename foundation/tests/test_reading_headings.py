"""Which heading is about which field, which must be asked about, and in which line headings are."""

from dataclasses import dataclass

import pytest

from foundation.reading.heading_line import HeadingLine, joined
from foundation.reading.heading_line import find_heading_line as by_shape
from foundation.reading.headings import find_heading_line, layout_key, match, mostly_french


@dataclass(frozen=True)
class Column:
    field: str
    english: str
    french: str
    aliases: tuple[str, ...] = ()

    def labels(self):
        return [self.english, self.french]


COLUMNS = [
    Column("service", "Police service", "Service de police", ("service",)),
    Column("service_number", "Service number", "Matricule", ("badge", "numéro de service")),
    Column("family_name", "Family name", "Nom de famille", ("surname", "nom")),
    Column("given_name", "Given name", "Prénom", ("given names", "prénoms")),
    Column("gender", "Gender", "Genre", ("sex", "sexe")),
    Column("first_language", "First official language", "Première langue officielle", ("langue",)),
    Column("born_on", "Date of birth", "Date de naissance", ("born", "né le", "née le")),
    Column("joined_on", "Start of service", "Début du service"),
]


def sure(*headings):
    return match(headings, COLUMNS).sure


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Date of Birth", "born_on"),
        ("date de  naissance", "born_on"),
        ("Date of Birth (dd/mm/yyyy)", "born_on"),
        ("DATE DE NAISSANCE [aaaa-mm-jj] *", "born_on"),
        ("Né(e) le", "born_on"),
        ("Sex (M/F)", "gender"),
        ("Sexe :", "gender"),
        ("gender*", "gender"),
        ("Badge #", "service_number"),
        ("Badge No.", "service_number"),
        ("# Badge", "service_number"),
        ("Service #", "service_number"),
        ("Service No.", "service_number"),
        ("No de matricule", "service_number"),
        ("N° de matricule", "service_number"),
        ("nº matricule", "service_number"),
        ("Matricule no", "service_number"),
        ("Numéro de service", "service_number"),
        ("service", "service"),
        ("Surname", "family_name"),
        ("Given name(s)", "given_name"),
        ("Prenom(s)", "given_name"),
        ("family_name", "family_name"),
        ("Family name", "family_name"),
        ("Nom / Surname", "family_name"),
        ("Sex / Genre (M/F)", "gender"),
        ("Date of birth | Date de naissance", "born_on"),
    ],
)
def test_headings_are_known_whatever_stands_in_brackets_and_however_number_is_written(heading, field):
    assert sure(heading) == {0: field}


@pytest.mark.parametrize("heading", ["No.", "#", "n°", "", "*", "(M/F)", "Nom / Prénom", "Remarques", "Courriel"])
def test_other_headings_are_not_guessed(heading):
    found = match([heading], COLUMNS)

    assert (found.sure, found.near) == ({}, {})
    assert found.left_out == ([0] if heading else [])


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Première langue", "first_language"),
        ("Familly name", "family_name"),
        ("Date de naisance", "born_on"),
        ("Matricules", "service_number"),
        ("Prénom usuel", "given_name"),
        ("Birth date of", ""),
        ("Date", "born_on"),
        ("Serv", ""),
    ],
)
def test_nearly_known_headings_are_asked_about(heading, field):
    found = match([heading], COLUMNS)

    assert found.sure == {}
    assert found.near == ({0: field} if field else {})


def test_a_near_heading_is_not_asked_about_where_the_field_has_its_own():
    found = match(["Prénom usuel", "Prénom", "Prénomm"], COLUMNS)

    assert (found.sure, found.near, found.left_out) == ({1: "given_name"}, {}, [0, 2])


def test_of_two_near_headings_the_nearer_one_is_asked_about():
    found = match(["Familly naame", "Familly name"], COLUMNS)

    assert (found.near, found.left_out) == ({1: "family_name"}, [0])


@pytest.mark.parametrize(
    ("headings", "doubled"),
    [
        (["Nom", "Prénom", "Nom"], {2: 0}),
        (["Surname", "Prénom", "Nom de famille"], {2: 0}),
        (["Note", "Nom", "note"], {2: 0}),
        (["Nom", "Nom", "Nom"], {1: 0, 2: 0}),
        (["Badge #", "Matricule"], {1: 0}),
        (["Nom", "", ""], {}),
    ],
)
def test_doubled_headings_are_pointed_out(headings, doubled):
    found = match(headings, COLUMNS)

    assert found.doubled == doubled
    assert not set(found.doubled) & {*found.sure, *found.near, *found.left_out}


def test_columns_of_the_template_that_are_missing_are_said():
    found = match(["Matricule", "Nom", "Première langue", "Courriel"], COLUMNS)

    assert found.sure == {0: "service_number", 1: "family_name"}
    assert found.near == {2: "first_language"}
    assert found.left_out == [3]
    assert found.missing == ["service", "given_name", "gender", "born_on", "joined_on"]


def test_a_list_of_the_united_nations_is_known():
    headings = ["No.", "Surname", "Given names", "Rank", "Sex (M/F)", "Date of Birth (dd/mm/yyyy)", "Badge #"]

    assert sure(*headings) == {
        1: "family_name",
        2: "given_name",
        4: "gender",
        5: "born_on",
        6: "service_number",
    }


# --- Layouts --------------------------------------------------------------------------------------------------------


def test_the_same_headings_are_one_layout_however_they_are_written():
    keys = {layout_key(headings) for headings in (["Nom", "Prénom"], ["NOM", " prenom "], ["Nom", "Prénom", "", " "])}

    assert len(keys) == 1
    assert len(keys.pop()) == 64


@pytest.mark.parametrize(
    "other", [["Prénom", "Nom"], ["Nom"], ["Nom", "Prénom", "Nom"], ["Nom Prénom"], ["Nom", "", "Prénom"]]
)
def test_other_headings_are_another_layout(other):
    assert layout_key(other) != layout_key(["Nom", "Prénom"])


@pytest.mark.parametrize(
    ("headings", "french"),
    [
        (["Service de police", "Matricule", "Nom", "Prénom", "Date de naissance"], True),
        (["Nom", "Prénom", "Sexe", "Né(e) le"], True),
        (["Family name", "Given name", "Date of birth"], False),
        (["Service", "Badge", "Nom", "First name", "Rank", "Gender", "Language", "Born"], False),
        (["Nom / Surname", "Date of birth / Date de naissance"], False),
        (["A", "B"], False),
    ],
)
def test_the_language_of_headings(headings, french):
    assert mostly_french(headings) is french


# --- The line of the headings ---------------------------------------------------------------------------------------

HEADINGS = ["Matricule", "Nom", "Prénom", "Date de naissance"]
PERSON = ["88010", "Roy", "Luc", "1984-01-09"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(1, HEADINGS), (2, PERSON)], HeadingLine(1)),
        ([(1, ["Liste 2027"]), (2, HEADINGS), (3, PERSON)], HeadingLine(2, doubtful=True)),
        ([(1, ["Liste"]), (3, ["Secret", "B"]), (5, HEADINGS), (6, PERSON)], HeadingLine(5, doubtful=True)),
        ([(1, PERSON), (2, PERSON)], HeadingLine(1, doubtful=True)),
        ([(1, ["Nom", "Nom", "Prénom"]), (2, ["Roy", "R", "Luc"])], HeadingLine(1, doubtful=True)),
        ([(1, ["Lisez-moi"])], HeadingLine(1, doubtful=True)),
        ([], HeadingLine(0, doubtful=True)),
        (
            [(1, ["Matricule", "Nom", "Prénom", "Date de"]), (2, ["", "", "", "naissance"]), (3, PERSON)],
            HeadingLine(2, lines=2, doubtful=True),
        ),
        (
            [(1, ["Matricule", "Nom", "Prénom", "Date de"]), (3, ["", "", "", "naissance"]), (4, PERSON)],
            HeadingLine(1),
        ),
        ([(1, ["", "Identité", "", ""]), (2, HEADINGS), (3, PERSON)], HeadingLine(2, doubtful=True)),
        ([(1, ["Matricule", "Identité", "", "Né le"]), (2, HEADINGS), (3, PERSON)], HeadingLine(2, doubtful=True)),
        ([(1, HEADINGS), (2, ["", "Roy", "Luc", ""]), (3, ["", "Noël", "Eva", ""])], HeadingLine(1)),
    ],
)
def test_the_headings_are_found_by_the_shape_of_the_lines(lines, expected):
    assert by_shape(lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([(1, HEADINGS), (2, PERSON)], HeadingLine(1)),
        ([(1, ["Liste 2027"]), (2, HEADINGS), (3, PERSON)], HeadingLine(2)),
        ([(1, ["Préparé par", "L. Roy", "le 3 mai", "x"]), (2, HEADINGS), (3, PERSON)], HeadingLine(2)),
        ([(1, ["Note", "Nom", "Prénom", "a", "b", "c"])], HeadingLine(1, doubtful=True)),
        ([(1, ["Nom", "Roy"]), (2, HEADINGS)], HeadingLine(2)),
        (
            [(1, ["", "Date de", "", ""]), (2, ["Nom", "naissance", "Prénom", "x"]), (3, PERSON)],
            HeadingLine(2, lines=2),
        ),
        ([(1, ["Lisez-moi"]), (2, ["Remplir"])], HeadingLine(1, doubtful=True)),
        ([(1, ["Nom"]), (2, ["Roy"])], HeadingLine(1)),
        ([(1, ["Colonne A", "Colonne B"]), (2, ["Roy", "Luc"])], HeadingLine(1)),
    ],
)
def test_the_headings_are_found_by_the_names_of_columns(lines, expected):
    assert find_heading_line(lines, COLUMNS) == expected


def test_headings_over_two_lines_are_joined():
    assert joined(["Matricule", "Date de", "", "Nom"], ["", "naissance", "Grade", "Nom", "Sexe"]) == [
        "Matricule",
        "Date de naissance",
        "Grade",
        "Nom",
        "Sexe",
    ]
