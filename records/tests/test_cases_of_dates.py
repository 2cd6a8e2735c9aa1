"""Days of birth as lists write them, and how the column decides which number is the month."""

import pytest

from personnel.models import Person
from records.tests.bringing import opened, results, saved
from records.tests.test_cases import HEADINGS, people

pytestmark = pytest.mark.django_db


def births(*days: str, headings: str = HEADINGS) -> str:
    rows = [f"{88080 + place};D{place};A;{day}" for place, day in enumerate(days)]
    return people(*rows).replace(HEADINGS, headings)


def read(batch) -> list[str | None]:
    """The day of birth of each row, None where it is refused."""
    return [
        None if row.outcome == "refused" else next(change[2]["en"] for change in row.changes if change[0] == "born_on")
        for row in batch.rows.all()
    ]


def test_days_of_a_column_that_holds_both_orders(sq):
    asked = {
        "03/04/1985": None,
        "03/14/1985": "1985-03-14",
        "14/03/1985": "1985-03-14",
        "3 avril 1985": "1985-04-03",
        "1er mars 1985": "1985-03-01",
        "85-04-03": None,
        "03-avr-85": None,
        "03-avr.-1985": "1985-04-03",
        "31139": None,
        "29/02/1985": None,
        "1985-04-03T00:00:00.000Z": "1985-04-03",
        "1985-04-03 12:30": "1985-04-03",
        "19850403": "1985-04-03",
        "00/00/0000": None,
        "1985/04/03": "1985-04-03",
        "2085-04-03": None,
        "1900-01-00": None,
        "3 septembre 1985": "1985-09-03",
        "août 1985": None,
        "３/４/１９８５": None,
        "2030-01-01": None,
        "2020-01-01": None,
    }

    batch = opened(births(*asked), sq)

    assert dict(zip(asked, read(batch), strict=True)) == asked
    reasons = {line: reasons for line, _outcome, reasons in results(batch)}
    assert reasons[2] == ["Date of birth: “03/04/1985” can mean two different dates. Write it as 2027-03-02."]
    assert reasons[17] == reasons[22] == ["Date of birth: This day has not come yet."]
    assert reasons[23] == ["Date of birth: Born less than 16 years ago."]


MONTH_FIRST = ["05/06/1985", "05/16/1985", "07/04/1985", "12/25/1985"]
ENGLISH = "Service,Badge,Surname,First name,Rank,Gender,Language,{}"


@pytest.mark.parametrize(
    ("days", "headings", "found"),
    [
        (MONTH_FIRST, HEADINGS, [None, "1985-05-16", None, "1985-12-25"]),
        (MONTH_FIRST, f"{HEADINGS} (mm/jj/aaaa)", ["1985-05-06", "1985-05-16", "1985-07-04", "1985-12-25"]),
        (MONTH_FIRST, ENGLISH.format("Date of birth"), ["1985-05-06", "1985-05-16", "1985-07-04", "1985-12-25"]),
        (["05/06/1985", "07/04/1985"], HEADINGS, ["1985-06-05", "1985-04-07"]),
        (["05/06/1985", "07/04/1985"], ENGLISH.format("Date of birth"), [None, None]),
        (["05/06/1985", "07/04/1985"], ENGLISH.format("DOB (DD-MM-YYYY)"), ["1985-06-05", "1985-04-07"]),
        (["05/06/1985", "25.12.1985"], ENGLISH.format("Date of birth"), ["1985-06-05", "1985-12-25"]),
        (["05/06/1985", "12/25/1985"], ENGLISH.format("DOB (DD/MM/YYYY)"), [None, "1985-12-25"]),
    ],
)
def test_the_column_decides_which_number_is_the_month(sq, days, headings, found):
    assert read(opened(births(*days, headings=headings.replace(",", ";")), sq)) == found


def test_what_was_read_is_saved_in_the_same_order(sq):
    saved(births("05/06/1985", "25/12/1985"), sq)

    found = Person.objects.order_by("service_number").values_list("born_on", flat=True)
    assert [day.isoformat() for day in found] == ["1985-06-05", "1985-12-25"]
