"""How somebody likes a list is remembered in a cookie of that person, whatever stands in it."""

import pytest
from django.urls import reverse

from tests import create

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def people(for_the_module):
    def make():
        service = create.service()
        for _each in range(120):
            create.person(service=service)

    for_the_module(make)


def keep(browser, page="person_list", query="", **sent):
    return browser.post(reverse("list_settings", query={"next": f"{reverse(page)}{query}"}), sent)


def rows(browser, page="person_list", **query):
    return len(browser.get(reverse(page), query).context["page"].object_list)


def test_the_size_of_a_page_is_remembered_for_that_list_and_person(people, as_user, alice, emil):
    browser = as_user(alice)
    before = rows(browser)

    answer = keep(browser, query="?q=tremblay&sort=name&page=3&row=7", size="50")

    assert (before, rows(browser)) == (25, 50)
    assert answer.url == f"{reverse('person_list')}?q=tremblay&sort=name"
    assert browser.get(reverse("deployment_list")).context["page"].paginator.per_page == 25
    browser.force_login(emil)  # at the same computer
    assert rows(browser) == 25
    keep(browser, size="100")
    browser.force_login(alice)
    assert rows(browser) == 50


@pytest.mark.parametrize("size", ["", "0", "7", "-25", "9" * 30, "x", "25\0", "😀", "٢٥"])
def test_what_is_no_size_changes_nothing(people, as_user, alice, size):
    browser = as_user(alice)
    keep(browser, size="100")

    assert keep(browser, size=size).status_code == 302
    assert rows(browser) == 100


@pytest.mark.parametrize("said", ["", "person_list", "person_list=7:x", "%00=50:", "person_list=50:" + "x" * 5000])
def test_whatever_stands_in_the_cookie_no_page_fails(people, as_user, alice, said):
    browser = as_user(alice)
    browser.cookies[f"lists-{alice.pk}"] = said

    assert rows(browser) in (25, 50)
    assert keep(browser, size="100").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/nowhere", "", "\0"])
def test_the_form_leads_to_no_other_site(as_user, alice, elsewhere):
    answer = as_user(alice).post(reverse("list_settings", query={"next": elsewhere}), {"size": "50"})

    assert answer.url == reverse("home")
    assert f"lists-{alice.pk}" not in answer.cookies


def test_columns_are_left_out_and_shown_again(people, as_user, alice):
    browser, columns = as_user(alice), ["category", "service", "number", "state", "deployed"]
    heads = ["Category", "Service number", "Deployed today"]

    def shown():
        page = browser.get(reverse("person_list")).content.decode()
        table = page.partition("<table")[2].partition("</table>")[0]
        return [f">{head}<" in table for head in heads], table.count("<td")

    before = shown()
    keep(browser, column=columns, shown=["service", "state", "deployed"])
    without = shown()
    keep(browser, size="50")
    keep(browser, column=columns, shown=columns)

    assert before == ([True, True, True], 25 * 5)
    assert without == ([False, False, True], 25 * 3)
    assert shown() == ([True, True, True], 50 * 5)


@pytest.mark.parametrize("name", ["<b>", "x" * 500, "\0", "Ж", "a,b"])
def test_odd_names_of_columns_are_left_out(as_user, alice, name):
    browser = as_user(alice)

    keep(browser, column=[name, "state"])

    assert browser.cookies[f"lists-{alice.pk}"].value == "person_list=0%3Astate"


def test_many_lists_forget_the_oldest(as_user, alice, monkeypatch):
    monkeypatch.setattr("foundation.list_settings.LONGEST", 60)
    browser = as_user(alice)

    for page in ("person_list", "deployment_list", "nomination_list"):
        keep(browser, page, size="50")

    assert browser.cookies[f"lists-{alice.pk}"].value == "deployment_list=50%3A&nomination_list=50%3A"


def test_the_cookie_is_out_of_reach_of_scripts(as_user, alice, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = keep(as_user(alice), size="50").cookies[f"lists-{alice.pk}"]

    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
