"""Everything goes out into a folder, and comes into an empty installation as the same office."""

import datetime as dt
import io
import json
import signal
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models

from audit import chain
from audit.log import record
from audit.models import Verb
from deployments.models import Deployment
from foundation import guards
from foundation.private_files import private_files
from personnel.models import Person
from records.everything import manifest, tables
from records.models import Export
from records.tests.bringing import brought, results, saved
from reports import board
from tests import create
from tests.own_database import BASE_DIR, environment, run
from tests.pages import small_world

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
TWELVE_DAYS = [
    # day, places used and cap of Ruritania, places used and cap of Borduria; None where it is not on the board
    ("2020-12-31", None, None),
    ("2021-01-01", (0, 3), None),
    ("2021-02-01", (1, 3), None),
    ("2021-05-01", (2, 3), None),
    ("2021-08-31", (2, 3), (1, 1)),
    ("2021-09-01", (1, 3), (1, 1)),
    ("2022-03-01", (2, 3), (1, 1)),
    ("2022-04-30", (2, 3), (1, 1)),
    ("2022-05-01", (1, 3), (0, 1)),
    ("2023-01-01", (1, 2), (0, 1)),
    ("2023-06-30", (1, 2), (0, 1)),
    ("2023-07-01", (0, 2), (0, 1)),
]


def day(text) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def office(alice, example_service):
    """Two countries, and four stays of three people between 2021 and 2023."""
    create.ceiling(valid_from=day("2015-01-01"))
    ruritania, borduria = create.area(code="ruritania"), create.area(code="borduria", name_en="Borduria")
    create.authorization(area=ruritania, cap=3, valid_from=day("2021-01-01"), valid_to=day("2022-12-31"))
    create.authorization(area=ruritania, cap=2, valid_from=day("2023-01-01"))
    create.authorization(area=borduria, cap=1, valid_from=day("2021-06-01"))
    here, there = create.mission(area=ruritania, code="here"), create.mission(area=borduria, code="there")
    people = [
        create.person(
            service=example_service, service_number=f"N-{n}", given_name=name, born_on=day("1985-05-17") + n * DAY
        )
        for n, name in enumerate(["Ada", "Léo", "Mia", "Noé"], start=1)
    ]
    for mission, person, first, last in (
        (here, people[0], "2021-02-01", "2021-08-31"),
        (here, people[1], "2021-05-01", "2022-04-30"),
        (here, people[2], "2022-03-01", "2023-06-30"),
        (there, people[3], "2021-07-01", "2022-04-30"),
    ):
        create.deployment(mission=mission, person=person, starts_on=day(first), ends_on=day(last), status="completed")
    record(alice, Verb.LOOKED_AT, people[0])
    record(alice, Verb.LOOKED_AT, people[1])


def figures(today) -> list[tuple]:
    """The board of the twelve days."""
    found = []
    for text, *_typed in TWELVE_DAYS:
        rows = {row.area.code: row.strength for row in board.operations(day(text), today=today).rows}
        pairs = [(rows[code].used, rows[code].cap) if code in rows else None for code in ("ruritania", "borduria")]
        found.append((text, *pairs))
    return found


def counted() -> dict[str, int]:
    return {model._meta.label: models.QuerySet(model).count() for model in tables.tables()}


def emptied() -> None:
    """Everything is gone but what `migrate` makes, as in an installation that begins."""
    connection.check_constraints()
    with guards.lifted():
        for model in [Export, *reversed(tables.tables())]:
            if model._meta.label not in {"contenttypes.ContentType", "auth.Permission"}:
                tables.clear(model)
        connection.check_constraints()  # PostgreSQL alters no table of which something is still to be looked at
    chain.begin("default")
    for name in ("nominations", "lists"):
        for file in private_files().listdir(name)[1] if private_files().exists(name) else []:
            private_files().delete(f"{name}/{file}")


def taken_out(folder, *options) -> str:
    out = io.StringIO()
    call_command("export_all", str(folder), *options, stdout=out)
    return out.getvalue()


def put_in(folder) -> str:
    out = io.StringIO()
    call_command("import_all", str(folder), stdout=out)
    return out.getvalue()


def refusal(folder) -> list[str]:
    """The sentences with which a folder is refused; nothing of it is there then."""
    before = counted()
    with pytest.raises(CommandError) as refused:
        put_in(folder)
    assert counted() == before
    *reasons, last = str(refused.value).splitlines()
    assert last == "Nothing was loaded."
    return reasons


# --- The same office ------------------------------------------------------------------------------------------------


