"""The inbox in the browser: emptied and undone by clicks and keys, with and without scripts, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser import MARKS

pytestmark = MARKS

PHONE = {"width": 375, "height": 800}
OTHERS = "state=later&kind=posting_ending"
"""What no test empties."""


def open_inbox(page, server, language="en-ca", query="state=soon"):
    page.goto(f"{server.url}/{language}/flags/?{query}")
    expect(page.locator(".inbox-row").first).to_be_visible()
    return page.locator(".inbox-row").count()


def test_an_inbox_is_read_acknowledged_and_undone_by_keys_alone(signed_in, server):
    page = signed_in("coordinator")
    rows = open_inbox(page, server)
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator(".inbox-name").nth(1).inner_text()
    expect(page.locator(".inbox-name").nth(1)).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.locator("#chosen-title")).to_have_text(second.split("\n")[-1].strip().lstrip("▲△ "))
    page.keyboard.press("x")
    expect(page.locator(".inbox-bulk [data-ticked]")).to_contain_text("chosen")
    page.keyboard.press("x")
    expect(page.locator(".inbox-bulk")).to_be_hidden()
    page.keyboard.press("Control+a")  # of the browser, not of the inbox
    expect(page.locator(".done")).to_have_count(0)
    page.keyboard.press("a")
    expect(page.locator(".inbox-row")).to_have_count(rows - 1)
    expect(page.locator("#said")).to_contain_text("You acknowledged")
    expect(page.locator(".inbox-name").nth(1)).to_be_focused()  # the next one, where the other was
    page.locator(".done button").press("Enter")
    expect(page.locator(".inbox-row")).to_have_count(rows)
    page.keyboard.press("s")
    expect(page.locator(".inbox-row")).to_have_count(rows - 1)
    expect(page.locator("#said")).to_contain_text("for one week")
    page.locator(".done button").press("Enter")
    expect(page.locator(".inbox-row")).to_have_count(rows)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("a")  # the list behind the dialog hears nothing
    page.keyboard.press("Escape")
    expect(page.locator(".inbox-row")).to_have_count(rows)
    assert page.complaints == []


@pytest.mark.parametrize(
    ("scripts", "query"),
    [(True, "state=soon"), (False, "state=later&kind=agreement_ending")],
    ids=["with JavaScript", "without JavaScript"],
)
def test_an_inbox_is_emptied_on_a_phone_with_one_click_a_subject(signed_in, server, scripts, query):
    page = signed_in("coordinator", "fr-ca", java_script_enabled=scripts)
    page.set_viewport_size(PHONE)
    rows = open_inbox(page, server, "fr-ca", query)
    clicks = 0

    for left in reversed(range(rows)):
        page.locator(".inbox-acts .btn").first.click()
        clicks += 1
        expect(page.locator(".inbox-row")).to_have_count(left)

    assert clicks == rows  # one each
    expect(page.locator("#said")).to_contain_text("Vous avez pris acte")
    page.locator(".done button").click()
    expect(page.locator(".inbox-row")).to_have_count(1)
    assert page.locator("html").evaluate("page => page.scrollWidth") == PHONE["width"]
    assert page.complaints == []


def test_a_key_means_what_is_ticked(signed_in, server):
    page = signed_in("coordinator")
    rows = open_inbox(page, server, query=OTHERS)
    for key in "jxjx":
        page.keyboard.press(key)
    page.keyboard.press("j")  # on to a third, which is not ticked

    page.keyboard.press("s")
    expect(page.locator(".inbox-row")).to_have_count(rows - 2)
    page.locator(".done button").press("Enter")
    expect(page.locator(".inbox-row")).to_have_count(rows)
    assert page.complaints == []


def test_undo_stands_in_sight_of_who_acts_far_down_on_a_phone(signed_in, server):
    page = signed_in("coordinator")
    page.set_viewport_size(PHONE)
    rows = open_inbox(page, server, query=OTHERS)

    page.locator(".inbox-acts .btn").last.click()
    expect(page.locator(".inbox-row")).to_have_count(rows - 1)
    expect(page.locator(".done button")).to_be_in_viewport(ratio=1)
    page.locator(".done button").click()
    expect(page.locator(".inbox-row")).to_have_count(rows)
    assert page.complaints == []


WORDS_THAT_MAY_NOT_MEET = (
    ".inbox-views a, .inbox-name, .inbox-says, .inbox-acts > *, .inbox-head > *, .chosen-flags p, .notice > *"
)
OVERLAPS = """selector => {
  const all = [...document.querySelectorAll(selector)].filter(one => one.getClientRects().length);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const boxes = all.map(one => [one, one.getBoundingClientRect()]);
  return boxes.flatMap(([one, a], place) => boxes.slice(place + 1)
    .filter(([other, b]) => !one.contains(other) && meet(a, b))
    .map(([other]) => `${one.textContent.trim()} / ${other.textContent.trim()}`))
    .concat(all.filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
      .map(one => `cut: ${one.textContent.trim()}`));
}"""


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_no_words_of_flags_run_over_others_on_any_width(signed_in, server, language):
    page = signed_in("coordinator", language)

    for width in (1280, 800, 375):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("flags/", "flags/?state=mine", ""):
            page.goto(f"{server.url}/{language}/{path}")
            assert (width, path, page.evaluate(OVERLAPS, WORDS_THAT_MAY_NOT_MEET)) == (width, path, [])
