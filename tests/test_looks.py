"""Colours: they stand in one place, and can be read in light, in dark and where the reader's system forces its own."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve

from peaceops.settings import BASE_DIR
from tests.browser import MARKS

STYLES = (BASE_DIR / "static/css/peaceops.css").read_text()
PALETTES, THE_REST = STYLES[: (end := STYLES.index("\nbody {"))], STYLES[end:]
A_COLOUR = r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\("
# Each text on each ground that it stands on.
TEXTS = {
    "ink": ["paper", "soft", "over-soft"],
    "muted": ["paper", "soft", "over-soft"],
    "link": ["paper", "soft", "over-soft"],
    "focus": ["paper", "soft"],
    "primary": ["paper", "soft"],
    "over": ["paper", "soft", "over-soft"],
    "over-hover": ["paper"],
    "warn": ["paper", "soft", "warn-soft"],
    "well": ["paper", "soft"],
    "approved-ink": ["paper", "soft"],
    "on-band": ["band"],
    "on-primary": ["primary", "primary-hover"],
}
# What is drawn: parts of bars and charts, and the borders of fields.
DRAWN = {name: ["paper"] for name in ("in-mission", "approved", "over", "cap", "free", "control", "focus")}

SHEET = 700
"""How wide a sheet of letter paper is between its margins, in pixels."""
ON_PAPER = """() => {
  const seen = (what) => [...document.querySelectorAll(what)].filter((part) => part.checkVisibility());
  return {
    acts: seen("button, .btn, nav, form, input, footer").map((part) => part.outerHTML.slice(0, 120)),
    width: document.documentElement.scrollWidth,
    printed: seen(".printed").length === 1,
    links: seen("main a").map((link) => link.pathname),
    history: seen(".history > li").length > 0,
  };
}"""
"""What of a page comes on paper."""


def _palette(beginning):
    """The colours of one block of the stylesheet, by name."""
    block = PALETTES[PALETTES.index(beginning) :]
    block = block[: block.index("}")]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


LIGHT = _palette(":root {")
DARK = _palette("@media screen and (prefers-color-scheme: dark)")


def _luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one, other):
    """The contrast ratio of WCAG 2."""
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_colours_stand_at_the_top_of_the_stylesheet_only():
    assert re.findall(A_COLOUR, THE_REST) == []


def test_the_dark_theme_has_each_colour_of_the_light_one():
    assert set(LIGHT) == {name for name in DARK if not name.startswith("bs-")}


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (DRAWN, 3)], ids=["texts", "drawn"])
def test_every_colour_stands_out_from_its_ground(palette, pairs, least):
    too_faint = [
        (colour, ground)
        for colour, grounds in pairs.items()
        for ground in grounds
        if _contrast(palette[colour], palette[ground]) < least
    ]

    assert too_faint == []
    assert round(_contrast("#fff", "#000"), 2) == 21


def test_ticks_and_dots_stand_out_from_their_boxes():
    drawn = r'form-check-input:checked\[type="?(\w+)"?\]\s*{[^}]*?(?:stroke|fill)=\'%23(\w+)'
    bootstrap = dict(re.findall(drawn, (BASE_DIR / "static/vendor/bootstrap.min.css").read_text()))
    ours = dict(re.findall(drawn, PALETTES))

    assert bootstrap == {"checkbox": "fff", "radio": "fff"}
    assert {f"#{colour}" for colour in ours.values()} == {DARK["on-primary"]}
    assert ours.keys() == bootstrap.keys()
    assert _contrast("#fff", LIGHT["primary"]) > 4.5


class TestInABrowser:
    pytestmark = MARKS

    @pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
    def test_on_a_phone_the_header_is_low_and_its_menu_unfolds_without_a_script(self, signed_in, server, language):
        page = signed_in("coordinator", language, java_script_enabled=False)
        page.set_viewport_size({"width": 320, "height": 700})
        row, nav = page.locator(".site-header-row"), page.locator(".site-nav")
        menu, search = page.locator(".menu-toggle summary"), page.locator("#site-search")
        assert row.bounding_box()["height"] <= 64
        assert (nav.is_visible(), page.locator(".site-account").is_visible()) == (False, False)
        search.focus()
        assert search.bounding_box()["width"] == 320 - 2 * 12

        menu.focus()
        page.keyboard.press("Enter")

        assert (nav.is_visible(), page.locator(".site-account").is_visible()) == (True, True)
        targets = [*nav.locator("a").all(), *page.locator(".site-account a, .site-account button").all()]
        assert min(target.bounding_box()["height"] for target in targets) >= 40
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.set_viewport_size({"width": 1280, "height": 700})
        menu.evaluate("menu => { menu.parentElement.open = false; }")
        assert (nav.is_visible(), menu.is_visible()) == (True, False)

    def test_the_board_comes_in_five_answers_of_90_kilobytes(self, signed_in, server):
        """Page, two stylesheets, one script, one font; as they come over the network, compressed."""
        context = signed_in("coordinator").context
        page, came = context.new_page(), []

        def note(request):
            came.append(request)

        page.on("requestfinished", note)
        page.goto(f"{server.url}/en-ca/", wait_until="load")

        assert sorted(answer.resource_type for answer in came) == [
            "document",
            "font",
            "script",
            "stylesheet",
            "stylesheet",
        ]
        assert sum(answer.sizes()["responseBodySize"] for answer in came) < 90_000

    @pytest.mark.parametrize("looks", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced"])
    def test_axe_finds_nothing_in_other_colours(self, signed_in, server, looks):
        page = signed_in("coordinator", **looks)
        problems = []
        for path in ("", "flags/", "deployments/", "areas/2/", "deployments/plan/", "nominations/", "people/new/"):
            page.goto(f"{server.url}/en-ca/{path}")
            if path == "people/new/":  # a form in error
                page.locator("main form button[type=submit]").last.click()
                page.locator(".error-summary").wait_for()
            problems += [
                (path, violation["id"], violation["nodes"][0]["html"][:120])
                for violation in Axe().run(page).response["violations"]
            ]

        assert problems == []

    def test_parts_of_bars_and_keys_are_seen_where_the_system_forces_its_colours(self, signed_in, server):
        """A forced colour once drew the line of the cap black on black, and left the legend empty."""
        page = signed_in("coordinator", forced_colors="active", color_scheme="dark")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")

        colours = {
            name: page.locator(f".bar-{name}").first.evaluate(f"shape => getComputedStyle(shape).{what}")
            for name, what in {"cap": "stroke", "in-mission": "fill"}.items()
        }
        key = page.locator(".key-in-mission").first.evaluate("key => getComputedStyle(key).backgroundColor")

        assert ground == "rgb(0, 0, 0)"
        assert colours["cap"] not in {ground, colours["in-mission"]}
        assert colours["in-mission"] != ground
        assert key == colours["in-mission"]

    @pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
    def test_the_board_is_printed_on_one_wide_page_in_the_published_layout(self, signed_in, server, language):
        page = signed_in("coordinator", language, color_scheme="dark")

        printed = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="print")

        sides = [[float(side) for side in box.split()[2:]] for box in re.findall(rb"/MediaBox \[([^]]*)\]", printed)]
        assert [width > height for width, height in sides] == [True]
        shown = {name: page.locator(name).is_visible() for name in (".published-table", ".board-table", ".today")}
        assert shown == {".published-table": True, ".board-table": False, ".today": False}
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"

    @pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
    def test_a_printed_sheet_has_facts_only_and_nothing_is_cut(self, signed_in, server, language):
        """Area, mission, person and deployments, as wide as paper: no way elsewhere, nothing to press, no form."""
        page = signed_in("coordinator", language)
        page.set_viewport_size({"width": SHEET, "height": 900})
        sheets = {}
        for name, path in {
            "area": "",
            "mission": "missions/?state=active",
            "stay": "deployments/?status=deployed",
            "planned": "deployments/?status=planned",
            "person": "people/",
        }.items():
            page.emulate_media(media="screen")
            page.goto(f"{server.url}/{language}/{path}")
            rows = ".board-table th a" if name == "area" else "main tbody th a"
            page.goto(page.locator(rows).first.evaluate("link => link.href"))
            page.emulate_media(media="print")
            sheets[name] = page.evaluate(ON_PAPER)

        assert {name: sheet["acts"] for name, sheet in sheets.items()} == {name: [] for name in sheets}
        assert {name: sheet["width"] for name, sheet in sheets.items()} == dict.fromkeys(sheets, SHEET)
        assert {name: sheet["printed"] for name, sheet in sheets.items()} == dict.fromkeys(sheets, True)
        led_to = {
            resolve(path.replace("/fr-ca/", "/en-ca/")).url_name for sheet in sheets.values() for path in sheet["links"]
        }
        assert {name for name in led_to if not name.endswith(("_detail", "_list"))} <= {"home", "record_edit"}
        assert sheets["stay"]["history"]

    @pytest.mark.parametrize("width", [1280, 800, 375])
    def test_the_facts_of_a_person_leave_no_column_empty_folded_or_not(self, signed_in, server, width):
        page = signed_in("coordinator")
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{server.url}/en-ca/people/")
        page.goto(page.locator("main tbody th a").first.evaluate("link => link.href"))
        across = page.locator(".across").bounding_box()

        attested = page.locator("section:has(> div > #attestations-title)").bounding_box()
        page.locator(".across > summary").click()
        facts = page.locator(".across .facts").bounding_box()

        assert (attested["x"], facts["x"], facts["width"]) == (across["x"], across["x"], across["width"])
        assert page.evaluate("document.documentElement.scrollWidth") == width

    def test_requirements_that_are_met_are_unfolded_on_paper_alone(self, signed_in, server):
        page = signed_in("coordinator")
        page.goto(f"{server.url}/en-ca/deployments/?status=deployed")
        page.goto(page.locator("main tbody th a").first.evaluate("link => link.href"))
        met = page.locator(".folded .plan-met")

        seen = {}
        for media in ("screen", "print"):
            page.emulate_media(media=media)
            seen[media] = met.first.is_visible()

        assert seen == {"screen": False, "print": True}

    @pytest.mark.parametrize("looks", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
    def test_the_board_on_a_phone_has_cards_and_axe_finds_nothing(self, signed_in, server, looks):
        page = signed_in("coordinator", "fr-ca", **looks)
        page.set_viewport_size({"width": 320, "height": 700})
        page.locator(".board-table summary").first.click()

        tops = [page.locator(name).first.bounding_box()["y"] for name in (".today", ".board-table tbody tr")]
        assert tops == sorted(tops)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
