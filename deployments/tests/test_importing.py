"""Lists of candidates: what is read, what each row would do, and saving all or nothing."""

import datetime as dt
import html
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook

from audit.models import Event
from deployments.candidates import merging
from deployments.importing import cells, columns, facts, judging, reading, work
from deployments.importing.reading import FileRefused
from deployments.models import CandidateImport, ImportedRow, Nomination
from deployments.tasks import work_on_lists
from personnel.models import Person
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HEAD = "Service number,Family name,Given name,Rank,Gender,First official language,Date of birth,Start of service"
ROW = "E-1,Gingras,Maude,Constable,woman,French,1990-04-05,2012-06-01"


def upload(text, name="list.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(encoding))


def xlsx(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows_of(content):
    content = content.encode() if isinstance(content, str) else content
    return [cells for _line, cells in reading.open_rows(io.BytesIO(content), len(content))]


def brought(text, by, columns=None, **fields) -> CandidateImport:
    """A list whose rows were read."""
    batch = work.upload(upload(text, **fields), by=by)
    work.choose_columns(batch, columns or batch.columns)
    work_on_lists()
    batch.refresh_from_db()
    return batch


def results(batch):
    return [(row.line, row.outcome, row.reasons.get("en", [])) for row in batch.rows.all()]


# --- Reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "Nom,Prénom\nGingras,Maude\n".encode(),
        "Nom,Prénom\r\nGingras,Maude\r\n".encode("utf-8-sig"),
        "Nom;Prénom\nGingras;Maude\n".encode("cp1252"),
        "Nom\tPrénom\nGingras\tMaude\n".encode("utf-16"),
        '"Nom";"Prénom"\n"Gingras";"Maude"\n\n;\n'.encode(),
        xlsx(["Nom", "Prénom"], ["Gingras", "Maude"], [None, None]),
    ],
    ids=["utf-8", "utf-8 with a mark", "windows-1252", "utf-16 with tabs", "quoted, blank rows", "xlsx"],
)
def test_lists_are_read_as_people_save_them(content):
    assert rows_of(content) == [["Nom", "Prénom"], ["Gingras", "Maude"]]


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    return file.getvalue()


def other_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"MZ\x90\0\x03\0\0\0 This program cannot be run in DOS mode", "This is no CSV or XLSX file."),
        (b"PK\x03\x04 half a workbook", "This is no CSV or XLSX file."),
        (other_zip(), "This is no CSV or XLSX file."),
        (bomb(), "The workbook unfolds to far more than its size: it is not opened."),
        (
            "Nom\n\u0627".encode("cp1256") + b"\x81\x8d",
            "The letters of the file cannot be read. Save it as “CSV UTF-8”.",
        ),
        (b'Nom,Pr\n"a"b,c\n', "The file cannot be read: a quotation mark or a line is broken."),
        (b"a\n" + b"1\n" * 10_001, "The file has more than 10000 rows."),
        (b"," * 60 + b"x\n", "The file has more than 60 columns."),
        (b"x" * 200_000, "The file cannot be read: a quotation mark or a line is broken."),
    ],
    ids=["empty", "exe", "broken zip", "other zip", "bomb", "letters", "quotes", "rows", "columns", "one long line"],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(content, reason):
    with pytest.raises(FileRefused) as refused:
        rows_of(content)

    assert str(refused.value.reason) == reason


def test_a_file_of_50_mb_is_refused_before_it_is_read():
    with pytest.raises(FileRefused) as refused:
        reading.open_rows(io.BytesIO(b"x"), 50 * 1024 * 1024)

    assert str(refused.value.reason) == "The file is larger than 10 MB."


