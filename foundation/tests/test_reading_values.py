"""From cells to values: texts, numbers of people, yes and no, choices. Sentences say what is wrong with a cell."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from hypothesis import given, strategies

from foundation.reading import values
from foundation.reading.cells import ErrorCell, FormulaCell, NumberCell, cell_of_text, from_json, in_words, to_json
from foundation.reading.choices import choice, spellings
from foundation.spreadsheets import escaped

DATE = dt.date(2026, 3, 12)


def sentence(function, *arguments) -> str:
    with pytest.raises(ValidationError) as refusal:
        function(*arguments)
    return refusal.value.messages[0]


# --- Texts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        ("Côté", "Côté"),
        ("Null", "Null"),
        ("'=Boucher", "=Boucher"),
        ("'-Test", "-Test"),
        ("'+1 514 555-0100", "+1 514 555-0100"),
        ("'@roy", "@roy"),
        ("'  =Boucher", "=Boucher"),
        ("'＝Boucher", "＝Boucher"),
        ("'＋1", "＋1"),
        ("'\t=x", "=x"),
        ("'\nnote", "note"),
        ("'t Hooft", "'t Hooft"),
        ("''=x", "'=x"),
        ("'\u200b=x", "\u200b=x"),
        ("'﹣1", "﹣1"),
        ("''", "''"),
        ("'", "'"),
        ("one\ntwo", "one\ntwo"),
        (NumberCell("88002", "0088002"), "0088002"),
        ("a" * 2000, "a" * 2000),
    ],
)
def test_texts_are_what_people_see_without_the_apostrophe_of_our_exports(cell, expected):
    assert values.text(cell) == expected


FORMULA = "This is a formula: paste its value instead."
ERROR = "This is an error of the spreadsheet, #N/A: type the value instead."
NO_TEXT = "This is a date, 2026-03-12: format the column as text and type it again."


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (FormulaCell(), FORMULA),
        (ErrorCell("#N/A"), ERROR),
        (DATE, NO_TEXT),
        ("a" * 2001, "The cell is too long."),
        ("nul\0", "This text contains a character that cannot be shown or printed. Delete it and type it again."),
        ("bell\a", "This text contains a character that cannot be shown or printed. Delete it and type it again."),
    ],
)
def test_what_is_no_text_is_refused_by_name(cell, expected):
    assert sentence(values.text, cell) == expected
    assert sentence(values.identifier, cell) == expected


def test_sentences_are_stored_in_both_languages():
    with pytest.raises(ValidationError) as refusal:
        values.text(FormulaCell())

    with translation.override("fr-ca"):
        assert refusal.value.messages == ["C'est une formule\u00a0: collez plutôt sa valeur."]


# --- Numbers that name somebody -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        ("0088002", "0088002"),
        ("88001.0", "88001.0"),
        (NumberCell("88001", "88001"), "88001"),
        (NumberCell("88002", "0088002"), "0088002"),
        ("E-1", "E-1"),
        ("12E4", "12E4"),
        ("88 001", "88 001"),
        ("03-12", "03-12"),
        ("'-5", "-5"),
        (NumberCell("123456789012345", "123456789012345"), "123456789012345"),
    ],
)
def test_numbers_of_people_keep_their_zeros(cell, expected):
    assert values.identifier(cell) == expected


@pytest.mark.parametrize("cell", ["8,8E+10", "8.8E+10", "8E+10", "1,23457e+15", NumberCell("1" * 16, "1" * 16)])
def test_numbers_that_a_spreadsheet_shortened_are_refused(cell):
    shown = cell if isinstance(cell, str) else cell.shown

    assert sentence(values.identifier, cell) == (
        f"“{shown}” is not the number that was typed: format the column as text and type it again."
    )


@pytest.mark.parametrize("cell", ["2026-03-12", "2026-03-12 00:00", "2026-03-12T00:00:00", DATE])
def test_a_date_is_no_number_of_a_person(cell):
    assert sentence(values.identifier, cell).startswith("This is a date, 2026-03-12")


# --- Whole numbers, yes and no --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, None),
        ("  ", None),
        ("12", 12),
        ("-3", -3),
        ("12.0", 12),
        ("12,00", 12),
        ("1 200", 1200),
        ("1\u00a0200\u00a0000", 1_200_000),
        (NumberCell("12", "0012"), 12),
        (NumberCell("-12", "-12"), -12),
    ],
)
def test_whole_numbers(cell, expected):
    assert values.whole_number(cell) == expected


@pytest.mark.parametrize("cell", ["12.5", "1,200", "12 3", "twelve", "9" * 30, "1e3", NumberCell("12.5", "12.5")])
def test_what_is_no_whole_number_is_refused(cell):
    assert sentence(values.whole_number, cell).endswith("is not a whole number.")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(None, None), ("", None)]
    + [(word, True) for word in ["Oui", "yes", "Y", "o", "x", "X", "VRAI", "True", "1", "✓", NumberCell("1", "1")]]
    + [(word, False) for word in ["Non", "no", "N", "FAUX", "false", "0", "☐", NumberCell("0", "0")]],
)
def test_yes_and_no(cell, expected):
    assert values.yes_no(cell) is expected


@pytest.mark.parametrize("cell", ["peut-être", "2", "?", "✗"])
def test_what_is_neither_yes_nor_no_is_refused(cell):
    assert sentence(values.yes_no, cell) == f"“{cell}” is neither yes nor no."


@pytest.mark.parametrize("function", [values.whole_number, values.yes_no])
def test_dates_errors_and_formulas_are_refused_everywhere(function):
    assert [sentence(function, cell) for cell in (DATE, ErrorCell("#N/A"), FormulaCell())] == [NO_TEXT, ERROR, FORMULA]


# --- Choices --------------------------------------------------------------------------------------------------------


class Gender(models.TextChoices):
    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    NOT_SAID = "not_said", _("Not said")


SHORT_FORMS = {"woman": ["f", "mme", "feminin"], "man": ["h", "m", "masculin"]}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        ("woman", "woman"),
        ("Woman", "woman"),
        ("Femme", "woman"),
        ("F", "woman"),
        ("féminin", "woman"),
        ("Mme", "woman"),
        ("M.", "man"),
        ("Homme", "man"),
        ("not_said", "not_said"),
        ("Not said", "not_said"),
        ("Femme / Woman", "woman"),
        ("homme | man", "man"),
    ],
)
def test_choices_by_code_label_and_short_form(cell, expected):
    assert choice(cell, Gender, SHORT_FORMS) == expected


@pytest.mark.parametrize("cell", ["F/M", "2", "W", "femme / X", "/", "Genre", NumberCell("2", "2")])
def test_what_is_not_among_the_choices_is_refused(cell):
    assert sentence(choice, cell, Gender, SHORT_FORMS) == f"“{in_words(cell)}” is not one of the choices."


class Level(models.IntegerChoices):
    NONE = 0, _("Not said")
    ONE = 1, _("Woman")


@pytest.mark.parametrize(("cell", "expected"), [("0", 0), ("Femme", 1), (NumberCell("1", "1"), 1), ("", "")])
def test_choices_may_be_numbers(cell, expected):
    assert choice(cell, Level) == expected


def test_without_short_forms_only_codes_and_labels_are_known():
    assert choice("Homme", Gender) == "man"
    assert sentence(choice, "H", Gender) == "“H” is not one of the choices."


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Agent / Agente", ["agent agente", "agent", "agente", "agent e"]),
        ("Policier / Policière", ["policier", "policiere", "policier ere", "policier iere"]),
        ("Inspecteur / Inspectrice", ["inspecteur", "inspectrice", "inspecteur trice"]),
        ("Agent principal / Agente principale", ["agent principal", "agente principale", "agent e principal e"]),
        ("Sergent-chef / Sergente-chef", ["sergent chef", "sergente chef", "sergent e chef"]),
        ("Constable", ["constable"]),
    ],
)
def test_names_in_two_genders_are_known_however_they_are_written(name, typed):
    assert set(typed) <= spellings(name)


def test_a_name_has_no_other_spellings_than_those_of_its_halves():
    assert spellings("Homme / Femme") == {"homme femme", "homme", "femme"}
    assert spellings("Constable") == {"constable"}


# --- Cells as they are written --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (None, None),
        ("Côté", "Côté"),
        (DATE, {"day": "2026-03-12"}),
        (NumberCell("88002", "0088002"), {"number": "88002", "shown": "0088002"}),
        (ErrorCell("#N/A"), {"error": "#N/A"}),
        (FormulaCell(), {"formula": True}),
    ],
)
def test_cells_are_written_and_read_back(cell, written):
    assert to_json(cell) == written
    assert from_json(written) == cell


@pytest.mark.parametrize(
    ("cell", "seen"), [(None, ""), (DATE, "2026-03-12"), (ErrorCell("#N/A"), "#N/A"), (FormulaCell(), "=")]
)
def test_cells_are_told_as_they_are_seen(cell, seen):
    assert in_words(cell) == seen


def test_a_text_is_a_cell_without_space_around_it():
    assert [cell_of_text(text) for text in ("  ", "\u00a0", " a b ", "#REF! ")] == [
        None,
        None,
        "a b",
        ErrorCell("#REF!"),
    ]


@given(text=strategies.text(strategies.sampled_from([*"'=+-@＝＋－＠ab1 \n", "\u00a0"]), max_size=6))
def test_what_our_exports_escape_is_read_as_it_was(text):
    assert values.words(escaped(text)) == text.strip()
