"""What the pages of a list say and ask, and refused rows that come back."""

import html

import pytest
from django.urls import reverse

from personnel.models import Person
from records import work
from records.filters import ImportedRowFilter
from records.models import Import
from records.tasks import work_on_lists
from records.tests.bringing import HEAD, ROW, brought, doubts, opened, results, upload, xlsx
from records.tests.test_cases import HEADINGS, MARK, lines, people
from tests import create

pytestmark = pytest.mark.django_db


def text_of(browser, name, batch, language="en-ca") -> str:
    page = browser.get(f"/{language}/lists/{batch.pk}/{name}").content.decode()
    return " ".join(html.unescape(page).split())


# --- The columns ------------------------------------------------------------------------------------------------------


def test_doubled_headings_are_pointed_out_on_the_columns_page(sq, as_user):
    batch = opened(MARK + f"{HEADINGS};Nom\r\nSQ;88120;Roy;Ann;Agent;F;Français;1982-02-02;Alias\r\n", sq)
    browser = as_user(sq)

    english, french = (text_of(browser, "columns/", batch, language) for language in ("en-ca", "fr-ca"))
    answer = browser.post(
        f"/en-ca/lists/{batch.pk}/columns/",
        {
            "table-0-kind": "people",
            "table-0-heading_line": "1",
            **{f"table-0-column-{place}": name for place, name in batch.choices["tables"]["0"]["columns"].items()},
            "table-0-column-8": "family_name",
        },
    )

    assert "Some columns seem to mean the same: choose one of them." in english
    assert "Another column says the same." in english
    assert "Not in this table: Category, Start of service, State, Position, Remark" in english
    assert "Des colonnes semblent vouloir dire la même chose" in french
    assert "Two columns mean “Family name”: leave one out." in html.unescape(answer.content.decode())


def test_a_needed_column_that_is_missing_is_asked_for(sq, as_user):
    batch = opened(MARK + "Matricule;Nom;Grade;Genre\r\n88120;Roy;Agent;F\r\n", sq)
    browser = as_user(sq)
    fields = {f"table-0-column-{place}": name for place, name in batch.choices["tables"]["0"]["columns"].items()}

    page = text_of(browser, "columns/", batch)
    answer = browser.post(
        reverse("import_columns", args=[batch.pk]), {"table-0-kind": "people", "table-0-heading_line": "1", **fields}
    )

    assert doubts(batch) == [["missing"]]
    assert "A column that is needed was not found: say which it is." in page
    assert "No column means “Given name”; it is needed." in html.unescape(answer.content.decode())
    batch.refresh_from_db()
    assert batch.state == "columns"


def test_a_list_of_which_nothing_is_read_is_not_read(sq, as_user):
    batch = opened("Recette;Quantité\r\nFarine;2\r\n", sq)

    answer = as_user(sq).post(
        reverse("import_columns", args=[batch.pk]), {"table-0-kind": "", "table-0-heading_line": "1"}
    )

    assert (batch.state, doubts(batch)) == ("columns", [["kind"]])
    assert "Choose what at least one table contains." in answer.content.decode()


def test_the_first_five_lines_and_the_line_of_the_headings_are_offered(sq, as_user):
    above = "Liste des candidatures 2027;;;;;;;"
    batch = opened(
        lines(HEADINGS, *(f"SQ;8803{n};Roy;P{n};Agent;F;Français;1981-03-03" for n in range(5)), headings=above), sq
    )

    page = text_of(as_user(sq), "columns/", batch)

    assert [page.count(f'<th scope="row">{line}</th>') for line in (1, 5, 6)] == [1, 1, 0]
    assert '<option value="2" selected>2: Service de police | Matricule' in page


# --- The preview ------------------------------------------------------------------------------------------------------


