"""The table of steps, both sides of each rule, and a state machine that walks it at random."""

import contextlib
import datetime as dt

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from audit.models import Event
from deployments.models import Deployment, DeploymentTransition
from deployments.stays import authorised_cap, lifecycle, steps
from deployments.stays.steps import Act, Step
from foundation.refusals import StepRefused
from personnel.expiry import last_day
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)

# Typed by hand: from each status, where each act leads.
TABLE = {
    "planned": {"approve": "approved", "cancel": "cancelled", "change": "planned"},
    "approved": {"arrive": "in_mission", "cancel": "cancelled", "change": "approved"},
    "in_mission": {"complete": "completed", "end_early": "ended_early", "change": "in_mission"},
    "completed": {"close": "closed"},
    "ended_early": {"close": "closed"},
    "closed": {},
    "cancelled": {},
}
ACTS = ["approve", "arrive", "complete", "end_early", "cancel", "close", "change"]


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=1)
    return create.mission(area=area)


def stay(mission, today, *, status="planned", person=None, first=-100, last=100, **fields):
    return create.deployment(
        mission=mission,
        person=person,
        starts_on=today + first * DAY,
        ends_on=today + last * DAY,
        status=status,
        departed_on=today - 2 * DAY if status in {"completed", "ended_early", "closed"} else None,
        **fields,
    )


def step(act, today, **fields):
    return Step(Act(act), today=today, **fields)


def full_step(act, today):
    """A step with everything that its form asks."""
    return step(act, today, on_day=today - DAY, reason="Because.", end_reason="medical", duty_station="Jacmel")


def codes(refusal):
    return [(blocker.code, blocker.rule) for blocker in refusal.value.blockers]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("status", list(TABLE))
def test_each_status_takes_the_steps_of_the_table_and_no_other(status, act, mission, alice, today):
    deployment = stay(mission, today, status=status)

    if act in TABLE[status]:
        lifecycle.take_step(deployment, full_step(act, today), by=alice)
        expected = TABLE[status][act]
    else:
        with pytest.raises(StepRefused) as refusal:
            lifecycle.take_step(deployment, full_step(act, today), by=alice)
        assert codes(refusal) == [("wrong_step", 0)]
        expected = status

    deployment.refresh_from_db()
    assert deployment.status == expected


@pytest.mark.parametrize(
    ("act", "status", "fields", "waits"),
    [
        ("approve", "planned", {}, True),
        ("arrive", "approved", {}, True),
        ("change", "approved", {"ends_on": 120}, True),
        ("change", "planned", {"starts_on": -120}, True),
        ("change", "approved", {"ends_on": 50}, False),
        ("change", "approved", {"duty_station": "Jacmel"}, False),
        ("complete", "in_mission", {}, False),
        ("end_early", "in_mission", {}, False),
        ("cancel", "approved", {}, False),
        ("close", "completed", {}, False),
    ],
)
def test_what_only_frees_places_waits_for_nobody(act, status, fields, waits, mission, alice, today, monkeypatch):
    """The ceiling and the area are locked, for everybody in turn, only by whoever may take a place."""
    deployment = stay(mission, today, status=status)
    locked, lock = [], authorised_cap.lock
    monkeypatch.setattr(authorised_cap, "lock", lambda *areas: (locked.append(areas), lock(*areas)))
    days = {name: today + value * DAY if isinstance(value, int) else value for name, value in fields.items()}

    taken = step(act, today, on_day=today - DAY, reason="Because.", end_reason="medical", **days)
    with contextlib.suppress(StepRefused):
        lifecycle.take_step(deployment, taken, by=alice)

    assert bool(locked) is waits


def test_a_step_leaves_a_transition_an_event_and_a_history_row(mission, alice, today):
    deployment = stay(mission, today)

    transition = lifecycle.take_step(deployment, step("approve", today, reason="All is well."), by=alice)

    assert (transition.act, transition.from_status, transition.to_status) == ("approve", "planned", "approved")
    assert (transition.by, transition.reason) == (alice, "All is well.")
    event = Event.objects.get()
    assert (event.actor, event.verb, event.subject) == (alice, "moved", deployment)
    newest = deployment.history.first()
    assert (newest.status, newest.history_user, newest.history_change_reason) == ("approved", alice, "All is well.")


