"""What an office that starts empty is told to do first, and that it is told no more once all is there."""

import re

import pytest
from django.urls import reverse

from accounts.access import Role
from reports import first_steps
from tests import create
from tests.pages import small_world

pytestmark = pytest.mark.django_db
PAGE = "/en-ca/first-steps/"


@pytest.fixture
def emil(db):
    """An administrator, alone."""
    return create.user(email="emil@example.ca", name="Emil", role=Role.ADMINISTRATOR)


def table(user):
    return {str(step.title): (step.there, step.by_hand) for step in first_steps.for_user(user)}


def test_an_administrator_of_an_empty_installation(emil):
    assert table(emil) == {
        "Coordinators": (0, "/en-ca/admin/accounts/user/add/"),
        "Ranks": (0, "/en-ca/admin/personnel/rank/"),
        "Police services": (0, "/en-ca/admin/personnel/policeservice/add/"),
        "Agreements with partner services": (0, ""),
        "Liaisons": (0, "/en-ca/admin/accounts/user/add/"),
        "Policy ceiling": (0, ""),
        "Missions": (0, ""),
        "Authorizations": (0, ""),
        "People": (0, ""),
        "Deployments": (0, ""),
    }


def test_a_coordinator_who_begins(alice):
    assert table(alice) == {
        "Coordinators": (1, ""),
        "Ranks": (0, ""),
        "Police services": (0, ""),
        "Agreements with partner services": (0, "/en-ca/services/"),
        "Liaisons": (0, ""),
        "Policy ceiling": (0, "/en-ca/ceiling/new/"),
        "Missions": (0, "/en-ca/areas/"),
        "Authorizations": (0, "/en-ca/areas/"),
        "People": (0, "/en-ca/people/new/"),
        "Deployments": (0, "/en-ca/deployments/plan/"),
    }


def test_what_comes_from_lists_and_from_published_data_is_said(alice, emil):
    def ways(user):
        return {
            str(step.title): ("list" if step.from_list else "", "published" if step.published else "")
            for step in first_steps.for_user(user)
        }

    assert ways(alice) == {
        "Coordinators": ("", ""),
        "Ranks": ("list", "published"),
        "Police services": ("list", "published"),
        "Agreements with partner services": ("list", ""),
        "Liaisons": ("", ""),
        "Policy ceiling": ("list", "published"),
        "Missions": ("list", "published"),
        "Authorizations": ("list", "published"),
        "People": ("list", ""),
        "Deployments": ("list", ""),
    }
    assert set(ways(emil).values()) == {("", "")}


def next_of(user):
    """What the reader is told to do next, by the title of each step."""
    told = {}
    for step in first_steps.for_user(user):
        links = [
            (step.by_hand, str(step.entering)),
            (step.from_list, "From a list"),
            (step.published, "Published data"),
        ]
        told[str(step.title)] = str(step.done_by) or ", ".join(name for link, name in links if link)
    return told


def test_each_step_says_what_the_reader_does_or_who_else_does_it(emil, alice):
    assert next_of(emil) == {
        "Coordinators": "Invite somebody",
        "Ranks": "By hand",
        "Police services": "By hand",
        "Agreements with partner services": "A coordinator does this.",
        "Liaisons": "Invite somebody",
        "Policy ceiling": "A coordinator does this.",
        "Missions": "A coordinator does this.",
        "Authorizations": "A coordinator does this.",
        "People": "A coordinator does this.",
        "Deployments": "A coordinator does this.",
    }
    assert next_of(alice) == {
        "Coordinators": "An administrator does this.",
        "Ranks": "From a list, Published data",
        "Police services": "From a list, Published data",
        "Agreements with partner services": "By hand, From a list",
        "Liaisons": "An administrator does this.",
        "Policy ceiling": "By hand, From a list, Published data",
        "Missions": "By hand, From a list, Published data",
        "Authorizations": "By hand, From a list, Published data",
        "People": "By hand, From a list",
        "Deployments": "By hand, From a list",
    }


@pytest.mark.parametrize(
    ("language", "invite", "others"),
    [
        ("en-ca", "Invite somebody", "A coordinator does this."),
        ("fr-ca", "Inviter quelqu&#x27;un", "C&#x27;est la coordination qui s&#x27;en charge."),
    ],
)
def test_the_page_says_so(language, invite, others, emil, as_user):
    page = as_user(emil).get(f"/{language}/first-steps/").content.decode()

    assert (page.count(f">{invite}<"), page.count(others)) == (2, 6)
    assert not re.search(r"<td[^>]*>\s*–\s*</td>", page)


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_every_link_leads_somewhere(language, emil, alice, as_user):
    for user in (emil, alice):
        browser = as_user(user)
        page = browser.get(f"/{language}/first-steps/").content.decode()
        main = page[page.index("<main") :]
        for path in re.findall(r'<a href="([^"]+)"', main[main.index("<tbody") :]):
            assert browser.get(path).status_code == 200, path


def test_the_home_page_leads_there_until_everything_is_there(alice, example_service, as_user):
    browser = as_user(alice)
    link = f'href="{reverse("office_set_up")}"'

    before = browser.get("/en-ca/").content.decode()
    small_world(example_service)
    create.rank()
    still = browser.get("/en-ca/").content.decode()
    create.user(role=Role.LIAISON)
    after = browser.get("/en-ca/").content.decode()

    assert [link in page for page in (before, still, after)] == [True, True, False]
    assert "Everything that an office needs is in place." in browser.get(PAGE).content.decode()


def test_an_auditor_is_not_asked_to_set_up_anything(dora, as_user):
    assert reverse("office_set_up") not in as_user(dora).get("/en-ca/").content.decode()


def test_whether_something_is_left_takes_one_query(alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert first_steps.are_left()