# --- Cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("2026-03-02", False, dt.date(2026, 3, 2)),
        ("2026/3/2", False, dt.date(2026, 3, 2)),
        ("2026-03-02 00:00:00", False, dt.date(2026, 3, 2)),
        ("2 mars 2026", False, dt.date(2026, 3, 2)),
        ("1er août 2026", False, dt.date(2026, 8, 1)),
        ("2 March 2026", False, dt.date(2026, 3, 2)),
        ("March 2, 2026", False, dt.date(2026, 3, 2)),
        ("15/03/2026", False, dt.date(2026, 3, 15)),
        ("03/15/2026", False, dt.date(2026, 3, 15)),
        ("02/03/2026", True, dt.date(2026, 3, 2)),
        ("03/03/2026", False, dt.date(2026, 3, 3)),
        ("", False, None),
        (None, False, None),
        (dt.date(2026, 3, 2), False, dt.date(2026, 3, 2)),
    ],
)
def test_days_are_read_as_people_write_them(text, day_first, expected):
    assert cells.day(text, day_first=day_first) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31/02/2026", "There is no such day: “31/02/2026”."),
        ("2026-02-30", "There is no such day: “2026-02-30”."),
        ("31 fevrembre 2026", "There is no such day: “31 fevrembre 2026”."),
        ("2/3/26", "“2/3/26” is no day in a form that is known. Write it as 2027-03-02."),
        ("02/03/2026", "“02/03/2026” may be two days. Write it as 2027-03-02."),
        ("soon", "“soon” is no day in a form that is known. Write it as 2027-03-02."),
    ],
)
def test_days_that_cannot_be_are_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValidationError) as refused:
        cells.day(text, day_first=False)

    assert refused.value.messages == [sentence]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Nom", "family_name"),
        ("NOM DE FAMILLE", "family_name"),
        ("Last name", "family_name"),
        ("prenom", "given_name"),
        ("Date de naissance", "born_on"),
        ("date of birth", "born_on"),
        ("Matricule", "service_number"),
        ("Shoe size", ""),
        ("", ""),
    ],
)
def test_headings_are_known_in_both_languages(heading, field):
    assert columns.field_for_heading(heading) == field


# --- Rows -----------------------------------------------------------------------------------------------------------


def test_new_changed_unchanged_and_refused(bob, example_service):
    create.rank()
    create.rank(code="sergeant", name_en="Sergeant", name_fr="Sergent / Sergente", level=2)
    same = create.person(
        service=example_service, service_number="E-2", given_name="Loïc", family_name="Quintal", gender="man"
    )
    text = "\n".join(
        [
            HEAD,
            ROW,
            "E-2,Quintal,Loïc,Constable,man,French,1985-05-17,2006-06-01",
            "E-3,Fontaine,,Commodore,purple,French,31/02/1990,2/3/26",
            "E-1,Gingras,Maude,Constable,woman,French,1990-04-05,",
        ]
    )

    batch = brought(text, bob)

    assert batch.state == "preview"
    assert batch.counts == {"new": 1, "unchanged": 1, "refused": 2}
    assert results(batch) == [
        (2, "new", []),
        (3, "unchanged", []),
        (
            4,
            "refused",
            [
                "Gender: “purple” is not among the choices.",
                "Date of birth: There is no such day: “31/02/1990”.",
                "Start of service: “2/3/26” is no day in a form that is known. Write it as 2027-03-02.",
                "Rank: “Commodore” is no rank of Example Police.",
            ],
        ),
        (5, "refused", ["This person stands in line 2 already."]),
    ]
    assert Person.objects.count() == 1
    assert same.history.count() == 1


def test_reasons_are_shown_in_the_readers_language(bob, as_user, example_service):
    batch = brought(f"{HEAD}\nE-1,Gingras,Maude,Commodore,woman,French,1990-04-05,", bob)

    page = as_user(bob).get(f"/fr-ca/candidates/lists/{batch.pk}/").content.decode()

    assert batch.rows.get().reasons["fr"][0].startswith("Grade")
    assert "Commodore" in page
    assert batch.rows.get().reasons["fr"][0] in html.unescape(page)


def test_a_change_is_shown_before_and_after_and_saved_with_its_history(bob, example_service, as_user):
    born = dt.date(1990, 4, 5)
    person = create.person(
        service=example_service, service_number="E-1", family_name="Gingras", given_name="Maud", born_on=born
    )
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    page = as_user(bob).get(batch.get_absolute_url()).content.decode()

    work.accept(batch)
    work_on_lists()

    person.refresh_from_db()
    batch.refresh_from_db()
    assert "Maud → Maude" in page
    assert batch.state == "done"
    assert (person.given_name, person.joined_on, person.search_text) == (
        "Maude",
        dt.date(2012, 6, 1),
        "maude gingras maude e 1",
    )
    assert person.history.first().history_user == bob
    assert person.history.first().history_change_reason == f"list {batch.pk}"
    assert Event.objects.filter(verb="imported").get().details == {"new": 0, "changed": 1, "nominations": 0}


