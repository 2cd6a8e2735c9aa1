"""The database refuses by itself, whatever path is taken past the rules."""

import datetime as dt

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from deployments import guards
from deployments.models import Deployment, Waiver
from deployments.stays import authorised_cap, lifecycle, steps
from deployments.stays.steps import Act, Step
from foundation.refusals import StepRefused
from missions.models import Mission
from tests import create
from tests.own_database import environment, is_postgresql, run

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
CAP = 22
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def mission(db):
    area = create.area()
    create.authorization(area=area, cap=CAP)
    return create.mission(area=area)


@pytest.fixture
def full(mission, today, example_service):
    """A mission at its cap: 22 people approved for the same days."""
    for _ in range(CAP):
        create.deployment(
            mission=mission,
            person=create.person(service=example_service),
            starts_on=today,
            ends_on=today + 100 * DAY,
        )
    return mission


def unsaved(mission, today, **fields):
    person = create.person()
    values = {"starts_on": today + 50 * DAY, "ends_on": today + 150 * DAY, "status": "approved", **fields}
    return Deployment(person=person, mission=mission, service=person.service, armed=False, **values)


def planned(mission, today):
    return create.deployment(mission=mission, starts_on=today + 50 * DAY, ends_on=today + 150 * DAY, status="planned")


def counted():
    return Deployment.objects.using_places().count()


def test_save_is_refused_at_place_23(full, today):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        unsaved(full, today).save()

    assert guards.name_of(error.value) == "guard_within_authorized_cap"
    assert counted() == CAP


def test_bulk_create_is_refused_at_place_23(full, today):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Deployment.objects.bulk_create([unsaved(full, today, starts_on=today + 101 * DAY), unsaved(full, today)])

    assert guards.name_of(error.value) == "guard_within_authorized_cap"
    assert counted() == CAP


def test_queryset_update_is_refused_at_place_23(full, today):
    planned(full, today)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Deployment.objects.filter(status="planned").update(status="approved")

    assert guards.name_of(error.value) == "guard_within_authorized_cap"
    assert counted() == CAP


def test_raw_sql_is_refused_at_place_23(full, today):
    planned(full, today)

    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE deployments_deployment SET status = 'approved' WHERE status = 'planned'")

    assert guards.name_of(error.value) == "guard_within_authorized_cap"
    assert counted() == CAP


def test_the_page_is_refused_at_place_23(full, today, as_user, alice):
    deployment = planned(full, today)

    response = as_user(alice).post(reverse("deployment_step", args=[deployment.pk, "approve"]))

    assert response.status_code == 409
    assert [blocker.code for blocker in response.context["blockers"]] == ["area_full"]
    assert counted() == CAP


def test_the_django_admin_is_refused_at_place_23(full, today, as_user, emil):
    later = create.deployment(mission=full, starts_on=today + 101 * DAY, ends_on=today + 200 * DAY)
    typed = {"starts_on": today + 100 * DAY, "ends_on": today + 200 * DAY, "duty_station": "", "reason": "Sooner."}

    response = as_user(emil).post(reverse("admin:deployments_deployment_change", args=[later.pk]), typed)

    assert response.status_code == 200
    day = (today + 100 * DAY).strftime("%-d %B %Y")
    assert response.context["errors"] == [[f"Ruritania is full on {day}: 22 of 22 places are taken."]]
    later.refresh_from_db()
    assert later.starts_on == today + 101 * DAY


def test_the_django_admin_changes_the_plan_through_the_door(full, today, as_user, emil):
    deployment = Deployment.objects.first()
    typed = {"starts_on": today, "ends_on": today + 90 * DAY, "duty_station": "Gao", "reason": "Corrected."}

    as_user(emil).post(reverse("admin:deployments_deployment_change", args=[deployment.pk]), typed)

    deployment.refresh_from_db()
    assert (deployment.ends_on, deployment.duty_station) == (today + 90 * DAY, "Gao")
    assert [(step.act, step.by, step.reason) for step in deployment.transitions.all()] == [
        ("change", emil, "Corrected.")
    ]


def test_nobody_slips_under_the_cap_as_ancillary(full, today):
    beside = create.mission(area=full.area, kind="opportunity")
    unsaved(beside, today, kind="ancillary").save()

    for wrong in (unsaved(full, today, kind="ancillary"), unsaved(beside, today, kind="standard")):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            wrong.save()
        assert guards.name_of(error.value) == "guard_kind_fits_mission"
    for now, then in [("ancillary", "standard"), ("standard", "ancillary")]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Deployment.objects.filter(kind=now).update(kind=then)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Mission.objects.filter(pk=beside.pk).update(kind="mission")

    assert guards.name_of(error.value) == "guard_mission_fixed"
    assert counted() == CAP


