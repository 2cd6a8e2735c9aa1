"""Days as lists write them, and whether the day or the month comes first in a column."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from foundation.reading.cells import ErrorCell, FormulaCell, NumberCell
from foundation.reading.dates import Order, day, order_of, order_said

DAY_FIRST, MONTH_FIRST, UNKNOWN = Order.DAY_FIRST, Order.MONTH_FIRST, Order.UNKNOWN
BIRTH = dt.date(1985, 4, 3)


@pytest.mark.parametrize(
    "cell",
    [
        BIRTH,
        "1985-04-03",
        "1985/4/3",
        "1985.04.03",
        "19850403",
        NumberCell("19850403", "19850403"),
        "1985-04-03T00:00:00.000Z",
        "1985-04-03 00:00:00",
        "1985-04-03 12:30",
        "1985-04-03T00:00+00:00",
        "3 avril 1985",
        "le 3 avril 1985",
        "mercredi 3 avril 1985",
        "Wednesday, April 3, 1985",
        "3 avr. 1985",
        "03-avr.-1985",
        "3-Apr-1985",
        "April 3, 1985",
        "Apr. 3rd 1985",
        "3rd of April 1985",
        " 3  AVRIL  1985 ",
    ],
)
@pytest.mark.parametrize("order", Order)
def test_days_that_can_be_read_in_one_way_only(cell, order):
    assert day(cell, order) == BIRTH


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1er mars 1985", (1985, 3, 1)),
        ("1 er août 1985", (1985, 8, 1)),
        ("15 févr. 1985", (1985, 2, 15)),
        ("14 juill. 1985", (1985, 7, 14)),
        ("31 déc. 1985", (1985, 12, 31)),
        ("29/02/1984", (1984, 2, 29)),
        ("05/05/1985", (1985, 5, 5)),
        ("14/03/1985", (1985, 3, 14)),
        ("05/16/1985", (1985, 5, 16)),
    ],
)
def test_other_days_that_need_no_order(cell, expected):
    assert day(cell, UNKNOWN) == dt.date(*expected)


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_an_empty_cell_is_no_day(cell):
    assert day(cell, DAY_FIRST) is None


@pytest.mark.parametrize("cell", ["03/04/1985", "3-4-1985", "03.04.1985", "03/04/1985 00:00", "０３/０４/１９８５"])
def test_the_order_of_the_column_decides(cell):
    assert day(cell, DAY_FIRST) == dt.date(1985, 4, 3)
    assert day(cell, MONTH_FIRST) == dt.date(1985, 3, 4)
    with pytest.raises(ValidationError, match="can mean two different dates"):
        day(cell, UNKNOWN)


SHORT = "Write the year of “{}” with four digits, for instance 2027-03-02."
NO_SUCH = "“{}” is not a date that exists."
NO_FORM = "“{}” is not a recognized date. Write it as 2027-03-02."


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        *[(text, SHORT) for text in ("85-04-03", "03/04/85", "3.4.85", "03-avr-85", "3 avril 85", "April 3, 85")],
        *[(text, NO_SUCH) for text in ("29/02/1985", "00/00/0000", "1900-01-00", "1985-13-01", "31 avril 1985")],
        *[(text, NO_SUCH) for text in ("45/13/1985", "19851345", "0000-01-01")],
        *[(text, NO_FORM) for text in ("août 1985", "1985", "soon", "3 nivôse 1985", "4 3 5", "1985-04-03-01")],
    ],
)
def test_what_is_no_day_is_refused_in_a_sentence(cell, sentence):
    with pytest.raises(ValidationError) as refusal:
        day(cell, DAY_FIRST)

    assert refusal.value.messages == [sentence.format(cell)]


@pytest.mark.parametrize(
    "cell", ["31140", "31140.5", "31140,5", NumberCell("31140", "31140"), NumberCell("31140.5", "x")]
)
def test_the_number_behind_a_date_is_refused_and_called_so(cell):
    with pytest.raises(ValidationError) as refusal:
        day(cell, DAY_FIRST)

    assert refusal.value.messages[0].endswith(
        "looks like the number by which a spreadsheet keeps 1985-04-03. Format the column as a date."
    )


@pytest.mark.parametrize("cell", ["99999", "1234", "123456"])
def test_other_numbers_are_no_days(cell):
    with pytest.raises(ValidationError, match="is not a recognized date"):
        day(cell, DAY_FIRST)


@pytest.mark.parametrize("cell", ["1985-04-03T04:00:00.000Z", "1985-04-03 23:00 UTC", "1985-04-03T20:00:00-04:00"])
def test_a_time_in_a_zone_may_be_the_day_before(cell):
    with pytest.raises(ValidationError, match="can mean two different dates"):
        day(cell, DAY_FIRST)


@pytest.mark.parametrize(("cell", "reason"), [(ErrorCell("#REF!"), "#REF!"), (FormulaCell(), "formula")])
def test_errors_and_formulas_are_no_days(cell, reason):
    with pytest.raises(ValidationError, match=reason):
        day(cell, DAY_FIRST)


# --- The order of a column ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "french", "expected"),
    [
        (["03/04/1985"], True, DAY_FIRST),
        (["03/04/1985"], False, UNKNOWN),
        ([], True, DAY_FIRST),
        ([], False, UNKNOWN),
        (["03/04/1985", "14/03/1985"], False, DAY_FIRST),
        (["03/04/1985", "14/03/1985"], True, DAY_FIRST),
        (["05/06/1985", "05/16/1985"], False, MONTH_FIRST),
        (["05/06/1985", "05/16/1985", "12/25/1985"], True, UNKNOWN),
        (["05/16/1985 00:00", "05/06/1985 00:00"], False, MONTH_FIRST),
        (["05/16/1985", "16/05/1985"], False, UNKNOWN),
        (["05/16/1985", "16/05/1985"], True, UNKNOWN),
        (["45/13/1985", "03/04/1985", None, "1985-04-16", BIRTH, NumberCell("31140", "31140")], False, UNKNOWN),
        (["０５/１６/１９８５"], False, MONTH_FIRST),
    ],
)
def test_the_column_decides_which_comes_first(cells, french, expected):
    assert order_of(cells, "Date de naissance", mostly_french=french) is expected


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Date of Birth (dd/mm/yyyy)", DAY_FIRST),
        ("Né(e) le (jj/mm/aaaa)", DAY_FIRST),
        ("Naissance JJ-MM-AA", DAY_FIRST),
        ("Date (jour / mois / année)", DAY_FIRST),
        ("Born (d/m/y)", DAY_FIRST),
        ("Date of birth (MM/DD/YYYY)", MONTH_FIRST),
        ("Naissance (mm-jj-aaaa)", MONTH_FIRST),
        ("Birth month/day/year", MONTH_FIRST),
        ("Date of birth (yyyy-mm-dd)", UNKNOWN),
        ("Date de naissance", UNKNOWN),
        ("Madame", UNKNOWN),
    ],
)
def test_a_heading_may_say_the_order(heading, expected):
    assert order_said(heading) is expected


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        ("Date of birth (dd/mm/yyyy)", ["03/04/1985", "25/12/1985"], DAY_FIRST),
        ("Naissance (mm/jj/aaaa)", ["03/04/1985", "12/25/1985"], MONTH_FIRST),
        ("Date of birth (dd/mm/yyyy)", ["03/04/1985", "12/25/1985"], UNKNOWN),
        ("Naissance (mm/jj/aaaa)", ["25/12/1985"], UNKNOWN),
    ],
)
@pytest.mark.parametrize("french", [True, False])
def test_what_the_heading_says_holds_unless_a_cell_denies_it(heading, cells, expected, french):
    assert order_of(cells, heading, mostly_french=french) is expected


def test_below_french_headings_a_month_that_comes_first_makes_the_others_uncertain():
    column = ["05/06/1985", "05/16/1985", "07/04/1985", "12/25/1985"]
    order = order_of(column, "Date de naissance", mostly_french=True)

    read = []
    for cell in column:
        try:
            read.append(day(cell, order).isoformat())
        except ValidationError as error:
            read.append(error.messages[0])

    assert read == [
        "“05/06/1985” can mean two different dates. Write it as 2027-03-02.",
        "1985-05-16",
        "“07/04/1985” can mean two different dates. Write it as 2027-03-02.",
        "1985-12-25",
    ]
