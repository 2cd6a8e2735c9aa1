"""Areas that follow each other: each day of a stay counts where its mission belongs on that day."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from deployments import guards
from deployments.models import Deployment
from deployments.stays import approval, authorised_cap, lifecycle, readiness, steps, succession
from deployments.stays.steps import Act, Step
from foundation.refusals import StepRefused
from missions.models import AreaSuccession, FormerArea, Mission
from reports import board
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WHY = {"reason_en": "A region follows the country."}


@pytest.fixture
def old(db):
    area = create.area(name_en="Old", name_fr="Ancien")
    create.authorization(area=area, cap=5, reference="MA-OLD")
    return area


@pytest.fixture
def new(db, today):
    area = create.area(name_en="New", name_fr="Nouveau")
    create.authorization(area=area, cap=2, valid_from=today + 10 * DAY, reference="MA-NEW")
    return area


def stay(mission, today, first, last, status="approved"):
    return create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + last * DAY, status=status)


def used(area, today, *offsets):
    return [authorised_cap.strength(area, today + offset * DAY, today=today).used for offset in offsets]


def proposal(area, *successors, day, moves=None, goes_on=False):
    return succession.Proposal(area, list(successors), day, goes_on=goes_on, moves=moves or {}, reason=WHY)


def test_each_day_of_a_stay_counts_where_the_mission_belongs_on_it(old, new, today):
    mission = create.mission(area=old)
    there = stay(mission, today, -50, 50, "in_mission")
    stay(create.mission(area=old), today, -50, 50, "in_mission")
    create.moved(mission=mission, area=new, from_day=today + 10 * DAY)

    assert used(old, today, -51, -50, 9, 10, 50, 51) == [0, 2, 2, 1, 1, 0]
    assert used(new, today, 9, 10, 50, 51) == [0, 1, 1, 0]
    assert [step.used for step in authorised_cap.program_timeline(today, today + 60 * DAY, today=today)] == [2, 0]
    assert [mission.area_on(today + offset * DAY) for offset in (-99, 9, 10, 99)] == [old, old, new, new]
    assert [
        list(Mission.objects.in_area(area, today + offset * DAY).filter(pk=mission.pk))
        for area, offset in (
            (old, 9),
            (old, 10),
            (new, 9),
            (new, 10),
        )
    ] == [[mission], [], [], [mission]]
    assert set(Deployment.objects.in_area(new, today=today)) == {there}
    assert Deployment.objects.in_area(old, today=today).count() == 2
    assert list(Deployment.objects.in_area_on(new, today + 10 * DAY)) == [there]


def test_a_mission_that_moved_twice(old, new, today):
    third = create.area(name_en="Third", name_fr="Tiers")
    mission = create.mission(area=old)
    early, late = stay(mission, today, -90, -60, "completed"), stay(mission, today, -10, 90, "in_mission")
    create.moved(mission=mission, area=new, from_day=today - 40 * DAY)
    create.moved(mission=mission, area=third, from_day=today + 20 * DAY)

    days = {offset: mission.area_on(today + offset * DAY).name for offset in (-41, -40, 19, 20)}
    pieces = [
        (area.name, (first - today).days, (last - today).days)
        for area, first, last in mission.areas_between(today - 60 * DAY, today + 60 * DAY)
    ]
    in_sql = {row.pk: row.area_then for row in Deployment.objects.with_area()}

    assert days == {-41: "Old", -40: "New", 19: "New", 20: "Third"}
    assert pieces == [("Old", -60, -41), ("New", -40, 19), ("Third", 20, 60)]
    assert in_sql == {early.pk: old.pk, late.pk: new.pk}
    assert [Mission.objects.with_area(today + offset * DAY).get().area_then for offset in (-41, -40, 19, 20)] == [
        old.pk,
        new.pk,
        new.pk,
        third.pk,
    ]
    assert [Deployment.objects.in_area(area, today=today).count() for area in (old, new, third)] == [1, 1, 1]


def test_an_approval_is_judged_in_each_area_on_its_days(old, new, today, alice):
    mission = create.moved(mission=create.mission(area=old), area=new, from_day=today + 10 * DAY)
    for _ in range(2):
        stay(create.mission(area=new), today, 30, 40)
    planned = stay(mission, today, 1, 50, "planned")
    planned = Deployment.objects.select_related(*approval.RELATED).get(pk=planned.pk)

    [full] = steps.blockers(planned, Step(Act.APPROVE, today=today))
    assert (full.code, full.first_day) == ("area_full", today + 30 * DAY)
    assert "New is full" in full.message
    assert readiness.to_approve(Deployment.objects.all(), today=today) == []

    Deployment.objects.exclude(pk=planned.pk).update(status="cancelled")
    assert readiness.to_approve(Deployment.objects.all(), today=today) == [planned]
    lifecycle.take_step(planned, Step(Act.APPROVE, today=today), by=alice)
    assert used(old, today, 1, 9, 10) == [1, 1, 0]
    assert used(new, today, 9, 10, 50) == [0, 1, 1]


def test_days_without_an_authorization_are_named_by_their_area(old, today):
    bare = create.area(name_en="Bare", name_fr="Nu")
    mission = create.moved(mission=create.mission(area=old), area=bare, from_day=today + 10 * DAY)
    planned = stay(mission, today, 1, 50, "planned")

    [gap] = authorised_cap.blockers(planned, [planned.stay(today)], today=today)

    assert (gap.code, gap.first_day) == ("no_authorization", today + 10 * DAY)
    assert gap.message.startswith("No authorization is in force for Bare from")


@pytest.mark.parametrize("act", ["insert", "approve", "move"])
def test_the_database_counts_the_same(old, new, today, act):
    mission = create.moved(mission=create.mission(area=old), area=new, from_day=today + 10 * DAY)
    for _ in range(2):
        stay(create.mission(area=new), today, 30, 40)

    def take(last):
        if act == "insert":
            return stay(mission, today, 1, last)
        row = (
            stay(mission, today, 1, last, "planned")
            if act == "approve"
            else stay(create.mission(area=old), today, 1, last)
        )
        changes = {"status": "approved"} if act == "approve" else {"mission": mission}
        Deployment.objects.filter(pk=row.pk).update(**changes)
        return row

    take(29)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        take(30)
    assert guards.name_of(error.value) == "guard_within_authorized_cap"


def test_the_database_counts_the_days_before_a_move_in_the_old_area(old, new, today):
    mission = create.moved(mission=create.mission(area=old), area=new, from_day=today + 10 * DAY)
    for _ in range(5):
        stay(create.mission(area=old), today, 1, 5)
    stay(mission, today, 6, 50)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        stay(mission, today, 5, 50)
    assert guards.name_of(error.value) == "guard_within_authorized_cap"
    stay(mission, today, 10, 50)
    with pytest.raises(IntegrityError), transaction.atomic():
        stay(mission, today, 10, 50)  # a third one in the new area


def test_the_database_counts_everybody_once_under_the_policy_ceiling(old, new, today):
    create.ceiling(cap=1)
    mission = create.moved(mission=create.mission(area=old), area=new, from_day=today + 10 * DAY)
    stay(mission, today, 1, 50)

    for first, last in ((5, 9), (10, 60)):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            stay(create.mission(area=old if last == 9 else new), today, first, last)
        assert guards.name_of(error.value) == "guard_under_policy_ceiling"
    stay(create.mission(area=new), today, 51, 60)


def test_the_database_lets_a_mission_move_from_a_day_on_only(old, new, today):
    mission = create.mission(area=old)
    stay(mission, today, 1, 50)

    for values in ({"area": new}, {"area": new, "area_since": today}, {"area_since": today}):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Mission.objects.filter(pk=mission.pk).update(**values)
        assert guards.name_of(error.value) == "guard_mission_fixed"
    create.moved(mission=mission, area=new, from_day=today + 10 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mission.objects.filter(pk=mission.pk).update(area=old, area_since=None)
    for rows in (
        FormerArea.objects.all(),
        AreaSuccession.objects.filter(pk=create.succession(area=old, successor=new).pk),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(reason_en="Otherwise.")


def test_a_country_becomes_a_region_and_everything_moves_with_it(old, new, today, alice):
    mission, closed = create.mission(area=old), create.mission(area=old, state="closed")
    there = stay(mission, today, -50, 50, "in_mission")
    day = today + 10 * DAY

    [row] = succession.enter(proposal(old, new, day=day, moves={mission: new}), by=alice)

    mission.refresh_from_db()
    closed.refresh_from_db()
    authorization = old.authorizations.get()
    assert (mission.area, mission.area_since, closed.area) == (new, day, old)
    assert authorization.valid_to == day - DAY
    assert (row.recorded_by, row.reason_en) == (alice, WHY["reason_en"])
    assert ("recorded", "areasuccession") in [(event.verb, event.details.get("part")) for event in Event.objects.all()]
    assert used(old, today, 0, 9, 10) == [1, 1, 0]
    assert used(new, today, 9, 10) == [0, 1]
    assert there.mission == mission

    def shown(offset):
        found = board.operations(today + offset * DAY, today=today)
        return [(str(row.area), row.strength.cap, [str(one) for one in row.missions]) for row in found.rows]

    assert shown(9) == [("Old", 5, ["Ruritania Mission"])]
    assert shown(10) == [("New", 2, ["Ruritania Mission"])]


def test_a_country_is_split(old, new, today, alice):
    second = create.area(name_en="Second", name_fr="Deuxième")
    north, south = create.mission(area=old), create.mission(area=old)
    day = today + 10 * DAY

    rows = succession.enter(proposal(old, new, second, day=day, moves={north: new, south: second}), by=alice)

    assert [(row.successor, row.from_day) for row in rows] == [(new, day), (second, day)]
    assert [Mission.objects.get(pk=row.pk).area for row in (north, south)] == [new, second]


def test_a_part_is_split_off_and_the_rest_goes_on(old, new, today, alice):
    stays, goes = create.mission(area=old), create.mission(area=old)

    succession.enter(proposal(old, new, day=today, moves={goes: new}, goes_on=True), by=alice)

    assert [Mission.objects.get(pk=row.pk).area for row in (stays, goes)] == [old, new]
    assert old.authorizations.get().valid_to is None


def test_what_stands_against_a_succession_is_said_at_once(old, new, today, alice):
    mission, day = create.mission(area=old), today + 10 * DAY

    def codes(*args, **kwargs):
        return [(one.code, one.about) for one in succession.blockers(proposal(*args, **kwargs))]

    assert codes(old, day=day) == [("no_successor", "successors"), ("left_behind", "")]
    assert codes(old, old, day=day, moves={mission: old}) == [("its_own_successor", "successors")]
    assert codes(old, new, day=day, moves={mission: create.area()}) == [("moves_elsewhere", "")]
    create.authorization(area=new, reference="MA-LATER", valid_from=today - 99 * DAY, valid_to=today)
    assert codes(new, old, day=today + 5 * DAY) == [("later_authorization", "from_day")]
    assert codes(old, new, day=day, moves={mission: new}) == []
    succession.enter(proposal(old, new, day=day, moves={mission: new}), by=alice)
    assert codes(old, new, day=day) == [("follows_already", "successors"), ("ended_already", "from_day")]
    with pytest.raises(StepRefused):
        succession.enter(proposal(old, new, day=day, moves={mission: new}), by=alice)


def test_a_succession_is_taken_back(old, new, today, alice):
    mission = create.mission(area=old)
    stay(mission, today, -50, 50, "in_mission")
    [row] = succession.enter(proposal(old, new, day=today, moves={mission: new}), by=alice)

    succession.withdraw(row, by=alice, reason="Not yet.")

    mission.refresh_from_db()
    assert (mission.area, mission.area_since) == (old, None)
    assert FormerArea.objects.get().withdrawal_reason == "Not yet."
    assert used(old, today, 0, 10) == [1, 1]
    assert used(new, today, 0, 10) == [0, 0]
    with pytest.raises(StepRefused):
        succession.withdraw(row, by=alice, reason="Again.")


def test_the_preview_foresees_who_would_be_beyond_the_cap_of_the_successor(old, new, today):
    mission = create.mission(area=old)
    people = [stay(mission, today, -50, 50, "in_mission") for _ in range(3)]
    gone = stay(mission, today, -50, 9, "in_mission")
    wanted = proposal(old, new, day=today + 10 * DAY, moves={mission: new})

    [(area, stretch)] = succession.excesses(wanted, today=today)

    assert (area, stretch.first, stretch.last, stretch.used, stretch.cap) == (
        new,
        today + 10 * DAY,
        today + 50 * DAY,
        3,
        2,
    )
    assert succession.people_concerned(wanted, today=today) == people
    assert gone not in people
    assert succession.ends(wanted).reference == "MA-OLD"
