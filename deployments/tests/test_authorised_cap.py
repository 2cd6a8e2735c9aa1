"""The cap is judged on every day, against a model that simply walks the days."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deployments.models import Deployment, Excess
from deployments.models.statuses import COUNTED
from deployments.stays import authorised_cap, excess
from missions.models import Authorization, Ceiling
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
START = dt.date(2031, 1, 1)


def on(number: int) -> dt.date:
    return START + number * DAY


@pytest.fixture
def area(db):
    area = create.area()
    create.authorization(area=area, cap=2, valid_from=on(0))
    return area


@pytest.fixture
def mission(area):
    return create.mission(area=area)


def test_strength_and_cap_count_both_end_days(area, mission, today):
    create.deployment(mission=mission, starts_on=on(10), ends_on=on(20))

    used = [authorised_cap.strength(area, on(day), today=today).used for day in (9, 10, 20, 21)]

    assert used == [0, 1, 1, 0]
    assert authorised_cap.strength(area, on(-1), today=today).cap is None
    assert authorised_cap.strength(area, on(0), today=today).cap == 2


def test_a_planned_deployment_is_held_and_uses_no_place(area, mission, today):
    create.deployment(mission=mission, starts_on=on(10), ends_on=on(20), status="planned")

    found = authorised_cap.strength(area, on(10), today=today)

    assert (found.held, found.used, found.free) == (1, 0, 2)


def test_all_missions_of_an_area_share_the_cap(area, mission, today):
    create.deployment(mission=mission, starts_on=on(10), ends_on=on(20))
    create.deployment(mission=create.mission(area=area), starts_on=on(15), ends_on=on(30))

    timeline = authorised_cap.timeline(area, on(0), on(40), today=today)
    assert authorised_cap.first_day_full(timeline) == on(15)
    assert authorised_cap.headroom(area, on(0), on(14), today=today) == 1
    assert authorised_cap.headroom(area, on(0), on(15), today=today) == 0


def test_ancillary_deployments_use_no_place(area, mission, today):
    beside = create.mission(area=area, kind="specialized_posting")
    create.deployment(mission=beside, starts_on=on(10), ends_on=on(20), kind="ancillary")

    assert authorised_cap.strength(area, on(10), today=today).used == 0


def test_whoever_has_not_departed_holds_a_place_whatever_the_plan_says(area, mission, today):
    create.authorization(area=area, cap=1, valid_to=on(-1))
    overdue = create.deployment(mission=mission, starts_on=today - 400 * DAY, ends_on=today - DAY, status="in_mission")

    assert authorised_cap.strength(area, today, today=today).in_mission == 1
    assert authorised_cap.strength(area, today + 60 * DAY, today=today).in_mission == 1
    assert authorised_cap.strength(area, today + 61 * DAY, today=today).in_mission == 0
    assert authorised_cap.strength(area, today - 401 * DAY, today=today).in_mission == 0
    assert overdue.stay(today) == (today - 400 * DAY, today + 60 * DAY)
    assert overdue.stay(today - DAY) == (today - 400 * DAY, today - DAY)


def test_days_without_authorization_are_named(mission, today):
    mission.area.authorizations.update(valid_to=on(20))
    create.authorization(area=mission.area, cap=1, valid_from=on(24))
    candidate = create.deployment(mission=mission, starts_on=on(10), ends_on=on(30), status="planned")

    found = authorised_cap.blockers(candidate, [(on(10), on(30))], today=today)

    assert [(b.code, b.rule, b.first_day) for b in found] == [("no_authorization", 3, on(21))]
    assert found[0].message == (
        "No authorization is in force for Ruritania from 22 January 2031 through 24 January 2031."
    )


def test_every_reason_is_given_at_once(mission, today):
    create.ceiling(cap=2)
    mission.area.authorizations.update(valid_to=on(20))
    for _ in range(2):
        create.deployment(mission=mission, starts_on=on(10), ends_on=on(19))
    candidate = create.deployment(mission=mission, starts_on=on(5), ends_on=on(25), status="planned")

    found = authorised_cap.blockers(candidate, [(on(5), on(25))], today=today)

    assert [(b.code, b.first_day) for b in found] == [
        ("no_authorization", on(21)),
        ("area_full", on(10)),
        ("policy_ceiling", on(10)),
    ]
    assert found[1].message == "Ruritania is full on 11 January 2031: 2 of 2 places are taken."
    assert found[2].message == (
        "The policy ceiling is reached on 11 January 2031: 2 of 2 people in all countries and regions."
    )


# --- The engine, the guard of the database and a model that walks the days, side by side ----------------------------

SPAN = 24


def stays():
    return st.tuples(
        st.integers(0, 1),  # area
        st.integers(0, SPAN),
        st.integers(0, 8),
        st.sampled_from(["planned", "approved", "in_mission", "completed", "ended_early", "closed", "cancelled"]),
        st.booleans(),  # ancillary
    )


def limit_specs():
    """Lists of (days without limit, days with it, limit), from which `dated` makes periods that never overlap."""
    return st.lists(st.tuples(st.integers(0, 5), st.integers(1, 10), st.integers(1, 4)), max_size=4)


def dated(specs):
    """(first day, last day, limit) of each."""
    day, limits = 0, []
    for gap, length, cap in specs:
        first = day + gap
        day = first + length
        limits.append((on(first), on(day - 1), cap))
    return limits


def brute_force_first_day_over(rows, area_caps, ceilings, area, days):
    """The first day on which the area is over its cap (none in force: 0), or everybody over the ceiling."""
    for day in days:
        present = [row for row in rows if row["counted"] and row["first"] <= day <= row["last"]]
        cap = next((cap for first, last, cap in area_caps if first <= day <= last), 0)
        limit = next((cap for first, last, cap in ceilings if first <= day <= last), 10**6)
        if sum(row["area"] == area for row in present) > cap or len(present) > limit:
            return day
    return None


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    cap_specs=st.tuples(limit_specs(), limit_specs()),
    ceiling_specs=limit_specs(),
    existing=st.lists(stays(), max_size=10),
    added_spec=stays(),
    growth=st.tuples(st.integers(-4, 6), st.integers(-4, 6)),
)
@example(
    cap_specs=([(0, 10, 1)], []), ceiling_specs=[], existing=[(0, 0, 3, "approved", False)],
    added_spec=(0, 4, 2, "approved", False), growth=(-1, 0),
)  # fmt: skip
def test_engine_and_guard_agree_with_walking_the_days(today, cap_specs, ceiling_specs, existing, added_spec, growth):
    with transaction.atomic():
        compare(today, cap_specs, ceiling_specs, existing, added_spec, growth)
        transaction.set_rollback(True)


def compare(today, cap_specs, ceiling_specs, existing, added_spec, growth):
    areas = [create.area(), create.area()]
    missions = [create.mission(area=area) for area in areas]
    postings = [create.mission(area=area, kind="opportunity") for area in areas]
    service = create.service()
    caps = [dated(cap_specs[0]), dated(cap_specs[1])]
    ceilings = dated(ceiling_specs)
    for area, area_caps in zip(areas, caps, strict=True):
        for first, last, cap in area_caps:
            create.authorization(area=area, cap=cap, valid_from=first, valid_to=last)
    for first, last, cap in ceilings:
        Ceiling.objects.create(cap=cap, valid_from=first, valid_to=last)

    rows = []

    def try_to_add(spec):
        area, first, length, status, ancillary = spec
        row = {
            "area": area,
            "first": on(first),
            "last": on(first + length),
            "counted": status in COUNTED and not ancillary,
        }
        days = [row["first"] + n * DAY for n in range(length + 1)]
        expected = (
            brute_force_first_day_over([*rows, row], caps[area], ceilings, area, days) if row["counted"] else None
        )
        candidate = Deployment(
            person=create.person(service=service),
            mission=(postings if ancillary else missions)[area],
            starts_on=row["first"],
            ends_on=row["last"],
            status=status,
            kind="ancillary" if ancillary else "standard",
            service=service,
            armed=False,
            arrived_on=row["first"] if status in COUNTED[1:] else None,
            departed_on=row["last"] if status in COUNTED[2:] else None,
            end_reason="recalled" if status == "ended_early" else "",
        )
        found = authorised_cap.blockers(candidate, [(row["first"], row["last"])], today=today) if row["counted"] else []
        first_found = min((b.first_day for b in found), default=None)
        assert first_found == expected, "the engine"
        try:
            with transaction.atomic():
                candidate.save()
        except IntegrityError:
            assert expected is not None, "the guard refused what is allowed"
            return None
        assert expected is None, "the guard let through what is not allowed"
        rows.append(row)
        return candidate, row

    for spec in existing:
        try_to_add(spec)
    added = try_to_add(added_spec)
    if added is None or added[1]["counted"] is False or added[0].arrived_on:
        return
    candidate, row = added
    # A cap that was lowered under people: shrinking is never refused, growing is judged on the days that it gains.
    Authorization.objects.filter(area=areas[row["area"]]).update(cap=1)
    caps[row["area"]] = [(first, last, 1) for first, last, _cap in caps[row["area"]]]
    compare_growth(today, candidate, row, [other for other in rows if other is not row], caps, ceilings, growth)


def compare_growth(today, candidate, row, others, caps, ceilings, growth):
    """A stay that grows is judged on the days that it adds, and let through where those beyond the cap are recorded."""
    new_first, new_last = row["first"] + growth[0] * DAY, row["last"] + growth[1] * DAY
    if new_last < new_first:
        return
    grown = {**row, "first": new_first, "last": new_last}
    length = (new_last - new_first).days + 1
    gained = [d for d in (new_first + n * DAY for n in range(length)) if not row["first"] <= d <= row["last"]]
    expected = brute_force_first_day_over([*others, grown], caps[row["area"]], ceilings, row["area"], gained)

    def is_let_through():
        try:
            with transaction.atomic():
                Deployment.objects.filter(pk=candidate.pk).update(starts_on=new_first, ends_on=new_last)
        except IntegrityError:
            return False
        return True

    over = [
        day
        for day in gained
        if brute_force_first_day_over([*others, grown], caps[row["area"]], ceilings, row["area"], [day])
    ]
    sides = [(new_first, min(new_last, row["first"] - DAY)), (max(new_first, row["last"] + DAY), new_last)]
    stretches = authorised_cap.exceeded_days(candidate, [days for days in sides if days[0] <= days[1]], today=today)
    found = [first + n * DAY for first, last in stretches for n in range((last - first).days + 1)]
    assert found == over, "the days beyond the cap"
    assert (expected is None) == (over == [])
    if not over:
        assert is_let_through(), "the guard refused a change that is allowed"
        return
    # Recorded as an excess but for one day it stays refused, as a whole it is let through.
    boss = create.user(email=f"{candidate.pk}@example.org")
    for day in over[:-1]:
        excess.record(candidate, [(day, day)], cause=Excess.Cause.CORRECTION, reason="It happened.", by=boss)
    assert not is_let_through(), "the guard let a change through that is not allowed"
    excess.record(candidate, [(over[-1], over[-1])], cause=Excess.Cause.CORRECTION, reason="It happened.", by=boss)
    assert is_let_through(), "the guard refused days that are recorded"