def test_a_refused_step_leaves_nothing(mission, alice, today):
    stay(mission, today, status="approved")
    second = stay(mission, today)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(second, step("approve", today), by=alice)

    assert codes(refusal) == [("area_full", 1)]
    assert refusal.value.blockers[0].first_day == today - 100 * DAY
    second.refresh_from_db()
    assert second.status == "planned"
    assert DeploymentTransition.objects.count() == 0
    assert Event.objects.count() == 0


@pytest.mark.parametrize("state", ["suspended", "reassessed", "closed"])
def test_a_mission_that_is_not_active_takes_no_approval_and_no_extension(state, mission, alice, today):
    planned = stay(mission, today)
    in_mission = stay(mission, today, status="in_mission")
    create.mission_state(mission=mission, state=state)

    for deployment, refused_step in [
        (planned, step("approve", today)),
        (in_mission, step("change", today, ends_on=today + 101 * DAY, reason="Needed longer.")),
    ]:
        with pytest.raises(StepRefused) as refusal:
            lifecycle.take_step(deployment, refused_step, by=alice)
        assert ("mission_takes_nobody", 16) in codes(refusal)

    lifecycle.take_step(in_mission, step("change", today, ends_on=today + 50 * DAY, reason="Called home."), by=alice)
    in_mission.refresh_from_db()
    assert in_mission.ends_on == today + 50 * DAY


def test_back_to_back_is_fine_and_one_shared_day_is_not(mission, alice, today):
    person = create.person()
    stay(mission, today, status="approved", person=person, first=0, last=10)
    other = create.mission(area=mission.area)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.plan(
            Deployment(person=person, mission=other, starts_on=today + 10 * DAY, ends_on=today + 20 * DAY),
            by=alice,
            today=today,
        )
    after = lifecycle.plan(
        Deployment(person=person, mission=other, starts_on=today + 11 * DAY, ends_on=today + 20 * DAY),
        by=alice,
        today=today,
    )

    assert codes(refusal) == [("person_elsewhere", 6)]
    assert after.status == "planned"


def test_who_is_overdue_cannot_be_planned_elsewhere(mission, alice, today):
    person = create.person()
    stay(mission, today, status="in_mission", person=person, last=-1)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.plan(
            Deployment(person=person, mission=mission, starts_on=today + 50 * DAY, ends_on=today + 60 * DAY),
            by=alice,
            today=today,
        )

    assert codes(refusal) == [("person_elsewhere", 6)]
    [blocker] = refusal.value.blockers
    assert "has not been recorded as departed from" in blocker.message
    assert [link.url for link in blocker.links] == [f"/en-ca/deployments/{person.deployments.get().pk}/complete/"]


def test_one_person_overdue_refuses_nothing_beyond_sixty_days(mission, alice, today):
    person = create.person()
    overdue = stay(mission, today, status="in_mission", person=person, last=-1)
    soon = stay(mission, today, first=60, last=90)
    later = stay(mission, today, first=61, last=90)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(soon, step("approve", today), by=alice)
    lifecycle.take_step(later, step("approve", today), by=alice)
    same_person = Deployment(person=person, mission=mission, starts_on=today + 600 * DAY, ends_on=today + 610 * DAY)
    lifecycle.plan(same_person, by=alice, today=today)

    [blocker] = refusal.value.blockers
    assert blocker.code == "area_full"
    assert blocker.message.endswith(f"This is because {overdue.person_as_then} has not been recorded as departed.")
    assert [link.says for link in blocker.links] == [f"Record the departure of {overdue.person_as_then}"]


def test_who_is_overdue_is_not_named_where_others_fill_the_area(mission, alice, today):
    mission.area.authorizations.update(cap=2)
    stay(mission, today, status="in_mission", last=-1)
    for _ in range(2):
        stay(mission, today, status="approved", first=70, last=90)
    refused = stay(mission, today, first=50, last=90)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(refused, step("approve", today), by=alice)

    assert [(blocker.code, blocker.links) for blocker in refusal.value.blockers] == [("area_full", ())]


def test_the_day_of_a_fact_is_not_in_the_future(mission, alice, today):
    deployment = stay(mission, today, status="approved")

    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(deployment, step("arrive", today, on_day=today + DAY), by=alice)
    lifecycle.take_step(deployment, step("arrive", today, on_day=today), by=alice)

    assert codes(refusal) == [("day_in_future", 17)]
    deployment.refresh_from_db()
    assert deployment.arrived_on == today


