"""Where papers stand on a day: the rule and its twin in SQL walk over the same days."""

import datetime as dt

import pytest

from personnel.expiry import Standing, age, last_day, standing, standing_q
from personnel.models import Credential
from tests import create

DAY = dt.timedelta(days=1)
FROM, UNTIL = dt.date(2027, 3, 1), dt.date(2027, 8, 31)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (dt.date(2027, 2, 28), "coming"),
        (dt.date(2027, 3, 1), "valid"),
        (dt.date(2027, 6, 1), "valid"),  # 91 days before the end
        (dt.date(2027, 6, 2), "ending"),  # 90
        (dt.date(2027, 8, 31), "ending"),
        (dt.date(2027, 9, 1), "expired"),
    ],
)
def test_a_paper_stands_somewhere_on_each_day(on, expected):
    assert standing(FROM, UNTIL, on=on, reminder_days=90) == expected


def test_without_an_end_a_paper_stays_valid():
    assert standing(FROM, None, on=dt.date(2090, 1, 1), reminder_days=90) == Standing.VALID


@pytest.mark.django_db
def test_sql_says_the_same_on_every_day():
    person, kind = create.person(), create.kind()
    rows = [
        create.credential(person=person, kind=kind, issued_on=FROM, expires_on=expires)
        for expires in (UNTIL, FROM, None)
    ]

    for number in range(200):
        on = FROM - 5 * DAY + number * DAY
        found = {
            which: set(Credential.objects.filter(standing_q(which, "issued_on", "expires_on", on=on, reminder_days=90)))
            for which in Standing
        }
        said = {which: set() for which in Standing}
        for row in rows:
            said[standing(row.issued_on, row.expires_on, on=on, reminder_days=90)].add(row)
        assert found == said, on


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (dt.date(2026, 1, 15), 24, dt.date(2028, 1, 14)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2026, 8, 31), 6, dt.date(2027, 2, 28)),
    ],
)
def test_months_are_counted_with_both_days(first, months, last):
    assert last_day(first, months) == last


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (dt.date(2000, 5, 17), dt.date(2025, 5, 16), 24),
        (dt.date(2000, 5, 17), dt.date(2025, 5, 17), 25),
        (dt.date(2000, 2, 29), dt.date(2025, 2, 28), 24),
        (dt.date(2000, 2, 29), dt.date(2025, 3, 1), 25),
    ],
)
def test_age_is_years_completed(born, on, years):
    assert age(born, on) == years
