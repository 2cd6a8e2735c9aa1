"""An export that is too long to wait for is made by the worker with the rights of who asked, and kept for a week."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit import exporting
from audit.models import Event
from foundation.private_files import private_files
from records import kept_exports, long_exports
from records.models import Export
from records.tasks import delete_archives, make_long_exports
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _five_rows_are_long(own_files, settings):
    settings.EXPORT_AT_ONCE = 4


@pytest.fixture
def people(example_service, other_service):
    for number in range(5):
        create.person(service=example_service, family_name=f"Gagnon{number}")
    create.person(service=other_service, family_name="Elsewhere")


def ask(browser, ending="csv", page="person_list", args=(), **asked):
    return browser.get(reverse(page, args=args), {**asked, "export": ending}, follow=True)


def fetched(browser, export):
    answer = browser.get(reverse("long_export_download", args=[export.pk]))
    return answer, b"".join(answer.streaming_content) if answer.status_code == 200 else b""


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "pdf"])
def test_a_long_list_is_made_by_the_worker_with_the_rights_of_who_asked(as_user, bob, people, ending):
    browser = as_user(bob)

    page = ask(browser, ending)
    assert page.redirect_chain == [(reverse("long_export_list"), 302)]
    assert "This export is long" in page.content.decode()
    assert not Event.objects.filter(verb="exported").exists()
    make_long_exports()

    export = Export.objects.get()
    assert (export.state, export.rows, export.tries) == ("ready", 5, 1)
    assert export.last_day == timezone.localdate() + 7 * DAY
    listed = browser.get(reverse("long_export_list")).content.decode()
    assert reverse("long_export_download", args=[export.pk]) in listed
    answer, content = fetched(browser, export)
    assert answer["Content-Disposition"].endswith(f'.{ending}"')
    assert len(content) == export.size
    if ending == "csv":
        assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) == 6
        assert b"Elsewhere" not in content
    if ending == "xlsx":
        assert load_workbook(io.BytesIO(content)).active.max_row == 6
    told = Event.objects.filter(verb__in=["exported", "downloaded"]).order_by("id")
    assert [(event.verb, event.actor) for event in told] == [("exported", bob), ("downloaded", bob)]
    assert told[0].details["rows"] == 5


def test_a_short_list_and_a_list_to_print_are_answered_at_once(as_user, alice, example_service):
    for number in range(4):
        create.person(service=example_service, family_name=f"Gagnon{number}")
    assert ask(as_user(alice)).redirect_chain == []
    create.person(service=example_service)
    assert ask(as_user(alice), "print").redirect_chain == []
    assert not Export.objects.exists()


def test_a_figure_says_of_itself_in_the_language_of_who_asked_what_its_page_says(as_user, alice, people, today):
    create.ceiling()
    mission = create.mission()
    create.authorization(area=mission.area, cap=9)
    for _number in range(5):
        create.deployment(mission=mission, starts_on=today - DAY, ends_on=today + DAY, status="in_mission")
    page = reverse("figure_detail", args=["deployed"]).replace("en-ca", "fr-ca")

    as_user(alice).get(page, {"export": "csv"})
    make_long_exports()

    _answer, content = fetched(as_user(alice), Export.objects.get())
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Nom;Service de police;Pays ou région;Mission;Premier jour;Dernier jour;État"
    assert "Produit par;Alice" in lines


def test_nobody_else_sees_fetches_or_cancels_it(as_user, alice, bob, people):
    ask(as_user(bob))
    make_long_exports()
    export, other = Export.objects.get(), as_user(alice)

    assert other.get(reverse("long_export_download", args=[export.pk])).status_code == 404
    assert other.post(reverse("long_export_cancel", args=[export.pk])).status_code == 404
    assert "People" not in other.get(reverse("long_export_progress")).content.decode()


def test_who_has_other_rights_by_now_fetches_nothing(as_user, bob, people, other_service):
    ask(as_user(bob))
    make_long_exports()
    other_service.liaisons.add(bob)

    answer, _content = fetched(as_user(bob), Export.objects.get())

    assert answer.status_code == 403


def test_the_rights_are_asked_again_when_it_is_made(as_user, alice, people):
    ask(as_user(alice))
    alice.is_active = False
    alice.save()

    make_long_exports()

    assert Export.objects.get().state == "failed"
    assert not Event.objects.filter(verb="exported").exists()


def test_a_page_that_refuses_by_now_gives_no_file(as_user, emil, people, monkeypatch):
    ask(as_user(emil))
    Export.objects.update(address="/en-ca/missions/?export=csv&on=never")

    make_long_exports()

    assert Export.objects.get().state == "failed"


def test_it_is_cancelled_while_it_waits_and_while_it_is_made(as_user, alice, people, monkeypatch):
    browser = as_user(alice)
    ask(browser)
    browser.post(reverse("long_export_cancel", args=[Export.objects.get().pk]))
    make_long_exports()
    assert Export.objects.get().state == "cancelled"

    ask(browser)
    export = Export.objects.latest("pk")
    usual, seen = long_exports.Making.tell, []

    def tell(making, done, number):
        if done:
            seen.append(browser.get(reverse("long_export_progress")).content.decode())
            browser.post(reverse("long_export_cancel", args=[export.pk]))
        usual(making, done, number)

    monkeypatch.setattr(kept_exports, "TELLS_EVERY", 0)
    monkeypatch.setattr(exporting, "FETCHED_AT_ONCE", 2)
    monkeypatch.setattr(long_exports.Making, "tell", tell)
    make_long_exports()

    export.refresh_from_db()
    assert export.state == "cancelled"
    assert "0 of 6 rows" in seen[0]
    assert not private_files().exists(kept_exports.name(export))


@pytest.mark.parametrize(("age", "state", "status"), [(7, "ready", 200), (8, "deleted", 404)])
def test_it_is_kept_for_a_week(as_user, alice, people, age, state, status):
    ask(as_user(alice))
    make_long_exports()
    noon = timezone.make_aware(dt.datetime.combine(timezone.localdate() - age * DAY, dt.time(12)))
    Export.objects.update(ready_at=noon)

    delete_archives()

    export = Export.objects.get()
    assert export.state == state
    assert fetched(as_user(alice), export)[0].status_code == status
    assert private_files().exists(kept_exports.name(export)) == (state == "ready")


def test_three_are_made_at_once_for_one_person_and_archives_do_not_stand_in_the_way(as_user, alice, emil, people):
    as_user(emil).post(reverse("everything_export"), {"reason": "Moving."})
    for _number in range(3):
        ask(as_user(alice))
    answer = ask(as_user(alice))

    assert "3 of your exports are being made already" in answer.content.decode()
    assert Export.objects.of_lists().count() == 3


def test_a_worker_that_died_is_followed_by_another_and_three_times_at_most(as_user, alice, people, monkeypatch):
    ask(as_user(alice))
    monkeypatch.setattr(long_exports, "_make", lambda _export: (_ for _ in ()).throw(KeyboardInterrupt))

    for tries in (1, 2, 3):
        with pytest.raises(KeyboardInterrupt):
            make_long_exports()
        make_long_exports()  # it may live still: nobody else begins
        assert Export.objects.get().tries == tries
        Export.objects.update(claimed_at=timezone.now() - dt.timedelta(minutes=16))
    make_long_exports()

    assert Export.objects.get().state == "failed"