def test_nobody_arrives_after_the_planned_end_or_departs_before_the_arrival(mission, alice, today):
    mission.area.authorizations.update(cap=2)
    late = stay(mission, today, status="approved", last=-5)
    in_mission = stay(mission, today, status="in_mission", first=-4, last=4)

    with pytest.raises(StepRefused) as arrival:
        lifecycle.take_step(late, step("arrive", today, on_day=today - 4 * DAY), by=alice)
    with pytest.raises(StepRefused) as departure:
        lifecycle.take_step(in_mission, step("complete", today, on_day=today - 5 * DAY), by=alice)

    assert codes(arrival) == [("arrives_after_end", 17)]
    assert codes(departure) == [("departs_before_arrival", 17)]
    lifecycle.take_step(in_mission, step("complete", today, on_day=today - 4 * DAY), by=alice)


def test_who_arrived_in_a_stay_that_is_over_by_its_plan_needs_other_dates_first(mission, alice, today):
    late = stay(mission, today, status="approved", last=-1)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(late, step("arrive", today, on_day=today - 5 * DAY), by=alice)
    lifecycle.take_step(late, step("change", today, ends_on=today, reason="Recorded late."), by=alice)
    lifecycle.take_step(late, step("arrive", today, on_day=today - 5 * DAY), by=alice)

    assert codes(refusal) == [("arrives_after_end", 17)]


def test_who_arrived_early_can_leave_before_the_plan_began(mission, alice, today):
    in_mission = stay(mission, today, status="in_mission", first=5, last=50, arrived_on=today - 2 * DAY)

    lifecycle.take_step(in_mission, step("change", today, ends_on=today + 2 * DAY, reason="Called home."), by=alice)

    in_mission.refresh_from_db()
    assert in_mission.ends_on == today + 2 * DAY


def test_two_stays_that_overlap_since_the_first_is_overdue_are_pulled_apart(mission, alice, today):
    mission.area.authorizations.update(cap=2)
    person = create.person()
    overdue = stay(mission, today, status="in_mission", person=person, last=-3)
    following = stay(mission, today, status="approved", person=person, first=-2, last=60)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(overdue, step("complete", today, on_day=today), by=alice)
    later = {"starts_on": today + DAY, "ends_on": today + 60 * DAY, "reason": "The first took longer."}
    lifecycle.take_step(following, step("change", today, **later), by=alice)
    lifecycle.take_step(overdue, step("complete", today, on_day=today), by=alice)

    assert codes(refusal) == [("person_elsewhere", 6)]


def test_beginning_early_beyond_twelve_months_needs_a_reason(mission, alice, today):
    deployment = stay(mission, today, status="approved", first=5, last=360)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(deployment, step("arrive", today, on_day=today - 30 * DAY), by=alice)
    lifecycle.take_step(
        deployment, step("arrive", today, on_day=today - 30 * DAY, reason="Asked for sooner."), by=alice
    )

    assert codes(refusal) == [("reason_missing", 8)]


def test_nobody_relieves_themself_or_somebody_of_another_area(mission, alice, today):
    elsewhere = stay(create.mission(area=create.area()), today)
    own = stay(mission, today, last=-1, status="completed")

    for relieves, person in [(elsewhere, create.person()), (own, own.person)]:
        with pytest.raises(StepRefused) as refusal:
            lifecycle.plan(
                Deployment(person=person, mission=mission, starts_on=today, ends_on=today, relieves=relieves),
                by=alice,
                today=today,
            )
        assert codes(refusal) == [("relieves_elsewhere", 19)]


def test_arriving_early_takes_the_days_before_the_plan(mission, alice, today):
    stay(mission, today, status="completed", first=-30, last=-5)
    Deployment.objects.update(departed_on=today - 5 * DAY)
    deployment = stay(mission, today, status="approved", first=-4, last=30)

    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(deployment, step("arrive", today, on_day=today - 5 * DAY), by=alice)

    assert codes(refusal) == [("area_full", 1), ("reason_missing", 17)]
    lifecycle.take_step(deployment, step("arrive", today, on_day=today - 4 * DAY), by=alice)


