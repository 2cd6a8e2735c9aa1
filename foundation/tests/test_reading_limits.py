"""Hostile and huge files end with a sentence, and harm nobody but the process that reads them."""

import io
import json
import os
import signal
import subprocess
import sys
import zipfile

import pytest

from foundation.reading import limits, opening, writing
from foundation.reading.opening import FileRefused, NoLongerWanted, open_file, opened_before
from foundation.reading.refused import Refused
from foundation.tests.sheets import (
    LIST,
    SHEET,
    opened,
    refused,
    replaced,
    rows,
    saved,
    sheet_of,
    with_shared_texts,
    xlsx,
)
from foundation.tests.test_reading_workbooks import book_of

UNFOLDS = "The workbook unfolds to far more than its size: it is not opened."
TOO_MANY = (
    "The file has more than 100000 rows, blank ones included. Copy the rows that count into a new file, or delete the "
    "blank rows below them."
)
MEMORY = "The file takes too much memory to read. Import its rows in several files."
SLOW = "The file takes too long to read. Import its rows in several files."
DAMAGED = "The workbook is damaged or protected."


def stored(**members: bytes) -> bytes:
    """A workbook of these files, not packed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        replaced(xlsx(["Nom"]), SHEET, b" " * (60 * 1024 * 1024)),
        replaced(xlsx(["Nom"]), "xl/styles.xml", b"\0" * (20 * 1024 * 1024)),
        stored(**{f"{number}.xml": b"" for number in range(201)}),
    ],
    ids=["sheet", "styles", "many files"],
)
def test_a_workbook_that_unfolds_is_not_opened(content):
    assert refused(content) == UNFOLDS


def test_what_unfolds_within_a_hundred_times_is_opened(tmp_path):
    packed = os.urandom(20_000) + b" " * 1_000_000

    assert rows(tmp_path, replaced(xlsx(["Nom"]), "docProps/app.xml", packed)) == [["Nom"]]


def test_blank_rows_that_pack_very_well_are_no_bomb(tmp_path):
    assert rows(tmp_path, sheet_of("<row><c><v>1</v></c></row>" + "<row/>" * 90_000))[0][0].number == "1"


@pytest.mark.parametrize(
    "row",
    ["<row/>", '<row r="1" ht="15"></row>', "<row><c><v>1</v></c></row>", '<x:row xmlns:x="x"/>'],
    ids=["blank", "with a height", "tiny", "prefixed"],
)
def test_a_million_rows_are_counted_before_they_are_read(row):
    noise = "".join(f"<!--{os.urandom(40).hex()}-->" for _each in range(6_000))  # so that it is no bomb by its size

    assert refused(sheet_of(row * 1_000_000 + noise)) == TOO_MANY


def test_as_many_rows_as_may_be_are_read_and_one_more_is_refused(tmp_path):
    read, found = opened(tmp_path, "Nom\n" + "Roy\n" * 99_999)

    assert found.tables[0].rows == 100_000
    assert sum(1 for _row in opening.read_rows(read, 0, 1)) == 99_999
    assert refused("Nom\n" + "Roy\n" * 100_000) == "The file has more than 100000 rows."


def test_blank_lines_count_too_where_there_are_very_many():
    assert refused("Nom\n" + "\n" * 200_000 + "Roy\n") == TOO_MANY


def test_rows_of_all_sheets_count_together():
    rows_of_one = "<row><c><v>1</v></c></row>" * 60_000
    noise = "".join(f"<!--{os.urandom(40).hex()}-->" for _each in range(2_000))
    book = saved(book_of(Un=[["Nom"]], Deux=[["Nom"]]))
    sheet = (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows_of_one}{noise}'
    )
    content = f"{sheet}</sheetData></worksheet>".encode()

    both = replaced(replaced(book, SHEET, content), "xl/worksheets/sheet2.xml", content)

    assert refused(both) == "The file has more than 100000 rows."


def test_a_file_has_sixty_columns_and_fifty_sheets_at_most(tmp_path):
    assert len(rows(tmp_path, "," * 59 + "x\n")[0]) == 60
    assert refused("," * 60 + "x\n") == "The file has more than 60 columns."
    assert refused(sheet_of('<row r="1"><c r="XFD1"><v>1</v></c></row>')) == "The file has more than 60 columns."
    assert rows(tmp_path, sheet_of('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'))
    many = book_of(**{f"Feuille {number}": [["Nom"]] for number in range(51)})
    assert refused(saved(many)) == "The workbook has more than 50 sheets."


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    source = tmp_path / "large"
    with source.open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)

    with pytest.raises(FileRefused) as refusal:
        open_file(source, tmp_path)

    assert str(refusal.value.reason) == "The file is larger than 10 MB."
    assert list(tmp_path.iterdir()) == [source]


def test_one_text_in_very_many_cells_does_not_fill_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LARGEST_WRITTEN", 1_000_000)
    row = f"""<row>{'<c t="s"><v>0</v></c>' * 50}</row>"""

    assert refused(with_shared_texts(sheet_of(row * 50), f"<t>{os.urandom(900).hex()}</t>")) == UNFOLDS


def test_nor_do_many_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "LARGEST_WRITTEN", 1000)
    writer = writing.Writer(tmp_path, lambda _rows: None)
    writer.write("first", [(1, ["a" * 600])])

    with pytest.raises(Refused, match="unfolds"):
        writer.write("second", [(1, ["a" * 600])])


@pytest.mark.parametrize(
    "data",
    [
        "<row><c>" * 50_000,
        "<row><c><is>" + "<r>" * 100_000 + "</r>" * 100_000 + "</is></c></row>",
        '<row><c t="inlineStr"><is>' + "<t>" * 5_000 + "a" + "</t>" * 5_000 + "</is></c></row>",
    ],
    ids=["never closed", "in a cell", "in a text"],
)
def test_deep_xml_harms_nobody(data):
    assert refused(sheet_of(data)) in {DAMAGED, UNFOLDS, MEMORY, "The file is empty."}


def test_entities_of_xml_are_not_unfolded():
    bomb = (
        '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )

    assert refused(replaced(xlsx(["Nom"]), SHEET, bomb.encode())) == DAMAGED


def test_a_huge_cell_of_a_text_file_is_a_broken_line():
    assert refused(b'Nom\n"' + b"x" * 5_000_000 + b'"\n').startswith("The file cannot be read: a quotation mark")


def test_memory_is_limited_for_the_process_that_reads():
    cells = "".join(f"<c><v>{number}</v></c>" for number in range(400_000))

    assert refused(sheet_of(f"<row>{cells}</row>"), memory=160 * 1024 * 1024) == MEMORY


def test_its_time_is_limited(tmp_path):
    content = sheet_of("".join(f"<row><c><v>{number}</v></c><c><v>{number}</v></c></row>" for number in range(90_000)))

    assert refused(content, cpu_seconds=1) == SLOW
    assert refused(content, wall_seconds=0.01) == SLOW


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (f"os.kill(os.getpid(), {int(signal.SIGKILL)})", MEMORY),
        (
            f"os.kill(os.getpid(), {int(signal.SIGSEGV)})",
            "The file cannot be read. Save it again, as XLSX or as “CSV UTF-8”.",
        ),
        ("sys.exit(3)", "The file cannot be read. Save it again, as XLSX or as “CSV UTF-8”."),
        ("pass", "The file cannot be read. Save it again, as XLSX or as “CSV UTF-8”."),
    ],
)
def test_however_the_process_ends_there_is_a_sentence(monkeypatch, end, sentence):
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda _command, **how: popen([sys.executable, "-c", f"import os, sys; {end}"], **how)
    )

    assert refused(LIST) == sentence


def test_who_asked_is_told_of_progress_and_may_give_up(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "_ASKED_EVERY", 0.001)
    told = []

    def still_wanted(rows_so_far):
        told.append(rows_so_far)
        return rows_so_far < 5_000

    with pytest.raises(NoLongerWanted):
        opened(tmp_path, "Nom\n" + "Roy\n" * 99_000, still_wanted=still_wanted)

    assert told == sorted(told)
    assert 5_000 <= told[-1] < 99_000
    assert not list(tmp_path.glob("*/tables/tables.json"))


def test_a_process_that_is_no_longer_wanted_is_ended(tmp_path, monkeypatch):
    popen, started = subprocess.Popen, []

    def never_ending(_command, **how):
        started.append(popen([sys.executable, "-c", "import time; time.sleep(600)"], **how))
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", never_ending)
    monkeypatch.setattr(opening, "_ASKED_EVERY", 0.001)

    with pytest.raises(NoLongerWanted):
        opened(tmp_path, LIST, still_wanted=lambda _rows: False)

    assert started[0].returncode == -signal.SIGKILL


def test_the_process_knows_nothing_of_our_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    asked = {}
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **how: asked.update(how) or popen(command, **how))

    opened(tmp_path, LIST)

    assert sorted(asked["env"]) == ["PATH", "PYTHONUTF8"]


def test_the_process_loads_no_django():
    loaded = subprocess.run(
        [sys.executable, "-c", "import foundation.reading.child, sys; print(*sys.modules)"],
        cwd=opening._ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert "foundation.reading.writing" in loaded
    assert [name for name in loaded if name.split(".")[0] in {"django", "numpy", "openpyxl"}] == []


def test_what_was_read_can_be_opened_again(tmp_path):
    read, found = opened(tmp_path, LIST)

    assert opened_before(read) == found
    assert json.loads((read / "0.jsonl").read_text().splitlines()[1])[0] == 2
    with pytest.raises(FileRefused):
        opened_before(tmp_path)