def test_bringing_the_same_list_again_changes_nothing(bob, example_service):
    create.rank()
    text = f"{HEAD}\n{ROW}\n,Fontaine,Hugo,Constable,man,English,1991-01-02,2015-01-01"
    first = brought(text, bob)
    work.accept(first)
    work_on_lists()
    people = list(Person.objects.values())

    again = brought(text, bob)

    assert again.counts == {"unchanged": 2}
    assert list(Person.objects.values()) == people


def test_an_empty_cell_leaves_what_is_on_record(bob, example_service):
    create.person(service=example_service, service_number="E-1", family_name="Gingras", given_name="Maude")

    batch = brought(f"{HEAD}\nE-1,Gingras,Maude,,,,,", bob)

    assert batch.counts == {"unchanged": 1}


def test_a_new_person_can_be_told_from_others(bob, example_service):
    create.rank()

    batch = brought(f"{HEAD}\n,Gingras,Maude,Constable,woman,French,,\n", bob)

    assert results(batch) == [
        (2, "refused", ["Give the service number or the date of birth: the person cannot be told from others."])
    ]


def test_somebody_on_record_is_known_again_by_name_and_birth(bob, example_service):
    create.rank()
    person = create.person(
        service=example_service, family_name="Gingras", given_name="Maude", born_on=dt.date(1990, 4, 5)
    )
    with_number = brought(f"{HEAD}\n{ROW}", bob)
    person.service_number = "E-9"
    person.save()
    other_number = brought(f"{HEAD}\n{ROW}", bob)

    assert results(with_number)[0][1] == "changed"
    assert results(other_number) == [
        (
            2,
            "refused",
            [
                "Service number: There is a record with this name and date of birth and the service number E-9.",
            ],
        )
    ]


@pytest.mark.parametrize("service", ["Other Police", "other", "Nowhere Police"])
def test_another_service_does_not_exist(bob, example_service, other_service, service):
    create.rank()
    existing = create.person(service=other_service, service_number="E-1", family_name="Gingras", given_name="Maude")

    batch = brought(f"Police service,{HEAD}\n{service},{ROW}", bob)

    assert results(batch) == [(2, "refused", [f"Police service: You bring nobody of a service “{service}”."])]
    assert batch.rows.get().person is None
    assert existing.history.count() == 1


def test_nobody_is_brought_of_a_service_that_lends_no_more(bob, example_service):
    create.rank()
    example_service.is_active = False
    example_service.save()

    batch = brought(f"Police service,{HEAD}\nexample,{ROW}", bob)

    assert results(batch) == [(2, "refused", ["Police service: You bring nobody of a service “example”."])]


def test_a_coordinator_says_which_service(alice, example_service, other_service):
    create.rank()

    without = brought(f"{HEAD}\n{ROW}", alice)
    named = brought(f"Service,{HEAD}\nEXAMPLE POLICE,{ROW}", alice)

    assert results(without) == [(2, "refused", ["Police service: Say which police service."])]
    assert named.counts == {"new": 1}


def test_formulas_are_refused_and_escapes_are_taken_off(bob, example_service):
    create.rank()
    escaped = "'-7,'@Home,Hugo,Constable,man,French,1990-01-01,"
    text = f"{HEAD}\n=1+1,Gingras,Maude,Constable,woman,French,1990-04-05,\n{escaped}"

    batch = brought(text, bob)

    assert results(batch) == [
        (2, "refused", ["Service number: This is a formula: paste its value instead."]),
        (3, "new", []),
    ]
    assert batch.rows.get(line=3).shown == "Hugo @Home"


def test_a_workbook_with_formulas_and_dates(bob, example_service):
    create.rank()
    content = xlsx(
        HEAD.split(","),
        [1001, "Gingras", "Maude", "Constable", "woman", "French", dt.datetime(1990, 4, 5), None],
        ["=A2+1", "Quintal", "Loïc", "Constable", "man", "French", dt.date(1990, 4, 5), None],
    )

    batch = brought(content, bob, name="list.xlsx")

    assert results(batch) == [
        (2, "new", []),
        (3, "refused", ["Service number: This is a formula: paste its value instead."]),
    ]