def test_more_than_twelve_months_need_a_reason(mission, alice, today):
    first = dt.date(2031, 3, 1)

    def plan(last, reason=""):
        stay = Deployment(person=create.person(), mission=mission, starts_on=first, ends_on=last)
        return lifecycle.plan(stay, by=alice, today=today, reason=reason)

    with pytest.raises(StepRefused) as refusal:
        plan(dt.date(2032, 3, 1))

    assert codes(refusal) == [("reason_missing", 8)]
    assert refusal.value.blockers[0].first_day == dt.date(2032, 3, 1)
    plan(dt.date(2032, 2, 29))
    longer = plan(dt.date(2032, 3, 1), reason="The successor comes later.")
    lifecycle.take_step(longer, step("approve", today), by=alice)  # the reason of the plan holds


def test_only_postings_beside_the_missions_are_ancillary(mission, alice, today):
    beside = create.mission(area=create.area(), kind="specialized_posting")

    def plan(mission, kind):
        stay = Deployment(person=create.person(), mission=mission, kind=kind, starts_on=today, ends_on=today + DAY)
        return lifecycle.plan(stay, by=alice, today=today)

    for wrong in [(mission, "ancillary"), (beside, "standard")]:
        with pytest.raises(StepRefused) as refusal:
            plan(*wrong)
        assert codes(refusal) == [("kind_does_not_fit", 5)]
    deployment = plan(beside, "ancillary")
    lifecycle.take_step(deployment, step("approve", today), by=alice)  # without any authorization


def test_rank_service_and_arms_are_kept_as_they_were_then(mission, alice, today):
    person = create.person()
    constable = person.rank
    deployment = lifecycle.plan(
        Deployment(person=person, mission=mission, starts_on=today, ends_on=today + DAY), by=alice, today=today
    )

    person.rank = create.rank(code="sergeant", abbreviation_en="Sgt.", level=2)
    person.service = create.service()
    person.save()
    mission.area.authorizations.update(armed=False)
    deployment.refresh_from_db()

    assert (deployment.rank, deployment.service, deployment.armed) == (constable, deployment.service, True)
    assert deployment.service != person.service
    assert deployment.person_as_then == "Cst. Émilie Tremblay"


def test_a_promotion_before_the_departure_counts_and_a_later_one_does_not(mission, alice, today):
    person = create.person()
    deployment = lifecycle.plan(
        Deployment(person=person, mission=mission, starts_on=today, ends_on=today + DAY), by=alice, today=today
    )

    def promoted_then(level, act):
        person.rank = create.rank(code=f"rank-{level}", abbreviation_en=f"R{level}.", level=level)
        person.service = create.service(name_en=f"Service {level}")
        person.save()
        lifecycle.take_step(deployment, full_step(act, today), by=alice)
        deployment.refresh_from_db()
        return deployment.rank.level, deployment.service.name_en, deployment.armed

    mission.area.authorizations.update(armed=False)
    assert promoted_then(2, "approve") == (2, "Service 2", False)
    mission.area.authorizations.update(armed=True)
    person.credentials.create(kind=create.kind(code="firearms", for_armed=True), issued_on=today - DAY)
    assert promoted_then(3, "arrive") == (3, "Service 3", True)
    mission.area.authorizations.update(armed=False)
    assert promoted_then(4, "change") == (3, "Service 3", True)
    assert promoted_then(5, "complete") == (3, "Service 3", True)


def test_somebody_retired_is_not_planned(mission, alice, today):
    person = create.person(state="retired")

    with pytest.raises(StepRefused) as refusal:
        lifecycle.plan(
            Deployment(person=person, mission=mission, starts_on=today, ends_on=today), by=alice, today=today
        )

    assert codes(refusal) == [("person_cannot_go", 0)]


def test_ending_early_is_never_refused_in_an_area_over_its_cap(mission, alice, today):
    first, second = (create.deployment(
        mission=create.mission(area=create.area()), starts_on=today, ends_on=today + 100 * DAY, status="planned",
    ) for _ in range(2))  # fmt: skip
    for deployment in (first, second):
        create.authorization(area=deployment.mission.area, cap=5)
        lifecycle.take_step(deployment, step("approve", today), by=alice)
        deployment.mission.area.authorizations.update(valid_to=today + 20 * DAY)  # now over from the 21st day on

    lifecycle.take_step(first, step("change", today, ends_on=today + 50 * DAY, reason="Shorter."), by=alice)
    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(second, step("change", today, ends_on=today + 101 * DAY, reason="Longer."), by=alice)

    first.refresh_from_db()
    assert first.ends_on == today + 50 * DAY
    assert [(b.code, b.first_day) for b in refusal.value.blockers] == [("no_authorization", today + 101 * DAY)]


