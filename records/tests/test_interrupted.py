"""A worker that dies at a list, and lists that are given up: taken up again, saved once, nothing left behind."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from personnel.models import Person
from records import opening, previewing, saving, undoing, work
from records.models import Import, ImportedRow
from records.progress import WORKER_DEAD_AFTER, Stopped
from records.tasks import forget_lists, work_on_lists
from records.tests.bringing import HEAD, ROW, brought, opened, results, saved, upload
from tests import create

pytestmark = pytest.mark.django_db

TWO = f"{HEAD}\n{ROW}\nE-2,Quintal,Loïc,Constable,man,French,1985-05-17,"


class Killed(BaseException):
    """What ends a worker, and no line of it catches."""


def folders() -> list[str]:
    place = Path(settings.PRIVATE_FILES) / "lists/reading"
    return sorted(folder.name for folder in place.iterdir()) if place.exists() else []


def dies(monkeypatch, module, name, batch, *, after=0):
    """Have a worker die when it calls this function for the so-manieth time; as one that is killed it says nothing."""
    usual, calls = getattr(module, name), []

    def dying(*args, **kwargs):
        calls.append(name)
        if len(calls) > after:
            raise Killed
        return usual(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(module, name, dying)
        with pytest.raises(Killed):
            work_on_lists()
    batch.refresh_from_db()
    return batch.state


def later(batch) -> None:
    """The worker has been silent for longer than a living one is."""
    Import.objects.filter(pk=batch.pk).update(alive_at=timezone.now() - WORKER_DEAD_AFTER - dt.timedelta(seconds=1))


def taken_up(batch) -> str:
    """The state after other workers came: at once, when nothing may happen, and later."""
    before = Import.objects.get(pk=batch.pk).state
    work_on_lists()
    assert Import.objects.get(pk=batch.pk).state == before
    later(batch)
    work_on_lists()
    batch.refresh_from_db()
    return batch.state


def test_a_list_whose_worker_died_while_it_opened_it_is_opened_again(bob, monkeypatch):
    create.rank()
    batch = work.upload(upload(TWO), by=bob)

    assert dies(monkeypatch, opening, "_guess", batch) == "opening"
    assert taken_up(batch) == "preview"
    assert [outcome for _line, outcome, _reasons in results(batch)] == ["new", "new"]


def test_a_list_whose_worker_died_while_it_read_it_is_read_from_the_beginning(bob, monkeypatch):
    create.rank()
    monkeypatch.setattr("records.judging.CHUNK", 1)
    batch = work.upload(upload(TWO), by=bob)

    assert dies(monkeypatch, previewing, "_store", batch, after=1) == "reading"
    assert batch.rows.count() == 1
    assert taken_up(batch) == "preview"
    assert (batch.counts, batch.done, batch.rows.count()) == ({"people": {"new": 2}}, 2, 2)


def test_a_list_whose_worker_died_while_it_saved_it_is_saved_once(bob, monkeypatch):
    create.rank()
    batch = brought(TWO, bob)
    work.accept(batch)

    assert dies(monkeypatch, saving, "_finish", batch) == "saving"
    assert Person.objects.count() == 0
    assert taken_up(batch) == "done"
    later(batch)
    work_on_lists()
    assert (Person.objects.count(), Event.objects.filter(verb="imported").count()) == (2, 1)


def test_a_list_whose_worker_died_while_it_was_undone_is_undone_once(bob, monkeypatch):
    create.rank()
    batch = saved(TWO, bob)
    work.undo(batch, by=bob, reason="The wrong file.")

    assert dies(monkeypatch, undoing, "record", batch) == "undoing"
    assert Person.objects.count() == 2
    assert taken_up(batch) == "undone"
    later(batch)
    work_on_lists()
    assert (Person.objects.count(), batch.undone_by, batch.undo_reason) == (0, bob, "The wrong file.")


def test_folders_that_a_killed_worker_left_are_removed(bob, monkeypatch):
    create.rank()
    batch, cancelled = work.upload(upload(TWO), by=bob), work.upload(upload(TWO), by=bob)
    work.cancel(cancelled, by=bob)
    place = Path(settings.PRIVATE_FILES) / "lists/reading"
    for name in (f"{batch.pk}-left", f"{cancelled.pk}-left", f"{batch.pk}1-left"):
        (place / name).mkdir(parents=True)
    Import.objects.filter(pk=batch.pk).update(state="opening", alive_at=timezone.now())

    forget_lists()
    kept = folders()
    later(batch)
    work_on_lists()

    assert (kept, folders()) == ([f"{batch.pk}-left"], [])


@pytest.mark.parametrize(
    ("module", "name", "state"),
    [(opening, "_guess", "opening"), (previewing, "_store", "reading"), (saving, "save", "saving")],
)
def test_a_list_cancelled_while_a_worker_is_at_it_leaves_nothing(bob, monkeypatch, module, name, state):
    create.rank()
    batch = brought(TWO, bob) if state == "saving" else work.upload(upload(TWO), by=bob)
    if state == "saving":
        work.accept(batch)
    usual, found = getattr(module, name), []

    def cancelled_meanwhile(*args, **kwargs):
        found.append((Import.objects.get(pk=batch.pk).state, work.cancel(batch, by=bob)))
        return usual(*args, **kwargs)

    monkeypatch.setattr(module, name, cancelled_meanwhile)
    work_on_lists()

    batch.refresh_from_db()
    assert found == [(state, True)]
    assert (batch.state, batch.rows.count(), Person.objects.count(), folders()) == ("cancelled", 0, 0, [])


def test_a_list_whose_file_is_gone_is_refused(bob):
    batch = work.upload(upload(TWO), by=bob)
    Path(batch.file.path).unlink()

    work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, batch.problem["en"]) == ("refused", "The file is no longer there: import it again.")


# --- Bounds -----------------------------------------------------------------------------------------------------------


def test_a_user_has_so_many_lists_under_way(bob, charlie, as_user, settings):
    settings.LISTS_UNDER_WAY = 2
    browser = as_user(bob)

    def sent(of=browser):
        return of.post("/en-ca/lists/new/", {"file": upload(TWO)})

    first, _second, third = sent(), sent(), sent()

    assert first.status_code == 302
    assert "You have 2 lists under way: save or cancel one of them first." in third.content.decode()
    assert sent(as_user(charlie)).status_code == 302
    browser.post(reverse("import_cancel", args=[Import.objects.filter(by=bob).first().pk]))
    assert sent().status_code == 302


def test_a_file_that_cannot_be_read_is_not_kept_and_is_no_list_under_way(
    bob, as_user, settings, django_capture_on_commit_callbacks
):
    settings.LISTS_UNDER_WAY = 1
    with django_capture_on_commit_callbacks(execute=True):
        refused = [opened(b"%PDF-1.7 no list", bob, name="list.xlsx") for _each in range(2)]

    assert [(batch.state, batch.file.storage.exists(batch.file.name)) for batch in refused] == [("refused", False)] * 2
    assert as_user(bob).post("/en-ca/lists/new/", {"file": upload(TWO)}).status_code == 302


@pytest.mark.parametrize("state", ["uploaded", "columns", "preview", "refused", "to_undo"])
def test_abandoned_lists_go_with_file_and_rows(bob, settings, state, django_capture_on_commit_callbacks):
    create.rank()
    batch = opened(TWO, bob)
    path = Path(batch.file.path)
    Import.objects.filter(pk=batch.pk).update(
        state=state, alive_at=timezone.now() - dt.timedelta(days=settings.LIST_KEPT_DAYS, hours=1)
    )

    with django_capture_on_commit_callbacks(execute=True):
        forget_lists()

    batch.refresh_from_db()
    kept = state == "to_undo"
    assert (batch.state, path.exists(), batch.rows.exists()) == (state if kept else "cancelled", kept, kept)


def test_a_list_that_somebody_touched_is_not_abandoned(bob, settings):
    batch = opened(TWO, bob)
    Import.objects.update(alive_at=timezone.now() - dt.timedelta(days=settings.LIST_KEPT_DAYS, hours=-1))

    forget_lists()

    batch.refresh_from_db()
    assert (batch.state, ImportedRow.objects.count()) == ("preview", 2)


def test_whoever_is_signed_out_saves_nothing_and_comes_back_to_the_list(bob, client, as_user):
    create.rank()
    batch = brought(TWO, bob)

    asked = client.post(f"/en-ca/lists/{batch.pk}/accept/")
    work_on_lists()

    batch.refresh_from_db()
    assert (asked.status_code, "sign-in" in asked["Location"], batch.state) == (302, True, "preview")
    as_user(bob).post(f"/en-ca/lists/{batch.pk}/accept/")
    again = as_user(bob).post(f"/en-ca/lists/{batch.pk}/accept/", follow=True)
    assert "This list cannot be saved now: look at where it stands." in again.content.decode()
    work_on_lists()
    assert Person.objects.count() == 2


def test_a_file_larger_than_ten_megabytes_is_refused_before_it_is_read(bob):
    exactly = HEAD.encode() + b"\n" + b"," * (10 * 1024 * 1024 - len(HEAD) - 1)

    found = [opened(content, bob) for content in (exactly, exactly + b",")]

    assert found[0].problem["en"] != "The file is larger than 10 MB."
    assert (found[1].state, found[1].problem["en"]) == ("refused", "The file is larger than 10 MB.")


def test_progress_of_a_cancelled_list_stops_the_worker(bob):
    from records.progress import report_progress

    batch = work.upload(upload(TWO), by=bob)
    work.cancel(batch, by=bob)

    with pytest.raises(Stopped):
        report_progress(batch, "opening", total=1)
