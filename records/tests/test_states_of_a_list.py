"""A list from state to state, by whom it is seen, and what comes back unchanged."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import translation

from audit.models import Event
from personnel.models import Person
from records import work
from records.kinds import KINDS
from records.tasks import work_on_lists
from records.tests.bringing import HEAD, ROW, brought, results, upload
from tests import create

DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


# --- From state to state -------------------------------------------------------------------------------------------


def test_a_list_is_cancelled_at_any_moment_before_it_is_saved(bob, as_user, example_service):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    browser = as_user(bob)

    browser.post(reverse("import_cancel", args=[batch.pk]))
    browser.post(reverse("import_accept", args=[batch.pk]))
    work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), Person.objects.count()) == ("cancelled", 0, 0)
    assert Event.objects.get(verb="removed").actor == bob


def test_the_file_of_a_cancelled_list_is_deleted_once_that_is_committed(
    bob, example_service, django_capture_on_commit_callbacks
):
    batch = work.upload(upload(f"{HEAD}\n{ROW}"), by=bob)
    name, storage = batch.file.name, batch.file.storage

    with django_capture_on_commit_callbacks() as after_commit:
        work.cancel(batch, by=bob)
    before_commit = storage.exists(name)
    for callback in after_commit:
        callback()

    assert (before_commit, storage.exists(name)) == (True, False)


def test_a_list_is_cancelled_as_a_whole_or_not_at_all(bob, example_service, monkeypatch):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    monkeypatch.setattr(work, "record", lambda *_args, **_kwargs: (_ for _ in ()).throw(IntegrityError("no trail")))

    with pytest.raises(IntegrityError):
        work.cancel(batch, by=bob)

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), batch.file.storage.exists(batch.file.name)) == ("preview", 1, True)
    assert not Event.objects.filter(verb="removed").exists()


def test_the_file_of_a_saved_list_is_deleted_once_that_is_committed(
    bob, example_service, django_capture_on_commit_callbacks
):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    work.accept(batch)

    with django_capture_on_commit_callbacks() as after_commit:
        work_on_lists()
    before_commit = batch.file.storage.exists(batch.file.name)
    for callback in after_commit:
        callback()

    batch.refresh_from_db()
    assert (batch.state, before_commit, batch.file.storage.exists(batch.file.name)) == ("done", True, False)


def test_pressing_save_twice_saves_once(bob, example_service):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)

    assert [work.accept(batch), work.accept(batch)] == [True, False]
    work_on_lists()
    work_on_lists()

    assert Person.objects.count() == 1


def test_a_file_that_breaks_below_its_headings_is_refused_by_the_worker(bob, example_service):
    batch = brought(f'{HEAD}\n{ROW}\nE-2,"broken"x,Hugo,,,,,\n', bob)

    assert (batch.state, batch.problem["en"]) == (
        "refused",
        "The file cannot be read: a quotation mark or a line is broken.",
    )


# --- Round trip -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_what_is_taken_out_comes_back_unchanged(bob, as_user, example_service, ending, language):
    create.person(service=example_service, service_number="-7", family_name="=Gingras", given_name="Zoë; “S”")
    create.person(
        service=example_service,
        service_number="E-2",
        rank=create.rank(code="sergeant", name_en="Sergeant", name_fr="Sergent / Sergente", level=2),
        born_on=dt.date(1979, 2, 3),
        gender="not_said",
        first_language="en",
    )
    create.person(service=example_service, category="civilian", service_number="E-3", born_on=None, joined_on=None)
    browser = as_user(bob)

    with translation.override(language):
        taken = browser.get(reverse("candidate_export", kwargs={"ending": ending}))
    content = taken.getvalue()  # after the answer, in another language than it was asked for
    batch = brought(content, bob, name=f"people.{ending}")

    assert taken["Content-Disposition"].startswith("attachment; ")
    assert sorted(batch.choices["tables"]["0"]["columns"].values()) == sorted(KINDS["people"].fields)
    assert results(batch) == [(2, "unchanged", []), (3, "unchanged", []), (4, "unchanged", [])]
    assert Event.objects.filter(verb="exported").get().details["rows"] == 3


def test_an_export_holds_the_people_of_the_list_that_was_asked_for(bob, charlie, as_user, example_service):
    create.person(service=example_service, family_name="Gingras")
    create.person(service=example_service, family_name="Quintal", state="retired")

    address = reverse("candidate_export", kwargs={"ending": "csv"})
    mine = as_user(bob).get(address, {"state": "active"}).getvalue().decode()
    other = as_user(charlie).get(address).getvalue().decode()

    assert ("Gingras" in mine, "Quintal" in mine) == (True, False)
    assert len(other.splitlines()) == 1


# --- Whoever changed service ----------------------------------------------------------------------------------------


LIST_PAGES = ["import_detail", "import_columns", "import_progress"]


def opened(browser, batch):
    statuses = {browser.get(reverse(name, args=[batch.pk])).status_code for name in LIST_PAGES}
    return statuses, len(browser.get(reverse("import_list")).context["page"])


def test_a_liaison_who_changed_service_loses_the_old_lists(as_user, bob, example_service, other_service):
    batch, browser = brought(f"{HEAD}\n{ROW}", bob), as_user(bob)
    before = opened(browser, batch)

    bob.services.set([other_service])

    assert (before, opened(browser, batch)) == (({200}, 1), ({404}, 0))
    assert browser.post(reverse("import_accept", args=[batch.pk])).status_code == 404


def test_a_liaison_who_gained_a_service_keeps_them_and_one_who_lost_one_of_two_does_not(
    as_user, bob, example_service, other_service
):
    browser = as_user(bob)
    of_one = brought(f"{HEAD}\n{ROW}", bob)
    bob.services.add(other_service)
    of_two = brought(f"{HEAD}\n{ROW}", bob)
    gained = [opened(browser, batch)[0] for batch in (of_one, of_two)]

    bob.services.remove(other_service)

    assert gained == [{200}, {200}]
    assert [opened(browser, batch)[0] for batch in (of_one, of_two)] == [{200}, {404}]


def test_a_coordinator_who_became_a_liaison_loses_the_lists_of_every_service(as_user, alice, example_service):
    batch = brought(f"{HEAD}\n{ROW}", alice)
    alice.role = "liaison"
    alice.save()
    example_service.liaisons.add(alice)

    assert opened(as_user(alice), batch) == ({404}, 0)


def test_a_list_whose_liaison_changed_service_while_it_waited_is_cancelled(bob, example_service, other_service):
    batch = brought(f"{HEAD}\n{ROW}", bob)
    work.accept(batch)
    bob.services.set([other_service])

    work_on_lists()

    batch.refresh_from_db()
    assert batch.state == "cancelled"
    assert not Person.objects.exists()