@pytest.mark.parametrize("text", ["\u202ezoë", "Zoë 😀", "x" * 101, "x" * 2001])
def test_odd_names_are_kept_or_refused_never_an_error(bob, example_service, text):
    create.rank()

    batch = brought(f"{HEAD}\nE-1,{text},Maude,Constable,woman,French,1990-04-05,", bob)

    assert batch.state == "preview"
    assert results(batch)[0][1] == ("refused" if len(text) > 100 else "new")


def test_one_person_in_two_rows_is_seen_however_it_is_written(bob, example_service, today):
    create.rank()
    existing = create.person(service=example_service, service_number="E-5", given_name="Hugo", family_name="Quintal")
    text = "\n".join(
        [
            HEAD,
            ROW,
            ",Gingras,Maude,Constable,woman,French,1990-04-05,2012-06-01",
            "E-5,Quintal,Hugo,Constable,woman,French,,",
            "",
            ",Quintal,Hugo,Constable,woman,French,1985-05-17,",
        ]
    )

    batch = brought(text, bob)

    assert results(batch) == [
        (2, "new", []),
        (3, "refused", ["This person stands in line 2 already."]),
        (4, "unchanged", []),
        (6, "refused", ["This person stands in line 4 already."]),
    ]
    assert existing.history.count() == 1


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("E-4,Quintal,Hugo,Constable,woman,French,,", (2, "unchanged", [])),
        ("E-5,Roy,Hugo,Constable,woman,French,,", (2, "unchanged", [])),
        (",Roy,Hugo,Constable,woman,French,1985-05-17,", (2, "unchanged", [])),
        ("E-4,Roy,Hugo,Constable,man,French,,", (2, "changed", [])),
    ],
)
def test_somebody_is_known_by_a_former_number_and_a_former_name(bob, example_service, row, found):
    create.rank()
    existing = create.person(service=example_service, service_number="E-4", given_name="Hugo", family_name="Roy")
    existing.family_name, existing.service_number = "Quintal", "E-5"
    existing.save()

    batch = brought(f"{HEAD}\n{row}", bob)

    assert results(batch) == [found]
    work.accept(batch)
    work_on_lists()
    existing.refresh_from_db()
    assert (existing.family_name, existing.service_number) == ("Quintal", "E-5")
    assert Person.objects.count() == 1


@pytest.mark.parametrize("born", ["2085-04-03", "2030-01-01", "2020-01-01"])
def test_a_list_brings_nobody_who_cannot_serve_yet(bob, example_service, born):
    create.rank()

    [(_line, outcome, reasons)] = results(brought(f"{HEAD}\nE-1,Gingras,Maude,Constable,woman,French,{born},", bob))

    assert outcome == "refused"
    assert [reason.split(": ")[0] for reason in reasons] == ["Date of birth"]


def test_a_list_that_renames_somebody_keeps_the_old_name_findable(bob, example_service):
    create.rank()
    existing = create.person(service=example_service, service_number="E-5", given_name="Hugo", family_name="Roy")

    work.accept(brought(f"{HEAD}\nE-5,Quintal,Hugo,Constable,woman,French,,", bob))
    work_on_lists()

    assert list(Person.objects.search("quintal")) == list(Person.objects.search("roy")) == [existing]


def test_a_service_number_of_somebody_else_is_refused(bob, example_service):
    create.rank()
    create.person(service=example_service, service_number="E-1", given_name="Hugo", family_name="Quintal")

    batch = brought(f"{HEAD}\n{ROW}", bob)

    assert results(batch) == [
        (
            2,
            "refused",
            ["Service number: This service number belongs to somebody with another name and date of birth."],
        )
    ]


def test_a_merged_record_is_not_found_again(bob, alice, example_service):
    create.rank()
    kept, merged = (create.person(service=example_service, born_on=dt.date(1990, 4, 5)) for _each in range(2))
    merged.service_number = "E-1"
    merged.save()
    merging.merge(kept, merged, by=alice, reason="Same badge.")

    batch = brought(f"{HEAD}\nE-1,Tremblay,Émilie,Constable,woman,French,1990-04-05,", bob)

    assert results(batch) == [(2, "unchanged", [])]


def test_a_clash_while_saving_shows_the_preview_again(bob, example_service, monkeypatch):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    monkeypatch.setattr(work.saving, "save", lambda *_args, **_kwargs: (_ for _ in ()).throw(IntegrityError("clash")))

    work.accept(batch)
    work_on_lists()

    batch.refresh_from_db()
    assert batch.state == "preview"
    assert batch.problem["en"].startswith("Records changed since the preview")


