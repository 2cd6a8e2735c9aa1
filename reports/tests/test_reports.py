"""Every report: each number is the number behind its link, and each form says what the page says."""

import csv
import io
import itertools
import json
import re
from html import unescape

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from foundation.spreadsheets import in_text
from reports.measures import fiscal_year
from reports.tables import REPORTS
from reports.tables.base import Opened
from reports.tests.figures_by_hand import DAY
from reports.tests.small_world import SmallWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(today, alice, bob, charlie, example_service, other_service):
    return SmallWorld(today, alice=alice, example=example_service, other=other_service)


def readable(user):
    reports = [report for report in REPORTS.values() if user.may(report.permission)]
    return [report for report in reports if user.sees_every_service or not report.of_the_office]


def content(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_each_number_of_a_report_is_the_number_behind_its_link(world, as_user, today, alice, bob):
    days = [today, today + 30 * DAY, fiscal_year(today)[0], today - 300 * DAY]
    for user, on in itertools.product([alice, bob], days):
        browser = as_user(user)
        for report in readable(user):
            page = browser.get(reverse("report_detail", args=[report.name]), {"on": on.isoformat()})
            question = page.context["filter"].question.only(report.takes)
            rows = list(report.rows(question))
            for row in [*rows, *filter(None, [report.totals(rows, question)])]:
                for key, cell in row.items():
                    if isinstance(cell, Opened) and cell.address and cell.number is not None:
                        behind = browser.get(cell.address).context["answer"].number or 0
                        assert cell.number == pytest.approx(behind), (report.name, key, user.name, on)


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_each_form_of_a_report_says_what_its_page_says(world, as_user, alice, language):
    browser = as_user(alice)
    for report in readable(alice):
        url = reverse("report_detail", args=[report.name]).replace("en-ca", language)
        page = browser.get(url)
        shown = [[cell["words"] for cell in row] for row in [*page.context["rows"], page.context["totals"]] if row]
        body = unescape(page.content.decode())
        assert all(words in body for row in shown for words in row)

        text = content(browser.get(url, {"export": "csv"})).decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text), delimiter=";" if language == "fr-ca" else ","))
        table, about = lines[1 : lines.index([])], lines[lines.index([]) + 1 :]
        assert [[_alike(cell) for cell in row] for row in table] == [[_alike(cell) for cell in row] for row in shown]
        assert {str(alice.name)} <= {row[-1] for row in about}

        book = load_workbook(io.BytesIO(content(browser.get(url, {"export": "xlsx"}))))
        found = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
        assert [[_alike(in_text(_day(cell))) for cell in row] for row in found] == [
            [_alike(cell) for cell in row] for row in shown
        ]
        assert book.worksheets[0].freeze_panes == "A2"
        assert [row[0].value for row in book.worksheets[1].iter_rows()] == [row[0] for row in about]

        told = json.loads(content(browser.get(url, {"export": "json"})))
        rows = [*told["rows"], *([told["total"]] if "total" in told else [])]
        assert [[_alike(in_text(cell)) for cell in row.values()] for row in rows] == [
            [_alike(cell) for cell in row] for row in shown
        ]

        pdf = PdfReader(io.BytesIO(content(browser.get(url, {"export": "pdf"}))))
        root = pdf.trailer["/Root"]
        assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (language, True)
        assert "/StructTreeRoot" in root
        assert pdf.metadata.title.endswith("PeaceOps")
        words = re.sub(r"\s", "", "".join(part.extract_text() for part in pdf.pages))
        assert all(re.sub(r"\s", "", cell) in words for row in shown for cell in row)


def _alike(words: str) -> str:
    """A cell without the separators of thousands, which files do not write."""
    return re.sub(r"(?<=\d)[,\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=\d{3})", "", words)


def _day(cell):
    return cell.date() if hasattr(cell, "date") else cell


def test_a_liaison_opens_no_report_of_the_whole_office(world, as_user, bob, alice):
    for report in REPORTS.values():
        status = as_user(bob).get(reverse("report_detail", args=[report.name])).status_code
        assert status == (403 if report.of_the_office else 200)
    assert as_user(alice).get(reverse("report_detail", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("ending", ["page", "csv", "xlsx", "json", "pdf"])
def test_a_report_of_a_liaison_holds_no_name_of_another_service(world, as_user, bob, other_service, ending):
    for report in readable(bob):
        answer = as_user(bob).get(
            reverse("report_detail", args=[report.name]), {} if ending == "page" else {"export": ending}
        )
        told = content(answer)
        if ending == "pdf":
            told = "".join(page.extract_text() for page in PdfReader(io.BytesIO(told)).pages).encode()
        elif ending == "xlsx":
            book = load_workbook(io.BytesIO(told))
            told = repr([list(sheet.values) for sheet in book]).encode()
        for name in (other_service.name_en, other_service.name_fr, other_service.abbreviation_en):
            # By whole words: a token of the page may have any two letters beside each other.
            assert not re.search(rf"\b{re.escape(name)}\b".encode(), told), report.name
