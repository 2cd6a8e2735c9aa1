"""What people do in the browser, from signing in to the end, in both languages."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser import MARKS, chromium, server, signed_in  # noqa: F401 (fixtures)

pytestmark = MARKS

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
        "full": "Cisjordanie\N{NO-BREAK SPACE}: complet le",
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
        page.locator(".choices a").nth(2 * (language == "fr-ca") + scripts).click()  # somebody else in each run
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
    assert page.locator(".refusal").all_inner_texts() == []
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
