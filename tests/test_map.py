"""The map of the world in a browser: by keys, on a phone, in dark and forced colours, without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser import MARKS

pytestmark = MARKS


def opened(page, server, language="en-ca", query=""):
    page.goto(f"{server.url}/{language}/map/{query}")
    return page


def test_a_place_says_its_figures_with_the_focus_and_leads_to_its_area(signed_in, server):
    page = opened(signed_in("coordinator"), server)
    place = page.locator(".map-now").first
    said = page.locator("[data-map-said]")

    expect(said).to_contain_text("Tab key")
    place.focus()
    expect(said).to_have_text(place.get_attribute("aria-label"))
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert re.search(r"/en-ca/areas/\d+/$", page.url)
    assert page.complaints == []


@pytest.mark.parametrize("colours", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_what_is_now_what_was_before_and_the_rest_look_different(signed_in, server, colours):
    page = opened(signed_in("coordinator", **colours), server)

    fill = "name => getComputedStyle(document.querySelector(name)).fill"
    fills = [page.evaluate(fill, name) for name in (".map-now .map-shape", ".map-before .map-shape", ".map-land")]
    assert len(set(fills)) == 3
    assert "map-hatch" in fills[1]
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_it_fits_a_phone(signed_in, server, language):
    page = signed_in("coordinator", language)
    page.set_viewport_size({"width": 375, "height": 800})
    opened(page, server, language)

    assert page.evaluate("document.documentElement.scrollWidth") == 375
    box = page.locator(".map-world").bounding_box()
    assert 300 < box["width"] <= 375


def test_the_slider_is_a_plain_form(signed_in, server):
    page = opened(signed_in("coordinator", java_script_enabled=False), server)

    expect(page.locator("[data-map-said]")).to_be_hidden()
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    with page.expect_navigation():
        page.locator(".year-slider button").click()

    assert page.url.endswith("/en-ca/map/?on=1989-12-31")
    expect(page.locator(".year-slider output")).to_have_text("1989")
