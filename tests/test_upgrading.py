"""A database of any earlier release is brought up to this version with its data; what a migration does is said."""

import importlib
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations import Migration

from peaceops.management.commands.prepare import steps_of
from tests import releases
from tests.own_database import BASE_DIR, environment, is_postgresql, run

KEPT = sorted(Path(releases.__file__).parent.glob(f"*.{'postgresql' if is_postgresql() else 'sqlite'}.zip"))
LOOK = """
import datetime as dt, json
import django
django.setup()
from django.apps import apps
from django.db import connection
from audit import chain
from deployments.models import Deployment, Document
from deployments.stays import authorised_cap
from foundation import guards
from missions.models import Area
day = dt.date(2026, 11, 28)
strength = authorised_cap.strength(Area.objects.get(), day, today=day)
print(json.dumps([
    sorted(Deployment.objects.values_list("person__service_number", flat=True)), strength.used, strength.cap,
    Document.objects.get().file.read().decode(), chain.verify().is_intact, sorted(guards.missing()),
]))
with connection.cursor() as cursor:
    print([
        model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed
        and {column[0] for column in cursor.execute(f'SELECT * FROM "{model._meta.db_table}" LIMIT 0').description}
        != {field.column for field in model._meta.concrete_fields}
    ])
"""


def test_the_first_release_is_kept():
    assert KEPT[0].name.startswith("0.9.0.")


@pytest.mark.server
@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_an_office_of_an_earlier_release_is_brought_up_with_its_data(path, tmp_path):
    with environment(tmp_path, migrate=False) as env:
        said = run(env, "manage.py", "restore", str(path))
        prepared = run(env, "manage.py", "prepare")
        office, other_tables = run(env, "-c", LOOK).splitlines()

    assert "The same rows, guards, documents, seals (up to " in said
    assert "Applying" not in prepared
    assert json.loads(office) == [["E-0", "E-1"], 2, 1, "%PDF-1.7 of nobody", True, []]
    assert other_tables == "[]"


def test_each_migration_is_numbered_and_says_what_it_does():
    class Longer(Migration):
        """Give each stay its duty station.

        From the place of its mission.
        """

    class Silent(Migration):
        pass

    plan = [(Longer("0002_stations", "deployments"), False), (Silent("0003_indexes", "missions"), False)]

    assert steps_of(plan) == [
        "1/2 deployments.0002_stations: Give each stay its duty station.",
        "2/2 missions.0003_indexes",
    ]


def test_all_of_ours_say_it():
    ours = [path for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/0*.py")]
    ours = [path.relative_to(BASE_DIR) for path in ours if path.is_relative_to(BASE_DIR) and ".venv" not in path.parts]

    assert len(ours) >= 9
    modules = [importlib.import_module(".".join(path.with_suffix("").parts)) for path in ours]
    assert [module.__name__ for module in modules if not module.Migration.__doc__] == []
