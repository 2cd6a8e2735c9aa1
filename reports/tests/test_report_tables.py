"""What each report says of a few records, typed by hand, and in how many statements whatever it goes over."""

import datetime as dt

import pytest
from django.db import DataError, IntegrityError, transaction

from audit.models import Event
from reports import saying
from reports.measures import MEASURES, Question, fiscal_year
from reports.measures.catalogue import answer
from reports.models import Goal
from reports.tables import REPORTS
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


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


def test_a_mission_that_moved_is_in_its_area_of_each_month_in_as_many_statements(
    world, alice, today, django_assert_num_queries
):
    new = create.area(name_en="New area")
    create.authorization(area=new)
    create.moved(mission=world["here"], area=new, from_day=dt.date(2019, 5, 1))
    spring = asked(alice, today, dt.date(2019, 3, 1), dt.date(2019, 6, 30), area=new)

    with django_assert_num_queries(5):
        rows = REPORTS["month_ends"].rows(spring)
    with django_assert_num_queries(3):
        REPORTS["month_ends"].rows(spring.narrowed(first=dt.date(2019, 5, 1)))

    assert [row["month_end"] for row in rows] == [dt.date(2019, 5, 31), dt.date(2019, 6, 30)]


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


def test_figures_of_each_fiscal_year_are_those_of_the_measures_wherever_they_are_asked_of(world, alice, today):
    there = asked(alice, today, *TWO_YEARS, area=world["there"].area, gender="man")
    report = REPORTS["operations"]

    rows = report.rows(there)

    for row, year in zip(rows, [(2019, 2020), (2020, 2021)], strict=True):
        first, last = dt.date(year[0], 4, 1), dt.date(year[1], 3, 31)
        numbers = {key: cell.number for key, cell in row.items() if key != "fiscal_year"}
        assert numbers == {key: answer(key, there.narrowed(first=first, last=last)).number for key in numbers}
    assert [row["people"].number for row in rows] == [1, 1]


# --- The programme ---------------------------------------------------------------------------------------------------


def test_the_programme_since_its_start(world, as_user, alice, today, django_assert_num_queries):
    report = REPORTS["programme"]
    since = asked(alice, today, dt.date(1989, 1, 1), today)
    with django_assert_num_queries(9):
        rows = report.rows(since)

    assert [(row["figure"], str(getattr(row["number"], "number", row["number"]))) for row in rows] == [
        ("Police officers", "1"),
        ("Civilians", "1"),
        ("Women", "1"),
        ("Deployed three times or more", "0"),
        ("Deployments", "3"),
        ("Countries and regions", "2"),
        ("Missions", "2"),
        ("Person-days", str(122 + 183 + 10)),
        ("First civilian", "2019-12-01"),
    ]
    page = as_user(alice).get("/en-ca/reports/programme/").content.decode()
    assert "Deployed since 1989: <a" in page
    assert ">1 police officer</a> to <a" in page
    assert ">2 countries and regions</a> in <a" in page


def test_the_programme_over_another_period_says_which(world, alice, today):
    before = asked(alice, today, dt.date(2001, 1, 1), dt.date(2001, 12, 31))

    rows = REPORTS["programme"].rows(before)

    assert [row["figure"] for row in rows][-1] == "Person-days"  # no civilian, so none was the first
    assert (
        REPORTS["programme"].headline(before, rows).startswith("From 1 January 2001 through 31 December 2001, deployed")
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0"), (83, "83"), (100, "100"), (101, "over 100"), (4000, "4,000"), (4087, "over 4,000"), (4100, "4,100")],
)
def test_a_round_number_is_rounded_down_to_the_hundred(number, said):
    assert saying.at_least(number) == said


# --- Deployments that end --------------------------------------------------------------------------------------------


@pytest.fixture
def leaving(world, today, example_service, other_service):
    """Two who leave one mission, of whom one is relieved by another service; and one who leaves a day too late."""
    authorized = {"mission": world["here"], "starts_on": today - 50 * DAY}
    people = [create.person(service=example_service, family_name=name) for name in ("Abel", "Bird", "Cook")]
    stays = [
        create.deployment(person=person, ends_on=today + days * DAY, status="in_mission", **authorized)
        for person, days in zip(people, [0, 90, 91], strict=True)
    ]
    create.deployment(
        person=create.person(service=other_service, family_name="Dove"),
        mission=world["here"],
        starts_on=today + 91 * DAY,
        ends_on=today + 200 * DAY,
        status="planned",
        relieves=stays[1],
    )
    return stays


