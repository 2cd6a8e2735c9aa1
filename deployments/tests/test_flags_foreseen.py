"""The preview of a correction says which flags it opens and ends, and leaves nothing behind."""

import datetime as dt

import pytest

from audit.models import Event
from deployments.corrections import foreseen, making
from deployments.models import Correction, Deployment, DeploymentTransition, Excess
from flags.models import Flag, News
from foundation.sentences import day as in_words
from missions.models import Authorization
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
KEPT = [Correction, DeploymentTransition, Excess, Event, Flag, News, Deployment.history.model]


@pytest.fixture
def mission(db):
    create.ceiling()
    area = create.area(name_en="Ruritania")
    create.authorization(area=area, cap=2, armed=False)
    return create.mission(area=area)


def _stay(mission, first, last, status, today, **fields):
    person = create.person(service=fields.pop("service", None) or create.service())
    return create.deployment(
        mission=mission,
        person=person,
        starts_on=today + first * DAY,
        ends_on=today + last * DAY,
        status=status,
        **fields,
    )


def _foreseen(subject, wanted, by, today):
    kept = [model.objects.count() for model in KEPT]
    found = making.judge(subject, wanted, by=by, today=today)
    assert found.blockers == []
    flags = foreseen.flags(subject, making.new(subject, found, reason="Recorded wrongly.", by=by), by=by, today=today)
    assert [model.objects.count() for model in KEPT] == kept
    return flags


def test_a_departure_taken_back_opens_overdue_and_ends_the_follow_up(mission, alice, today):
    stay = _stay(mission, -200, -61, "completed", today)

    flags = _foreseen(stay, {"status": "in_mission"}, alice, today)

    assert flags.ended == []
    assert [sentence.split(": ", 1)[-1] for sentence in flags.opened] == [
        "1 of 2 places are taken.",
        f"the posting ended on {in_words(stay.ends_on)}, 61 days ago; no departure is recorded.",
        f"nobody is planned to relieve them by {in_words(stay.ends_on)}.",
    ]
    stay.refresh_from_db()
    assert stay.status == "completed"


def test_an_arrival_beyond_the_cap_is_foreseen_by_the_one_who_asks(mission, alice, today):
    create.user(name="Dan")
    for _number in range(2):
        _stay(mission, -100, -20, "completed", today)
    stay = _stay(mission, -15, 100, "in_mission", today)

    flags = _foreseen(stay, {"arrived_on": today - 30 * DAY}, alice, today)

    assert flags.ended == []
    first, last = in_words(today - 30 * DAY), in_words(today - 20 * DAY)
    assert [sentence.split(": ", 1)[-1] for sentence in flags.opened] == [
        f"recorded beyond the cap from {first} to {last}, and confirmed."
    ]


def test_a_cap_corrected_below_who_is_there_opens_the_flag_of_the_area(mission, alice, today):
    paper = Authorization.objects.get()
    for _number in range(2):
        _stay(mission, -100, 100, "in_mission", today)

    flags = _foreseen(paper, {"cap": 1}, alice, today)

    assert flags.opened == ["Ruritania: 2 deployed, cap 1 (1 over)."]
    assert flags.ended == ["Ruritania is full today: all 2 places are taken."]


def test_what_opens_no_flag_says_so(mission, alice, today):
    stay = _stay(mission, -30, 200, "in_mission", today)

    flags = _foreseen(stay, {"kind": "rapid"}, alice, today)

    assert (flags.opened, flags.ended) == ([], [])