def test_a_list_whose_rows_are_all_refused_is_not_said_to_change_nothing(seeded, as_user):
    browser = as_user(seeded)
    none = opened(people("88004;Gagnon;Marc;", "88001;Gagnon;Marc;"), seeded)
    some = opened(people("88004;Gagnon;Marc;", "88001;Côté;Anne;1985-04-03"), seeded)
    same = opened(people("88001;Côté;Anne;1985-04-03"), seeded)
    only_another_name = opened(people("88001;Roy;Anne;1985-04-03"), seeded)

    pages = [text_of(browser, "", batch) for batch in (none, some, same, only_another_name)]

    sentences = [
        "All rows are refused: see why below.",
        "No row would change the record; some are refused: see why below.",
        "No row would change the record.",
        "No row is ticked: tick those that are to be saved.",
    ]
    assert [[sentence in page for sentence in sentences] for page in pages] == [
        [place == number for place in range(4)] for number in range(4)
    ]


def test_causes_are_told_once_with_a_link_where_no_column_was_matched(sq, as_user):
    rows = "".join(f"8812{n};Roy;Ann{n};Agent;1982-02-0{n}\r\n" for n in range(1, 4))
    batch = brought(
        MARK + f"Matricule;Nom;Prénom;Grade;Date de naissance\r\n{rows}88125;Roy;Ann5;Amiral;1982-02-05\r\n", sq
    )

    page = text_of(as_user(sq), "", batch)

    # Each row counts for every reason that it has: the admiral lacks a known rank only, for that is said first.
    assert [(group["rows"], group["field"]) for group in batch.groups] == [
        (3, "gender"),
        (3, "first_language"),
        (1, "rank"),
    ]
    assert page.count("No column matches it: choose one") == 2
    assert '<span class="count">3</span> × Gender: This is needed for a new record.' in page
    assert text_of(as_user(sq), "?outcome=refused&cause=2", batch).count("Amiral") == 1
    assert text_of(as_user(sq), "?outcome=refused&cause=1", batch).count(" Roy</bdi>") == 3


def test_a_column_that_was_matched_by_hand_is_missing_no_more(sq, as_user):
    batch = opened(MARK + "Matricule;Nom;Prénom;Idiome principal\r\n88121;Roy;Ann;Français\r\n", sq)
    before = text_of(as_user(sq), "columns/", batch)
    choices = batch.choices
    choices["tables"]["0"]["columns"]["3"] = "first_language"
    work.choose_columns(batch, choices)
    work_on_lists()
    pages = [text_of(as_user(sq), name, batch) for name in ("columns/", "")]

    missing = [page.split("Not in this table:")[1].split("</p>")[0].split("</span>")[0] for page in (before, *pages)]
    assert ["First official language" in each for each in missing] == [True, False, False]


# --- Refused rows that come back --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_refused_rows_are_mended_and_brought_again_without_a_question(sq, as_user, ending, language):
    headings = "Matricule;Nom;Prénom;Grade;Genre;Langue;Date de naissance (mm/jj/aaaa)"
    rows = ["88010;Roy;Luc;Amiral;H;Français;05/06/1985", "0088011;=Roy;\x07Lise;Amiral;F;Français;07/04/1985"]
    first = opened(MARK + "\r\n".join([headings, *rows, "88012;Roy;Marc;Agent;H;Français;05/16/1985"]), sq)

    taken = as_user(sq).get(f"/{language}/lists/{first.pk}/refused.{ending}").getvalue()
    create.rank(
        code="admiral", name_en="Admiral", name_fr="Amiral", abbreviation_en="Adm", abbreviation_fr="am", level=9
    )
    again = opened(taken, sq, name=f"refused.{ending}")

    assert (again.state, doubts(again)) == ("preview", [[]])
    born = [change[2]["en"] for row in again.rows.all() for change in row.changes if change[0] == "born_on"]
    assert born == ["1985-05-06"]
    [luc, lise] = results(again)
    assert luc == (2, "new", [])
    assert lise[2][0] == "Family name: This is an error of the spreadsheet, #VALUE!: type the value instead."


