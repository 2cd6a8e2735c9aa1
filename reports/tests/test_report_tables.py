"""What each report says of a few records, typed by hand, and in how many statements whatever it goes over."""

import datetime as dt

import pytest

from reports.measures import Question
from reports.tables import REPORTS
from tests import create

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(example_service, other_service):
    """An officer who went twice and came back early once, and a civilian of another service in between."""
    officer = create.person(service=example_service, family_name="Roy")
    civilian = create.person(service=other_service, category="civilian", gender="man", family_name="Gagnon")
    here, there = create.mission(name_en="Plateau"), create.mission(name_en="Valley")
    for mission in (here, there):
        create.authorization(area=mission.area)
    for person, mission, first, last, status in [
        (officer, here, dt.date(2019, 3, 1), dt.date(2019, 6, 30), "closed"),
        (civilian, there, dt.date(2019, 12, 1), dt.date(2020, 5, 31), "closed"),
        (officer, here, dt.date(2020, 4, 1), dt.date(2020, 4, 10), "ended_early"),
    ]:
        create.deployment(person=person, mission=mission, starts_on=first, ends_on=last, status=status)
    return {"here": here, "there": there, "officer": officer, "civilian": civilian}


def asked(user, today, first, last, **of) -> Question:
    return Question(reader=user, today=today, on=today, first=first, last=last, **of)


def told(report, rows):
    """The cells of rows as their files have them."""
    return [[column.of(row) for column in report.table.columns] for row in rows]


TWO_YEARS = dt.date(2019, 4, 1), dt.date(2021, 3, 31)
LONG = dt.date(1989, 4, 1), dt.date(2021, 3, 31)


def test_missions_and_deployments_of_each_fiscal_year(world, alice, bob, today, django_assert_num_queries):
    report = REPORTS["operations"]
    with django_assert_num_queries(8):
        rows = report.rows(asked(alice, today, *TWO_YEARS))
    with django_assert_num_queries(8):
        assert len(report.rows(asked(alice, today, *LONG))) == 32

    assert told(report, rows) == [
        # missions, countries, deployments, people, arrivals, departures, early ends, person-days
        ["2019–2020", 2, 2, 2, 2, 1, 1, 0, 91 + 122],
        ["2020–2021", 2, 2, 2, 2, 1, 2, 1, 10 + 61],
    ]
    totals = report.totals(rows, asked(alice, today, *TWO_YEARS))
    assert told(report, [totals]) == [[None, None, None, None, None, 2, 3, 1, 284]]
    assert told(report, report.rows(asked(bob, today, *TWO_YEARS))) == [
        ["2019–2020", 1, 1, 1, 1, 0, 1, 0, 91],
        ["2020–2021", 1, 1, 1, 1, 1, 1, 1, 10],
    ]


def test_police_services_of_each_fiscal_year(world, alice, today, django_assert_num_queries):
    report = REPORTS["services"]
    with django_assert_num_queries(5):
        rows = report.rows(asked(alice, today, *TWO_YEARS))
    with django_assert_num_queries(5):
        report.rows(asked(alice, today, *LONG))

    assert told(report, rows) == [
        # officers, civilians, deployments, arrivals, person-days
        ["2019–2020", "Example Police", 1, 0, 1, 0, 91],
        ["2019–2020", "Other Police", 0, 1, 1, 1, 122],
        ["2020–2021", "Example Police", 1, 0, 1, 1, 10],
        ["2020–2021", "Other Police", 0, 1, 1, 0, 61],
    ]
    totals = report.totals(rows, asked(alice, today, *TWO_YEARS))
    assert told(report, [totals]) == [[None, None, None, None, None, 2, 284]]