def test_a_swap_in_one_transaction_succeeds_at_full_strength(mission, alice, today):
    """`pytest.mark.django_db` runs the test itself inside one transaction."""
    in_mission = stay(mission, today, status="in_mission")
    coming = stay(mission, today, first=0)

    lifecycle.take_step(in_mission, step("complete", today, on_day=today - DAY), by=alice)
    lifecycle.take_step(coming, step("approve", today), by=alice)

    assert authorised_cap.strength(mission.area, today, today=today).used == 1


def test_somebody_retired_is_not_approved_and_arrives_with_a_reason_only(mission, alice, today):
    mission.area.authorizations.update(cap=2)
    planned = stay(mission, today, person=create.person(state="retired"))
    approved = stay(mission, today, person=create.person(state="retired"), status="approved")

    with pytest.raises(StepRefused) as approval:
        lifecycle.take_step(planned, step("approve", today), by=alice)
    with pytest.raises(StepRefused) as arrival:
        lifecycle.take_step(approved, step("arrive", today, on_day=today), by=alice)
    lifecycle.take_step(approved, step("arrive", today, on_day=today, reason="Was there already."), by=alice)

    assert codes(approval) == [("person_cannot_go", 0)]
    assert codes(arrival) == [("person_cannot_go", 0), ("reason_missing", 17)]


def test_a_position_of_another_mission_is_refused(mission, alice, today):
    elsewhere = create.position(mission=create.mission(area=mission.area))
    own = create.position(mission=mission)

    def plan(position):
        stay = Deployment(
            person=create.person(), mission=mission, position=position, starts_on=today, ends_on=today + DAY
        )
        return lifecycle.plan(stay, by=alice, today=today)

    with pytest.raises(StepRefused) as refusal:
        plan(elsewhere)

    assert codes(refusal) == [("position_elsewhere", 0)]
    assert plan(own).position == own


@pytest.mark.parametrize(("given", "expected"), [("", "Jacmel"), ("Hinche", "Hinche")])
def test_the_duty_station_is_that_of_the_position_unless_another_is_given(mission, alice, today, given, expected):
    position = create.position(mission=mission, duty_station="Jacmel")
    stay = {"starts_on": today, "ends_on": today + DAY, "duty_station": given}

    planned = lifecycle.plan(
        Deployment(person=create.person(), mission=mission, position=position, **stay), by=alice, today=today
    )

    assert planned.duty_station == expected


def test_a_cancelled_stay_leaves_the_person_free(mission, alice, today):
    person = create.person()
    first = stay(mission, today, person=person, first=0, last=10)
    again = {"person": person, "mission": mission, "starts_on": today, "ends_on": today + 10 * DAY}

    with pytest.raises(StepRefused) as refusal:
        lifecycle.plan(Deployment(**again), by=alice, today=today)
    lifecycle.take_step(first, step("cancel", today, reason="The post was cut."), by=alice)
    second = lifecycle.plan(Deployment(**again), by=alice, today=today)
    approved = lifecycle.take_step(second, step("approve", today), by=alice)

    assert codes(refusal) == [("person_elsewhere", 6)]
    assert approved.to_status == "approved"


@pytest.mark.parametrize(
    ("status", "act", "fields", "expected"),
    [
        ("approved", "cancel", {"reason": " "}, [("reason_missing", 0)]),
        ("approved", "change", {"ends_on": 50, "reason": " "}, [("reason_missing", 0)]),
        ("in_mission", "end_early", {"on_day": 0, "end_reason": "medical"}, [("reason_missing", 0)]),
        ("in_mission", "end_early", {"on_day": 0, "reason": "Ill."}, [("end_reason_missing", 0)]),
        ("in_mission", "end_early", {"on_day": 0, "reason": "Ill.", "end_reason": "x"}, [("end_reason_missing", 0)]),
        ("in_mission", "complete", {}, [("day_missing", 17)]),
        ("in_mission", "change", {"starts_on": -99, "reason": "Typing error."}, [("has_arrived", 17)]),
        ("in_mission", "change", {"starts_on": -100, "reason": "No change."}, []),
        ("approved", "change", {"starts_on": 50, "ends_on": 50, "reason": "One day."}, []),
        ("approved", "change", {"starts_on": 50, "ends_on": 49, "reason": "No day."}, [("ends_before_start", 17)]),
    ],
)
def test_what_a_step_asks_is_not_left_out(mission, today, status, act, fields, expected):
    deployment = stay(mission, today, status=status)
    days = {"on_day", "starts_on", "ends_on"}
    values = {name: today + value * DAY if name in days else value for name, value in fields.items()}

    found = steps.blockers(deployment, step(act, today, **values))

    assert [(blocker.code, blocker.rule) for blocker in found] == expected


