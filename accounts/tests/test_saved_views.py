"""Views of lists and reports: saved by a name for whoever saved them, and seven that nobody has to save."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import SavedView
from audit.models import Event
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def views(address=""):
    return reverse("saved_view_list", query={"next": address}) if address else reverse("saved_view_list")


@pytest.fixture
def people():
    return reverse("person_list")


@pytest.fixture
def saved(alice):
    def save(user=alice, **fields):
        return SavedView.objects.create(**{"user": user, "list": "person_list", "name": "Mine", "query": ""} | fields)

    return save


def test_a_list_is_saved_with_its_filter_and_order_and_opened_again(as_user, alice, people):
    browser = as_user(alice)
    page = browser.get(people, {"state": "active", "sort": "-name", "page": "2", "row": "7", "export": ""})
    link = views(f"{people}?state=active&sort=-name&page=2&row=7&export=")

    assert f'href="{link}"' in page.content.decode()
    browser.post(link, {"name": " Active ones "})

    view = SavedView.objects.get()
    assert (view.user, view.list, view.name, view.query) == (
        alice,
        "person_list",
        "Active ones",
        "state=active&sort=-name",
    )
    assert f'href="{people}?state=active&amp;sort=-name">Active ones</a>' in browser.get(views()).content.decode()
    assert browser.get(view.get_absolute_url()).status_code == 200


def test_a_view_is_renamed_and_deleted(as_user, alice, saved):
    view, browser = saved(), as_user(alice)

    browser.post(reverse("saved_view_edit", args=[view.pk]), {"name": "Others"})
    view.refresh_from_db()
    name = view.name
    browser.post(reverse("saved_view_delete", args=[view.pk]))

    assert name == "Others"
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("page", ["saved_view_edit", "saved_view_delete"])
def test_a_view_of_somebody_else_does_not_exist(as_user, alice, bob, saved, page):
    view = saved(bob, name="Secret")
    browser, address = as_user(alice), reverse(page, args=[view.pk])

    assert [browser.get(address).status_code, browser.post(address, {"name": "x"}).status_code] == [404, 404]
    assert "Secret" not in browser.get(views()).content.decode()
    assert SavedView.objects.get().name == "Secret"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org",
        "/nowhere",
        "/en-ca/flags/news/x",
        "\0",
        "/en-ca/reports/",
        f"/en-ca/figures/{'x' * 61}/",
    ],
)
def test_only_known_lists_are_saved(as_user, alice, elsewhere):
    browser = as_user(alice)
    for address in (elsewhere, reverse("home"), reverse("saved_view_list")):
        answer = browser.post(views(address), {"name": "x"}, follow=True)
        assert "Open a list first: its filter and its order are what is saved." in answer.content.decode()
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", None),
        (" ", None),
        ("x" * 61, None),
        ("a\0b", None),
        ("Mine", "You have a view of this name already."),
    ],
)
def test_odd_names_are_told_beside_the_field(as_user, alice, people, saved, name, error):
    saved()

    page = as_user(alice).post(views(people), {"name": name})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["name"]
    assert error is None or page.context["form"].errors["name"] == [error]
    assert SavedView.objects.count() == 1


def test_one_name_serves_for_each_list_and_each_person(as_user, alice, bob, people, saved):
    saved()

    as_user(alice).post(views(reverse("deployment_list")), {"name": "Mine"})
    as_user(bob).post(views(people), {"name": "Mine"})

    assert SavedView.objects.count() == 3


def test_there_are_bounds(as_user, alice, people, saved, monkeypatch):
    browser = as_user(alice)
    long = browser.post(views(f"{people}?q={'x' * 1001}"), {"name": "Long"})
    monkeypatch.setattr(SavedView, "AT_MOST", 1)
    saved()
    many = browser.post(views(people), {"name": "Second"})

    assert long.context["form"].errors["__all__"] == ["This filter is too long to be saved."]
    assert many.context["form"].errors["__all__"] == ["You have as many views as one can have: delete one first."]
    assert SavedView.objects.count() == 1


def test_the_database_keeps_the_name_once_and_the_list_known(saved):
    saved()

    nameless = ({"list": "report_detail", "name": "A"}, {"list": "person_list", "of": "areas", "name": "B"})
    for wrong in ({}, {"list": "home", "name": "Other"}, *nameless):
        with pytest.raises(IntegrityError), transaction.atomic():
            saved(**wrong)


def test_the_trail_tells_of_a_view_and_not_who_was_searched_for(as_user, alice, people):
    as_user(alice).post(views(f"{people}?q=tremblay"), {"name": "My search"})

    event = Event.objects.filter(subject_type__model="savedview").get()
    assert event.actor == alice
    assert "tremblay" not in str(event.details)


def test_ready_made_views_are_those_of_use_to_the_reader(as_user, alice, bob, dora):
    def offered(user):
        return [str(name) for name, _url in as_user(user).get(views()).context["ready"]]

    of_all = ["French-speaking women deployed", "Civilians at the end of last month"]
    every = ["My flags", "Leaving in 60 days", "Planned without successor", "To screen", "Over cap", *of_all]
    assert offered(alice) == every
    assert offered(bob) == ["Leaving in 60 days", *of_all]
    assert offered(dora) == ["Leaving in 60 days", "Over cap", *of_all]


def test_each_ready_made_view_opens(as_user, alice, bob):
    for browser in (as_user(alice), as_user(bob)):
        for _name, url in browser.get(views()).context["ready"]:
            page = browser.get(url)
            assert (url, page.status_code, page.context["filter"].is_valid()) == (url, 200, True)


@pytest.mark.parametrize(("page", "of"), [("figure_detail", "women"), ("report_detail", "operations")])
def test_a_figure_and_a_report_are_saved_and_shared_by_their_address(as_user, alice, bob, page, of):
    address = reverse(page, args=[of])
    assert f'href="{views(address)}"' in as_user(alice).get(address).content.decode()

    as_user(alice).post(views(f"{address}?mission=&category=police&on=2020-01-01&export="), {"name": "Ours"})

    view = SavedView.objects.get()
    assert (view.list, view.of, view.query) == (page, of, "category=police")
    shared = as_user(bob).get(view.get_absolute_url())
    assert (shared.status_code, shared.context["filter"].question.reader) == (200, bob)
    assert shared.context["filter"].asked == {"category": "police"}


def test_a_shared_report_of_the_whole_office_stays_closed_to_a_liaison(as_user, alice, bob, saved):
    shared = saved(alice, list="report_detail", of="areas").get_absolute_url()

    assert f'href="{views(shared)}"' in as_user(alice).get(shared).content.decode()
    assert as_user(bob).get(shared).status_code == 403


def test_one_name_serves_for_each_report(as_user, alice, saved):
    saved(list="report_detail", of="areas")
    browser = as_user(alice)

    browser.post(views(reverse("report_detail", args=["services"])), {"name": "Mine"})
    twice = browser.post(views(reverse("report_detail", args=["areas"])), {"name": "Mine"})

    assert twice.context["form"].errors["name"] == ["You have a view of this name already."]
    assert sorted(SavedView.objects.values_list("of", flat=True)) == ["areas", "services"]


def test_who_leaves_within_60_days_and_who_is_followed_by_nobody(as_user, alice, today):
    create.ceiling()
    mission = create.mission()
    create.authorization(area=mission.area, cap=9)
    stays = {
        days: create.deployment(
            mission=mission, starts_on=today - 9 * DAY, ends_on=today + days * DAY, status="in_mission"
        )
        for days in (-1, 60, 61)
    }
    create.deployment(
        mission=mission,
        starts_on=today + 61 * DAY,
        ends_on=today + 90 * DAY,
        status="planned",
        relieves=stays[60],
    )

    def shown(status):
        page = as_user(alice).get(reverse("deployment_list"), {"status": status, "sort": "last"})
        return [(row.ends_on - today).days for row in page.context["page"]]

    assert shown("leaving") == [-1, 60]
    assert shown("unrelieved") == [-1, 61]
