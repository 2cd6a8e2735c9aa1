"""Lists as they come on a phone: a row is two lines, readers of screens find a table, a flight takes four clicks."""

import datetime as dt
from collections import Counter

from django.utils import timezone
from playwright.sync_api import expect

from tests.browser import MARKS
from tests.own_database import run

pytestmark = MARKS

PHONE = {"width": 375, "height": 800}
A_FLIGHT = """
import datetime as dt
from django.utils import timezone
from deployments.models import Deployment
from deployments.stays import steps
from deployments.stays.steps import Act, Step
today, aboard = timezone.localdate(), []
for stay in Deployment.objects.filter(status="approved", starts_on__gt=today).order_by("starts_on", "pk"):
    stay.starts_on, stay.ends_on = today, today + dt.timedelta(days=200)
    arrival = Step(Act.ARRIVE, today=today, on_day=today)
    if len(aboard) < 5 and not steps.blockers(stay, arrival):
        stay.save()
        aboard.append(stay.pk)
print(len(aboard))
"""
"""Five who are approved, with every paper and a place, are to begin today."""

UNSEEN = """
import datetime as dt
from django.utils import timezone
from missions.models import CredentialKind
from personnel import verification
from personnel.models import Credential
today = timezone.localdate()
waiting = Credential.objects.to_verify(today).values("kind")
for kind in CredentialKind.objects.filter(needs_verification=True).exclude(pk__in=waiting).order_by("pk"):
    papers = kind.credentials.filter(result="met", expires_on__gt=today, verified_by__isnull=False)
    papers = papers.exclude(person__deployments__status__in=["planned", "approved"]).filter(person__nominations=None)
    if papers.count() >= 6:
        break
for number, paper in enumerate(papers.order_by("pk")[:6]):
    verification.unmark(paper)
    paper.issued_on = today - dt.timedelta(days=number)
    paper.save()
print(kind.pk)
"""
"""Six papers of one kind that nobody has seen; one of them was issued today only."""


class Clicks:
    """Clicks, and how many there were."""

    def __init__(self):
        self.number = 0

    def __call__(self, where):
        self.number += 1
        where.click()


def test_a_flight_of_five_is_recorded_in_four_clicks(signed_in, server):
    assert run(server.env, "manage.py", "shell", "-v", "0", "-c", A_FLIGHT).strip() == "5"
    page, click = signed_in("coordinator"), Clicks()
    page.set_viewport_size(PHONE)
    page.goto(f"{server.url}/en-ca/")

    click(page.locator('main a[href*="status=arriving"]').first)
    expect(page.locator("caption")).to_contain_text("deployments")
    expect(page.locator("#together")).to_be_hidden()
    click(page.get_by_label("Choose all"))
    expect(page.locator("#together .form-label")).to_contain_text("With selected (")
    click(page.get_by_role("button", name="Record arrivals"))
    expect(page.locator("h1")).to_have_text("Record arrivals")
    expect(page.locator("caption")).to_have_text("5 selected")
    click(page.get_by_role("button", name="Record arrivals"))

    expect(page.locator(".lead")).to_have_text("5 arrivals were recorded.")
    assert click.number == 4
    page.get_by_role("link", name="Français").or_(page.get_by_role("link", name="FR")).first.click()
    expect(page.locator(".lead")).to_have_text("5 arrivées ont été consignées.")
    page.reload()
    expect(page.locator(".lead")).to_have_text("5 arrivées ont été consignées.")
    assert page.complaints == []


def test_five_papers_are_verified_in_three_clicks_and_the_sixth_is_told_apart(signed_in, server):
    kind = run(server.env, "manage.py", "shell", "-v", "0", "-c", UNSEEN).strip()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    page, click = signed_in("coordinator"), Clicks()
    page.set_viewport_size(PHONE)
    page.goto(f"{server.url}/en-ca/people/papers/?kind={kind}")
    expect(page.locator("caption")).to_have_text("6 credentials")
    expect(page.locator("#together")).to_be_hidden()

    click(page.get_by_label("Choose all 6 that match"))
    expect(page.locator("#together .form-label")).to_have_text("With selected (6)")
    click(page.locator("#together").get_by_role("button", name="Verify"))
    expect(page.locator("caption")).to_have_text("6 selected")
    page.get_by_label("Document seen").fill("Certified copies")
    page.locator("#id_on").fill(yesterday.isoformat())
    click(page.get_by_role("button", name="Verify credentials (6)"))

    expect(page.locator(".lead")).to_have_text("5 credentials were verified. 1 could not be:")
    assert click.number == 3
    expect(page.locator(".refusal li li")).to_contain_text("It was issued on")
    page.get_by_role("link", name="Français").or_(page.get_by_role("link", name="FR")).first.click()
    expect(page.locator(".lead")).to_contain_text("5 attestations ont été vérifiées.")
    expect(page.locator(".refusal li li")).to_contain_text("Elle n'a été délivrée que le")
    page.get_by_role("link", name="Retour à la liste").click()
    expect(page.locator("caption")).to_have_text("1 attestation")
    expect(page.locator("tbody input[name=row]:checked")).to_have_count(1)
    expect(page.locator("#together .form-label")).to_contain_text("(1)")
    assert page.locator("#id_kind").input_value() == kind
    assert page.complaints == []


def test_a_list_on_a_phone_is_a_table_of_two_lines_a_row(signed_in, server):
    page = signed_in("coordinator")
    page.set_viewport_size(PHONE)
    page.goto(f"{server.url}/en-ca/deployments/?status=in_mission")
    rows = page.locator("tbody tr")

    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = Counter(node["role"]["value"] for node in nodes if not node.get("ignored"))
    tops = rows.first.evaluate(
        "row => [...row.children].map(cell => cell.getBoundingClientRect()).filter(box => box.width)"
        ".map(box => Math.round(box.bottom))"
    )
    box = rows.first.locator("input").bounding_box()

    assert (roles["table"], roles["row"], roles["rowheader"]) == (1, rows.count() + 1, rows.count())
    assert rows.first.get_attribute("role") == "row"
    assert len(tops) == 7
    assert (box["width"], box["height"]) == (24, 24)
    assert page.locator("tbody .day-cell").first.evaluate("cell => getComputedStyle(cell).whiteSpace") == "nowrap"
    page.locator("tbody input").first.check()
    bar = page.locator("#together").bounding_box()
    assert bar["y"] + bar["height"] == PHONE["height"]  # it sticks to the lower edge
    page.locator("tbody input").first.uncheck()
    expect(page.locator("#together")).to_be_hidden()


def test_who_is_there_now_is_two_lines_a_row_on_a_phone(signed_in, server):
    page = signed_in("coordinator")
    page.set_viewport_size(PHONE)
    page.goto(f"{server.url}/en-ca/areas/6/")
    rows = page.locator("table.stays tbody tr")

    heights = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    lines = rows.evaluate_all(
        "rows => rows.map(row => new Set([...row.children].filter(cell => cell.offsetWidth)"
        ".map(cell => getComputedStyle(cell).order)).size)"
    )
    roles = page.locator("table.stays").evaluate("table => [table, ...table.rows[1].children].map(one => one.role)")

    assert len(heights) > 3
    assert min(heights) < 72  # two lines of 27 and what is around them; a long name may take one more
    assert set(lines) == {2}
    assert roles == ["table", "rowheader", "cell", "cell", "cell"]
    expect(rows.first.locator(".row-end")).to_contain_text("until 20")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(rows.first.locator(".row-end")).not_to_contain_text("until", use_inner_text=True)
    expect(rows.first.locator(".stay-bar")).to_be_visible()