def test_a_fiscal_year_that_the_period_cuts_says_its_days_and_none_is_one_to_come(world, alice, today):
    cut = REPORTS["operations"].rows(asked(alice, today, dt.date(2019, 5, 1), dt.date(2020, 4, 5)))
    to_come = REPORTS["operations"].rows(asked(alice, today, today, dt.date(2099, 12, 31)))

    assert [(row["fiscal_year"], row["person_days"].number) for row in cut] == [
        ("2019–2020, from 1 May 2019 through 31 March 2020", 61 + 122),
        ("2020–2021, from 1 April 2020 through 5 April 2020", 5 + 5),
    ]
    assert len(to_come) == 1


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, dt.date(2015, 4, 1), dt.date(2020, 3, 31)),
        ({"first": "2018-01-01"}, dt.date(2018, 1, 1), dt.date(2020, 3, 31)),
        ({"last": "2018-01-01"}, dt.date(2015, 4, 1), dt.date(2018, 1, 1)),
        ({"last": "2010-05-01"}, dt.date(2010, 4, 1), dt.date(2010, 5, 1)),
        ({"first": "2021-05-01"}, dt.date(2021, 5, 1), dt.date(2022, 3, 31)),
        ({"first": "2001-02-03", "last": "2004-05-06"}, dt.date(2001, 2, 3), dt.date(2004, 5, 6)),
    ],
)
def test_a_report_by_fiscal_year_goes_over_the_last_five_of_itself(as_user, alice, query, first, last):
    page = as_user(alice).get("/en-ca/reports/operations/", {"on": "2019-09-05", **query})

    question = page.context["filter"].question

    assert (question.first, question.last) == (first, last)


def test_month_end_strength_in_the_columns_of_the_united_nations(world, alice, bob, today, django_assert_num_queries):
    report = REPORTS["month_ends"]
    spring = asked(alice, today, dt.date(2020, 3, 1), dt.date(2020, 5, 31))
    with django_assert_num_queries(3):
        rows = report.rows(spring)
    with django_assert_num_queries(3):
        report.rows(asked(alice, today, *LONG))

    officers, civilians = "Individual police officers", "Civilians"
    assert told(report, rows) == [
        # women, men, another gender, not said, total
        [dt.date(2020, 3, 31), "Canada", "CAN", "Valley", "Other Police", civilians, 0, 1, 0, 0, 1],
        [dt.date(2020, 4, 30), "Canada", "CAN", "Valley", "Other Police", civilians, 0, 1, 0, 0, 1],
        [dt.date(2020, 5, 31), "Canada", "CAN", "Valley", "Other Police", civilians, 0, 1, 0, 0, 1],
    ]
    assert report.totals(rows, spring) is None
    earlier = asked(bob, today, dt.date(2019, 3, 1), dt.date(2019, 6, 30))
    assert told(report, report.rows(earlier)) == [
        [dt.date(2019, month, day), "Canada", "CAN", "Plateau", "Example Police", officers, 1, 0, 0, 0, 1]
        for month, day in [(3, 31), (4, 30), (5, 31), (6, 30)]
    ]


def test_the_end_of_one_month_is_added_up(world, alice, example_service, today):
    another = create.person(service=example_service, gender="another")
    create.deployment(
        person=another,
        mission=world["there"],
        starts_on=dt.date(2020, 2, 29),
        ends_on=dt.date(2020, 2, 29),
        status="closed",
    )
    leap_day = asked(alice, today, dt.date(2020, 2, 1), dt.date(2020, 3, 30))
    rows = REPORTS["month_ends"].rows(leap_day)

    assert [row["total"].number for row in rows] == [1, 1]
    totals = REPORTS["month_ends"].totals(rows, leap_day)
    assert [cell and cell.number for cell in totals.values()] == [None] * 6 + [0, 1, 1, 0, 2]
    in_the_other = leap_day.narrowed(area=world["here"].area)
    assert REPORTS["month_ends"].rows(in_the_other) == []


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        ("2024-02-28", dt.date(2024, 1, 1), dt.date(2024, 1, 31)),
        ("2024-02-29", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2024-01-01", dt.date(2023, 12, 1), dt.date(2023, 12, 31)),
    ],
)
def test_month_end_strength_is_that_of_the_last_month_that_ended(as_user, alice, on, first, last):
    question = as_user(alice).get("/en-ca/reports/month_ends/", {"on": on}).context["filter"].question

    assert (question.first, question.last) == (first, last)
