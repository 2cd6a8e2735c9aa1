"""Long lists: the memory of the worker and the statements for each piece do not grow with them."""

import datetime as dt
import resource

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personnel.models import Person, Rank
from records import work
from records.judging import CHUNK, Sheet, judge
from records.models import Import
from records.tests.bringing import upload
from records.world import World
from tests.own_database import environment, run

pytestmark = pytest.mark.django_db

HEAD = "Matricule;Nom;Prénom;Grade;Genre;Langue;Date de naissance\n"


def rows(number: int) -> str:
    return "".join(f"N{n};Roy{n};Luc;Agent;H;Français;1984-01-09\n" for n in range(number))


def enlisted(user, number: int) -> None:
    """So many people on record whose rows say nothing new."""
    [service], rank = user.services.all(), Rank.objects.get(code="agent")
    shared = {"service": service, "rank": rank, "gender": "man", "first_language": "fr", "born_on": dt.date(1984, 1, 9)}
    Person.objects.bulk_create(
        [Person(service_number=f"N{n}", family_name=f"Roy{n}", given_name="Luc", **shared) for n in range(number)]
    )


def read(user, number: int) -> Import:
    batch = work.upload(upload(HEAD + rows(number)), by=user)
    work.work_on_all(today=dt.date(2027, 1, 1))
    batch.refresh_from_db()
    return batch


def most_memory() -> int:
    """Kilobytes that this process ever took."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_the_memory_of_the_worker_does_not_grow_with_a_list(sq):
    enlisted(sq, 6_000)
    assert read(sq, 1_500).counts == {"people": {"unchanged": 1_500}}
    before = most_memory()

    assert read(sq, 6_000).counts == {"people": {"unchanged": 6_000}}

    assert most_memory() - before < 6_000


def test_each_piece_of_a_list_costs_the_same_statements(sq, today):
    cells = ["service_number", "family_name", "given_name", "rank", "gender", "first_language", "born_on"]
    lines = [(n, dict(zip(cells, line.split(";"), strict=True))) for n, line in enumerate(rows(4 * CHUNK).splitlines())]
    with CaptureQueriesContext(connection) as asked:
        counts = [len(asked) for _piece in judge([Sheet(0, "people", lines)], World(by=sq, today=today), {})]

    # What is looked up once for the list, and the people of each piece by their names now and before.
    assert counts == [5, 7, 9, 11]


GROWTH = """
import datetime as dt
import django
django.setup()
from records import work
from records.tests.test_long_lists import HEAD, most_memory, rows, upload
from tests import create
user = create.user()
create.rank(code="agent", name_fr="Agent", family=create.service(code="sq").rank_family)
def counts(number):
    lines = [f"sq;{line}" for line in rows(number).splitlines()]
    batch = work.upload(upload("Service;" + HEAD + "\\n".join(lines)), by=user)
    work.work_on_all(today=dt.date(2027, 1, 1))
    batch.refresh_from_db()
    return batch.counts
print(counts(1500))
before = most_memory()
print(counts(6000))
print(most_memory() - before)
"""


@pytest.mark.server
def test_the_memory_of_the_worker_does_not_grow_with_the_people_whom_a_list_adds(tmp_path):
    """In a process of its own: what the process of the tests took before would hide it."""
    with environment(tmp_path) as env:
        few, many, growth = run(env, "-c", GROWTH).splitlines()

    assert (few, many) == ("{'people': {'new': 1500}}", "{'people': {'new': 6000}}")
    assert int(growth) < 4_000


UPLOAD = """
import sys
import django
django.setup()
from django.test import Client
from django.urls import reverse
from accounts.models import User
from records.models import Import
from django.core.files.uploadedfile import SimpleUploadedFile
browser = Client(HTTP_HOST="localhost")
browser.force_login(User.objects.create_user(email="a@example.ca", password="x", role="coordinator", name="A"))
answer = browser.post(reverse("import_add"), {"file": SimpleUploadedFile("a.xlsx", b"PK" + b"x" * 5_000_000)})
print(answer.status_code, Import.objects.get().state, "openpyxl" in sys.modules)
"""


@pytest.mark.server
def test_an_upload_answers_without_reading_the_file(tmp_path):
    with environment(tmp_path) as env:
        assert run(env, "-c", UPLOAD).splitlines()[-1] == "302 uploaded False"
