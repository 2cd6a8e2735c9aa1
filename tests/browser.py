"""Fixtures for tests with a real browser, on a running server with the demonstration world."""

import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from tests import server as servers
from tests.own_database import environment, run

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="No Chromium is installed: install the package chromium."),
]


LONG_NAMES = """
from personnel.models import Person
for person in Person.objects.filter(deployments__status="deployed").order_by("pk").distinct()[:20]:
    person.family_name, person.given_name = "Desrochers-Beauchemin de la Lafontaine", "Marie-Christine-Alexandrine"
    person.save()
"""
"""Some of who is abroad are called as long as anybody: pages are looked at with them."""

PATIENCE = 120_000
"""Milliseconds in which a page comes, or says what is awaited: a busy machine is no error."""


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    with environment(folder, migrate=False) as env, servers.running(env, folder) as running:
        run(running.env, "manage.py", "shell", "-c", LONG_NAMES)
        yield running


@pytest.fixture(scope="session")
def chromium():
    # Playwright runs an event loop in this thread, which Django takes for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def signed_in(chromium, server):
    """A function that opens a page signed in as a role; errors in its console are collected in `complaints`."""
    states: dict[str, dict] = {}
    contexts = []

    def page(role, language="en-ca", *, number=0, **options):
        who = f"{role} {number}"
        if who not in states:
            first = chromium.new_context()
            first.set_default_timeout(PATIENCE)
            sign_in(first.new_page(), server, role, language, number)
            states[who] = first.storage_state()
            first.close()
        context = chromium.new_context(storage_state=states[who], viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(PATIENCE)
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


def sign_in(page, server, role, language, number=0):
    email, password = server.accounts[role][number]
    page.goto(f"{server.url}/{language}/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    send(page)
    expect(page.locator("h1")).to_be_visible()


def send(page, button=None):
    """Press this button, or the last one of the page, and wait for the next page."""
    with page.expect_navigation():
        (button or page.locator("main button[type=submit]").last).click()