def test_rows_are_judged_without_the_database(bob, example_service, position, today, django_assert_num_queries):
    create.rank()
    create.person(service=example_service, service_number="E-1", family_name="Gingras", given_name="Maud")
    row = {"service_number": "E-1", "family_name": "Gingras", "given_name": "Maude", "born_on": "17 mai 1985"}
    rows = [(line, {**row, "position": "minusma/P1"}) for line in (2, 3)]

    with django_assert_num_queries(9):
        on_record = facts.look_up(rows, by=bob, today=today)
    with django_assert_num_queries(0):
        first, second = judging.judge(rows, on_record, day_first=True)

    assert (first.outcome, second.outcome) == ("changed", "refused")
    assert [name for name, _before, _after in first.changes] == ["given_name", "position"]
    assert [str(reason) for _field, reason in second.reasons] == ["This person stands in line 2 already."]
    assert on_record.people_by_number[example_service.pk, "E-1"].given_name == "Maud"


@pytest.mark.parametrize(("field", "day"), [("born_on", "1919-12-31"), ("joined_on", "1939-12-31")])
def test_the_form_and_a_list_refuse_the_same_day_in_the_same_words(bob, as_user, example_service, field, day):
    create.rank()
    row = {"family_name": "Gingras", "given_name": "Maude", "service_number": "E-1", field: day}

    page = as_user(bob).post(reverse("person_add"), row)
    batch = brought(f"{','.join(row)}\n{','.join(row.values())}", bob)

    label = columns.FIELDS[field].label
    assert [f"{label}: {error}" for error in page.context["form"].errors[field]] == results(batch)[0][2][:1]


def test_a_list_of_a_closed_account_is_not_saved(bob, example_service):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    work.accept(batch)
    bob.is_active = False
    bob.save()

    work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == ("cancelled", 0)
    assert Event.objects.get(verb="removed").actor is None


# --- Candidates for a call ------------------------------------------------------------------------------------------


@pytest.fixture
def position(today):
    mission = create.mission(code="minusma")
    return create.position(
        mission=mission,
        needed_from=today + 60 * DAY,
        call_opens=today - 5 * DAY,
        call_closes=today,
    )


def test_a_position_makes_a_draft(bob, example_service, position):
    create.rank()
    batch = brought(f"{HEAD},Position\n{ROW},minusma/P1", bob)
    work.accept(batch)
    work_on_lists()
    again = brought(f"{HEAD},Position\n{ROW},P1", bob)
    Nomination.objects.update(stage="withdrawn")
    after_withdrawal = brought(f"{HEAD},Position\n{ROW},P1", bob)
    Nomination.objects.update(stage="draft")

    nomination = Nomination.objects.get()
    assert (nomination.stage, nomination.position, nomination.starts_on) == ("draft", position, position.needed_from)
    assert nomination.created_by == bob
    assert nomination.transitions.get().act == "draft"
    assert nomination.history.count() == 1
    assert again.counts == after_withdrawal.counts == {"unchanged": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("P9", "Position: There is no call for a position “P9”."),
        ("minusma/P0", "Position: The call for P0 Police adviser closed on"),
    ],
)
def test_a_call_that_is_not_open_takes_nobody(bob, example_service, position, today, text, reason):
    create.rank()
    create.position(mission=position.mission, number="P0", call_opens=today - 9 * DAY, call_closes=today - DAY)

    batch = brought(f"{HEAD},Position\n{ROW},{text}", bob)

    assert results(batch)[0][1] == "refused"
    assert results(batch)[0][2][0].startswith(reason)


def test_a_liaison_learns_of_a_call_on_its_first_day(bob, alice, example_service, position, today):
    """Before, its position does not exist for a liaison; a coordinator is told when it opens."""
    create.rank()
    coming = create.position(mission=position.mission, number="P2", call_opens=today + DAY, call_closes=today + 9 * DAY)
    text = f"{HEAD},Position\n{ROW},minusma/P2"

    liaison, office = (results(brought(text, user))[0][2][0] for user in (bob, alice))
    coming.call_opens = today
    coming.save()

    assert liaison == "Position: There is no call for a position “minusma/P2”."
    assert office.startswith("Position: The call for P2 Police adviser opens on")
    assert results(brought(text, bob)) == [(2, "new", [])]


