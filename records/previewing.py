"""The preview: what each row of a list would change is stored, and nothing else."""

import datetime as dt
import json
from collections import Counter

from django.db import connection, transaction

from foundation.bilingual import in_both_languages
from foundation.reading.cells import to_json
from foundation.reading.opening import FileRefused
from records import opening
from records.judging import Causes, judge, unusual_ticks
from records.models import Import, ImportedRow
from records.progress import Stopped, change_state, report_progress
from records.rows import JudgedRow, in_text, sentences
from records.world import World

State = Import.State


def preview(batch: Import, *, today: dt.date) -> None:
    """Read the file and store what each row would change; all other records stay as they are.

    What was ticked in a preview before stays ticked.
    """
    ticks = unusual_ticks(batch)
    batch.forget_rows()
    causes, counts, done = Causes(), Counter[tuple[str, str]](), 0
    world = World(by=batch.by, today=today, number=batch.pk)
    try:
        with opening.rows_of(batch) as sheets:
            for rows in judge(sheets, world, ticks):
                _store(batch, rows, causes)
                counts.update((row.kind, str(row.outcome)) for row in rows)
                done += len(rows)
                report_progress(batch, State.READING, done=done)
    except FileRefused as refused:
        reason = refused.reason
        change_state(batch, {State.READING}, State.REFUSED, problem=in_both_languages(lambda: str(reason)))
        return
    shown = {"counts": told(counts), "groups": causes.groups, "excesses": world.excesses}
    change_state(batch, {State.READING}, State.PREVIEW, done=done, **shown)


def told(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """How many rows of each kind have each result, as {kind: {outcome: rows}}."""
    found: dict[str, dict[str, int]] = {}
    for (kind, outcome), number in counts.items():
        found.setdefault(kind, {})[outcome] = number
    return found


COLUMNS = [
    "batch_id", "table", "kind", "line", "outcome", "chosen", "person_id", "shown", "values", "changes", "reasons",
    "notes", "causes", "before",
]  # fmt: skip


def _store(batch: Import, rows: list[JudgedRow], causes: Causes) -> None:
    """Add these rows to the preview. Raises `Stopped` when the list was cancelled meanwhile."""
    with transaction.atomic():
        # Locked, so that `cancel` cannot delete the rows between this look and the insert.
        locked = Import.objects.select_for_update(no_key=True).filter(pk=batch.pk)
        if not locked.filter(state=State.READING).exists():
            raise Stopped
        # `bulk_create()` splits them into batches as small as the variables of SQLite allow.
        quote = connection.ops.quote_name
        table, names = quote(ImportedRow._meta.db_table), ", ".join(quote(name) for name in COLUMNS)
        marks = ", ".join(["%s"] * len(COLUMNS))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 (names of our own columns)
                [_as_stored(batch, row, causes) for row in rows],
            )


def _as_stored(batch: Import, row: JudgedRow, causes: Causes) -> tuple:
    return (
        batch.pk,
        row.table,
        row.kind,
        row.line,
        str(row.outcome),
        row.chosen,
        row.person.pk if row.person else None,
        json.dumps(row.shown_name),
        json.dumps({name: to_json(cell) for name, cell in row.cells.items()}),
        json.dumps(row.changes),
        json.dumps(sentences(row.reasons)),
        json.dumps(sentences(row.notes)),
        in_text(causes.numbers_of(row)),
        "{}",
    )
