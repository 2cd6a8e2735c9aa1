"""Every page in both languages and at three widths: axe finds nothing, nothing scrolls sideways, and an eye finds
nothing that runs into something else, is cut, breaks within a date or is too small to be met (`tests.looks`)."""

import html
import re
import zlib
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import expect

from tests.browser import MARKS, send
from tests.looks import SIZES, looked_at
from tests.test_access import WHO_MAY_OPEN

pytestmark = MARKS
# Each page is looked at in both languages and at three widths; axe reads every second page in English and the others in
# French, at the width beside the language: what it finds hangs on neither, and it takes half of the time.
WIDTHS = {"en-ca": 1280, "fr-ca": 375}
# Also of what is drawn: the links of a chart have no plain address.
LINKS = "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href)"
# Pieces of other pages, files, and what stands behind a form that was sent.
NO_PAGES = {
    "plan_outlook",
    "person_suggest",
    "search_suggestions",
    "import_progress",
    "everything_progress",
    "long_export_progress",
    "long_export_download",
    "everything_download",
    "document_download",
    "candidate_export",
    "import_template",
    "sheet_template",
    "import_refused",
    "session_time",
    "day_understood",
}
BEHIND_A_FORM = {
    "contact_add",
    "contact_remove",
    "deployment_bulk",
    "flag_act",
    "import_columns",
    "import_detail",
    "import_undo",
    "nomination_bulk",
    "papers_verify",
    "result_detail",
    "saved_view_delete",
    "saved_view_edit",
    "subscription_edit",
    "subscription_end",
}
# No service of the demonstration world had another name before: drawn as the same page of a mission is.
DRAWN_AS_ANOTHER = {"service_name_withdraw"}
# Pages that a liaison sees drawn otherwise than a coordinator; the others are the same template.
DRAWN_FOR_A_LIAISON = {
    "home",
    "deployment_detail",
    "service_detail",
    "position_detail",
    "nomination_detail",
    "mission_detail",
}
# What may be done with a nomination, and so the links of its page, follow its stage.
STAGES = ["returned", "screening", "assessment", "qualified&sort=service", "accepted", "not_selected"]


def name_of(url):
    """The URL name of an address, with the act of a step or the part of a page.

    None for what is not ours to check (the Django admin).
    """
    path = urlsplit(url).path
    with translation.override(path[1:6]):
        try:
            found = resolve(path)
        except Resolver404:
            return None
    if found.namespaces:
        return None
    for kind in ("act", "move", "what", "answer"):
        if kind in found.kwargs:
            return f"{found.url_name} {found.kwargs[kind]}"
    [part] = parse_qs(urlsplit(url).query).get("part", [""])
    return f"{found.url_name} {part}" if part else found.url_name


def is_read_in(language, name):
    """Whether axe reads this page in this language."""
    return zlib.crc32(name.split()[0].encode()) % 2 == list(WIDTHS).index(language)