def test_a_list_is_judged_as_of_the_day_that_is_given(bob, example_service, position, today):
    create.rank()
    batch = work.upload(upload(f"{HEAD},Position\n{ROW},minusma/P1"), by=bob)
    outcomes = []

    for day in (position.call_opens - DAY, position.call_closes, position.call_closes + DAY):
        work.choose_columns(batch, batch.columns)
        work.work_on_all(today=day)
        outcomes += [(outcome, len(reasons)) for _line, outcome, reasons in results(batch)]

    assert outcomes == [("refused", 1), ("new", 0), ("refused", 1)]


def test_a_call_that_closed_since_the_preview_is_seen_before_anything_is_saved(bob, example_service, position, today):
    create.rank()
    batch = brought(f"{HEAD},Position\n{ROW},minusma/P1", bob)
    position.call_closes = today - DAY
    position.save()

    work.accept(batch)
    work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, batch.problem["en"]) == (
        "preview",
        "Records changed since the preview: look at it again before you save.",
    )
    assert [outcome for _line, outcome, _reasons in results(batch)] == ["refused"]
    assert (Person.objects.count(), Nomination.objects.count()) == (0, 0)


# --- From state to state -------------------------------------------------------------------------------------------


def test_headings_are_remembered(bob, example_service):
    create.rank()
    text = "Kennung,Zuname,Vorname\nE-1,Gingras,Maude\n"
    batch = work.upload(upload(text), by=bob)
    before = batch.columns
    work.choose_columns(batch, {"0": "service_number", "1": "family_name", "2": "given_name"})

    again = work.upload(upload(text.replace("Kennung", "KENNUNG")), by=bob)

    assert before == {}
    assert again.columns == {"0": "service_number", "1": "family_name", "2": "given_name"}


@pytest.mark.parametrize(
    ("chosen", "errors"),
    [
        ({"column_0": "family_name"}, {"__all__": ["No column means “Given name”; it is needed."]}),
        (
            {"column_0": "family_name", "column_1": "given_name", "column_2": "given_name"},
            {name: ["Two columns mean “Given name”: leave one out."] for name in ("column_1", "column_2")},
        ),
        (
            {"column_0": "family_name", "column_1": "given_name", "column_2": "shoe"},
            {"column_2": ["Select a valid choice. shoe is not one of the available choices."]},
        ),
    ],
)
def test_missing_and_doubled_columns_are_said(bob, as_user, example_service, chosen, errors):
    batch = work.upload(upload("Nom,Prénom,Prénom\nGingras,Maude,M\n"), by=bob)

    response = as_user(bob).post(reverse("import_columns", args=[batch.pk]), chosen)

    batch.refresh_from_db()
    assert batch.columns == {"0": "family_name", "1": "given_name"}
    assert response.context["form"].errors == errors
    assert batch.state == "uploaded"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "The submitted file is empty."),
        (b"Nom,Pr\n", "The file has no row below its headings."),
        (b"\n\n", "The file has no row below its headings."),
        (b"MZ\0\0", "This is no CSV or XLSX file."),
    ],
)
def test_an_upload_that_holds_nothing_is_said_beside_the_field(bob, as_user, content, error):
    response = as_user(bob).post(reverse("import_add"), {"file": upload(content, name="x.xlsx")})

    assert response.context["form"].errors["file"] == [error]
    assert CandidateImport.objects.count() == 0


def test_a_list_is_cancelled_at_any_moment_before_it_is_saved(bob, as_user, example_service):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    browser = as_user(bob)

    browser.post(reverse("import_cancel", args=[batch.pk]))
    browser.post(reverse("import_accept", args=[batch.pk]))
    work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), Person.objects.count()) == ("cancelled", 0, 0)
    assert Event.objects.get(verb="removed").actor == bob


def test_the_file_of_a_cancelled_list_is_deleted_once_that_is_committed(
    bob, example_service, django_capture_on_commit_callbacks
):
    batch = work.upload(upload(f"{HEAD}\n{ROW}"), by=bob)
    name, storage = batch.file.name, batch.file.storage

    with django_capture_on_commit_callbacks() as after_commit:
        work.cancel(batch, by=bob)
    before_commit = storage.exists(name)
    for callback in after_commit:
        callback()

    assert (before_commit, storage.exists(name)) == (True, False)


