"""An arrival is a fact: in a full area it is an excess, with who, why and a second coordinator's yes."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from deployments import guards
from deployments.models import Deployment, Excess
from deployments.stays import authorised_cap, excess, lifecycle
from deployments.stays.steps import Act, Step
from deployments.watch import excesses
from flags.models import Flag
from flags.sentences import sentence_of
from flags.tasks import check_caps
from foundation.refusals import StepRefused
from missions.models import Ceiling
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=1)
    create.ceiling()
    return create.mission(area=area)


@pytest.fixture
def there(mission, today):
    """Somebody who fills the area until three days from now."""
    return create.deployment(mission=mission, starts_on=today - 90 * DAY, ends_on=today + 3 * DAY, status="in_mission")


@pytest.fixture
def successor(mission, there, today):
    return create.deployment(mission=mission, starts_on=today + 4 * DAY, ends_on=today + 100 * DAY, status="approved")


def arrival(today, reason=""):
    return Step(Act.ARRIVE, today=today, on_day=today, reason=reason)


def codes(refusal):
    return [blocker.code for blocker in refusal.value.blockers]


def test_an_early_arrival_in_a_full_area_asks_for_a_reason_and_is_then_recorded(mission, successor, today, alice):
    with pytest.raises(StepRefused) as refusal:
        lifecycle.take_step(successor, arrival(today), by=alice)
    lifecycle.take_step(successor, arrival(today, "The flight was moved."), by=alice)

    assert codes(refusal) == ["area_full", "reason_missing"]
    successor.refresh_from_db()
    assert (successor.status, successor.arrived_on) == ("in_mission", today)
    [row] = successor.excesses.all()
    assert (row.first_day, row.last_day) == (today, today + 3 * DAY)
    assert (row.cause, row.reason, row.recorded_by, row.confirmed_by) == (
        "arrival", "The flight was moved.", alice, None,
    )  # fmt: skip
    used = [authorised_cap.strength(mission.area, today + n * DAY, today=today).used for n in (-1, 0, 3, 4)]
    assert used == [1, 2, 2, 1]


def test_a_recorded_excess_is_flagged_until_it_is_over(there, successor, today, alice):
    lifecycle.take_step(successor, arrival(today, "The flight was moved."), by=alice)
    check_caps()
    opened = list(Flag.objects.open().filter(kind="cap_exceeded").values_list("stage", "facts"))
    lifecycle.take_step(there, Step(Act.COMPLETE, today=today, on_day=today - DAY), by=alice)
    check_caps()

    assert opened == [("now", {"used": 2, "cap": 1})]
    assert not Flag.objects.open().filter(kind="cap_exceeded").exists()


@pytest.mark.parametrize(
    ("recorded_ago", "days", "confirmed", "expected"),
    [
        (0, (-40, -31), False, [("waiting", "act")]),
        (400, (-420, -410), False, [("waiting", "act")]),
        (0, (-40, -31), True, [("confirmed", "plan")]),
        (30, (-40, -31), True, [("confirmed", "plan")]),
        (31, (-40, -31), True, []),
        (90, (-90, 0), True, [("confirmed", "plan")]),
        (90, (-90, -1), True, []),
    ],
)
def test_an_excess_is_flagged_until_it_is_confirmed_over_and_was_seen(
    there, today, alice, recorded_ago, days, confirmed, expected
):
    first, last = (today + day * DAY for day in days)
    # By days here: so many times 24 hours ago, an hour before midnight, is another day where clocks changed since.
    noon = timezone.make_aware(dt.datetime.combine(today - recorded_ago * DAY, dt.time(12)))
    recorded_at = min(noon, timezone.now())
    dan = create.user(name="Dan") if confirmed else None
    create.excess(
        deployment=there,
        recorded_by=alice,
        confirmed_by=dan,
        first_day=first,
        last_day=last,
        recorded_at=recorded_at,
    )

    assert [(cause.stage, cause.severity) for cause in excesses.find(today)] == expected


def test_an_excess_says_that_it_waits_and_then_that_it_is_confirmed(there, successor, today, alice):
    lifecycle.take_step(successor, arrival(today, "The flight was moved."), by=alice)
    check_caps()
    opened = list(Flag.objects.open().filter(kind="excess_recorded").values_list("stage", "severity"))
    excess.confirm(successor, by=create.user(name="Dan"))
    check_caps()

    assert opened == [("waiting", "act")]
    flag = Flag.objects.open().get(kind="excess_recorded")
    assert (flag.stage, flag.severity) == ("confirmed", "plan")
    assert sentence_of(flag, today=today).endswith(", and confirmed.")


def test_an_arrival_on_the_planned_day_or_later_needs_no_excess(mission, there, today, alice):
    late = create.deployment(mission=mission, starts_on=today + 4 * DAY, ends_on=today + 9 * DAY, status="approved")
    late_today = today + 5 * DAY
    Deployment.objects.filter(pk=there.pk).update(status="completed", departed_on=there.ends_on)

    lifecycle.take_step(late, Step(Act.ARRIVE, today=late_today, on_day=late_today), by=alice)

    assert not Excess.objects.exists()


def test_plans_approvals_and_extensions_stay_refused_whatever_was_recorded(mission, there, successor, today, alice):
    lifecycle.take_step(successor, arrival(today, "The flight was moved."), by=alice)
    other = create.deployment(mission=mission, starts_on=today, ends_on=today + DAY, status="planned")

    with pytest.raises(StepRefused) as approval:
        lifecycle.take_step(other, Step(Act.APPROVE, today=today, reason="Please."), by=alice)
    longer = Step(Act.CHANGE, today=today, ends_on=today + 9 * DAY, reason="Needed.")
    with pytest.raises(StepRefused) as extension:
        lifecycle.take_step(there, longer, by=alice)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Deployment.objects.filter(pk=there.pk).update(ends_on=today + 9 * DAY)

    assert (codes(approval), codes(extension)) == (["area_full"], ["area_full"])
    assert guards.name_of(error.value) == "guard_within_authorized_cap"


def test_the_database_lets_nobody_arrive_early_without_a_recorded_excess(successor, today):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Deployment.objects.filter(pk=successor.pk).update(status="in_mission", arrived_on=today)

    assert guards.name_of(error.value) == "guard_within_authorized_cap"


def test_the_ceiling_is_passed_by_a_recorded_excess_too(mission, successor, today, alice):
    mission.area.authorizations.update(cap=5)
    Ceiling.objects.update(cap=1)

    lifecycle.take_step(successor, arrival(today, "The flight was moved."), by=alice)

    assert [(row.first_day, row.last_day) for row in Excess.objects.all()] == [(today, today + 3 * DAY)]


def test_a_second_coordinator_confirms_and_the_first_may_not(successor, today, alice, as_user):
    lifecycle.take_step(successor, arrival(today, "The flight was moved."), by=alice)
    second = create.user(email="second@example.org")
    address = reverse("excess_confirm", args=[successor.pk])

    own = as_user(alice).post(address)
    first = as_user(second).post(address)
    again = as_user(second).post(address)

    assert [response.status_code for response in (own, first, again)] == [409, 302, 409]
    assert [blocker.code for blocker in own.context["blockers"]] == ["second_coordinator"]
    assert Excess.objects.get().confirmed_by == second
    with pytest.raises(IntegrityError), transaction.atomic():
        Excess.objects.update(confirmed_by=alice)


def test_the_page_of_the_arrival_says_first_what_is_wrong(successor, today, alice, as_user):
    browser, address = as_user(alice), reverse("deployment_step", args=[successor.pk, "arrive"])

    page = browser.get(address)
    refused = browser.post(address, {"on_day": today.isoformat(), "reason": " "})
    done = browser.post(address, {"on_day": today.isoformat(), "reason": "The flight was moved."})

    assert [blocker.code for blocker in page.context["wrong"]] == ["area_full"]
    assert "is full on" in page.content.decode()
    assert (refused.status_code, done.status_code) == (409, 302)
    assert [blocker.code for blocker in refused.context["blockers"]] == ["area_full", "reason_missing"]
    shown = browser.get(successor.get_absolute_url()).content.decode()
    assert "The flight was moved." in shown
    assert reverse("excess_confirm", args=[successor.pk]) not in shown  # it is for a second coordinator


def test_an_excess_says_when_it_is_recorded_and_confirmed_by_the_same_person(successor, today, alice):
    with pytest.raises(StepRefused) as refusal:
        excess.record(
            successor, [(today, today)], cause=Excess.Cause.CORRECTION, reason="x", by=alice, confirmed_by=alice
        )

    assert codes(refusal) == ["second_coordinator"]