@pytest.mark.parametrize(("reason", "expected"), [("", [("reason_missing", 8)]), ("Asked for sooner.", [])])
def test_a_plan_without_a_reason_gives_none_for_more_than_twelve_months(mission, alice, today, reason, expected):
    """Twelve months were planned; beginning five days early makes them more."""
    first = today + 5 * DAY
    planned = Deployment(person=create.person(), mission=mission, starts_on=first, ends_on=last_day(first, 12))
    deployment = lifecycle.plan(planned, by=alice, today=today, reason=reason)
    lifecycle.take_step(deployment, step("approve", today), by=alice)
    deployment.refresh_from_db()

    found = steps.blockers(deployment, step("arrive", today, on_day=today))

    assert [(blocker.code, blocker.rule) for blocker in found] == expected


def test_the_reason_of_a_change_holds_for_more_than_twelve_months(mission, alice, today):
    first = today + 5 * DAY
    planned = Deployment(person=create.person(), mission=mission, starts_on=first, ends_on=last_day(first, 12))
    deployment = lifecycle.plan(planned, by=alice, today=today)
    longer = step("change", today, ends_on=last_day(first, 12) + DAY, reason="The successor comes later.")
    lifecycle.take_step(deployment, longer, by=alice)
    deployment.refresh_from_db()

    approved = lifecycle.take_step(deployment, step("approve", today), by=alice)

    assert approved.to_status == "approved"


class Lives(RuleBasedStateMachine):
    """Random steps on a few people: whatever is accepted, the cap holds on every day, one person in one place."""

    @initialize()
    def begin(self):
        self.today = dt.date.today()
        self.area = create.area()
        create.authorization(area=self.area, cap=2)
        self.missions = [create.mission(area=self.area), create.mission(area=self.area)]
        self.people = [create.person() for _ in range(4)]
        self.by = create.user()

    @rule(person=st.integers(0, 3), mission=st.integers(0, 1), first=st.integers(-20, 20), length=st.integers(0, 15))
    def plan(self, person, mission, first, length):
        start = self.today + first * DAY
        stay = Deployment(
            person=self.people[person],
            mission=self.missions[mission],
            starts_on=start,
            ends_on=start + length * DAY,
        )
        self.attempt(lambda: lifecycle.plan(stay, by=self.by, today=self.today))

    @rule(which=st.integers(0, 10), act=st.sampled_from(ACTS), shift=st.integers(-12, 12), other=st.integers(-12, 12))
    def move(self, which, act, shift, other):
        rows = list(Deployment.objects.filter(mission__area=self.area).order_by("id"))
        if not rows:
            return
        deployment = rows[which % len(rows)]
        change = Step(
            Act(act),
            today=self.today,
            on_day=self.today + shift * DAY,
            reason="Because.",
            end_reason="medical",
            starts_on=deployment.starts_on + other * DAY if act == "change" and not deployment.arrived_on else None,
            ends_on=deployment.ends_on + shift * DAY if act == "change" else None,
        )
        self.attempt(lambda: lifecycle.take_step(deployment, change, by=self.by))

    def attempt(self, act):
        """What the rules let through, the guards of the database must let through: an IntegrityError is a failure."""
        try:
            act()
        except StepRefused as refusal:
            assert all("guard" not in blocker.code and blocker.rule < 20 for blocker in refusal.blockers)
            assert not {b.code for b in refusal.blockers} & {"within_authorized_cap", "person_in_one_place"}

    @invariant()
    def cap_holds_on_every_day(self):
        if not hasattr(self, "area"):
            return
        counted = ["approved", "in_mission", "completed", "ended_early", "closed"]
        rows = Deployment.objects.filter(mission__area=self.area, status__in=counted)
        stays = [(*row.stay(self.today), row.person_id) for row in rows]
        for number in range(-50, 60):
            present = [person for first, last, person in stays if first <= self.today + number * DAY <= last]
            assert len(present) <= 2
            assert len(present) == len(set(present))


class TestLives(Lives.TestCase, TestCase):
    settings = settings(
        max_examples=40,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
