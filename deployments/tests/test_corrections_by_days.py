"""Corrections against a model that walks the days: what is refused, what is recorded beyond the cap, who was there."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deployments.corrections import making
from deployments.models import Deployment, Excess
from deployments.stays import authorised_cap
from foundation.refusals import StepRefused
from missions.models import Authorization
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
WALKED = range(-30, 100)
"""The days that the model walks, as offsets from today; everything happens within them."""

OVERDUE_HOLD = 60
ENDS = {"completed", "ended_early"}


def rows():
    """(area, first day, length, status): somebody there now, to come, or gone."""
    gone = st.tuples(st.integers(0, 1), st.integers(-20, -6), st.integers(0, 5), st.just("completed"))
    there = st.tuples(st.integers(0, 1), st.integers(-15, 0), st.integers(0, 25), st.just("in_mission"))
    coming = st.tuples(st.integers(0, 1), st.integers(1, 8), st.integers(0, 12), st.just("approved"))
    return st.one_of(gone, there, coming)


def wishes():
    """What should stand there instead: the names of fields with offsets from today, a mission, a status."""
    return st.fixed_dictionaries(
        {},
        optional={
            "arrived_on": st.integers(-25, 1),
            "departed_on": st.integers(-25, 1),
            "mission": st.integers(0, 2),
            "status": st.sampled_from(["approved", "in_mission"]),
        },
    )


class Model:
    """One deployment in plain figures: offsets from today, an area (2: a posting beside the missions), a status."""

    def __init__(self, area, first, length, status):
        self.area, self.status = area, status
        self.starts = self.arrived = first
        self.ends = self.departed = first + length
        if status == "approved":
            self.arrived = None
        if status != "completed":
            self.departed = None

    def corrected(self, wish):
        after = Model.__new__(Model)
        after.__dict__.update(self.__dict__)
        asked = {"approved": set(), "in_mission": {"status", "arrived_on"}}.get(
            self.status, {"status", "arrived_on", "departed_on"}
        )
        if "status" in asked:
            after.status = wish.get("status", self.status)
        if "arrived_on" in asked:
            after.arrived = wish.get("arrived_on", self.arrived)
        if "departed_on" in asked:
            after.departed = wish.get("departed_on", self.departed)
        after.area = wish.get("mission", self.area)
        if after.status == "approved":
            after.arrived = None
        if after.status != "completed":
            after.departed = None
        return after

    def days(self, area):
        """The days on which it uses a place in an area."""
        if self.area != area:
            return set()
        first = self.starts if self.arrived is None else self.arrived
        last = self.ends if self.departed is None else self.departed
        if self.status == "in_mission" and self.ends < 0:
            last = OVERDUE_HOLD
        return set(range(first, last + 1))

    def is_unsound(self):
        if (self.arrived or 0) > 0 or (self.departed or 0) > 0:
            return True
        if self.departed is not None and self.departed < self.arrived:
            return True
        return self.status == "in_mission" and self.ends < self.arrived

    def same_as(self, other):
        return self.__dict__ == other.__dict__


def save(spec, model, missions, today, service):
    def on(offset):
        return None if offset is None else today + offset * DAY

    return create.deployment(
        mission=missions[spec[0]],
        person=create.person(service=service),
        starts_on=on(model.starts),
        ends_on=on(model.ends),
        status=model.status,
        arrived_on=on(model.arrived),
        departed_on=on(model.departed),
    )


def as_values(before, wish, missions, today):
    """The wish as values of the row: of each field that may be corrected in its status."""
    allowed = {"approved": set(), "in_mission": {"status", "arrived_on"}}
    asked = allowed.get(before.status, {"status", "arrived_on", "departed_on"}) & set(wish)
    values = {name: wish[name] if name == "status" else today + wish[name] * DAY for name in asked}
    if "mission" in wish:
        values["mission"] = missions[wish["mission"]]
        if wish["mission"] != 2:
            values["kind"] = "standard"
    return values


def walked(first, last, today):
    return range((first - today).days, (last - today).days + 1)


def told_by_day(effects, areas, today):
    return {
        (areas.index(effect.area), day): (effect.before, effect.after)
        for effect in effects
        for day in walked(effect.first, effect.last, today)
    }


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    caps=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    others=st.lists(rows(), max_size=6),
    spec=rows(),
    wish=wishes(),
)
@example(caps=(1, 1), others=[(0, -10, 4, "completed")], spec=(0, -5, 9, "in_mission"), wish={"arrived_on": -8})
@example(caps=(1, 1), others=[(1, -3, 3, "in_mission")], spec=(0, -5, 5, "in_mission"), wish={"mission": 1})
@example(caps=(1, 1), others=[(1, 1, 3, "approved")], spec=(0, -5, 6, "in_mission"), wish={"mission": 1})
@example(caps=(1, 1), others=[(0, 0, 3, "in_mission")], spec=(0, -6, 5, "completed"), wish={"departed_on": 0})
@example(caps=(1, 1), others=[], spec=(0, -20, 3, "completed"), wish={"status": "in_mission"})
def test_corrections_agree_with_walking_the_days(today, alice, caps, others, spec, wish):
    with transaction.atomic():
        compare(today, alice, caps, others, spec, wish)
        transaction.set_rollback(True)


def compare(today, alice, caps, others, spec, wish):
    dan, service = create.user(), create.service()
    areas = [create.area(), create.area()]
    papers = [create.authorization(area=area, cap=99, armed=False) for area in areas]
    posting = create.mission(area=areas[1], kind="specialized_posting")
    missions = [*(create.mission(area=area) for area in areas), posting]
    around = [Model(*each) for each in others]
    for each, model in zip(others, around, strict=True):
        save(each, model, missions, today, service)
    before = Model(*spec)
    row = save(spec, before, missions, today, service)
    for paper, cap in zip(papers, caps, strict=True):  # people may be there beyond a cap that was lowered
        Authorization.objects.filter(pk=paper.pk).update(cap=cap)
    after = before.corrected(wish)

    used = {area: {day: sum(day in one.days(area) for one in around) for day in WALKED} for area in (0, 1)}
    gained = {(area, day) for area in (0, 1) for day in after.days(area) - before.days(area)}
    over = sorted(day for area, day in gained if used[area][day] >= caps[area])
    refused = after.same_as(before) or after.is_unsound() or any(day > 0 for day in over)

    wanted = as_values(before, wish, missions, today)
    if before.status == "completed" and wish.get("status") == "approved":
        refused = True  # a departure is taken back before an arrival is
    try:
        found = making.judge(row, wanted, by=alice, today=today)
        correction = making.ask(row, wanted, reason="The report says otherwise.", by=alice, today=today)
        if correction.state == "waiting":
            making.confirm(correction, by=dan, today=today)
    except StepRefused as refusal:
        assert refused, [blocker.message for blocker in refusal.blockers]
        now = before
    else:
        assert not refused, "what cannot be was made"
        now = after
        assert told_by_day(found.effects, areas, today) == {
            (area, day): (used[area][day] + (day in before.days(area)), used[area][day] + (day in after.days(area)))
            for area in (0, 1)
            for day in before.days(area) ^ after.days(area)
        }
        recorded = [(one.first_day, one.last_day) for one in Excess.objects.filter(deployment=row)]
        assert sorted(day for stretch in recorded for day in walked(*stretch, today)) == over
    for area in (0, 1):
        counted = authorised_cap.timeline(areas[area], today + WALKED[0] * DAY, today + WALKED[-1] * DAY, today=today)
        for day in WALKED:
            strength = [step for step in counted if step.since <= today + day * DAY][-1]
            assert strength.used == used[area][day] + (day in now.days(area)), (area, day)
    if now.status in ENDS | {"in_mission"}:
        was_there = Deployment.objects.deployed(today - 7 * DAY, today=today).filter(pk=row.pk).exists()
        away = set(range(now.arrived, (now.departed if now.departed is not None else OVERDUE_HOLD) + 1))
        assert was_there == (-7 in away)
