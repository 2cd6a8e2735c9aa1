"""Two machines on one database: what was uploaded on the one is read, worked on and given out on the other."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable

import boto3
import pytest

from tests.own_database import environment, run

HOST = """
import datetime as dt
import sys
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from accounts.models import User
from deployments.models import Document
from personnel.models import Person
from records import work
from records.everything import archives
from records.models import Export, Import
from tests import create

def browser(email):
    found = Client(HTTP_HOST="localhost")
    found.force_login(User.objects.get(email=email))
    return found
"""
BEGIN = """
create.user(email="alice@example.ca")
create.user(email="emil@example.ca", role="administrator")
service, mission = create.service(code="sq"), create.mission()
create.user(email="bob@example.ca", role="liaison").services.add(service)
rank = create.rank(code="agent", name_fr="Agent", family=service.rank_family)
create.nomination(person=create.person(service=service, rank=rank), position=create.position(mission=mission))
"""
UPLOAD = """
from deployments.models import Nomination
head, row = "Service;Matricule;Nom;Prénom;Grade;Genre;Langue", "sq;N1;Roy;Luc;Agent;H;Français"
people = SimpleUploadedFile("people.csv", f"{head}\\n{row}\\n".encode())
answer = browser("alice@example.ca").post(reverse("import_add"), {"file": people})
print(answer.status_code, Import.objects.get().state)
add = reverse("document_add", args=[Nomination.objects.get().pk])
content = SimpleUploadedFile("cv.pdf", b"%PDF-1.7 a short life")
print(browser("bob@example.ca").post(add, {"kind": "cv", "file": content}).status_code)
print(browser("emil@example.ca").post(reverse("everything_export"), {"reason": "The department moves."}).status_code)
"""
WORK = """
print(work.work_on_all(today=dt.date(2027, 1, 1)), Import.objects.get().state)
print(archives.work_on_all(version="1"), Export.objects.get().state)
"""
READ = """
[document], [export] = Document.objects.all(), Export.objects.all()
answer = browser("bob@example.ca").get(reverse("document_download", args=[document.pk]))
print(answer.status_code, b"".join(answer.streaming_content))
answer = browser("emil@example.ca").get(reverse("everything_download", args=[export.pk]))
print(answer.status_code, b"".join(answer.streaming_content)[:2])
print(work.accept(Import.objects.get()))
"""
SAVE = """
work.work_on_all(today=dt.date(2027, 1, 1))
print(Import.objects.get().state, Person.objects.filter(service_number="N1").count())
"""


AWAY = """
import json
from django.conf import settings
from django.test import override_settings
from deployments.models import Nomination
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
    [document], bob = Document.objects.all(), browser("bob@example.ca")
    bob.raise_request_exception = False
    add = reverse("document_add", args=[Nomination.objects.get().pk])
    answer = bob.post(add, {"kind": "cv", "file": SimpleUploadedFile("cv.pdf", b"%PDF-1.7 another life")})
    print(answer.status_code, "Files cannot be stored at the moment." in answer.content.decode())
    answer = bob.post(reverse("import_add"), {"file": SimpleUploadedFile("people.csv", b"Matricule;Nom\\nN1;Roy")})
    print(answer.status_code, "Files cannot be stored at the moment." in answer.content.decode())
    answer = bob.get(reverse("document_download", args=[document.pk]))
    print(answer.status_code, "Les fichiers sont inaccessibles" in answer.content.decode())
    print(bob.get("/readyz").json()["files"], Document.objects.count(), Import.objects.count())
"""


def journey(tmp_path, files: dict[str, str], take_away: Callable[[], object]) -> None:
    """Web process and worker of two machines, each with a data folder of its own; then their files are taken away."""
    with environment(tmp_path) as shared:
        one, other = ({**shared, **files, "DATA_DIR": str(tmp_path / name)} for name in ("one", "other"))
        run(one, "-c", HOST + BEGIN)

        assert run(one, "-c", HOST + UPLOAD).splitlines() == ["302 uploaded", "302", "302"]
        assert run(other, "-c", HOST + WORK).splitlines() == ["2 preview", "1 ready"]
        assert run(one, "-c", HOST + READ).splitlines() == ["200 b'%PDF-1.7 a short life'", "200 b'PK'", "True"]
        assert run(other, "-c", HOST + SAVE).splitlines() == ["done 1"]
        take_away()
        assert run(one, "-c", HOST + AWAY).splitlines() == ["409 True", "409 True", "503 True", "failed 1 1"]


def left_on_the_machines(tmp_path) -> set[str]:
    machines = (tmp_path / "one", tmp_path / "other")
    return {path.name for machine in machines for path in machine.rglob("*") if path.is_file()}


@pytest.mark.server
def test_two_machines_share_a_folder(tmp_path):
    shared, held = tmp_path / "shared", []
    shared.mkdir()

    def take_away():
        held.extend(sorted(path.parent.name for path in shared.rglob("*") if path.is_file()))
        shutil.rmtree(shared)
        shared.touch()  # where nothing is mounted any more, not even root may write

    journey(tmp_path, {"FILES_DIR": str(shared)}, take_away)

    assert held == ["documents", "exports"]
    assert not {name for name in left_on_the_machines(tmp_path) if name.endswith((".pdf", ".zip", ".progress"))}


@pytest.fixture
def store():
    """An S3-compatible store with a bucket: its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as server:
        for line in server.stderr:
            if "Running on" in line:
                break
        yield f"http://127.0.0.1:{port}", server
        server.terminate()


@pytest.mark.server
def test_two_machines_share_a_store(tmp_path, store):
    address, server = store
    keys = {"FILES_S3_ACCESS_KEY": "office", "FILES_S3_SECRET_KEY": "secret"}
    files = {**keys, "FILES_S3_BUCKET": "peaceops", "FILES_S3_ENDPOINT": address, "FILES_S3_REGION": "ca-central-1"}
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="ca-central-1",
        aws_access_key_id="office",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="peaceops", CreateBucketConfiguration={"LocationConstraint": "ca-central-1"})

    held = []

    def take_away():
        held.extend(one["Key"].split("/")[0] for one in client.list_objects_v2(Bucket="peaceops")["Contents"])
        server.terminate()
        server.wait()

    journey(tmp_path, files, take_away)

    assert held == ["documents", "exports"]
    assert not {name for name in left_on_the_machines(tmp_path) if name.endswith((".pdf", ".zip", ".progress"))}
