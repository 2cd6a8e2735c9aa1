"""A real browser on the demonstration world: every page is accessible, and the main journey works in both languages."""

import datetime as dt
import os
import shutil
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from playwright.sync_api import expect, sync_playwright

from tests import server as servers
from tests.own_database import environment
from tests.test_access import WHO_MAY_OPEN

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="No Chromium is installed: install the package chromium."),
]

WIDTHS = [1280, 375]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Pages that no link leads to: a piece of another page.
PIECES = {"deployment_headroom"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    with environment(folder, migrate=False) as env, servers.running(env, folder) as running:
        yield running


@pytest.fixture(scope="module")
def chromium():
    # Playwright runs an event loop in this thread, which Django takes for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def signed_in(chromium, server):
    """A page of somebody who signed in by hand, in a language; what the console complains of fails the test."""
    states: dict[str, dict] = {}
    contexts = []

    def page(role, language="en-ca", **options):
        if role not in states:
            first = chromium.new_context()
            sign_in(first.new_page(), server, role, language)
            states[role] = first.storage_state()
            first.close()
        context = chromium.new_context(storage_state=states[role], viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        opened = context.new_page()
        opened.complaints = []
        opened.on("console", lambda said: opened.complaints.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.goto(f"{server.url}/{language}/")
        return opened

    yield page
    for context in contexts:
        context.close()


def sign_in(page, server, role, language):
    email, password = server.accounts[role][0]
    page.goto(f"{server.url}/{language}/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    page.locator("main button[type=submit]").click()
    expect(page.locator("h1")).to_be_visible()


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


WORDS = {
    "en-ca": {
        "approve": "Approve",
        "plan": "Plan",
        "blocked": "This cannot be approved yet",
        "full": "West Bank is full on",
        "approved": "was approved.",
        "mission": "MINUSMA",
    },
    "fr-ca": {
        "approve": "Approuver",
        "plan": "Planifier",
        "blocked": "Approbation impossible pour le moment",
        "full": "Cisjordanie est complet le",
        "approved": "a été approuvé.",
        "mission": "MINUSMA",
    },
}


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_from_signing_in_to_a_refused_and_then_a_successful_approval(signed_in, server, language, scripts):
    words = WORDS[language]
    page = signed_in("coordinator", language, java_script_enabled=scripts)
    today = timezone.localdate()

    def plan(mission, first, last):
        page.goto(f"{server.url}/{language}/deployments/plan/?q=a")
        person = page.locator(".choices a").nth(0 if language == "en-ca" else 5 + scripts)
        person.click()
        page.locator("#id_mission").select_option(label=mission)
        page.locator("#id_starts_on").fill(first.isoformat())
        page.locator("#id_ends_on").fill(last.isoformat())
        if scripts:
            expect(page.locator(".headroom p")).to_be_visible()
        page.locator("main button[type=submit]").last.click()

    # West Bank is at its cap: the page says so before anybody tries, and says it again when somebody does.
    plan("EUPOL COPPS", today, today + dt.timedelta(days=30))
    expect(page.locator(".refusal")).to_contain_text(words["full"])
    page.get_by_role("button", name=words["approve"]).click()
    expect(page.locator(".refusal h2")).to_have_text(words["blocked"])
    expect(page.locator(".refusal li").first).to_contain_text(words["full"])
    refused = page.url
    assert refused.endswith("/approve/")

    # Cancelled there, the same person is approved where there is room.
    page.goto(refused.replace("/approve/", "/cancel/"))
    page.locator("#id_reason").fill("There is no place.")
    page.locator("main button[type=submit]").last.click()
    plan(words["mission"], today + dt.timedelta(days=200), today + dt.timedelta(days=230))
    expect(page.locator(".refusal")).to_have_count(0)
    page.get_by_role("button", name=words["approve"]).click()
    expect(page.locator(".alert-success")).to_contain_text(words["approved"])
    assert page.complaints in ([], [said for said in page.complaints if "409" in said])


def test_the_keyboard_alone_reaches_everything(signed_in, server):
    page = signed_in("coordinator")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "site-search"
    page.keyboard.type("emilie")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Search")
    expect(page.locator("main li").first).to_contain_text("Émilie")


def test_the_background_has_flagged_what_the_demonstration_world_holds(signed_in, server):
    page = signed_in("coordinator")
    page.goto(f"{server.url}/en-ca/flags/")

    kinds = page.locator("tbody th .muted").all_inner_texts()

    assert {kind.split(" ·")[0] for kind in kinds} >= {
        "Cap exceeded",
        "Posting overdue",
        "Posting ending",
        "No successor",
    }


def test_at_200_percent_nothing_scrolls_sideways(signed_in, server):
    page = signed_in("coordinator")
    page.set_viewport_size({"width": 640, "height": 450})  # what 1280 pixels are at 200 %

    for path in ("/", "/deployments/", "/areas/2/", "/flags/"):
        page.goto(f"{server.url}/en-ca{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
