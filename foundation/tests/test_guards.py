"""Guards are in the database after every migrate, and an absent one shows."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from foundation import guards
from peaceops import health
from tests.own_database import environment, run

EVERYWHERE = {
    "guard_event_not_changed",
    "guard_event_not_removed",
    "guard_cap_insert",
    "guard_cap_update",
    "guard_mission_fixed",
    "guard_roster_fixed",
    "guard_waiver_decision_kept",
    "guard_mission_state_kept",
    "guard_area_name_kept",
    "guard_mission_name_kept",
    "guard_service_name_kept",
    "guard_area_succession_kept",
    "guard_ceiling_not_removed",
    "guard_authorization_not_removed",
    "guard_former_area_kept",
    "guard_closed_after_last_day_mission",
    "guard_deployment_id_kept",
    "guard_excess_id_kept",
    "guard_excess_kept",
    "guard_waiver_id_kept",
    "guard_roster_entry_id_kept",
    "guard_ceiling_id_kept",
    "guard_authorization_id_kept",
    "guard_area_id_kept",
    "guard_mission_id_kept",
    "guard_team_stays",
}
INSTALLED = {
    "sqlite": EVERYWHERE
    | {
        "guard_event_not_replaced",
        "guard_one_authorization_a_day_insert",
        "guard_one_authorization_a_day_update",
        "guard_one_ceiling_a_day_insert",
        "guard_one_ceiling_a_day_update",
        "guard_person_in_one_place_insert",
        "guard_person_in_one_place_update",
        "guard_entry_on_roster_insert",
        "guard_entry_on_roster_update",
        "guard_kind_fits_mission_insert",
        "guard_kind_fits_mission_update",
        "guard_roster_takes_nobody_insert",
        "guard_roster_takes_nobody_update",
        "guard_place",
        "guard_overdue",
        "guard_area_day",
        "guard_program_day",
        "guard_mission_closed",
        "guard_mission_state_not_removed",
        "guard_area_name_not_removed",
        "guard_mission_name_not_removed",
        "guard_service_name_not_removed",
        "guard_area_succession_not_removed",
        "guard_former_area_not_removed",
        "guard_place_before",
        "guard_closed_after_last_day_insert",
        "guard_closed_after_last_day_update",
        "guard_position_team_of_the_mission_insert",
        "guard_position_team_of_the_mission_update",
        "guard_deployment_team_of_the_mission_insert",
        "guard_deployment_team_of_the_mission_update",
    },
    "postgresql": EVERYWHERE
    | {
        "guard_events_not_emptied",
        "guard_one_authorization_a_day",
        "guard_one_ceiling_a_day",
        "guard_person_in_one_place",
        "guard_entry_on_roster",
        "guard_kind_fits_mission",
        "guard_roster_takes_nobody",
        "guard_lock_before_taking_a_place",
        "guard_closed_after_last_day_state",
        "guard_position_team_of_the_mission",
        "guard_deployment_team_of_the_mission",
    },
}
NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name LIKE 'guard%'",
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'guard%'"
        " UNION SELECT conname FROM pg_constraint WHERE conname LIKE 'guard%'"
    ),
}


def in_the_database():
    with connection.cursor() as cursor:
        cursor.execute(NAMES[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def drop(name, table):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


@pytest.mark.django_db
def test_every_guard_is_installed():
    assert in_the_database() == INSTALLED[connection.vendor]
    assert guards.missing() == set()


@pytest.mark.django_db
def test_a_missing_guard_shows(client, monkeypatch):
    # Asked over a connection of its own, which waits here for the transaction in which the guard is dropped.
    monkeypatch.setitem(health.ELSEWHERE, "database", health.Question(lambda: True))
    drop("guard_cap_insert", "deployments_deployment")

    assert guards.missing() == {"guard_cap_insert"}
    assert client.get("/readyz").json()["guards"] == "failed"


@pytest.mark.django_db
def test_migrate_installs_what_is_missing_even_when_nothing_is_to_be_migrated():
    drop("guard_cap_update", "deployments_deployment")
    drop("guard_event_not_removed", "audit_event")

    call_command("migrate", verbosity=0)

    assert in_the_database() == INSTALLED[connection.vendor]


@pytest.mark.django_db
def test_a_guard_that_was_changed_in_its_file_is_replaced():
    """On SQLite a trigger that exists would be kept as it is; it goes because all go before a migrate."""
    drop("guard_mission_fixed", "missions_mission")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER guard_mission_fixed BEFORE UPDATE ON missions_mission "
            + (
                "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
                if connection.vendor == "postgresql"
                else "BEGIN SELECT 1; END"
            )
        )
        call_command("migrate", verbosity=0)
        cursor.execute(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'guard_mission_fixed'"
            if connection.vendor == "postgresql"
            else "SELECT sql FROM sqlite_master WHERE name = 'guard_mission_fixed'"
        )
        (definition,) = cursor.fetchone()

    assert "UPDATE OF area_id, area_since, kind ON" in definition


@pytest.mark.server
def test_guards_come_back_with_an_app_that_is_unmigrated_and_migrated_again(tmp_path):
    with environment(tmp_path) as env:
        run(env, "manage.py", "migrate", "deployments", "zero", "--verbosity", "0")
        run(env, "manage.py", "migrate", "--verbosity", "0")

        code = "from foundation import guards; print(guards.missing())"
        missing = run(env, "manage.py", "shell", "-v", "0", "-c", code)

    assert missing == "set()\n"


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_the_files_of_both_engines_name_their_guards_and_are_filled_in(vendor):
    statements = [statement for app in apps.get_app_configs() for statement in guards.statements(app.label, vendor)]

    assert guards.names(vendor) == INSTALLED[vendor]
    assert [statement for statement in statements if "{{" in statement or "}}" in statement] == []
