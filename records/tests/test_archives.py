"""An administrator takes everything out on a page: why, what is left out, for how long, and once at a time."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from foundation.private_files import private_files
from personnel.models import EmergencyContact
from records import kept_exports
from records.everything import archives, writing
from records.models import Export
from records.tasks import delete_archives, make_archives
from tests import create

pytestmark = pytest.mark.django_db
PAGE = "/en-ca/everything/"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _files_of_their_own(own_files):
    pass


def asked(browser, reason="The department moves."):
    return browser.post(PAGE, {"reason": reason})


def files() -> list[str]:
    """What lies where archives are kept."""
    return sorted(path.name for path in Path(private_files().path("exports")).iterdir())


def held(answer) -> dict[str, str]:
    """The files of a downloaded archive, without the folder in which they lie."""
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        return {name.split("/", 1)[1]: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_whoever_asked_downloads_what_she_may_see(emil, as_user, example_service):
    person = create.person(service=example_service)
    EmergencyContact.objects.create(
        person=person, name="Dominique Specimen", relation="sister", telephone="613-555-0100", language="fr"
    )
    restricted = create.kind(code="polygraph", is_restricted=True)
    create.credential(person=person, kind=restricted)
    create.credential(person=person, kind=create.kind())
    browser = as_user(emil)

    answer = asked(browser)
    make_archives()

    export = Export.objects.get()
    assert (answer.status_code, export.state, export.reason, export.tries) == (302, "ready", "The department moves.", 1)
    assert files() == [f"{export.files}.zip"]
    page = browser.get(PAGE).content.decode()
    assert f'href="/en-ca/everything/{export.pk}.zip"' in page
    assert "<li>emergency contacts</li>" in page
    found = held(browser.get(reverse("everything_download", args=[export.pk])))
    assert found["tables/personnel.Person.jsonl"].count("\n") == 1
    assert found["tables/personnel.EmergencyContact.jsonl"] == ""
    assert found["tables/personnel.Credential.jsonl"].count("\n") == 1
    assert json.loads(found["tables/accounts.User.jsonl"])["password"] == ""
    assert json.loads(found["manifest.json"])["left_out"] == [
        "emergency contacts",
        "restricted credentials",
        "reviews of nominations that are still being assessed",
        "scores of nominations that are still being assessed",
        "files and rows of lists",
        "e-mails",
        "passwords",
        "keys of subscribers",
    ]
    acts = Event.objects.filter(subject_id=export.pk, subject_type__model="export").order_by("id")
    assert [(event.verb, event.actor) for event in acts] == [("exported", emil), ("downloaded", emil)]


def test_it_is_not_asked_for_without_a_reason(emil, as_user):
    answer = asked(as_user(emil), reason="  ")

    assert "Give a reason." in answer.content.decode()
    assert not Export.objects.exists()


def test_a_second_one_is_refused_while_one_is_under_way(emil, as_user):
    asked(as_user(emil))

    answer = asked(as_user(emil))

    assert answer.status_code == 409
    assert "An archive is being made already: wait until it is ready." in answer.content.decode()
    assert Export.objects.count() == 1


def test_another_administrator_sees_that_it_was_made_and_cannot_have_it(emil, as_user):
    asked(as_user(emil))
    make_archives()
    other = as_user(create.user(email="ada@example.ca", name="Ada", role="administrator"))

    page = other.get(PAGE).content.decode()

    assert ("Emil" in page, ".zip" in page) == (True, False)
    assert other.get(reverse("everything_download", args=[Export.objects.get().pk])).status_code == 403


@pytest.mark.parametrize(("age", "state", "status"), [(7, "ready", 200), (8, "deleted", 404)])
def test_it_is_kept_for_seven_days(emil, as_user, age, state, status):
    asked(as_user(emil))
    make_archives()
    export = Export.objects.get()
    # At noon: so many times 24 hours ago may be another day here where clocks changed since.
    noon = timezone.make_aware(dt.datetime.combine(timezone.localdate() - age * DAY, dt.time(12)))
    Export.objects.update(ready_at=noon)

    delete_archives()

    export.refresh_from_db()
    assert (export.state, len(files())) == (state, int(state == "ready"))
    assert as_user(emil).get(reverse("everything_download", args=[export.pk])).status_code == status


def test_deleting_an_old_one_leaves_alone_what_is_being_made(emil, as_user, monkeypatch):
    asked(as_user(emil))
    make_archives()
    Export.objects.update(ready_at=timezone.now() - 9 * DAY)
    asked(as_user(emil))
    usual = writing._write_workbook

    def delete_meanwhile(*args):
        kept_exports.delete_old(today=timezone.localdate())
        return usual(*args)

    monkeypatch.setattr(writing, "_write_workbook", delete_meanwhile)
    make_archives()

    assert sorted(Export.objects.values_list("state", flat=True)) == ["deleted", "ready"]
    assert files() == [f"{Export.objects.latest('pk').files}.zip"]
    assert list(archives._workplace().iterdir()) == []


def test_how_far_it_is_is_shown_while_it_is_made(emil, as_user, monkeypatch):
    asked(as_user(emil))
    seen = []
    usual = writing._write_workbook

    def look(*args):
        seen.append(as_user(emil).get(reverse("everything_progress")).content.decode())
        return usual(*args)

    monkeypatch.setattr(kept_exports, "TELLS_EVERY", 0)
    monkeypatch.setattr(writing, "_write_workbook", look)
    make_archives()

    assert "117 of 119 parts" in seen[0]
    assert (
        "No archive is being prepared any more." in as_user(emil).get(reverse("everything_progress")).content.decode()
    )


def test_a_worker_that_died_is_followed_by_another_and_three_times_at_most(emil, as_user, monkeypatch):
    asked(as_user(emil))
    monkeypatch.setattr(writing, "_write_workbook", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))

    for tries in (1, 2, 3):
        with pytest.raises(KeyboardInterrupt):
            make_archives()
        make_archives()  # it may live still: nobody else begins
        assert Export.objects.get().tries == tries
        Export.objects.update(claimed_at=timezone.now() - dt.timedelta(minutes=16))
    make_archives()

    assert (Export.objects.get().state, files()) == ("failed", [])


def test_what_cannot_be_made_is_said(emil, as_user, monkeypatch):
    asked(as_user(emil))
    monkeypatch.setattr(writing, "_write_workbook", lambda *_args: (_ for _ in ()).throw(OSError("full")))

    with pytest.raises(OSError, match="full"):
        make_archives()

    assert "Failed" in as_user(emil).get(PAGE).content.decode()
    assert files() == []


def test_who_is_no_administrator_any_more_gets_none(emil, as_user):
    asked(as_user(emil))
    emil.role = "auditor"
    emil.save()

    make_archives()

    assert Export.objects.get().state == "failed"
    assert not private_files().exists("exports")


@pytest.mark.parametrize("path", [PAGE, "download"])
def test_where_the_files_are_away_the_page_says_so(emil, as_user, monkeypatch, path):
    asked(as_user(emil))
    make_archives()
    url = PAGE if path == PAGE else reverse("everything_download", args=[Export.objects.get().pk])

    def away(_store, _name):
        raise ConnectionError

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.exists", away)
    browser = as_user(emil)
    browser.raise_request_exception = False
    answer = browser.get(url)

    assert answer.status_code == 503
    assert "Les fichiers sont inaccessibles" in answer.content.decode()
