"""Opening a list: which tables its file holds, of which kind each is, and what its columns mean.

A file is read in a process of its own (`foundation.reading`), in a folder that is gone afterwards. What is certain
needs no question: then the rows are read at once, and the columns can still be chosen otherwise from the preview.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from background.enqueue import after_change_of
from foundation.bilingual import in_both_languages
from foundation.reading.cells import Cell, in_words
from foundation.reading.dates import Order, order_of
from foundation.reading.headings import Matching, find_heading_line, layout_key, match, mostly_french
from foundation.reading.opening import FileRefused, Opened, Table, read_headings, read_rows
from foundation.spreadsheets import sheet_name
from foundation.text import normalised
from records.columns import EXAMPLE, LINE, SHEET, Column, is_one_of
from records.judging import Sheet
from records.kinds import KINDS
from records.kinds.base import Kind
from records.models import ColumnsOfLayout, Import
from records.progress import Stopped, change_state, delete_file_after_commit, report_progress
from records.quarantine import is_clean
from records.unpacking import unpacked

State = Import.State
SHEET_OF_WORDS = _("Words")
"""The sheet of our workbooks that says which words cells may hold; it has no records."""
LEFT_OUT = ""
"""The kind of a table that is not read."""


def too_many(number: int) -> str:
    return str(_("You have %(number)s lists under way: save or cancel one of them first.") % {"number": number})


def kinds_for(user: User) -> list[Kind]:
    """The kinds of records that a user may bring."""
    return [kind for kind in KINDS.values() if user.may(kind.permission)]


# --- What the file holds ----------------------------------------------------------------------------------------------


def open_list(batch: Import, *, today: dt.date) -> None:
    """Find tables, kinds and columns. Without any doubt the rows wait to be read, else their owner is asked.

    Raises `NotScanned` while the virus scanner does not answer.
    """
    if not is_clean(batch):
        return
    try:
        with unpacked(batch, State.OPENING) as (opened, folder):
            tables, choices = _guess(batch, opened, folder)
    except FileRefused as refused:
        reason = refused.reason
        problem = in_both_languages(lambda: str(reason))
        _move(batch, State.REFUSED, problem=problem)
        if not batch.tables:  # nothing of it can be read otherwise
            delete_file_after_commit(batch)
        return
    is_sure = not (opened.question or any(table["doubts"] for table in tables))
    _move(
        batch,
        State.WAITING if is_sure else State.COLUMNS,
        tables=tables,
        choices={
            **choices,
            "samples": opened.samples or choices.get("samples", []),
            "hidden": [table.name for table in opened.tables if table.hidden],
        },
        problem={},
    )
    after_change_of(Import)


def _move(batch: Import, target: str, **fields: Any) -> None:
    if not change_state(batch, {State.OPENING}, target, **fields):
        raise Stopped


def _guess(batch: Import, opened: Opened, folder: Path) -> tuple[list[dict], dict[str, Any]]:
    """Each table as the page shows it, and the choices: as made for the same layout before, else by name."""
    kinds = kinds_for(batch.by)
    before = batch.choices.get("tables", {})
    tables: list[dict[str, Any]] = []
    choices: dict[str, dict[str, Any]] = {}
    blank = False
    for table in opened.offered:
        if _is_named_after(table.name, SHEET_OF_WORDS):
            continue
        chosen = before.get(str(table.number), {})
        kind = KINDS.get(chosen["kind"]) if chosen else _kind_of(table, kinds)
        found = find_heading_line(table.first_lines, kind.columns if kind else _all_columns(kinds))
        line = chosen["heading_line"] if chosen else found.line
        lines = found.lines if found.line == line else 1
        headings = read_headings(folder, table.number, line, lines)
        _refuse_mixed(folder, table.number, line, headings)
        said, choice = _columns(batch.by, kind, headings)
        rows = sum(1 for _row in _rows(folder, table.number, line, choice["columns"]))
        if kind and not rows:
            blank = True  # a sheet of a template that was not filled in
            continue
        remembered = said.pop("remembered")
        begins = table.first_lines[0][0] == line - lines + 1
        asks = kind and not chosen and (found.doubtful or not (begins or remembered))
        doubts = [*said.pop("doubts"), *(["line"] if asks else [])]
        tables.append(
            {
                "number": table.number,
                "name": table.name,
                "rows": rows,
                "first_lines": table.first_lines,
                "headings": headings,
                "doubts": doubts,
                **said,
            }
        )
        choices[str(table.number)] = {**choice, "heading_line": line, "heading_lines": lines}
    _ask_which(tables, choices, before)
    if not any(choice["kind"] for choice in choices.values()):
        if blank or not tables:
            raise FileRefused(_("The file has no row below its headings."))
        for told in tables:
            told["doubts"].append("kind")
    return tables, {**batch.choices, "tables": choices}


def _ask_which(tables: list[dict], choices: dict[str, dict], chosen: dict[str, dict]) -> None:
    """Have the reader asked about sheets that hold records of the same kind: one may be a copy or a draft."""
    for table in tables:
        number = str(table["number"])
        kind = choices[number]["kind"]
        if kind and number not in chosen and [choice["kind"] for choice in choices.values()].count(kind) > 1:
            table["doubts"].append("several")


def _refuse_mixed(folder: Path, table: int, line: int, headings: list[str]) -> None:
    """Refused rows of several kinds in one table: no column means the same in all of them."""
    place = next((place for place, heading in enumerate(headings) if is_one_of(heading, SHEET)), None)
    if place is None:
        return
    sheets = {in_words(cells[place]) for _line, cells in read_rows(folder, table, line) if place < len(cells)}
    # The same word may name one kind in English and another in French.
    named = [{code for code, kind in KINDS.items() if _is_sheet_of(kind, name)} for name in sheets]
    if not set.intersection(set(KINDS), *filter(None, named)):
        raise FileRefused(
            _("These are rows of several kinds in one table. Import the workbook, with one sheet for each kind.")
        )


def _all_columns(kinds: list[Kind]) -> list[Column]:
    return [column for kind in kinds for column in kind.columns]


def _kind_of(table: Table, kinds: list[Kind]) -> Kind | None:
    """The kind that a sheet is named after, else the one whose columns its headings name most; None for none."""
    named = [kind for kind in kinds if _is_sheet_of(kind, table.name)]
    if len(named) == 1:
        return named[0]
    best, most = None, 1
    for kind in sorted(named or kinds, key=lambda kind: kind.code != "people"):  # which wins where two are as near
        score = _score(table, kind)
        if score > most:
            best, most = kind, score
    return best


def _is_sheet_of(kind: Kind, name: str) -> bool:
    return _is_named_after(name, kind.sheet, kind.label)


def _is_named_after(name: str, *labels: Promise) -> bool:
    """Whether a sheet has one of these names in either language, in full or as far as a sheet takes it."""
    names = in_both_languages(lambda: [str(label) for label in labels])
    known = {normalised(said) for each in names.values() for whole in each for said in (whole, sheet_name(whole))}
    return bool(name) and normalised(name) in known


def _score(table: Table, kind: Kind) -> int:
    """How many columns of a kind the headings of a table name, those that it needs counted twice."""
    line = find_heading_line(table.first_lines, kind.columns)
    texts = next((cells for number, cells in table.first_lines if number == line.line), [])
    named = set(match(texts, kind.columns).sure.values())
    required = {column.field for column in kind.columns if column.required}
    return len(named) + len(required & named) if len(named) > 1 else 0


def _columns(by: User, kind: Kind | None, headings: list[str]) -> tuple[dict, dict]:
    """What the page says about the columns of a table, and what they mean."""
    if kind is None:
        said: dict[str, Any] = {"remembered": False, "doubts": [], "near": [], "doubled": []}
        return said, {"kind": LEFT_OUT, "columns": {}, "orders": {}}
    matching = match(headings, kind.columns)
    remembered = ColumnsOfLayout.objects.filter(by=by, layout=layout_key(headings), kind=kind.code).first()
    if remembered:
        columns = remembered.columns
        doubts = []
    else:
        columns = {str(number): name for number, name in {**matching.sure, **matching.near}.items()}
        doubts = _doubts(kind, matching, headings)
    told = {
        "remembered": remembered is not None,
        "doubts": doubts,
        "near": sorted(matching.near),
        "doubled": sorted(matching.doubled),
    }
    return told, {"kind": kind.code, "columns": columns}


def _doubts(kind: Kind, matching: Matching, headings: list[str]) -> list[str]:
    required = {column.field for column in kind.columns if column.required}
    left_out = [number for number in matching.left_out if not is_one_of(headings[number], LINE, SHEET)]
    return [
        *(["near"] if matching.near else []),
        *(["doubled"] if matching.doubled else []),
        *(["left_out"] if left_out else []),
        *(["missing"] if required & set(matching.missing) else []),
    ]


def remember(batch: Import, choices: dict[str, Any]) -> None:
    """Remember what was chosen for files with just these headings, all of them together."""
    headings = {str(table["number"]): table["headings"] for table in batch.tables}
    for number, choice in choices["tables"].items():
        if choice["kind"]:
            ColumnsOfLayout.objects.update_or_create(
                by=batch.by,
                layout=layout_key(headings[number]),
                defaults={"kind": choice["kind"], "columns": choice["columns"]},
            )


# --- The rows ---------------------------------------------------------------------------------------------------------


@contextmanager
def rows_of(batch: Import) -> Iterator[list[Sheet]]:
    """The tables that are read, with their rows below the headings. Raises `FileRefused`, and `Stopped`.

    How each column writes day and month is found by all of it, and kept in the choices for the saving.
    """
    with unpacked(batch, State.READING) as (_opened, folder):
        sheets, total = [], 0
        for number, choice in batch.choices["tables"].items():
            if choice["kind"] in KINDS:
                line, columns = choice["heading_line"], choice["columns"]
                headings = read_headings(folder, int(number), line, choice.get("heading_lines", 1))
                choice["orders"] = _orders(folder, int(number), choice, headings)
                rows = _rows(folder, int(number), line, columns)
                sheets.append(Sheet(int(number), choice["kind"], rows, _as_orders(choice["orders"])))
                total += sum(1 for _row in _rows(folder, int(number), line, columns))
        report_progress(batch, State.READING, total=total, choices=batch.choices)
        yield sheets


def orders_of(batch: Import, table: int) -> dict[str, Order]:
    return _as_orders(batch.choices["tables"][str(table)]["orders"])


def _as_orders(stored: dict[str, str]) -> dict[str, Order]:
    return {name: Order(order) for name, order in stored.items()}


def _rows(
    folder: Path, table: int, heading_line: int, columns: dict[str, str]
) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Each row below the headings as cells by field, without the examples of a template."""
    fields = {int(place): name for place, name in columns.items()}
    for line, cells in read_rows(folder, table, heading_line):
        found = {name: cells[place] if place < len(cells) else None for place, name in fields.items()}
        if not is_one_of(in_words(found.pop("remark", None)), EXAMPLE):
            yield line, found


def _orders(folder: Path, table: int, choice: dict, headings: list[str]) -> dict[str, str]:
    """How each column of days writes day and month."""
    kind, french = KINDS[choice["kind"]], mostly_french(headings)
    found = {}
    for place, name in ((int(place), name) for place, name in choice["columns"].items()):
        if kind.fields[name].value.is_day:
            rows = read_rows(folder, table, choice["heading_line"])
            cells = (cells[place] for _line, cells in rows if place < len(cells))
            heading = headings[place] if place < len(headings) else ""
            found[name] = order_of(cells, heading, mostly_french=french).value
    return found
