"""Every page in both languages and both widths: axe finds nothing, and nothing scrolls sideways."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import expect

from tests.browser import MARKS, chromium, server, signed_in  # noqa: F401 (fixtures)
from tests.test_access import WHO_MAY_OPEN

pytestmark = MARKS
WIDTHS = [1280, 375]
# Pages that no link leads to: a piece of another page.
PIECES = {"deployment_headroom"}
# Pages that a liaison sees drawn otherwise than a coordinator; the others are the same template.
DRAWN_FOR_A_LIAISON = {"home", "deployment_detail", "service_detail"}


def name_of(url):
    """The URL name of an address, with the act of a step; None for what is not ours to check (the Django admin)."""
    path = urlsplit(url).path
    with translation.override(path[1:6]):
        try:
            found = resolve(path)
        except Resolver404:
            return None
    if found.namespaces:
        return None
    return f"{found.url_name} {found.kwargs['act']}" if "act" in found.kwargs else found.url_name


def problems_of(page, name):
    """What axe finds on the page that is open, and whether it scrolls sideways, at both widths."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [
            (name, width, violation["id"], violation["nodes"][0]["html"][:120])
            for violation in Axe().run(page).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((name, width, "scrolls sideways"))
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
@pytest.mark.parametrize("role", ["coordinator", "liaison"])
def test_axe_finds_nothing_on_any_page_and_nothing_scrolls_sideways(signed_in, server, role, language):
    """Follows the links from the first page to one address of each page that the role may open."""
    page = signed_in(role, language)
    home = f"{server.url}/{language}/"
    waiting = [home, f"{home}search/?q=a", f"{home}people/{'9' * 30}/"]
    seen = {"home", "search", None}
    problems = []
    while waiting:
        address = waiting.pop(0)
        page.goto(address)
        name = name_of(address)
        if role == "coordinator" or name in DRAWN_FOR_A_LIAISON:
            problems += problems_of(page, name)
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
            found = name_of(link) if link.startswith(home) else None
            if found not in seen:
                seen.add(found)
                waiting.append(link.split("#")[0])

    mine = {name for name, roles in WHO_MAY_OPEN.items() if role in roles} - PIECES
    # What an act asks is on a page of its own; those that nobody can take on the deployments met have no link.
    assert {name.split()[0] for name in seen if name} >= mine - {"deployment_step"}
    assert (role == "coordinator") == any(name.startswith("deployment_step") for name in seen if name)
    assert problems == []
    assert [said for said in page.complaints if "404" not in said] == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_axe_finds_nothing_on_the_page_that_only_auditors_open(signed_in, server, language):
    page = signed_in("auditor", language)
    page.goto(f"{server.url}/{language}/events/")

    assert problems_of(page, "event_list") == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_axe_finds_nothing_on_the_sign_in_page(chromium, server, language):
    page = chromium.new_page()
    page.goto(f"{server.url}/{language}/account/sign-in/")
    page.locator("main button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()

    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    page.close()


def test_at_200_percent_nothing_scrolls_sideways(signed_in, server):
    page = signed_in("coordinator")
    page.set_viewport_size({"width": 640, "height": 450})  # what 1280 pixels are at 200 %

    for path in ("/", "/deployments/", "/areas/2/", "/flags/"):
        page.goto(f"{server.url}/en-ca{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