def test_a_list_is_cancelled_as_a_whole_or_not_at_all(bob, example_service, monkeypatch):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    monkeypatch.setattr(work, "record", lambda *_args, **_kwargs: (_ for _ in ()).throw(IntegrityError("no trail")))

    with pytest.raises(IntegrityError):
        work.cancel(batch, by=bob)

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), batch.file.storage.exists(batch.file.name)) == ("preview", 1, True)
    assert not Event.objects.filter(verb="removed").exists()


def test_the_file_of_a_saved_list_is_deleted_once_that_is_committed(
    bob, example_service, django_capture_on_commit_callbacks
):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)
    work.accept(batch)

    with django_capture_on_commit_callbacks() as after_commit:
        work_on_lists()
    before_commit = batch.file.storage.exists(batch.file.name)
    for callback in after_commit:
        callback()

    batch.refresh_from_db()
    assert (batch.state, before_commit, batch.file.storage.exists(batch.file.name)) == ("done", True, False)


def test_cancelling_stops_the_worker(bob, example_service, monkeypatch):
    create.rank()
    batch = work.upload(upload(f"{HEAD}\n{ROW}"), by=bob)
    work.choose_columns(batch, batch.columns)
    monkeypatch.setattr(work, "_report_progress", lambda batch, _done: not work.cancel(batch, by=bob))

    work_on_lists()

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == ("cancelled", 0)


def test_pressing_save_twice_saves_once(bob, example_service):
    create.rank()
    batch = brought(f"{HEAD}\n{ROW}", bob)

    assert [work.accept(batch), work.accept(batch)] == [True, False]
    work_on_lists()
    work_on_lists()

    assert Person.objects.count() == 1


def test_a_list_whose_worker_died_is_taken_up_again(bob, example_service):
    create.rank()
    batch = work.upload(upload(f"{HEAD}\n{ROW}"), by=bob)
    work.choose_columns(batch, batch.columns)
    CandidateImport.objects.update(state="reading")
    work_on_lists()
    alive = CandidateImport.objects.get().state
    CandidateImport.objects.update(alive_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))

    work_on_lists()

    assert alive == "reading"
    assert CandidateImport.objects.get().state == "preview"


def test_a_file_that_breaks_below_its_headings_is_refused_by_the_worker(bob, example_service):
    batch = brought(f'{HEAD}\n{ROW}\nE-2,"broken"x,Hugo,,,,,\n', bob)

    assert (batch.state, batch.problem["en"]) == (
        "refused",
        "The file cannot be read: a quotation mark or a line is broken.",
    )


def test_progress_comes_as_a_piece_and_ends_with_the_page(bob, as_user, example_service):
    create.rank()
    batch = work.upload(upload(f"{HEAD}\n{ROW}"), by=bob)
    work.choose_columns(batch, batch.columns)
    browser, address = as_user(bob), reverse("import_progress", args=[batch.pk])

    waiting = browser.get(address)
    page = browser.get(batch.get_absolute_url()).content.decode()
    work_on_lists()

    assert "HX-Refresh" not in waiting
    assert f'hx-get="{address}"' in page
    assert "Look again" in page
    assert browser.get(address)["HX-Refresh"] == "true"


def statements(bob, rows: int) -> int:
    lines = [f"N{rows}-{n},Family {n},Given,Constable,woman,French,1990-04-05,2012-06-01" for n in range(rows)]
    batch = work.upload(upload("\n".join([HEAD, *lines])), by=bob)
    work.choose_columns(batch, batch.columns)
    with CaptureQueriesContext(connection) as queries:
        work_on_lists()
    assert ImportedRow.objects.filter(batch=batch, outcome="new").count() == rows
    return len(queries)


def test_a_preview_takes_the_same_statements_for_any_number_of_rows(bob, example_service):
    create.rank()
    statements(bob, 20)

    assert [statements(bob, 20), statements(bob, 2000)] == [50, 50]