def test_an_empty_installation_becomes_the_same_office(office, example_service, tmp_path, own_files, today):
    small_world(example_service)
    taken_out(tmp_path / "out")
    before, head = counted(), chain.verify().head
    texts = {name: path.read_bytes() for name, path in manifest.files(tmp_path / "out").items()}
    assert figures(today) == TWELVE_DAYS
    emptied()

    told = put_in(tmp_path / "out")

    assert told.splitlines()[-1].startswith(f"The same rows, guards, documents, seals (up to {head})")
    assert counted() == before
    assert figures(today) == TWELVE_DAYS
    assert (chain.verify().is_intact, chain.verify().head, guards.missing()) == (True, head, set())
    again = {name: (path.name, path.read_bytes()) for name, path in files_of_a_second_export(tmp_path).items()}
    changed = {name for name in texts if again[name][1] != texts[name]} - {"office.xlsx"}  # which says when it was made
    assert changed == {"tables/audit.Chain.jsonl", "tables/audit.Event.jsonl"}  # it is an event itself


def files_of_a_second_export(tmp_path):
    taken_out(tmp_path / "again")
    return manifest.files(tmp_path / "again")


def test_what_was_loaded_goes_on(office, tmp_path, today, alice):
    taken_out(tmp_path / "out")
    newest = Person.objects.latest("pk").pk
    emptied()
    put_in(tmp_path / "out")

    added = create.person()
    record(None, Verb.ADDED, added)

    assert added.pk > newest
    assert chain.verify().is_intact
    with pytest.raises(IntegrityError):
        create.deployment(
            mission=Deployment.objects.get(mission__code="there").mission,
            starts_on=day("2022-01-01"),
            ends_on=day("2022-02-01"),
            status="completed",
        )


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_the_workbook_alone_makes_the_same_board(office, alice, tmp_path, today, language):
    taken_out(tmp_path / "out", "--language", language)
    content = (tmp_path / "out" / "office.xlsx").read_bytes()
    emptied()
    coordinator = create.user(email="dan@example.ca", name="Dan")

    batch = saved(content, coordinator, name="office.xlsx")

    assert [row for row in results(batch) if row[1] == "refused"] == []
    assert batch.state == "done"
    assert figures(today) == TWELVE_DAYS
    again = brought(content, coordinator, name="office.xlsx")
    assert {outcome for found in again.counts.values() for outcome in found} == {"unchanged"}


# --- Refused --------------------------------------------------------------------------------------------------------