def problems_of(page, name, language, *, axe=True):
    """What axe finds on the page that is open, and what an eye would find at each width."""
    page.wait_for_load_state()
    found = []
    for width in SIZES.values():
        found += [(name, width, *one) for one in looked_at(page, width)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((name, width, "scrolls sideways"))
    page.set_viewport_size({"width": WIDTHS[language], "height": 900})
    if not axe:
        return found
    found += [
        (name, WIDTHS[language], violation["id"], violation["nodes"][0]["html"][:120])
        for violation in Axe().run(page).response["violations"]
    ]
    return found


def _of_some_places_only(page, home):
    """An address of each page that only some missions and areas lead to: with a roster, a team, a state that ended."""
    found = {"office_set_up": f"{home}first-steps/"}  # the first page leads there only while something is missing
    for path in ("missions/?sort=code", "missions/?sort=code&page=2", "areas/"):
        page.goto(home + path)
        for place in page.eval_on_selector_all("tbody th a", "links => links.map(link => link.href)"):
            text = page.request.get(place).text() + page.request.get(f"{place}?part=about").text()
            for link in re.findall(r'href="(/[^"#]+)"', text):
                address = urljoin(home, html.unescape(link))
                if name := name_of(address):
                    found.setdefault(name, address)
    return found


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
@pytest.mark.parametrize("role", ["coordinator", "liaison"])
def test_axe_finds_nothing_on_any_page_and_nothing_scrolls_sideways(signed_in, server, role, language):
    """Follows the links from the first page to one address of each page that the role may open."""
    page = signed_in(role, language)
    home = f"{server.url}/{language}/"
    waiting = [home, f"{home}search/?q=a", f"{home}people/{'9' * 30}/"]
    for stage in STAGES:
        page.goto(f"{home}nominations/?stage={stage}")
        waiting += page.eval_on_selector_all("tbody th a", "links => links.slice(0, 1).map(link => link.href)")
    # Somebody of a partner, whose consent is asked for, and somebody who came although no place was free.
    for query in ("status=approved&sort=service", "status=excess"):
        page.goto(f"{home}deployments/?{query}")
        waiting += page.eval_on_selector_all("tbody th a", "links => links.slice(0, 1).map(link => link.href)")
    later = _of_some_places_only(page, home) if role == "coordinator" else {}
    page.goto(waiting[3])  # somebody whose file is alive has more links than others
    waiting.append(page.locator(".facts dd a").first.evaluate("link => link.href"))
    seen = {"home", "search", None} | NO_PAGES
    problems = []
    while waiting or later:
        if not waiting:
            name, address = later.popitem()
            if name in seen:
                continue
            seen.add(name)
            waiting.append(address)
        address = waiting.pop(0)
        page.goto(address)
        name = name_of(address)
        if role == "coordinator" or (name or "").split(" ")[0] in DRAWN_FOR_A_LIAISON:
            problems += problems_of(page, name, language, axe=is_read_in(language, name or "home"))
        for link in page.eval_on_selector_all("a[href]", LINKS):
            found = name_of(link) if link.startswith(home) else None
            if found not in seen:
                seen.add(found)
                waiting.append(link.split("#")[0])

    met = {name.split()[0] for name in seen if name}
    mine = {name for name, roles in WHO_MAY_OPEN.items() if role in roles} - NO_PAGES - BEHIND_A_FORM - DRAWN_AS_ANOTHER
    # What an act asks is on a page of its own; those that nobody can take on the deployments met have no link.
    assert met >= mine - {"deployment_step"}
    assert (role == "coordinator") == ("deployment_step" in met)
    assert problems == []
    assert [said for said in page.complaints if "404" not in said] == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_axe_finds_nothing_on_the_page_that_only_auditors_open(signed_in, server, language):
    page = signed_in("auditor", language)
    page.goto(f"{server.url}/{language}/events/")

    assert problems_of(page, "event_list", language) == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_axe_finds_nothing_on_the_pages_that_only_administrators_open(signed_in, server, language):
    page = signed_in("administrator", language)
    problems = []
    for path in ("jobs/", "jobs/flags.check_what_waits/", "letters/"):
        page.goto(f"{server.url}/{language}/{path}")
        problems += problems_of(page, path, language)
    for _each in range(100):  # the first letters are written within a minute
        if page.locator("tbody th a").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    send(page, page.locator("tbody th a").first)
    problems += problems_of(page, "letter_detail", language)

    assert problems == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_axe_finds_nothing_on_pages_behind_a_form(signed_in, server, language):
    page = signed_in("liaison", language)
    problems = []
    page.goto(f"{server.url}/{language}/people/?q=a")
    send(page, page.locator("tbody th a").first)
    page.goto(page.url.rstrip("/") + "/contacts/")
    page.locator("#id_why_0").check()
    send(page)
    problems += problems_of(page, "contact_list", language)
    page.goto(f"{server.url}/{language}/lists/new/")
    send(page)
    problems += problems_of(page, "import_add", language)
    rows = f"Nom,Prénom,Matricule\nGingras,Maude,X-{language}\nGingras,Maude,X-{language}\n"
    page.locator("#id_file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    send(page)
    expect(page.locator("table.list tbody tr")).to_have_count(2, timeout=30_000)
    problems += problems_of(page, "import_detail", language)
    page.locator("a[href$='/columns/']").first.click()
    problems += problems_of(page, "import_columns", language)
    page.goto(page.url.replace("/columns/", "/undo/"))
    problems += problems_of(page, "import_undo", language)

    assert problems == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_axe_finds_nothing_on_the_sign_in_page(chromium, server, language):
    page = chromium.new_page()
    page.goto(f"{server.url}/{language}/account/sign-in/")
    send(page)
    expect(page.locator(".error-summary")).to_be_focused()

    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    page.close()


def test_at_200_percent_nothing_scrolls_sideways(signed_in, server):
    page = signed_in("coordinator")
    page.set_viewport_size({"width": 640, "height": 450})  # what 1280 pixels are at 200 %

    for path in ("/", "/deployments/", "/areas/2/", "/flags/"):
        page.goto(f"{server.url}/en-ca{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_axe_finds_nothing_on_pages_of_acts_on_many_rows_and_of_saved_views(signed_in, server, language):
    page, problems = signed_in("coordinator", language), []
    home = f"{server.url}/{language}/"
    page.goto(f"{home}flags/?state=act")
    flag = page.locator("main input[name=row]").first.get_attribute("value")
    page.goto(f"{home}flags/snooze/?row={flag}")
    problems += problems_of(page, "flag_act", language)
    for rows, act in (
        ("people/papers/", "/people/papers/verify/"),
        ("nominations/?stage=screening", "/nominations/together/"),
        ("deployments/?status=planned", "/deployments/together/approve/"),
    ):
        page.goto(home + rows)
        page.locator("main input[name=row]").first.check()
        page.locator(f"#together button[formaction*='{act}']").first.click()
        expect(page.locator("main form .btn-primary").first).to_be_visible()
        problems += problems_of(page, act, language)
    send(page, page.locator("main form .btn-primary").last)
    problems += problems_of(page, "result_detail", language)
    page.goto(f"{home}deployments/?status=planned")
    page.goto(page.locator("main a[href*='/account/views/']").first.evaluate("link => link.href"))
    page.locator("#id_name").fill("Planned / Planifiés")
    send(page)
    for what in ("", "delete/"):
        edit = page.locator("main a[href$='/delete/']").last.evaluate("link => link.href").removesuffix("delete/")
        page.goto(edit + what)
        problems += problems_of(page, f"saved view {what}", language)
        page.go_back()
    send(page, page.locator("main a[href$='/delete/']").last)
    send(page)

    assert problems == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_axe_finds_nothing_on_the_pages_of_a_monthly_report(signed_in, server, language):
    page, problems = signed_in("coordinator", language), []
    page.goto(f"{server.url}/{language}/reports/areas/")
    page.goto(page.locator("main a[href*='/monthly/add/']").evaluate("link => link.href"))
    page.locator("main select option, main [type=checkbox]").first.wait_for(state="attached")
    problems += problems_of(page, "subscription_add", language)
    readers = page.locator("main select[name=readers]")
    readers.select_option(index=0) if readers.count() else page.locator("main input[name=readers]").first.check()
    send(page)
    problems += problems_of(page, "subscription_list", language)
    for what in ("", "end/"):
        page.goto(f"{server.url}/{language}/monthly/")
        end = page.locator("main a[href$='/end/']").last.evaluate("link => link.href")
        page.goto(end.removesuffix("end/") + what)
        problems += problems_of(page, f"monthly report {what}", language)
    send(page)

    assert page.locator("main a[href$='/end/']").count() == 0
    assert problems == []
