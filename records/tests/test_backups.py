"""Backups: made while others write, proved, brought back into an empty place; and the move to PostgreSQL."""

import json
import os
import re
import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest

from tests.own_database import environment, is_postgresql, run

pytestmark = pytest.mark.server

WORLD = """
import datetime as dt
import django
django.setup()
from django.core.files.base import ContentFile
from django.utils import timezone
from audit.log import record
from audit.models import Verb
from deployments.models import Document
from deployments.stays import authorised_cap
from missions.models import Area, Authorization
from tests import create
DAY = dt.timedelta(days=1)
today = dt.date.today()
by = create.user(email="alice@example.ca", name="Alice")
create.ceiling()
area = create.area(code="ruritania")
create.authorization(area=area, cap=2)
mission, service = create.mission(area=area, code="minu"), create.service(code="expol")
for n in range(2):
    stay = create.deployment(
        mission=mission, person=create.person(service=service, service_number=f"E-{n}"),
        starts_on=today - 30 * DAY, ends_on=today + 30 * DAY, status="in_mission",
    )
    record(by, Verb.LOOKED_AT, stay.person)
# Lawfully over its cap: the ministers lowered it while two were there.
Authorization.objects.update(cap=1)
nomination = create.nomination(position=create.position(mission=mission), person=stay.person)
paper = Document(
    nomination=nomination, kind="cv", name="CV.pdf", by=by, at=timezone.now(), size=18, media_type="application/pdf"
)
paper.file.save("cv.pdf", ContentFile(b"%PDF-1.7 of nobody"), save=True)
"""
LOOK = """
import datetime as dt, json
import django
django.setup()
from audit import chain
from deployments.models import Deployment, Document
from deployments.stays import authorised_cap
from foundation import guards
from missions.models import Area
day = dt.date.today()
strength = authorised_cap.strength(Area.objects.get(), day, today=day)
print(json.dumps([
    Deployment.objects.count(), strength.used, strength.cap, Document.objects.get().file.read().decode(),
    chain.verify().is_intact, sorted(guards.missing()),
]))
"""
THE_OFFICE = [2, 2, 1, "%PDF-1.7 of nobody", True, []]


@pytest.fixture
def office(tmp_path):
    """The environment of an office with two people in a country whose cap is one now, a document and events."""
    (tmp_path / "here").mkdir()
    with environment(tmp_path / "here") as env:
        run(env, "-c", WORLD)
        yield env


@pytest.fixture
def elsewhere(tmp_path):
    """The environment of an installation in which nothing is yet, not even tables."""
    (tmp_path / "there").mkdir()
    with environment(tmp_path / "there", migrate=False) as env:
        yield env


def seen(env) -> list:
    return json.loads(run(env, "-c", LOOK).splitlines()[-1])


def backup_of(env, folder, *options) -> Path:
    said = run(env, "manage.py", "backup", str(folder), *options)
    assert "Restored elsewhere: the same rows, guards, documents, seals and figures of every day." in said
    return Path(said.partition(": ")[0])


def refusal(env, *command) -> str:
    with pytest.raises(AssertionError) as refused:
        run(env, "manage.py", *command)
    return str(refused.value).partition("assert ")[0]


def test_a_backup_comes_back_as_the_same_office_and_only_into_an_empty_place(office, elsewhere, tmp_path):
    path = backup_of(office, tmp_path / "backups")

    checked = run(elsewhere, "manage.py", "restore", "--check", str(path))
    said = run(elsewhere, "manage.py", "restore", str(path))

    assert "Restored elsewhere" in checked
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert "The same rows, guards, documents, seals (up to " in said
    assert seen(elsewhere) == seen(office) == THE_OFFICE
    assert "This installation is in use; only an empty one is loaded." in refusal(elsewhere, "restore", str(path))
    assert [folder.name for folder in (tmp_path / "here" / "private" / "backups").iterdir()] == []


