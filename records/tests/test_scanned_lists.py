"""Lists and the virus scanner: nothing is opened that it has not looked at."""

from pathlib import Path

import pytest

from audit.models import Event
from records import work
from records.tasks import work_on_lists
from records.tests.bringing import HEAD, ROW, upload
from tests import create
from tests.virus_scanner import VIRUS, scanner

pytestmark = pytest.mark.django_db

NOBODY_ANSWERS = "The virus scanner does not answer. The list is opened as soon as it has looked at the file."


@pytest.fixture
def uploaded(bob):
    create.rank()

    def uploaded(content=f"{HEAD}\n{ROW}"):
        return work.upload(upload(content), by=bob)

    return uploaded


def test_a_list_that_was_found_clean_is_opened(uploaded, settings):
    batch = uploaded()

    with scanner() as settings.CLAMD_ADDRESS:
        work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, batch.counts) == ("preview", {"people": {"new": 1}})


def test_an_infected_list_is_refused_and_its_file_deleted(
    uploaded, bob, as_user, settings, django_capture_on_commit_callbacks
):
    batch = uploaded(VIRUS + b";Nom\r\n1;Roy\r\n")
    path = Path(batch.file.path)

    with scanner() as settings.CLAMD_ADDRESS, django_capture_on_commit_callbacks(execute=True):
        work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, path.exists()) == ("refused", False)
    event = Event.objects.get(verb="refused")
    assert (event.actor, event.subject_id, event.details) == (None, batch.pk, {"what": "infected"})
    page = as_user(bob).get(batch.get_absolute_url()).content.decode()
    assert "The virus scanner found this file infected: it was not kept." in page
    assert "Say what the columns mean" not in page


def test_a_list_waits_for_a_scanner_that_is_away_and_holds_up_no_other(uploaded, bob, as_user, settings):
    waiting = [uploaded(), uploaded()]
    settings.CLAMD_ADDRESS = "127.0.0.1:1"

    work_on_lists()

    for batch in waiting:
        batch.refresh_from_db()
    assert [(batch.state, batch.problem["en"]) for batch in waiting] == [("uploaded", NOBODY_ANSWERS)] * 2
    assert NOBODY_ANSWERS in as_user(bob).get(waiting[0].get_absolute_url()).content.decode()
    assert work.cancel(waiting[1], by=bob)
    with scanner() as settings.CLAMD_ADDRESS:
        work_on_lists()
    waiting[0].refresh_from_db()
    waiting[1].refresh_from_db()
    assert [(batch.state, batch.problem) for batch in waiting] == [("preview", {}), ("cancelled", waiting[1].problem)]


def test_a_list_cancelled_while_it_was_scanned_stays_cancelled(uploaded, bob, settings, monkeypatch):
    from foundation.scanning import Verdict
    from records import quarantine

    for verdict in (Verdict.INFECTED, Verdict.UNKNOWN, Verdict.CLEAN):
        batch = uploaded()

        def scan(_file, batch=batch, verdict=verdict):
            work.cancel(batch, by=bob)
            return verdict

        monkeypatch.setattr(quarantine, "scan", scan)
        work_on_lists()
        batch.refresh_from_db()
        assert batch.state == "cancelled"
    assert not Event.objects.filter(verb="refused").exists()
