"""The demonstration world is made as of the day that is given."""

import datetime as dt
import random

import pytest
from django.utils import timezone

from deployments.models import Deployment, DeploymentTransition
from peaceops.demonstration import history
from peaceops.demonstration.history import Tour
from peaceops.demonstration.people import People
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("days_ago", "status", "acts"),
    [
        (1, "completed", ["plan", "approve", "arrive", "complete"]),
        (184, "completed", ["plan", "approve", "arrive", "complete"]),
        (185, "closed", ["plan", "approve", "arrive", "complete", "close"]),
    ],
)
def test_a_tour_is_over_as_of_the_day_that_is_given(alice, days_ago, status, acts):
    today = dt.date(2020, 3, 1)
    create.service(code="rcmp")
    create.rank()
    create.rank(code="civilian-member", level=9)
    mission = create.mission()
    create.authorization(area=mission.area)
    last = today - days_ago * DAY
    tours = [Tour(mission.code, last - 100 * DAY, last)]

    history.deploy(tours, People(random.Random(1)), random.Random(2), alice, today=today)

    steps = list(DeploymentTransition.objects.order_by("id"))
    assert Deployment.objects.get().status == status
    assert [step.act for step in steps] == acts
    assert max(timezone.localdate(step.at) for step in steps) <= today


def test_nothing_is_dated_after_today():
    today = dt.date(2020, 3, 1)

    moments = [history.moment(day, today=today).isoformat() for day in (today - DAY, today, today + DAY)]

    assert moments == ["2020-02-29T10:00:00-05:00", "2020-03-01T00:00:00-05:00", "2020-03-01T00:00:00-05:00"]
