"""What people do in the browser, from signing in to the end, in both languages."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser import MARKS, send

pytestmark = MARKS

WORDS = {
    "en-ca": {
        "approve": "Approve",
        "plan": "Plan",
        "blocked": "This cannot be approved yet",
        "full": "West Bank is full on",
        "approved": "was approved.",
        "mission": "BINUH",
        "rcmp": "Royal Canadian Mounted Police",
    },
    "fr-ca": {
        "approve": "Approuver",
        "plan": "Planifier",
        "blocked": "Approbation impossible pour le moment",
        "full": "Cisjordanie\N{NO-BREAK SPACE}: complet le",
        "approved": "a été approuvé.",
        "mission": "BINUH",
        "rcmp": "Gendarmerie royale du Canada",
    },
}


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_from_signing_in_to_a_refused_and_then_a_successful_approval(signed_in, server, language, scripts):
    words = WORDS[language]
    page = signed_in("coordinator", language, java_script_enabled=scripts)
    today = timezone.localdate()

    # Somebody of the RCMP who has every paper; each run takes other days.
    page.goto(f"{server.url}/{language}/nominations/?stage=qualified")
    send(page, page.locator("tbody tr").filter(has_text=words["rcmp"]).first.locator("th a"))
    person = page.locator(".facts dd a").first.get_attribute("href").rstrip("/").rsplit("/", 1)[-1]
    later = 200 + 40 * (language == "fr-ca") + 80 * scripts

    def plan(mission, first, last):
        page.goto(f"{server.url}/{language}/deployments/plan/?person={person}")
        page.locator("#id_mission").select_option(label=mission)
        page.locator("#id_starts_on").fill(first.isoformat())
        page.locator("#id_ends_on").fill(last.isoformat())
        if scripts:
            expect(page.locator(".headroom p").first).to_be_visible()
        send(page, page.locator("#plan-button"))

    # West Bank is at its cap: the page says so before anybody tries, and says it again when somebody does.
    plan("EUPOL COPPS", today, today + dt.timedelta(days=30))
    expect(page.locator(".refusal")).to_contain_text(words["full"])
    send(page, page.get_by_role("button", name=words["approve"]))
    expect(page.locator(".refusal h2")).to_have_text(words["blocked"])
    expect(page.locator(".refusal li").first).to_contain_text(words["full"])
    refused = page.url
    assert refused.endswith("/approve/")

    # Cancelled there, the same person is approved where there is room.
    page.goto(refused.replace("/approve/", "/cancel/"))
    page.locator("#id_reason").fill("There is no place.")
    send(page)
    plan(words["mission"], today + dt.timedelta(days=later), today + dt.timedelta(days=later + 30))
    assert page.locator(".refusal").all_inner_texts() == []
    send(page, page.get_by_role("button", name=words["approve"]))
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


def test_the_search_suggests_while_one_types_and_the_arrows_choose(signed_in, server):
    page = signed_in("coordinator")
    page.keyboard.press("Control+k")
    box, options = page.get_by_role("combobox", name="Search everything"), page.locator("#site-search-list li")

    box.press_sequentially("cst. hakeem")
    expect(options.first).to_contain_text("Hakeem")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    box.fill("p-10")
    expect(options.filter(has_text="P-102").first).to_be_visible()
    page.keyboard.press("ArrowUp")
    last = options.last
    expect(last).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == last.get_attribute("id")
    leads_to = server.url + last.get_attribute("data-url")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == leads_to
    assert page.complaints == []


def test_the_background_has_flagged_what_the_demonstration_world_holds(signed_in, server):
    page = signed_in("coordinator")
    told = ("cap_exceeded", "cap_reached", "posting_overdue", "posting_ending", "no_successor", "agreement_ending")

    for kind in (*told, "follow_up_overdue", "offer_unanswered", "credential_lapsing"):
        page.goto(f"{server.url}/en-ca/flags/?kind={kind}")
        expect(page.locator(".inbox-name").first).to_be_visible()


def test_a_candidate_from_the_liaisons_desk_to_a_planned_deployment(signed_in, server):
    """The liaison works in French, two coordinators in English, each in a browser of their own."""
    liaison = signed_in("liaison", "fr-ca")
    first, second = signed_in("coordinator", "en-ca"), signed_in("coordinator", "en-ca", number=1)

    # The liaison puts forward somebody whose other nomination is deferred.
    liaison.goto(f"{server.url}/fr-ca/nominations/?stage=deferred")
    send(liaison, liaison.locator("tbody th a").first)
    send(liaison, liaison.locator(".facts dd a").first)
    send(liaison, liaison.get_by_role("link", name="Proposer pour un poste"))
    liaison.locator("#id_position").select_option(label="BINUH – P-102 Formation, police judiciaire")
    liaison.locator("#id_statement").fill("Dix ans d'enseignement.")
    send(liaison, liaison.get_by_role("button", name="Soumettre"))
    expect(liaison.locator(".title-row .tag")).to_contain_text("Soumise")
    in_english = liaison.url.replace("/fr-ca/", "/en-ca/")

    # A coordinator returns it; the liaison reads why, corrects and submits again.
    first.goto(in_english)
    send(first, first.get_by_role("link", name="Return for correction"))
    first.locator("#id_reason_code").select_option("incomplete")
    first.locator("#id_reason").fill("Say which courses.")
    send(first)
    expect(first.locator(".title-row .tag")).to_contain_text("Returned for correction")
    liaison.reload()
    expect(liaison.locator(".refusal")).to_contain_text("Say which courses.")
    send(liaison, liaison.get_by_role("link", name="Corriger"))
    liaison.locator("#id_statement").fill("Dix ans d'enseignement: enquêtes et preuve.")
    send(liaison)
    send(liaison, liaison.get_by_role("button", name="Soumettre"))

    _screen_review_and_select(first, second, in_english)
    send(second, second.get_by_role("link", name="Ask for the consent of the home service"))
    send(second)
    expect(second.locator("main")).to_contain_text("Waiting for the answer")

    # The home service consents, and a hold stands under the cap.
    liaison.goto(f"{server.url}/fr-ca/")
    name = second.locator("h1").inner_text()
    send(liaison, liaison.locator(".attention a.btn-primary").filter(has_text=name.split(" ", 1)[1]))
    send(liaison)
    expect(liaison.locator(".title-row .tag")).to_contain_text("Accordé")
    second.goto(in_english)
    expect(second.locator(".title-row .tag")).to_contain_text("Deployment planned")
    send(second, second.locator(".facts a").filter(has_text="20"))
    expect(second.locator(".title-row .tag")).to_contain_text("Planned")
    assert liaison.complaints == first.complaints == second.complaints == []


def _screen_review_and_select(first, second, address):
    """Screening, two reviews that do not see each other, and the selection."""
    first.goto(address)
    send(first, first.get_by_role("button", name="Take into screening"))
    send(first, first.get_by_role("link", name="Fill in the checklist"))
    for question in first.locator("main select").all():
        question.select_option("yes")
    send(first)
    send(first, first.get_by_role("button", name="Pass to assessment"))
    for page, points in ((first, "4"), (second, "5")):
        page.goto(address)
        expect(page.locator("main")).to_contain_text("You see the scores of the others once your own review is in.")
        send(page, page.get_by_role("link", name="Write your review"))
        for criterion in page.locator("main select").all():
            criterion.select_option(points)
        send(page)
    expect(second.locator("main")).to_contain_text("2 reviews: 90 per cent of the points.")
    for button in ("Qualify", "Nominate to the organization", "Record the acceptance"):
        send(second, second.get_by_role("button", name=button))


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_liaison_puts_a_new_officer_forward_with_six_papers_in_four_clicks(signed_in, server, scripts):
    page = signed_in("liaison", "fr-ca", java_script_enabled=scripts)
    clicks, last_month = [], (timezone.localdate() - dt.timedelta(days=30)).isoformat()

    def click(place):
        clicks.append(place)
        place.click()

    def go(place):
        with page.expect_navigation():
            click(place)

    go(page.get_by_role("link", name="Ajouter une personne"))
    page.locator("#id_given_name").fill("Maëlle")
    page.locator("#id_family_name").fill(f"Thivierge {'avec' if scripts else 'sans'} script")
    for name, number in (("rank", 1), ("gender", 1), ("first_language", 2)):
        page.locator(f"#id_{name}").select_option(index=number)
    go(page.get_by_role("button", name="Suivant"))
    expect(page.locator(".lead")).to_contain_text("Étape 2 de 2")
    for row in range(6):
        page.locator(f"#id_credential-{row}-kind").select_option(index=row + 1)
        page.locator(f"#id_credential-{row}-profile").select_option(index=1)
        page.locator(f"#id_credential-{row}-issued_on").fill(last_month)
    click(page.locator("#id_attestation-agreed"))
    page.locator("#id_nomination-position").select_option(label="BINUH – P-102 Formation, police judiciaire")
    go(page.get_by_role("button", name="Enregistrer et proposer"))

    expect(page.locator(".alert-success").first).to_contain_text("avec 7 attestations")
    expect(page.locator(".title-row .tag")).to_contain_text("Soumise")
    assert len(clicks) == 4  # there were 22: each paper had two pages of its own
    assert page.complaints == []


LIST = """Matricule;Nom;Prénom;Grade;Genre;Langue;Date de naissance;Début du service
SQ-90001;Vadeboncœur;Maëlle;Agente;Femme;Français;02/03/1991;1er juin 2014
SQ-90002;Quintal;Hugo;Maréchal;Homme;Français;31/02/1990;2/3/14
"""


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_list_is_brought_looked_at_and_saved_by_the_worker(signed_in, server, scripts):
    page = signed_in("liaison", "fr-ca", java_script_enabled=scripts)
    content = LIST.replace("9000", f"9{int(scripts)}00").replace("Maëlle", "Coralie" if scripts else "Josée")

    page.goto(f"{server.url}/fr-ca/lists/new/")
    page.locator("#id_file").set_input_files(
        {"name": "candidats.csv", "mimeType": "text/csv", "buffer": content.encode("cp1252")}
    )
    send(page)  # the columns are known, so nothing is asked
    _wait_for_the_worker(page, page.locator("tbody tr"), scripts)
    expect(page.locator("tbody tr").nth(0)).to_contain_text("1991-03-02")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("31/02/1990")
    send(page, page.get_by_role("button", name="Enregistrer 1 ligne"))
    _wait_for_the_worker(page, page.locator(".lead", has_text="Enregistrée"), scripts)
    page.goto(f"{server.url}/fr-ca/people/?q=vadeboncoeur+{'coralie' if scripts else 'josee'}")
    expect(page.locator("tbody th")).to_contain_text(["Vadeboncœur"])
    assert page.complaints == []


def _wait_for_the_worker(page, sign, scripts):
    """The page comes again by itself; without scripts the reader looks again."""
    if scripts:
        sign.first.wait_for(timeout=30_000)
        return
    for _each in range(60):
        if sign.count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def test_the_relief_is_planned_from_a_flag_by_keyboard_alone(signed_in, server):
    page = signed_in("coordinator")
    counted = {"clicks": 0, "loads": 0}
    page.expose_function("clicked", lambda: counted.update(clicks=counted["clicks"] + 1))
    page.add_init_script("addEventListener('click', () => clicked(), true)")
    page.on("domcontentloaded", lambda _page: counted.update(loads=counted["loads"] + 1))

    def press_on(target):
        target.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")

    # Somebody of the RCMP who has every paper; other journeys take the first.
    page.goto(f"{server.url}/en-ca/nominations/?stage=qualified")
    name = page.locator("tbody tr").filter(has_text=WORDS["en-ca"]["rcmp"]).last.locator("th a").inner_text()

    page.goto(f"{server.url}/en-ca/flags/?kind=no_successor")
    press_on(page.get_by_role("link", name="Plan the relief").first)
    [relieved] = parse_qs(urlsplit(page.url).query)["relieves"]
    expect(page.locator(".lead")).to_contain_text("The relief of")

    # The rank is no part of the name; the list takes the arrows and Enter, and Escape closes it.
    page.locator("#id_person").focus()
    page.keyboard.type(f"{name.lower()}x")
    expect(page.get_by_role("listbox")).to_contain_text("Nobody active has this name or number.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("Backspace")
    expect(page.get_by_role("option").first).to_contain_text(name)
    counted.update(clicks=0, loads=0)
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]").get_attribute("id")
    assert page.locator("#id_person").get_attribute("aria-activedescendant") == chosen
    page.keyboard.press("Enter")
    expect(page.locator("#plan-approve")).to_be_visible()
    expect(page.locator("#plan-said")).to_contain_text("met")
    for _key in range(60):
        if page.evaluate("document.activeElement.id") == "plan-approve":
            break
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator(".alert-success")).to_contain_text("is planned and approved.")
    expect(page.locator(".alert-info")).to_contain_text("Next: record the arrival")
    # The choice of the hit, and one button; the page that follows.
    assert counted == {"clicks": 1, "loads": 1}
    page.goto(f"{server.url}/en-ca/deployments/{relieved}/")
    expect(page.locator(".facts").first).to_contain_text(name.split(maxsplit=1)[1])
    assert page.complaints == []


def test_a_button_is_pressed_though_the_page_moves_it_meanwhile(signed_in, server):
    page = signed_in("coordinator")
    page.goto(f"{server.url}/en-ca/deployments/plan/")
    page.locator("#plan-button").scroll_into_view_if_needed()
    box = page.locator("#plan-button").bounding_box()

    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.locator("#plan-until").evaluate("line => { line.textContent = 'Sunday '.repeat(200) }")
    with page.expect_navigation():
        page.mouse.up()

    expect(page.locator(".error-summary")).to_be_focused()
