"""In the browser: the session ends in the middle of a form, and nothing that was typed is lost."""

import pytest
from playwright.sync_api import expect

from tests.browser import MARKS, PATIENCE, send, sign_in

pytestmark = MARKS

WORDS = {
    "en-ca": ("Sunday 3 January 2027", "Sign out", "day 1 of 365"),
    "fr-ca": ("dimanche 3 janvier 2027", "Fermer la session", "jour 1 sur 365"),
}


@pytest.mark.parametrize("language", WORDS)
def test_the_session_ends_while_a_stay_is_planned(chromium, server, language):
    said, sign_out, counted = WORDS[language]
    context = chromium.new_context()  # of its own: signing out would end the session of other tests
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    sign_in(page, server, "coordinator", language, 1)
    email, password = server.accounts["coordinator"][1]
    plan = f"{server.url}/{language}/deployments/plan/"

    # What was typed is said back.
    page.goto(plan)
    page.locator(".plan-more summary").click()
    page.locator("#id_reason").fill("Élan vert, 7")
    page.locator("#id_starts_on").fill("20270103")
    page.locator("#id_ends_on").fill("2028-01-02")
    page.locator("#id_reason").focus()
    expect(page.get_by_text(f"{said} · {counted}")).to_be_visible()

    # Another language keeps it.
    send(page, page.locator(".language-switch"))
    expect(page.locator("#id_reason")).to_have_value("Élan vert, 7")
    send(page, page.locator(".language-switch"))
    page.goto(plan)
    page.locator(".plan-more summary").click()
    page.locator("#id_reason").fill("Élan vert, 7")
    page.locator("#id_starts_on").fill("20270103")
    page.keyboard.press("Tab")
    expect(page.get_by_text(said)).to_be_visible()

    # Signed out in another window: the live part leads to where one signs in, and back to what was typed.
    other = context.new_page()
    other.goto(f"{server.url}/{language}/")
    send(other, other.get_by_role("button", name=sign_out))
    with page.expect_navigation(url="**/sign-in/**"):
        page.locator("#id_ends_on").fill("2028-01-02")
        page.keyboard.press("Tab")  # the page may be on its way already
    assert page.locator("#id_login").count() == 1
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    send(page)
    expect(page.locator("#id_reason")).to_have_value("Élan vert, 7")
    expect(page.locator("#id_starts_on")).to_have_value("20270103")

    # Sent with no session: the form is there again as it was.
    other.goto(f"{server.url}/{language}/")
    send(other, other.get_by_role("button", name=sign_out))
    send(page)
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    send(page)
    expect(page.locator("#id_reason")).to_have_value("Élan vert, 7")
    expect(page.locator(".error-summary")).to_be_focused()
    context.close()


def test_a_notice_before_the_session_ends_lets_somebody_stay(signed_in, server):
    page = signed_in("coordinator")
    left = [100, 43_000]
    page.route("**/account/session/", lambda route: route.fulfill(json={"seconds": left.pop(0)}))
    page.clock.install()
    page.goto(f"{server.url}/en-ca/areas/")

    page.clock.fast_forward("12:00:00")
    stay = page.locator("#session-notice").get_by_role("button", name="Stay signed in")
    expect(stay).to_be_visible()
    stay.press("Enter")

    expect(page.locator("#session-notice")).to_have_text("You stay signed in.")