def test_a_backup_holds_the_files_of_a_shared_folder_and_its_check_writes_none_there(elsewhere, tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    (tmp_path / "here").mkdir()
    with environment(tmp_path / "here") as env:
        env["FILES_DIR"] = str(ours)
        run(env, "-c", WORLD)
        path = backup_of(env, tmp_path / "backups")
        (ours / "cv.pdf").unlink()
        run(env, "manage.py", "restore", "--check", str(path))
    run({**elsewhere, "FILES_DIR": str(theirs)}, "manage.py", "restore", str(path))

    assert list(ours.iterdir()) == []
    assert [file.name for file in theirs.iterdir()] == ["cv.pdf"]
    assert seen({**elsewhere, "FILES_DIR": str(theirs)}) == THE_OFFICE


def test_a_backup_is_of_one_moment_while_others_write(office, elsewhere, tmp_path):
    write = "import django; django.setup(); from tests import create; [create.person() for _each in range(300)]"
    writer = threading.Thread(target=run, args=(office, "-c", write))
    writer.start()
    paths = [backup_of(office, tmp_path / "backups") for _each in range(2)]
    writer.join()

    run(elsewhere, "manage.py", "restore", str(paths[-1]))

    assert seen(elsewhere) == THE_OFFICE


def test_an_encrypted_backup_is_opened_by_its_secret_key_only(office, elsewhere, tmp_path):
    secret, other, public = tmp_path / "secret.txt", tmp_path / "other.txt", tmp_path / "public.txt"
    public.write_text(run(office, "manage.py", "make_backup_key", str(secret)))
    run(office, "manage.py", "make_backup_key", str(other))

    path = backup_of(office, tmp_path / "backups", "--key-file", str(public))

    assert path.read_bytes().startswith(b"age-encryption.org/v1")
    assert "is encrypted: give the key with --key-file." in refusal(elsewhere, "restore", str(path))
    for wrong, sentence in ((other, "cannot be opened with this key"), (public, "has no secret key in it")):
        assert sentence in refusal(elsewhere, "restore", str(path), "--key-file", str(wrong))
    run(elsewhere, "manage.py", "restore", str(path), "--key-file", str(secret))
    assert seen(elsewhere) == THE_OFFICE
    assert secret.stat().st_mode & 0o777 == 0o600
    assert "File exists" in refusal(office, "make_backup_key", str(secret))


def test_a_backup_that_was_changed_is_refused_with_what_differs(office, elsewhere, tmp_path):
    path = backup_of(office, tmp_path / "backups")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["tables"]["personnel.Person"]["rows"] += 1
    told["figures"]["ruritania"] = "0"
    manifest.write_text(json.dumps(told))

    rows = refusal(elsewhere, "restore", str(tmp_path / "out"))

    assert "personnel.Person has 2 rows now, and 3 in the manifest." in rows
    cut = tmp_path / "peaceops-cut.zip"
    cut.write_bytes(path.read_bytes()[:5000])
    assert "cannot be read" in refusal(elsewhere, "restore", str(cut))


def test_a_backup_that_does_not_come_back_is_not_called_one(office, tmp_path):
    spoil = (
        "import django; django.setup(); from pathlib import Path; from records.backups import making, restoring;"
        "from records.everything.refused import Refused\n"
        "def fail(*_args, **_options): raise Refused('It differs.')\n"
        "restoring.check = fail\n"
        f"try: making.make(Path({str(tmp_path / 'backups')!r}), version='1')\n"
        "except Refused as refused: print(refused)\n"
    )

    assert run(office, "-c", spoil) == "It differs.\n"
    [left] = (tmp_path / "backups").iterdir()
    assert re.fullmatch(r"peaceops-\d{8}T\d{6}Z\.zip\.unproven", left.name)


def test_old_backups_go_and_the_newest_stays(office, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    names = ["peaceops-20200101T040000Z.zip", "peaceops-20200102T040000Z.zip.age", "notes.txt"]
    for name in names:
        (folder / name).touch()
    env = {**office, "BACKUP_DIR": str(folder), "BACKUP_KEPT_DAYS": "30"}
    nightly = "import django; django.setup(); from records.tasks import back_up; back_up()"
    forget = (
        "import django; django.setup(); from django.utils import timezone; from pathlib import Path;"
        f"from records.backups import making; print(making.delete_old(Path({str(folder)!r}), now=timezone.now()))"
    )

    assert run(env, "-c", forget) == "1\n"
    assert sorted(file.name for file in folder.iterdir()) == ["notes.txt", names[1]]
    run(env, "-c", nightly)
    left = sorted(file.name for file in folder.iterdir())
    assert (len(left), left[0]) == (2, "notes.txt")
    assert re.fullmatch(r"peaceops-\d{8}T\d{6}Z\.zip", left[1])


@pytest.mark.skipif(not is_postgresql(), reason="It moves an office into PostgreSQL.")
def test_an_office_moves_from_sqlite_to_postgresql_over_its_cap_and_loses_nothing(elsewhere, tmp_path):
    file = tmp_path / "there" / "office.sqlite3"
    before = {**elsewhere, "DATABASE_URL": f"sqlite:///{file}"}
    run(before, "manage.py", "migrate", "--verbosity", "0")
    run(before, "-c", WORLD)
    assert seen(before) == THE_OFFICE

    missing = refusal(elsewhere, "move_to_postgresql", "--from", str(tmp_path / "nowhere.sqlite3"))
    wrong_key = refusal({**elsewhere, "AUDIT_KEY": "another"}, "move_to_postgresql", "--from", str(file))
    said = run(elsewhere, "manage.py", "move_to_postgresql", "--from", str(file))

    assert "give the SQLite file with --from" in missing
    assert "AUDIT_KEY must be that of the SQLite installation" in wrong_key
    assert "The same rows, guards, documents, seals (up to " in said
    assert seen(elsewhere) == THE_OFFICE
    assert "This installation is in use" in refusal(elsewhere, "move_to_postgresql", "--from", str(file))
    with sqlite3.connect(file) as kept:
        assert kept.execute("SELECT COUNT(*) FROM deployments_deployment").fetchone() == (2,)


def test_only_postgresql_is_moved_to(office):
    if is_postgresql():
        office = {**office, "DATABASE_URL": f"sqlite:///{os.environ['DATA_DIR']}/elsewhere.sqlite3"}

    assert "DATABASE_URL must name the PostgreSQL database" in refusal(office, "move_to_postgresql")