def test_the_guards_no_reaches_the_reader_as_the_rules_sentence(full, today, alice, monkeypatch):
    deployment = planned(full, today)
    asked = []

    blockers = steps.blockers

    def blind_once(row, step):
        asked.append(row)
        return [] if len(asked) == 1 else blockers(row, step)

    monkeypatch.setattr(steps, "blockers", blind_once)
    with pytest.raises(StepRefused) as refusal, transaction.atomic():
        lifecycle.take_step(deployment, Step(Act.APPROVE, today=today), by=alice)

    assert [blocker.code for blocker in refusal.value.blockers] == ["area_full"]
    assert "22 of 22 places are taken" in refusal.value.blockers[0].message


def test_what_shrinks_a_stay_is_never_refused(full, today):
    full.area.authorizations.update(cap=1)

    Deployment.objects.update(ends_on=today + 60 * DAY)
    Deployment.objects.update(starts_on=today + 3 * DAY)
    Deployment.objects.update(status="in_mission", arrived_on=today + 3 * DAY)
    Deployment.objects.update(status="completed", departed_on=today + 9 * DAY)

    assert counted() == CAP


def test_somebody_overdue_holds_a_place_for_sixty_days_and_no_longer(mission, today):
    mission.area.authorizations.update(cap=1)
    create.deployment(mission=mission, starts_on=today - 90 * DAY, ends_on=today - DAY, status="in_mission")

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        unsaved(mission, today, starts_on=today + 60 * DAY).save()
    unsaved(mission, today, starts_on=today + 61 * DAY).save()

    assert guards.name_of(error.value) == "guard_within_authorized_cap"


def test_who_is_overdue_stays_longer_than_the_hold_only_where_a_place_is_free(mission, today):
    mission.area.authorizations.update(cap=1)
    overdue = create.deployment(mission=mission, starts_on=today - 90 * DAY, ends_on=today - DAY, status="in_mission")
    unsaved(mission, today, starts_on=today + 61 * DAY, ends_on=today + 70 * DAY).save()

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Deployment.objects.filter(pk=overdue.pk).update(ends_on=today + 61 * DAY)
    Deployment.objects.filter(pk=overdue.pk).update(ends_on=today + 60 * DAY)

    assert guards.name_of(error.value) == "guard_within_authorized_cap"


def test_the_policy_ceiling_is_guarded_over_all_areas(full, today):
    create.ceiling(cap=CAP)
    elsewhere = create.mission()
    create.authorization(area=elsewhere.area)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        unsaved(elsewhere, today).save()
    unsaved(elsewhere, today, starts_on=today + 101 * DAY).save()

    assert guards.name_of(error.value) == "guard_under_policy_ceiling"


def test_one_person_is_in_one_place(mission, today):
    first = create.deployment(mission=mission, starts_on=today, ends_on=today + 10 * DAY)
    other = unsaved(create.mission(area=mission.area), today, starts_on=today + 10 * DAY, ends_on=today + 20 * DAY)
    other.person = first.person

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        other.save()
    other.starts_on = today + 11 * DAY
    other.save()
    with pytest.raises(IntegrityError) as second_error, transaction.atomic():
        Deployment.objects.filter(pk=first.pk).update(ends_on=today + 11 * DAY)

    assert guards.name_of(error.value) == "guard_person_in_one_place"
    assert guards.name_of(second_error.value) == "guard_person_in_one_place"


def test_the_area_of_a_mission_is_fixed_once_somebody_was_planned(mission, today, as_user, emil):
    elsewhere = create.area(name_en="Elsewhere")
    mission.area = elsewhere
    mission.save()
    planned(mission, today)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Mission.objects.update(area=create.area())

    assert guards.name_of(error.value) == "guard_mission_fixed"


def test_other_errors_of_the_database_are_raised_again(mission, today):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        unsaved(mission, today, ends_on=today - DAY, starts_on=today).save()

    assert guards.name_of(error.value) == ""
    with pytest.raises(IntegrityError):
        guards.blocker(error.value)


@pytest.mark.server
def test_other_isolation_than_read_committed_is_refused_on_postgresql(tmp_path):
    """Under it the check would look past what others committed. On SQLite every writer waits from its first word."""
    if not is_postgresql():
        assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    with environment(tmp_path) as env:
        run(env, "-m", "tests.race", "prepare", "2")
        with psycopg.connect(env["DATABASE_URL"]) as other:
            other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with pytest.raises(psycopg.errors.ActiveSqlTransaction):
                other.execute("UPDATE deployments_deployment SET status = 'approved'")
            other.rollback()
            other.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
            with pytest.raises(psycopg.errors.ActiveSqlTransaction):
                other.execute("UPDATE deployments_deployment SET status = 'approved'")
            other.rollback()
            other.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            assert other.execute("UPDATE deployments_deployment SET status = 'approved'").rowcount == 2


