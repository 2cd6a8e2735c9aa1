"""Rule 7: the default end, both days included."""

import datetime as dt

import pytest

from deployments.stays import tour


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2015-11-17", 12, "2016-11-16"),
        ("2026-01-01", 12, "2026-12-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-03-01", 12, "2024-02-29"),
        ("2023-02-28", 12, "2024-02-27"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-15", 9, "2027-09-14"),
        ("2026-05-01", 36, "2029-04-30"),
    ],
)
def test_a_tour_ends_the_day_before_the_anniversary(first, months, last):
    assert tour.last_day(dt.date.fromisoformat(first), months) == dt.date.fromisoformat(last)


def test_twelve_months_are_not_longer_than_twelve_months():
    first = dt.date(2026, 3, 1)

    assert tour.is_longer_than(12, first, dt.date(2027, 2, 28)) is False
    assert tour.is_longer_than(12, first, dt.date(2027, 3, 1)) is True