def test_a_folder_with_something_in_it_is_not_written_to(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(CommandError, match="is not an empty folder"):
        taken_out(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_only_the_owner_may_read_what_is_written(office, tmp_path):
    taken_out(tmp_path / "out")

    modes = {oct(path.stat().st_mode)[-3:] for path in (tmp_path / "out").rglob("*") if path.is_file()}
    folders = {oct(path.stat().st_mode)[-3:] for path in (tmp_path / "out").rglob("*") if path.is_dir()}
    assert (modes, folders, oct((tmp_path / "out").stat().st_mode)[-3:]) == ({"600"}, {"700"}, "700")


def test_an_installation_in_use_is_left_alone(office, tmp_path):
    taken_out(tmp_path / "out")

    [reason] = refusal(tmp_path / "out")

    assert reason.startswith("This installation is in use; only an empty one is loaded. There is: 1 accounts.User, ")
    assert "4 personnel.Person" in reason


@pytest.fixture
def folder(office, tmp_path):
    """A folder of everything, beside an empty installation."""
    taken_out(tmp_path / "out")
    emptied()
    return tmp_path / "out"


def spoil_a_row(folder):
    path = folder / "tables" / "personnel.Person.jsonl"
    path.write_text(path.read_text().replace("Tremblay", "Trembley", 1))


def lose_a_file(folder):
    (folder / "tables" / "personnel.Person.jsonl").unlink()


def add_a_file(folder):
    (folder / "tables" / "more.jsonl").write_text("{}")


def change(folder, **values):
    path = folder / manifest.NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def be_older(folder):
    told = json.loads((folder / manifest.NAME).read_text())
    told["tables"]["personnel.Person"]["columns"].remove("given_name")
    change(folder, version="0.8.0", tables=told["tables"], migrations={**told["migrations"], "personnel": "0000_old"})


def seal_otherwise(folder):
    """An event is changed, and the manifest with it, as by somebody who knows how."""
    path = folder / "tables" / "audit.Event.jsonl"
    path.write_text(path.read_text().replace('"verb": "looked_at"', '"verb": "exported"', 1))
    told = json.loads((folder / manifest.NAME).read_text())
    change(folder, files={**told["files"], "tables/audit.Event.jsonl": manifest.fingerprint(path)})


def double_a_row(folder):
    path = folder / "tables" / "personnel.Rank.jsonl"
    path.write_text(path.read_text() * 2)
    told = json.loads((folder / manifest.NAME).read_text())
    change(folder, files={**told["files"], "tables/personnel.Rank.jsonl": manifest.fingerprint(path)})


@pytest.mark.parametrize(
    ("spoil", "reasons"),
    [
        (spoil_a_row, ["tables/personnel.Person.jsonl was changed after it was written."]),
        (lose_a_file, ["tables/personnel.Person.jsonl is missing."]),
        (add_a_file, ["tables/more.jsonl is not in the manifest."]),
        (
            lambda folder: (folder / manifest.NAME).unlink(),
            ["There is no manifest.json in this folder: it was not written by export_all."],
        ),
        (lambda folder: (folder / manifest.NAME).write_text("[1"), ["manifest.json cannot be read."]),
        (lambda folder: (folder / manifest.NAME).write_text("[]"), ["manifest.json cannot be read."]),
        (
            lambda folder: change(folder, format=2, version="3.0"),
            ["This folder was written by another version of PeaceOps: 3.0."],
        ),
        (
            lambda folder: change(folder, left_out=["letters"]),
            ["This folder was made on a page, without: letters. Only what export_all wrote can be loaded."],
        ),
        (
            be_older,
            [
                "This folder is of PeaceOps 0.8.0.",
                "personnel is at the migration “0000_old” in the folder, and at “0002_plain_words” here.",
                "The table personnel.Person has other columns here.",
            ],
        ),
        (
            seal_otherwise,
            [
                "Event 1 was changed or moved.",
                "The seals can be checked only with the AUDIT_KEY of the installation that wrote the folder.",
            ],
        ),
        (
            lambda folder: change(folder, figures={"ruritania": "0"}),
            [
                "The figures of “*” are not those that were written.",
                "The figures of “borduria” are not those that were written.",
                "The figures of “ruritania” are not those that were written.",
            ],
        ),
    ],
)
def test_a_folder_that_is_not_as_it_was_written_is_refused(folder, spoil, reasons):
    spoil(folder)

    assert refusal(folder) == reasons


def test_what_the_database_refuses_leaves_nothing(folder):
    double_a_row(folder)

    assert refusal(folder)[0].startswith("The database refuses it: ")


def test_seals_of_another_key_are_refused(folder, settings):
    settings.AUDIT_KEY = "another"

    assert refusal(folder)[-1] == (
        "The seals can be checked only with the AUDIT_KEY of the installation that wrote the folder."
    )


# --- Killed, and from one engine to another --------------------------------------------------------------------------

WORLD = """
import django; django.setup()
from audit.log import record
from tests import create
service = create.service()
mission = create.mission()
for number in range(30):
    record(None, "looked_at", create.person(service=service, service_number=f"N-{number}"))
"""


def killed_at(env, line, *command):
    """Kill a command as soon as it says this."""
    running = subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=BASE_DIR, env=env, stdout=subprocess.PIPE, text=True
    )
    assert any(line in said for said in running.stdout)
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=60)
    assert running.returncode == -signal.SIGKILL


@pytest.mark.server
def test_a_command_that_is_killed_leaves_nothing_and_is_typed_again(tmp_path):
    """Then on to SQLite, whatever the engine, and back: the same lines."""
    folder, third = tmp_path / "out", tmp_path / "third"
    with environment(tmp_path) as first:
        run(first, "-c", WORLD)
        killed_at(first, " personnel.Person", "export_all", str(folder))
        assert not folder.exists()
        run(first, "manage.py", "export_all", str(folder))
        assert sorted(path.name for path in tmp_path.glob("out*")) == ["out"]

    (tmp_path / "b").mkdir()
    other = {**first, "DATA_DIR": str(tmp_path / "b"), "DATABASE_URL": f"sqlite:///{tmp_path}/b/own.sqlite3"}
    run(other, "manage.py", "migrate", "--verbosity", "0")
    killed_at(other, " personnel.Person", "import_all", str(folder))
    run(other, "manage.py", "import_all", str(folder))  # which refuses an installation where something is
    run(other, "manage.py", "export_all", str(tmp_path / "again"))

    (tmp_path / "c").mkdir()
    with environment(tmp_path / "c") as last:
        run(last, "manage.py", "import_all", str(tmp_path / "again"))
        run(last, "manage.py", "export_all", str(third))
    texts = [
        {
            name: path.read_text()
            for name, path in manifest.files(each).items()
            if "audit" not in name and name != manifest.WORKBOOK
        }
        for each in (folder, third)
    ]
    assert texts[0] == texts[1]
    assert texts[0]["tables/personnel.Person.jsonl"].count("\n") == 30
