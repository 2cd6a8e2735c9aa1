"""A whole office moves in: 4,000 stays of 3,000 people since 1991, in one workbook."""

import datetime as dt

import pytest

from deployments.models import Deployment, Excess
from deployments.stays import authorised_cap
from missions.models import Area
from personnel.models import Person
from records import work
from records.tests import office
from records.tests.bringing import upload

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # a minute long: one engine is enough

# Day → how many use a place under which cap, in Arendelle, Borduria and Costaguana.
BOARD = {
    dt.date(1990, 12, 31): ((0, None), (0, None), (0, None)),
    dt.date(1991, 1, 1): ((40, 40), (0, None), (0, None)),
    dt.date(1996, 12, 31): ((40, 40), (0, None), (0, None)),
    dt.date(1997, 1, 1): ((40, 40), (50, 45), (0, None)),
    dt.date(2000, 12, 31): ((40, 40), (50, 45), (0, None)),
    dt.date(2001, 12, 31): ((40, 40), (50, 45), (53, 60)),
    dt.date(2002, 1, 1): ((40, 40), (50, 50), (53, 60)),
    dt.date(2010, 1, 1): ((40, 45), (50, 50), (53, 60)),
    dt.date(2020, 12, 26): ((40, 45), (50, 50), (53, 60)),
    dt.date(2020, 12, 27): ((40, 45), (50, 50), (0, None)),
    dt.date(2026, 11, 27): ((40, 45), (50, 50), (0, None)),
    dt.date(2026, 12, 25): ((0, 45), (0, 50), (0, None)),
}


def strengths(day: dt.date) -> tuple:
    areas = {area.code: area for area in Area.objects.all()}
    found = [authorised_cap.strength(areas[code], day, today=office.TODAY) for code in office.DESKS]
    return tuple((strength.used, strength.cap) for strength in found)


def test_a_whole_office_moves_in_by_one_workbook(alice):
    batch = work.upload(upload(office.workbook(), name="office.xlsx"), by=alice)
    work.work_on_all(today=office.TODAY)
    batch.refresh_from_db()

    assert (batch.state, batch.problem, batch.groups) == ("preview", {}, [])
    assert batch.counts["people"] == {"new": 3000}
    assert batch.counts["deployments"] == {"new": 4000}
    assert [
        (each["area"]["en"], each["first"], each["last"], each["used"], each["cap"]) for each in batch.excesses
    ] == [("Borduria", "1997-01-01", "2001-12-31", 50, 45)]

    work.accept(batch)
    work.work_on_all(today=office.TODAY)
    batch.refresh_from_db()

    assert (batch.state, batch.problem) == ("done", {})
    assert (Person.objects.count(), Deployment.objects.count()) == (3000, 4000)
    assert {day: strengths(day) for day in BOARD} == BOARD
    # Five desks too many, each held by six people one after the other until the cap was raised.
    assert Excess.objects.filter(cause="history", confirmed_at=None).count() == 30

    work.undo(batch, by=alice, reason="The wrong office.")
    work.work_on_all(today=office.TODAY)
    batch.refresh_from_db()

    assert (batch.state, batch.problem) == ("undone", {})
    assert (Person.objects.count(), Deployment.objects.count(), Area.objects.count()) == (0, 0, 0)