# --- Round trip -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_what_is_taken_out_comes_back_unchanged(bob, as_user, example_service, ending, language):
    create.person(service=example_service, service_number="-7", family_name="=Gingras", given_name="Zoë; “S”")
    create.person(
        service=example_service,
        service_number="E-2",
        rank=create.rank(code="sergeant", name_en="Sergeant", name_fr="Sergent / Sergente", level=2),
        born_on=dt.date(1979, 2, 3),
        gender="not_said",
        first_language="en",
    )
    create.person(service=example_service, category="civilian", service_number="E-3", born_on=None, joined_on=None)
    browser = as_user(bob)

    with translation.override(language):
        taken = browser.get(reverse("candidate_export", kwargs={"ending": ending}))
        template = browser.get(reverse("candidate_template", kwargs={"ending": ending})).getvalue()
    content = taken.getvalue()  # after the answer, in another language than it was asked for
    batch = brought(content, bob, name=f"people.{ending}")

    assert taken["Content-Disposition"].startswith("attachment; ")
    assert sorted(batch.columns.values()) == sorted(columns.FIELDS)
    assert results(batch) == [(2, "unchanged", []), (3, "unchanged", []), (4, "unchanged", [])]
    assert rows_of(template)[0] == rows_of(content)[0]
    assert Event.objects.filter(verb="exported").get().details["rows"] == 3


def test_an_export_holds_the_people_of_the_list_that_was_asked_for(bob, charlie, as_user, example_service):
    create.person(service=example_service, family_name="Gingras")
    create.person(service=example_service, family_name="Quintal", state="retired")

    address = reverse("candidate_export", kwargs={"ending": "csv"})
    mine = as_user(bob).get(address, {"state": "active"}).getvalue().decode()
    other = as_user(charlie).get(address).getvalue().decode()

    assert ("Gingras" in mine, "Quintal" in mine) == (True, False)
    assert len(other.splitlines()) == 1


def test_a_service_is_found_by_its_former_name_where_nobody_else_has_it(alice, example_service, other_service, today):
    former = {"abbreviation_en": "OLD", "abbreviation_fr": "VIEUX"}
    create.former_name(of=example_service, name_en="Town Police", name_fr="Police de la ville", **former)
    create.former_name(of=other_service, name_en="Example Police", name_fr="Police d'Exemple", **former)

    services = facts.look_up([], by=alice, today=today).services

    assert [services[name] for name in ("town police", "vieux", "example police")] == [example_service] * 3


# --- Whoever changed service ----------------------------------------------------------------------------------------


LIST_PAGES = ["import_detail", "import_columns", "import_progress"]


def opened(browser, batch):
    statuses = {browser.get(reverse(name, args=[batch.pk])).status_code for name in LIST_PAGES}
    return statuses, len(browser.get(reverse("import_list")).context["page"])


def test_a_liaison_who_changed_service_loses_the_old_lists(as_user, bob, example_service, other_service):
    batch, browser = brought(f"{HEAD}\n{ROW}", bob), as_user(bob)
    before = opened(browser, batch)

    bob.services.set([other_service])

    assert (before, opened(browser, batch)) == (({200}, 1), ({404}, 0))
    assert browser.post(reverse("import_accept", args=[batch.pk])).status_code == 404


def test_a_liaison_who_gained_a_service_keeps_them_and_one_who_lost_one_of_two_does_not(
    as_user, bob, example_service, other_service
):
    browser = as_user(bob)
    of_one = brought(f"{HEAD}\n{ROW}", bob)
    bob.services.add(other_service)
    of_two = work.upload(upload(f"{HEAD}\n{ROW}"), by=bob)
    gained = [opened(browser, batch)[0] for batch in (of_one, of_two)]

    bob.services.remove(other_service)

    assert gained == [{200}, {200}]
    assert [opened(browser, batch)[0] for batch in (of_one, of_two)] == [{200}, {404}]


def test_a_coordinator_who_became_a_liaison_loses_the_lists_of_every_service(as_user, alice, example_service):
    batch = work.upload(upload(f"{HEAD}\n{ROW}"), by=alice)
    alice.role = "liaison"
    alice.save()
    example_service.liaisons.add(alice)

    assert opened(as_user(alice), batch) == ({404}, 0)


def test_a_list_whose_liaison_changed_service_while_it_waited_is_cancelled(bob, example_service, other_service):
    batch = brought(f"{HEAD}\n{ROW}", bob)
    work.accept(batch)
    bob.services.set([other_service])

    work_on_lists()

    batch.refresh_from_db()
    assert batch.state == "cancelled"
    assert not Person.objects.exists()
