"""The chart in a browser: read with the keys, on a phone, in dark and forced colours, and without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser import MARKS

pytestmark = MARKS
OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll(".chart text")]
    .filter((text) => getComputedStyle(text).display !== "none")
    .map((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      return { text: text.textContent, size: getComputedStyle(text).fontSize, left, right, top, bottom };
    });
  const meet = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  return {
    sizes: [...new Set(boxes.map((box) => box.size))],
    pairs: boxes.flatMap((one, index) =>
      boxes.slice(index + 1).filter((other) => meet(one, other)).map((other) => `${one.text} / ${other.text}`)
    ),
  };
}"""


def opened(page, server, name, language="en-ca"):
    """The page of a country of the demonstration world, opened from the list of countries."""
    page.goto(f"{server.url}/{language}/areas/")
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()
    return page


def test_the_chart_is_read_with_the_arrow_keys_and_opens_the_list_of_the_day(signed_in, server):
    page = opened(signed_in("coordinator"), server, "Democratic Republic of the Congo")
    chart = page.get_by_role("slider")

    chart.focus()
    today = chart.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    expect(chart).not_to_have_attribute("aria-valuetext", today)
    said = chart.get_attribute("aria-valuetext")
    expect(page.locator("[data-chart-said] span")).to_have_text(said)
    counted = sum(int(number) for number in re.findall(r"(\d+) (?:in mission|approved|planned)", said))
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert re.search(r"/deployments/\?area=\d+&status=counted&on=\d{4}-\d\d-\d\d$", page.url)
    expect(page.locator("caption").first).to_contain_text(str(counted))
    assert page.complaints == []


@pytest.mark.parametrize("width", [375, 800, 1280])
def test_its_texts_are_as_large_on_every_screen_and_none_lies_on_another(signed_in, server, width):
    page = opened(signed_in("coordinator"), server, "République démocratique du Congo", "fr-ca")
    page.set_viewport_size({"width": width, "height": 800})

    found = page.evaluate(OVERLAPPING)

    assert found == {"sizes": ["13px"], "pairs": []}


@pytest.mark.parametrize("colours", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_a_page_with_a_chart_reads_in_dark_and_in_forced_colours(signed_in, server, colours):
    page = opened(signed_in("coordinator", **colours), server, "Democratic Republic of the Congo")

    colour = "name => getComputedStyle(document.querySelector(name))[name.includes('cap') ? 'stroke' : 'fill']"
    cap, people = (page.evaluate(colour, name) for name in (".chart-cap", ".chart-in-mission"))
    assert cap != people
    assert Axe().run(page).response["violations"] == []


def test_without_javascript_the_table_says_the_same_and_tabs_are_links(signed_in, server):
    page = opened(signed_in("coordinator", java_script_enabled=False), server, "Democratic Republic of the Congo")

    expect(page.get_by_role("slider")).to_have_count(0)
    expect(page.locator("[data-chart-said]")).to_be_hidden()
    page.locator("summary", has_text="Show as table").click()
    with page.expect_navigation():
        page.locator("[data-chart-rows] a").first.click()
    assert "status=counted" in page.url
    page.go_back()
    with page.expect_navigation():
        page.locator(".tabs a", has_text="Positions").click()
    expect(page.locator(".tabs [aria-current]")).to_contain_text("Positions")


def test_a_chart_of_month_ends_is_read_month_by_month_and_bars_say_their_numbers(signed_in, server):
    page = signed_in("coordinator")
    page.goto(f"{server.url}/en-ca/reports/charts/strength/")
    chart = page.get_by_role("slider")

    chart.focus()
    page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("On 31 January 1989: 0 deployed"))
    page.keyboard.press("ArrowRight")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("On 28 February 1989"))
    page.keyboard.press("End")
    counted = re.search(r"(\d+) deployed", chart.get_attribute("aria-valuetext"))[1]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".lead")).to_contain_text(f": {counted}")

    page.goto(f"{server.url}/en-ca/reports/charts/genders/")
    bar = page.locator("[data-said]").first
    bar.focus()
    expect(page.locator("[data-chart-said]")).to_have_text(bar.get_attribute("aria-label"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Axe().run(page).response["violations"] == []
    assert page.complaints == []