def test_every_reason_of_a_row_counts_and_leads_to_it(sq, as_user):
    rows = ["88121;Roy;Ann;Amiral;F;Klingon", "88122;Roy;Bea;Amiral;F;Français", "88123;Roy;Cléo;Agent;F;Klingon"]
    batch = brought(MARK + "\r\n".join(["Matricule;Nom;Prénom;Grade;Genre;Langue", *rows]), sq)

    shown = [
        [row.line for row in ImportedRowFilter({"cause": str(number)}, queryset=batch.rows.all()).qs]
        for number in range(3)
    ]

    assert [(group["rows"], group["field"]) for group in batch.groups] == [(2, "first_language"), (2, "rank")]
    assert shown == [[2, 4], [2, 3], []]


def test_refused_rows_of_several_kinds_come_back_as_a_workbook_only(alice, as_user, example_service):
    create.rank()
    people_sheet = [[*HEAD.split(","), "Service"], [*ROW.replace("Constable", "Admiral").split(","), "example"]]
    content = xlsx(People=people_sheet, Ranks=[["Service family", "Code"], ["nowhere", "admiral"]])
    first = brought(content, alice, name="both.xlsx")
    browser = as_user(alice)

    page = text_of(browser, "", first)
    as_csv = opened(browser.get(f"/en-ca/lists/{first.pk}/refused.csv").getvalue(), alice, name="refused.xlsx")
    by_hand = opened("Service number,Family name,Sheet\nE-1,Roy,People\n,,Ranks\n", alice)
    as_book = opened(browser.get(f"/en-ca/lists/{first.pk}/refused.xlsx").getvalue(), alice, name="refused.xlsx")

    assert first.counts == {"ranks": {"refused": 1}, "people": {"refused": 1}}
    assert (by_hand.state, by_hand.problem["en"]) == (
        "refused",
        "These are rows of several kinds in one table. Import the workbook, with one sheet for each kind.",
    )
    assert ("refused.xlsx" in page, "refused.csv" in page) == (True, False)
    assert (as_csv.state, as_csv.counts) == ("preview", first.counts)
    assert (as_book.state, as_book.counts) == ("preview", first.counts)


# --- What nobody sends by hand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a\x00b.csv", "\u202evsc.exe", "\u200b\u200b", "x" * 400 + ".csv", "../../etc/passwd"]
)
def test_odd_names_of_files_are_shown_clean(sq, as_user, name):
    file = upload(people("88010;Roy;Luc;1984-01-09"))
    file._name = name

    batch = work.upload(file, by=sq)

    batch.refresh_from_db()
    assert 0 < len(batch.name) <= 150
    assert batch.name.isprintable()
    assert as_user(sq).get(batch.get_absolute_url()).status_code == 200


def test_ids_of_thirty_digits_are_no_page_and_choose_nothing(sq, as_user):
    batch, browser, huge = opened(people("88010;Roy;Luc;1984-01-09"), sq), as_user(sq), "9" * 30
    names = ["import_detail", "import_columns", "import_progress"]

    asked = [browser.get(f"/en-ca/lists/{huge}/{rest}").status_code for rest in ("", "columns/", "progress/", "undo/")]
    sent = [browser.post(f"/en-ca/lists/{huge}/{rest}/").status_code for rest in ("accept", "cancel", "tick")]
    tick = browser.post(reverse("import_tick", args=[batch.pk]), {"shown": [huge, "x"], "chosen": [huge, "\x00"]})
    filtered = [
        browser.get(batch.get_absolute_url(), query) for query in ({"cause": huge}, {"outcome": "\x00"}, {"kind": huge})
    ]

    assert (asked, sent, tick.status_code) == ([404] * 4, [404] * 3, 302)
    assert {answer.status_code for answer in filtered} == {200}
    assert {browser.get(reverse(name, args=[batch.pk])).status_code for name in names} == {200}
    assert batch.rows.get().chosen


def test_cells_with_signs_that_nobody_sees_are_refused_and_never_an_error(sq):
    batch = opened(people("88\x0010;Roy;Luc;1984-01-09", "88011;R\x07oy;Luc;1984-01-09"), sq)

    assert batch.state in {"preview", "refused"}
    assert not Person.objects.exists()
    assert Import.objects.get().pk == batch.pk