def test_the_decision_about_a_waiver_is_never_rewritten(mission, today):
    first, second = create.user(email="first@example.org"), create.user(email="second@example.org")
    asked = {"code": "too_few_years", "reason": "Needed.", "ends_on": today, "asked_by": first, "asked_at": NOW}
    decided = {"state": "granted", "decided_by": second, "decided_at": NOW, "decision_note": "Yes."}
    Waiver.objects.create(person=create.person(), mission=mission, **asked, **decided)

    for rewritten in ({"decision_note": "No."}, {"decided_by": create.user(email="third@example.org")}):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Waiver.objects.update(**rewritten)
        assert guards.name_of(error.value) == "guard_waiver_decision_kept"
    Waiver.objects.update(state="withdrawn", withdrawn_by=first, withdrawn_at=NOW, withdrawal_reason="No longer.")


# (table, how a row of it is made)
GUARDED = {
    "deployments_deployment": lambda mission, today, alice: planned(mission, today),
    "deployments_excess": lambda mission, today, alice: create.excess(
        deployment=planned(mission, today), recorded_by=alice
    ),
    "deployments_waiver": lambda mission, today, alice: Waiver.objects.create(
        person=create.person(),
        mission=mission,
        code="too_few_years",
        reason="Invented.",
        ends_on=today,
        asked_by=alice,
        asked_at=NOW,
    ),
    "deployments_rosterentry": lambda mission, today, alice: create.roster_entry(roster=create.mission(kind="roster")),
    "missions_ceiling": lambda mission, today, alice: create.ceiling(),
    "missions_authorization": lambda mission, today, alice: mission.area.authorizations.get(),
    "missions_area": lambda mission, today, alice: create.area(),
    "missions_mission": lambda mission, today, alice: create.mission(),
}


@pytest.mark.parametrize("table", GUARDED)
def test_the_id_of_a_guarded_row_is_never_changed(table, mission, today, alice):
    row = GUARDED[table](mission, today, alice)

    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET id = id + 1000 WHERE id = %s", [row.pk])

    assert guards.name_of(refused.value) == "guard_id_kept"


def test_nobody_slips_under_the_cap_under_another_id(full, today):
    row = planned(full, today)

    with pytest.raises(IntegrityError), transaction.atomic():
        Deployment.objects.filter(pk=row.pk).update(id=row.pk + 1000, status="approved")

    assert counted() == CAP


@pytest.mark.parametrize("column", ["deployment_id", "first_day", "last_day"])
def test_what_is_recorded_beyond_a_cap_is_confirmed_and_never_rewritten(column, mission, today, alice, emil):
    first, second = planned(mission, today), planned(mission, today)
    excess = create.excess(deployment=first, recorded_by=alice)
    value = second.pk if column == "deployment_id" else today + 60 * DAY
    excess.confirmed_by, excess.confirmed_at = emil, NOW
    excess.save()

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        type(excess).objects.filter(pk=excess.pk).update(**{column: value})

    assert guards.name_of(refused.value) == "guard_excess_kept"


# Whoever moves to another area was counted under the policy ceiling before, even where it is exceeded.


@pytest.fixture
def over_the_ceiling(mission, today):
    """Two people in one area, a free place in another, and a ceiling that is lower than the two."""
    elsewhere = create.mission(area=create.area())
    create.authorization(area=elsewhere.area, cap=1)
    stays = [
        create.deployment(mission=mission, starts_on=today - 5 * DAY, ends_on=today + days * DAY, status="in_mission")
        for days in (9, 20)
    ]
    create.ceiling(cap=1)
    return stays, elsewhere


def moved(stay, **values):
    Deployment.objects.filter(pk=stay.pk).update(**values)


def test_a_move_that_gains_no_day_is_not_refused(over_the_ceiling, today):
    (first, _second), elsewhere = over_the_ceiling

    moved(first, mission=elsewhere)
    moved(first, ends_on=today + 3 * DAY)

    assert counted() == 2


def test_a_move_that_gains_a_day_is_refused(over_the_ceiling, today):
    (first, _second), elsewhere = over_the_ceiling

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        moved(first, mission=elsewhere, ends_on=today + 10 * DAY)

    assert guards.name_of(refused.value) == "guard_under_policy_ceiling"


def test_a_move_into_a_full_area_is_refused(over_the_ceiling):
    (first, second), elsewhere = over_the_ceiling
    moved(first, mission=elsewhere)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        moved(second, mission=elsewhere)

    assert guards.name_of(refused.value) == "guard_within_authorized_cap"


def test_the_rules_say_the_same_of_a_move(over_the_ceiling, today):
    (first, _second), elsewhere = over_the_ceiling
    first.mission = elsewhere
    there = first.stay(today)
    longer = (there[0], there[1] + DAY)

    def codes(days):
        return [one.code for one in authorised_cap.blockers(first, [days], today=today, counted=[there])]

    assert (codes(there), codes(longer)) == ([], ["policy_ceiling"])
    assert authorised_cap.exceeded_days(first, [longer], today=today, counted=[there]) == [(longer[1], longer[1])]
    [blocker] = authorised_cap.blockers(first, [longer], today=today, counted=[there])
    assert blocker.first_day == longer[1]
