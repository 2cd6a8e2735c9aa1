"""Where papers stand on a day, and how months and years are counted."""

import datetime as dt

import pytest

from personnel.expiry import Standing, age, last_day, standing

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