def test_who_leaves_within_ninety_days_and_who_comes_after_them(leaving, alice, bob, today, django_assert_num_queries):
    report = REPORTS["ending"]
    ahead = asked(alice, today, *report.period(today))
    with django_assert_num_queries(4):
        rows = report.rows(ahead)

    said = ["Example Police", "Plateau", "In mission"]
    rank = leaving[0].rank.abbreviation
    assert told(report, rows) == [
        [f"{rank} Émilie Abel", *said, today, 0, None, None, 2, 1],
        [f"{rank} Émilie Bird", *said, today + 90 * DAY, 90, f"{rank} Émilie Dove", today + 91 * DAY, None, None],
    ]
    assert told(report, [report.totals(rows, ahead)]) == [[None] * 8 + [2, 1]]
    of_bob = told(report, report.rows(ahead.narrowed(reader=bob)))
    assert of_bob[1][6:8] == ["planned", today + 91 * DAY]
    assert "Dove" not in str(of_bob)


def test_the_new_figures_are_links_that_lead_to_their_rows(leaving, as_user, alice, today):
    page = as_user(alice).get("/en-ca/reports/ending/")

    [cell] = [cell for cell in page.context["rows"][0] if cell["heading"] == str(REPORTS["ending"].columns[-1][1])]
    behind = as_user(alice).get(cell["address"])

    assert cell["words"] == "1"
    assert [row["name"] for row in behind.context["rows"]] == [leaving[0].person_as_then]
    assert str(MEASURES["ending_without_successor"].sentence) in behind.content.decode()


# --- The share of women ----------------------------------------------------------------------------------------------


@pytest.fixture
def goals():
    source = {"source_en": "The strategy", "source_fr": "La stratégie"}
    return [
        Goal.objects.create(fiscal_year=year, per_cent=percent, **source) for year, percent in [(2018, 20), (2019, 21)]
    ]


def test_the_share_of_women_against_the_goal_of_each_year(
    world, goals, example_service, other_service, alice, today, django_assert_num_queries
):
    for gender, service in [("woman", other_service), ("another", example_service)]:
        create.deployment(
            person=create.person(service=service, gender=gender),
            mission=world["here"],
            starts_on=dt.date(2020, 3, 31),
            ends_on=dt.date(2020, 3, 31),
            status="closed",
        )
    three_years = asked(alice, today, dt.date(2018, 4, 1), dt.date(2021, 3, 31))
    with django_assert_num_queries(2):
        rows = REPORTS["women"].rows(three_years)
    with django_assert_num_queries(2):
        REPORTS["women"].rows(asked(alice, today, *LONG))

    assert told(REPORTS["women"], rows) == [
        # women, deployed, share, goal, difference
        ["2018–2019", dt.date(2019, 3, 31), 1, 1, 100, 20, 80, "The strategy"],
        ["2019–2020", dt.date(2020, 3, 31), 1, 3, 33.3, 21, 12.3, "The strategy"],
        ["2020–2021", dt.date(2021, 3, 31), 0, 0, None, None, None, None],
    ]


def test_the_year_under_way_has_the_share_of_today(world, alice, today):
    [row] = REPORTS["women"].rows(asked(alice, today, *fiscal_year(today)))

    assert row["day"] == today


def test_an_administrator_sets_a_goal_and_both_versions_are_kept(as_user, emil, goals, alice):
    browser, goal = as_user(emil), goals[0]
    url = f"/en-ca/admin/reports/goal/{goal.pk}/change/"
    form = browser.get(url).context["adminform"].form
    typed = {"fiscal_year": 2018, "per_cent": 25, "source_en": "Decided", "source_fr": "", "seen": form["seen"].value()}

    assert browser.post(url, typed).status_code == 302
    late = browser.post(url, {**typed, "per_cent": 26})

    goal.refresh_from_db()
    assert (goal.per_cent, goal.source) == (25, "Decided")
    assert "The value is now “25”." in late.content.decode()
    assert [version.per_cent for version in goal.history.order_by("history_id")] == [20, 25]
    [event] = Event.objects.filter(verb="edited", subject_id=goal.pk, actor=emil)
    assert event.details["changes"]["per_cent"] == [20, 25]


@pytest.mark.parametrize(("year", "percent"), [(1988, 20), (2099, 20), (2030, 0), (2030, 101)])
def test_a_goal_beyond_its_bounds_is_refused_by_form_and_database(as_user, emil, year, percent):
    page = as_user(emil).post("/en-ca/admin/reports/goal/add/", {"fiscal_year": year, "per_cent": percent})

    assert len(page.context["adminform"].form.errors) == 1
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Goal.objects.create(fiscal_year=year, per_cent=percent)
