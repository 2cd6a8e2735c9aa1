"""Who is there on a day: asked of the database, as an index can answer it, and of each row in Python."""

import datetime as dt

import pytest

from deployments.models import Deployment
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
OFFSETS = [-100, -31, -30, -29, -11, -10, -9, -1, 0, 1, 9, 10, 11, 59, 60, 61, 100]
STAYS = [
    # first day, last day, status
    (-100, -30, "in_mission"),  # overdue: held for sixty days from today
    (-10, -1, "in_mission"),  # overdue since yesterday
    (-10, 0, "in_mission"),
    (-30, 10, "in_mission"),
    (-100, -30, "completed"),
    (-30, -10, "closed"),
    (-10, -1, "approved"),  # never arrived: over on the planned last day
    (0, 10, "approved"),
    (10, 100, "planned"),
    (-10, 10, "cancelled"),
]


@pytest.fixture
def stays(today):
    area = create.area()
    create.authorization(area=area, cap=99)
    mission = create.mission(area=area)
    return [
        create.deployment(
            mission=mission,
            starts_on=today + first * DAY,
            ends_on=today + last * DAY,
            status=status,
        )
        for first, last, status in STAYS
    ]


@pytest.mark.parametrize("asked_on", [-40, -5, 0, 5, 40])
def test_the_database_finds_the_stays_that_python_finds(stays, today, asked_on):
    asked_on = today + asked_on * DAY
    rows, wrong = Deployment.objects.order_by("pk"), []

    days = [today + offset * DAY for offset in OFFSETS]
    for first, last in [(one, other) for one in days for other in days if one <= other]:
        found = [row.pk for row in rows.touching(first, last, today=asked_on)]
        later = [row.pk for row in rows.not_ended_before(first, today=asked_on)]
        by_hand = {row.pk: row.stay(asked_on) for row in stays}
        if found != [pk for pk, (came, went) in by_hand.items() if came <= last and went >= first]:
            wrong.append((first, last, "touching"))
        if later != [pk for pk, (_came, went) in by_hand.items() if went >= first]:
            wrong.append((first, last, "not_ended_before"))

    assert wrong == []


def test_stays_that_ended_are_found_by_no_condition_on_a_computed_day(today):
    """An index holds `last_day`; what depends on today is in none."""
    conditions = str(Deployment.objects.deployed(today, today=today).values("pk").query).partition("WHERE")[2]

    assert "CASE" not in conditions
