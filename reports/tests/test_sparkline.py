"""The year of an area in one small drawing, against figures typed by hand."""

import datetime as dt

from deployments.stays.authorised_cap import Strength
from reports.sparkline import sparkline

ON = dt.date(2026, 11, 28)
STEPS = [
    Strength(ON, in_mission=3, approved=1, held=5, cap=4),
    Strength(dt.date(2026, 12, 1), in_mission=5, cap=4),
    Strength(dt.date(2027, 2, 15), in_mission=2, cap=None),
    Strength(dt.date(2027, 11, 2), in_mission=9, cap=4),
    Strength(dt.date(2027, 11, 29), in_mission=50, cap=60),
]


def percent(part):
    """The number of a coordinate such as "21.58%"."""
    return round(float(part.rstrip("%")), 2)


def test_it_says_the_places_taken_on_the_first_of_each_of_twelve_months():
    found = sparkline(STEPS, ON)

    assert [(month.year, month.used, month.cap) for month in found.months] == [
        (2026, 5, 4),
        (2027, 5, 4),
        (2027, 5, 4),
        *[(2027, 2, None)] * 9,
    ]
    assert [found.months[0].name, found.months[-1].name] == ["Dec", "Nov"]


def test_the_extremes_are_those_of_its_days_and_of_no_later_one():
    found = sparkline(STEPS, ON)

    assert (found.least, found.most) == (2, 9)


def test_what_is_beyond_the_cap_is_drawn_apart_and_days_without_one_have_no_line():
    found = sparkline(STEPS, ON)

    assert [percent(box.x) for box in found.used] == [0, 0.82, 21.58, 92.62]
    assert [percent(box.x) for box in found.over] == [0.82, 21.58, 92.62]
    assert [(percent(line.x1), percent(line.x2)) for line in found.cap] == [(0, 21.58), (92.62, 100)]


def test_an_area_where_nobody_is_has_a_cap_all_the_same():
    found = sparkline([Strength(ON, cap=45)], ON)

    assert (found.used, found.over, found.least, found.most) == ([], [], 0, 0)
    assert [(percent(line.x1), percent(line.x2), line.y1) for line in found.cap] == [(0, 100, "2.0")]


def test_a_leap_day_between_leaves_the_twelfth_month_there():
    first = dt.date(2027, 3, 1)  # 2028-02-29 is the 365th day after it

    found = sparkline([Strength(first, in_mission=7, cap=45)], first)

    assert [(month.year, month.used) for month in found.months] == [(2027, 7)] * 9 + [(2028, 7)] * 3
