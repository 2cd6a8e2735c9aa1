"""Each chart draws exactly the rows of its table, and these are the measures."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from foundation.sentences import day as in_words
from reports.charts import CHARTS
from reports.charts.steps import Steps
from reports.measures import MEASURES, Question, fiscal_year
from reports.tests.figures_by_hand import DAY, FiguresByHand
from reports.tests.small_world import SmallWorld
from tests import create

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(today, alice, bob, charlie, example_service, other_service):
    """The small world, and a mission of the first year with an authorization of its own."""
    made = SmallWorld(today, alice=alice, example=example_service, other=other_service)
    old = create.area(name_en="Old area")
    create.authorization(area=old, cap=100, valid_from=dt.date(1989, 3, 1), valid_to=dt.date(1990, 3, 31))
    create.deployment(
        mission=create.mission(area=old),
        person=create.person(service=other_service, gender="woman"),
        starts_on=dt.date(1989, 10, 31),
        ends_on=dt.date(1989, 12, 30),
        status="closed",
    )
    return made


def page_of(browser, name, **query):
    return browser.get(reverse("chart_detail", args=[name]), query)


def table(page) -> list[list[str]]:
    return [[cell["words"] for cell in row] for row in page.context["rows"]]


@pytest.mark.parametrize("name", ["services", "genders", "pipeline"])
def test_the_bars_say_what_the_table_says(world, as_user, alice, bob, name):
    for user in (alice, bob):
        page = page_of(as_user(user), name)
        drawing, rows = page.context["drawing"], table(page)
        assert [[bar.label, bar.number] for bar in drawing.bars] == [[row[0], row[-1]] for row in rows]
        for bar, row in zip(drawing.bars, rows, strict=True):
            parts = row[1:-1] if drawing.series else row[1:]
            assert [part.number for part in bar.parts] == [number for number in parts if number != "0"]
            assert sum(float(part.width[:-1]) for part in bar.parts) == pytest.approx(float(bar.end[:-1]), abs=0.01)
            for part in bar.parts:
                assert part.words in page.content.decode().replace("&#x27;", "'")
                behind = as_user(user).get(part.address).context["answer"].number
                assert part.number == str(behind)


def test_the_longest_bar_is_as_wide_as_any_and_the_others_in_proportion(world, as_user, alice):
    bars = page_of(as_user(alice), "pipeline").context["drawing"].bars

    widths = {int(bar.number): float(bar.end[:-1]) for bar in bars}
    assert widths == {number: pytest.approx(88 * number / 4, abs=0.001) for number in (0, 1, 3, 4)}


def test_the_pipeline_by_stage(world, as_user, alice, bob):
    assert table(page_of(as_user(alice), "pipeline")) == [
        ["Draft", "0"],
        ["Submitted", "1"],
        ["Returned for correction", "1"],
        ["In screening", "1"],
        ["In assessment", "3"],
        ["Qualified, in the pool", "0"],
        ["Nominated to the organization", "0"],
        ["Accepted by the organization", "4"],
        ["Deferred", "1"],
    ]
    assert table(page_of(as_user(bob), "pipeline"))[4] == ["In assessment", "2"]


def test_strength_is_what_a_few_plain_lines_count_at_the_end_of_each_month(world, as_user, today, alice, bob):
    sampled = {dt.date(1989, 2, 28), dt.date(1989, 10, 31), dt.date(1989, 12, 31), dt.date(1990, 4, 30)}
    for user in (alice, bob):
        page = page_of(as_user(user), "strength")
        rows = table(page)
        assert rows[0][0] == "1989-01-31"
        recent = [dt.date.fromisoformat(row[0]) for row in rows if dt.date.fromisoformat(row[0]) > today - 450 * DAY]
        compared = [row for row in rows if dt.date.fromisoformat(row[0]) in {*sampled, *recent}]
        assert len(compared) > 16
        for row in compared:
            end = dt.date.fromisoformat(row[0])
            by_hand = FiguresByHand(user, on=end, today=today, first=end, last=end)
            at_postings = len(by_hand.deployed_at_postings()[0])
            there = len(by_hand.here())
            cap, ceiling = by_hand.authorized()[1] or "", sum(one.cap for one in by_hand.ceilings(end, today)) or ""
            caps = [str(cap), str(ceiling)] if user == alice else ["", ""]
            assert row[1:] == [str(there - at_postings), str(at_postings), str(there), *caps], (user.name, end)


def test_the_steps_are_drawn_at_the_levels_of_the_table_and_read_by_their_last_days(world, as_user, alice):
    page = page_of(as_user(alice), "strength")
    drawing: Steps = page.context["drawing"]
    rows = page.context["rows"]
    assert len(drawing.readings) == len(rows)
    for row, reading in list(zip(rows, drawing.readings, strict=True))[::40]:
        day, in_missions, at_postings, deployed = (cell["words"] for cell in row[:4])
        assert reading.last == dt.date.fromisoformat(day)
        assert reading.figures.startswith(f"On {in_words(reading.last)}: {deployed} deployed, {in_missions} of them in")
        assert _drawn(drawing, reading.since) == [int(in_missions), int(in_missions) + int(at_postings)]
        assert as_user(alice).get(reading.address).context["answer"].number == int(deployed)


def _drawn(drawing, day) -> list[int]:
    """The levels at which the boxes over a day end."""
    scale, at, found, below = drawing.scale, drawing.scale.part(day) * 100 + 0.001, [], 0
    for area in drawing.areas:
        over = [box for box in area.boxes if float(box.x[:-1]) <= at < float(box.x[:-1]) + float(box.width[:-1])]
        for box in over:
            below = round((float(scale.y(0)) - float(box.y)) * scale.highest / (float(scale.y(0)) - scale.top))
        found.append(below)
    return found


def test_the_caps_of_the_whole_office_stand_beside_no_part_of_it(world, as_user, alice, bob):
    assert [line.name for line in page_of(as_user(alice), "strength").context["drawing"].comparisons] == [
        "ceiling",
        "cap",
    ]
    assert page_of(as_user(alice), "strength", gender="woman").context["drawing"].comparisons == []
    assert page_of(as_user(bob), "strength").context["drawing"].comparisons == []


def test_statements_do_not_grow_with_the_months(world, today, alice, django_assert_num_queries):
    for first in (dt.date(1989, 1, 1), today - 40 * DAY):
        question = Question(reader=alice, today=today, on=today, first=first, last=today)
        with django_assert_num_queries(4):  # who comes, who has left, the authorizations, the ceilings
            list(CHARTS["strength"].report.rows(question))


def test_people_by_gender_are_the_people_of_each_fiscal_year(world, today, alice):
    question = Question(reader=alice, today=today, on=today, first=today - 900 * DAY, last=fiscal_year(today)[1])
    [*_earlier, last] = CHARTS["genders"].report.rows(question)
    this_year = question.narrowed(first=fiscal_year(today)[0])
    assert last["total"].number == MEASURES["people"].rows(this_year).count() > 0
    women = MEASURES["people"].rows(this_year.narrowed(gender="woman")).count()
    assert last["woman"].number == women


@pytest.mark.parametrize("name", [name for name, chart in CHARTS.items() if not chart.report.of_the_office])
def test_the_table_is_taken_along_and_a_liaison_reads_no_other_name(world, as_user, bob, other_service, name):
    page = page_of(as_user(bob), name)
    assert other_service.name_en not in page.content.decode()
    taken = b"".join(page_of(as_user(bob), name, export="csv").streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(taken)))
    assert lines[1 : 1 + len(page.context["rows"])] == table(page)


def test_nonsense_is_answered(world, as_user, alice):
    assert page_of(as_user(alice), "nothing").status_code == 404
    for name in CHARTS:
        page = page_of(as_user(alice), name, first="x", last="y", mission="-1", on="z", gender="?", stage="!")
        assert page.status_code == 200
    nobody = page_of(as_user(alice), "strength", first=dt.date(2090, 1, 1).isoformat())
    assert "Nothing is counted here." in nobody.content.decode()


def test_the_calendar_has_what_runs_out_in_the_month_of_its_last_day(as_user, alice, example_service):
    person, on = create.person(service=example_service), {"on": "2026-01-15"}
    for number, last in enumerate(["2026-01-14", "2026-01-15", "2026-01-31", "2026-02-01", "2027-12-31", "2028-01-01"]):
        kind = create.kind(code=f"kind-{number}")
        create.credential(person=person, kind=kind, expires_on=dt.date.fromisoformat(last))
    create.agreement(service=example_service, starts_on=dt.date(2020, 1, 1), ends_on=dt.date(2026, 2, 28))
    create.authorization(area=create.area(), valid_to=dt.date(2026, 3, 31))

    page = page_of(as_user(alice), "expiring", **on)

    found = table(page)
    assert [row[0] for row in found] == [f"{name} {year}" for year in (2026, 2027) for name in MONTHS]
    assert [row[1:] for row in found if row[-1] != "0"] == [
        ["2", "0", "0", "0", "2"],
        ["1", "1", "0", "0", "2"],
        ["0", "0", "0", "1", "1"],
        ["1", "0", "0", "0", "1"],
    ]
    for bar, row in zip(page.context["drawing"].bars, found, strict=True):
        assert (bar.label, bar.number) == (row[0], row[-1])
        for part in bar.parts:
            assert str(as_user(alice).get(part.address).context["answer"].number) == part.number


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def test_a_chart_of_the_whole_office_is_closed_to_a_liaison(as_user, alice, bob):
    for user, status in ((alice, 200), (bob, 403)):
        assert page_of(as_user(user), "expiring").status_code == status
        offered = (
            reverse("chart_detail", args=["expiring"]) in as_user(user).get(reverse("report_list")).content.decode()
        )
        assert offered == (status == 200)
    assert page_of(as_user(alice), "nothing").status_code == 404
