"""Wrong records are put right: by one where nothing is counted, by two where the past or a cap is touched."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from deployments.corrections import making, of_stays
from deployments.models import Correction, Deployment, Excess
from deployments.models.statuses import Status
from deployments.stays import authorised_cap
from foundation.refusals import StepRefused
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def dan(db):
    """A second coordinator."""
    return create.user(name="Dan")


class World:
    """Two areas with room for two people each, a posting beside the missions, and one deployment to correct."""

    def __init__(self, today):
        self.today = today
        create.ceiling()
        self.area, self.second_area = create.area(name_en="Ruritania"), create.area(name_en="Graustark")
        self.paper = create.authorization(area=self.area, cap=2, armed=False)
        create.authorization(area=self.second_area, cap=2, armed=False)
        self.mission, self.sister = create.mission(area=self.area), create.mission(area=self.area)
        self.elsewhere = create.mission(area=self.second_area)
        self.posting = create.mission(area=self.second_area, kind="specialized_posting")
        self.position = create.position(mission=self.mission)
        self.position_elsewhere = create.position(mission=self.elsewhere, number="P9")
        self.service = create.service()
        self.person = create.person(service=self.service)
        self.sergeant = create.rank(code="sergeant", name_en="Sergeant", abbreviation_en="Sgt.", level=3)
        self.foreign_rank = create.rank(family="quebec", code="agent")

    def on(self, offset):
        return self.today + offset * DAY

    def stay(self, first, last, status, *, person=None, mission=None, **fields):
        days = {name: self.on(fields.pop(name)) for name in ("arrived_on", "departed_on") if name in fields}
        return create.deployment(
            mission=mission or self.mission,
            person=person or create.person(service=self.service),
            starts_on=self.on(first),
            ends_on=self.on(last),
            status=status,
            **days,
            **fields,
        )

    def in_status(self, status):
        """The deployment of the tables: 30 days around today, or over since ten days."""
        over = status in {"completed", "ended_early", "closed", "cancelled"}
        first, last = (-40, -10) if over else (5, 35) if status in {"planned", "approved"} else (-15, 15)
        return self.stay(first, last, status, person=self.person)


@pytest.fixture
def world(today):
    return World(today)


def _ask(deployment, by, today, **wanted):
    return making.ask(deployment, wanted, reason="The report says otherwise.", by=by, today=today)


def _outcome(deployment, by, today, **wanted):
    """ "made", "waits", or the codes of the refusal."""
    try:
        correction = _ask(deployment, by, today, **wanted)
    except StepRefused as refusal:
        return " ".join(blocker.code for blocker in refusal.blockers)
    return {"made": "made", "waiting": "waits"}[correction.state]


VALUES = {
    "arrived": lambda w: {"arrived_on": w.on(-20)},
    "arrived tomorrow": lambda w: {"arrived_on": w.on(1)},
    "departed": lambda w: {"departed_on": w.on(-12)},
    "departed too early": lambda w: {"departed_on": w.on(-60)},
    "departed tomorrow": lambda w: {"departed_on": w.on(1)},
    "another end reason": lambda w: {"end_reason": "medical"},
    "no end reason": lambda w: {"end_reason": ""},
    "sister mission": lambda w: {"mission": w.sister},
    "another area": lambda w: {"mission": w.elsewhere},
    "posting": lambda w: {"mission": w.posting},
    "position": lambda w: {"position": w.position},
    "position elsewhere": lambda w: {"position": w.position_elsewhere},
    "rapid": lambda w: {"kind": "rapid"},
    "ancillary": lambda w: {"kind": "ancillary"},
    "rank": lambda w: {"rank": w.sergeant},
    "foreign rank": lambda w: {"rank": w.foreign_rank},
    "no rank": lambda w: {"rank": None},
    "another service": lambda w: {"service": create.service()},
    "armed": lambda w: {"armed": True},
    "nothing": lambda w: {"kind": "standard"},
    "planned dates": lambda w: {"starts_on": w.on(-41)},
    "swapped dates": lambda w: {"starts_on": w.on(-9)},
    "to planned": lambda w: {"status": "planned"},
    "to approved": lambda w: {"status": "approved"},
    "to in mission": lambda w: {"status": "in_mission", "ends_on": w.on(20)},
    "to completed": lambda w: {"status": "completed"},
    "to ended early": lambda w: {"status": "ended_early"},
    "to ended early, medical": lambda w: {"status": "ended_early", "end_reason": "medical"},
}

# Typed by hand: what becomes of a correction of each field, by the status of the deployment.
# planned, approved, in mission, completed, ended early, closed, cancelled; None: two fields, judged elsewhere.
TABLE = {
    "arrived": ("not_correctable", "not_correctable", "waits", "waits", "waits", "waits", "not_correctable"),
    "arrived tomorrow": (
        "not_correctable", "not_correctable", "day_in_future", "day_in_future departs_before_arrival",
        "day_in_future departs_before_arrival", "day_in_future departs_before_arrival", "not_correctable",
    ),
    "departed": (
        "not_correctable", "not_correctable", "not_correctable", "waits",
        "waits", "waits", "not_correctable",
    ),
    "departed too early": (
        "not_correctable", "not_correctable", "not_correctable", "departs_before_arrival",
        "departs_before_arrival", "departs_before_arrival", "not_correctable",
    ),
    "departed tomorrow": (
        "not_correctable", "not_correctable", "not_correctable", "day_in_future",
        "day_in_future", "day_in_future", "not_correctable",
    ),
    "another end reason": (
        "not_correctable", "not_correctable", "not_correctable", "nothing_changes",
        "waits", "waits", "not_correctable",
    ),
    "no end reason": (
        "not_correctable", "not_correctable", "not_correctable", "nothing_changes",
        "end_reason_missing", "nothing_changes", "not_correctable",
    ),
    "sister mission": ("made", "made", "waits", "waits", "waits", "waits", "made"),
    "another area": ("made", "waits", "waits", "waits", "waits", "waits", "made"),
    "posting": ("made", "waits", "waits", "waits", "waits", "waits", "made"),
    "position": ("made", "made", "waits", "waits", "waits", "waits", "made"),
    "position elsewhere": (
        "position_elsewhere", "position_elsewhere", "position_elsewhere", "position_elsewhere",
        "position_elsewhere", "position_elsewhere", "position_elsewhere",
    ),
    "rapid": ("made", "made", "waits", "waits", "waits", "waits", "made"),
    "ancillary": (
        "kind_does_not_fit", "kind_does_not_fit", "kind_does_not_fit", "kind_does_not_fit",
        "kind_does_not_fit", "kind_does_not_fit", "kind_does_not_fit",
    ),
    "rank": ("not_correctable", "not_correctable", "waits", "waits", "waits", "waits", "not_correctable"),
    "foreign rank": (
        "not_correctable", "not_correctable", "rank_does_not_fit", "rank_does_not_fit",
        "rank_does_not_fit", "rank_does_not_fit", "not_correctable",
    ),
    "no rank": (
        "not_correctable", "not_correctable", "rank_missing", "rank_missing",
        "rank_missing", "rank_missing", "not_correctable",
    ),
    "another service": ("not_correctable", "not_correctable", "waits", "waits", "waits", "waits", "not_correctable"),
    "armed": ("not_correctable", "not_correctable", "waits", "waits", "waits", "waits", "not_correctable"),
    "nothing": (
        "nothing_changes", "nothing_changes", "nothing_changes", "nothing_changes",
        "nothing_changes", "nothing_changes", "nothing_changes",
    ),
    "planned dates": ("not_correctable", "not_correctable", "not_correctable", "waits", "waits", "waits", "made"),
    "swapped dates": (
        "not_correctable", "not_correctable", "not_correctable", "ends_before_start",
        "ends_before_start", "ends_before_start", "ends_before_start",
    ),
    "to planned": (
        "not_correctable", "not_correctable", "wrong_step", "wrong_step",
        "wrong_step", "wrong_step", "made",
    ),
    "to approved": (
        "not_correctable", "not_correctable", "waits", "wrong_step",
        "wrong_step", "wrong_step", "wrong_step",
    ),
    "to in mission": (None, None, "not_correctable", "waits", "waits", "waits", "wrong_step"),
    "to completed": (
        "not_correctable", "not_correctable", "wrong_step", "nothing_changes",
        "waits", "made", "wrong_step",
    ),
    "to ended early": (
        "not_correctable", "not_correctable", "wrong_step", "end_reason_missing",
        "nothing_changes", "end_reason_missing", "wrong_step",
    ),
    "to ended early, medical": (None, None, "not_correctable", "waits", "waits", "waits", "not_correctable"),
}  # fmt: skip
STATUSES = ("planned", "approved", "in_mission", "completed", "ended_early", "closed", "cancelled")


@pytest.mark.parametrize("field", list(TABLE))
def test_what_becomes_of_each_field_in_each_status(world, alice, today, field):
    expected = {status: outcome for status, outcome in zip(STATUSES, TABLE[field], strict=True) if outcome}

    found = {}
    for status in expected:
        with transaction.atomic():
            found[status] = _outcome(world.in_status(status), alice, today, **VALUES[field](world))
            transaction.set_rollback(True)

    assert found == expected


def test_a_wrong_arrival_is_put_right_by_two_and_the_past_follows(world, alice, dan, today):
    stay = world.stay(-15, 15, "in_mission", person=world.person)
    day_before = world.on(-18)

    correction = _ask(stay, alice, today, arrived_on=world.on(-18))

    assert authorised_cap.strength(world.area, day_before, today=today).used == 0
    making.confirm(correction, by=dan, today=today)
    stay.refresh_from_db()
    assert stay.arrived_on == day_before
    assert authorised_cap.strength(world.area, day_before, today=today).used == 1
    assert [row.pk for row in Deployment.objects.deployed(day_before, today=today)] == [stay.pk]
    correction.refresh_from_db()
    assert (correction.state, correction.asked_by, correction.decided_by) == ("made", alice, dan)
    assert correction.changes == {"arrived_on": [str(world.on(-15)), str(day_before)]}
    step = stay.transitions.get()
    assert (step.act, step.by, step.reason, step.correction) == ("correct", dan, correction.reason, correction)
    assert step.changes == correction.changes
    event = Event.objects.get(verb="corrected")
    assert (event.actor, event.subject, event.details["asked_by"]) == (dan, stay, alice.pk)


def test_the_one_who_asked_does_not_decide(world, alice, today):
    correction = _ask(world.in_status("in_mission"), alice, today, arrived_on=world.on(-20))

    for decide in (
        lambda: making.confirm(correction, by=alice, today=today),
        lambda: making.refuse(correction, note="No.", by=alice),
    ):
        with pytest.raises(StepRefused) as refusal:
            decide()
        assert [blocker.code for blocker in refusal.value.blockers] == ["second_coordinator"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(
            state="made", decided_by=alice, decided_at=correction.asked_at
        )
    correction.refresh_from_db()
    assert correction.state == "waiting"


def test_a_refusal_needs_a_note_and_changes_nothing(world, alice, dan, today):
    stay = world.in_status("in_mission")
    correction = _ask(stay, alice, today, arrived_on=world.on(-20))

    with pytest.raises(StepRefused) as refusal:
        making.refuse(correction, note=" ", by=dan)
    making.refuse(correction, note="The log says the 15th.", by=dan)

    assert [blocker.code for blocker in refusal.value.blockers] == ["note_missing"]
    stay.refresh_from_db()
    assert stay.arrived_on == world.on(-15)
    correction.refresh_from_db()
    assert (correction.state, correction.decision_note) == ("refused", "The log says the 15th.")
    with pytest.raises(StepRefused):
        making.confirm(correction, by=dan, today=today)


def test_only_the_one_who_asked_withdraws(world, alice, dan, today):
    correction = _ask(world.in_status("in_mission"), alice, today, arrived_on=world.on(-20))

    with pytest.raises(StepRefused):
        making.withdraw(correction, by=dan)
    making.withdraw(correction, by=alice)

    correction.refresh_from_db()
    assert correction.state == "withdrawn"


def test_one_correction_waits_at_a_time(world, alice, dan, today):
    stay = world.in_status("in_mission")
    _ask(stay, alice, today, arrived_on=world.on(-20))

    assert _outcome(stay, dan, today, arrived_on=world.on(-21)) == "asked_already"


def test_what_changed_meanwhile_is_said(world, alice, dan, today):
    stay = world.in_status("completed")
    correction = _ask(stay, alice, today, departed_on=world.on(-12))
    Deployment.objects.filter(pk=stay.pk).update(departed_on=world.on(-11))

    with pytest.raises(StepRefused) as refusal:
        making.confirm(correction, by=dan, today=today)

    assert [blocker.message for blocker in refusal.value.blockers] == [
        f"Changed meanwhile: Departed on was “{world.on(-10)}” when this was asked for, and is “{world.on(-11)}” now."
    ]


def test_it_is_judged_again_when_it_is_confirmed(world, alice, dan, today):
    stay = world.in_status("completed")
    correction = _ask(stay, alice, today, departed_on=world.on(-5))
    world.stay(-8, -2, "closed", person=world.person, mission=world.sister)

    with pytest.raises(StepRefused) as refusal:
        making.confirm(correction, by=dan, today=today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["person_elsewhere"]


def test_an_excess_in_the_past_is_recorded_not_refused(world, alice, dan, today):
    for _each in range(2):
        world.stay(-30, -10, "completed")
    stay = world.stay(-9, 15, "in_mission", person=world.person)

    correction = _ask(stay, alice, today, arrived_on=world.on(-12))
    making.confirm(correction, by=dan, today=today)

    [excess] = Excess.objects.filter(deployment=stay)
    assert (excess.first_day, excess.last_day) == (world.on(-12), world.on(-10))
    assert (excess.cause, excess.recorded_by, excess.confirmed_by) == ("correction", alice, dan)
    assert excess.reason == correction.reason
    assert authorised_cap.strength(world.area, world.on(-12), today=today).used == 3


def test_days_to_come_that_would_be_over_are_refused(world, alice, today):
    for _each in range(2):
        world.stay(5, 30, "approved", mission=world.elsewhere)

    stay = world.stay(-15, 15, "in_mission", person=world.person)

    assert _outcome(stay, alice, today, mission=world.elsewhere) == "area_full"
    assert _outcome(world.stay(-15, 4, "in_mission"), alice, today, mission=world.elsewhere) == "waits"


def test_today_is_recorded_and_tomorrow_is_refused(world, alice, dan, today):
    """Both sides of the boundary: one who is there today only, and one who stays until tomorrow."""
    world.stay(0, 0, "in_mission", mission=world.elsewhere)
    world.stay(0, 1, "in_mission", mission=world.elsewhere)
    world.stay(1, 1, "approved", mission=world.elsewhere)

    leaves_today = world.stay(-3, 0, "in_mission")
    stays_on = world.stay(-3, 1, "in_mission")

    assert _outcome(stays_on, alice, today, mission=world.elsewhere) == "area_full"
    making.confirm(_ask(leaves_today, alice, today, mission=world.elsewhere), by=dan, today=today)
    assert [(row.first_day, row.last_day) for row in Excess.objects.all()] == [(today, today)]


def test_a_departure_taken_back_puts_the_person_in_mission_again(world, alice, dan, today):
    stay = world.stay(-40, 20, "ended_early", person=world.person, departed_on=-10)

    making.confirm(_ask(stay, alice, today, status="in_mission"), by=dan, today=today)

    stay.refresh_from_db()
    assert (stay.status, stay.departed_on, stay.end_reason) == ("in_mission", None, "")
    assert stay.stay(today) == (world.on(-40), world.on(20))


def test_an_arrival_taken_back_leaves_the_stay_approved(world, alice, dan, today):
    stay = world.stay(-15, 15, "in_mission", person=world.person)

    making.confirm(_ask(stay, alice, today, status="approved"), by=dan, today=today)

    stay.refresh_from_db()
    assert (stay.status, stay.arrived_on) == ("approved", None)
    assert Deployment.objects.deployed(today, today=today).count() == 0


def test_a_cancelled_stay_is_planned_again_unless_the_person_is_elsewhere_by_now(world, alice, today):
    stay = world.stay(5, 35, "cancelled", person=world.person)
    other = world.stay(30, 60, "planned", person=world.person)

    assert _outcome(stay, alice, today, status="planned") == "person_elsewhere"
    Deployment.objects.filter(pk=other.pk).update(status="cancelled")
    assert _outcome(stay, alice, today, status="planned") == "made"
    stay.refresh_from_db()
    assert stay.status == "planned"


def test_a_stay_put_into_another_area_relieves_nobody_there(world, alice, today):
    before = world.stay(-100, 4, "in_mission")
    stay = world.stay(5, 35, "planned", relieves=before)

    correction = _ask(stay, alice, today, mission=world.elsewhere)

    stay.refresh_from_db()
    assert stay.relieves is None
    assert correction.changes["relieves"] == [str(before.pk), None]


def test_an_approved_stay_goes_into_another_mission_only_where_it_would_be_approved(world, alice, today):
    suspended = create.mission(area=world.area, state="suspended")
    stay = world.stay(5, 35, "approved")

    assert _outcome(stay, alice, today, mission=suspended) == "mission_takes_nobody"


def test_an_approved_stay_waits_as_soon_as_a_cap_is_touched(world, alice, dan, today):
    stay = world.stay(5, 35, "approved", person=world.person)

    correction = _ask(stay, alice, today, mission=world.elsewhere)

    assert correction.needs_second
    making.confirm(correction, by=dan, today=today)
    assert authorised_cap.strength(world.second_area, world.on(5), today=today).used == 1
    assert authorised_cap.strength(world.area, world.on(5), today=today).used == 0


def test_the_strength_of_both_areas_is_told_day_by_day(world, alice, today):
    world.stay(-5, 3, "in_mission", mission=world.elsewhere)
    stay = world.stay(-10, 10, "in_mission", person=world.person)

    found = making.judge(stay, {"mission": world.elsewhere}, by=alice, today=today)

    told = [
        (effect.area.name_en, effect.first, effect.last, effect.before, effect.after, effect.cap)
        for effect in found.effects
    ]
    assert told == [
        ("Ruritania", world.on(-10), world.on(10), 1, 0, 2),
        ("Graustark", world.on(-10), world.on(-6), 0, 1, 2),
        ("Graustark", world.on(-5), world.on(3), 1, 2, 2),
        ("Graustark", world.on(4), world.on(10), 0, 1, 2),
    ]


def test_every_status_has_its_fields_and_its_ways_back():
    assert set(of_stays.FIELDS) == set(Status)
    assert all("status" in of_stays.FIELDS[status] for status in of_stays.BACK_TO)


def test_without_a_reason_nothing_is_asked_for(world, alice, today):
    stay = world.in_status("in_mission")

    with pytest.raises(StepRefused) as refusal:
        making.ask(stay, {"arrived_on": world.on(-20)}, reason=" ", by=alice, today=today)

    assert [blocker.code for blocker in refusal.value.blockers] == ["reason_missing"]
    assert not Correction.objects.exists()
