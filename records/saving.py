"""Saving an accepted list: judged once more, every row with its history and its event, one transaction."""

import datetime as dt
import json
from collections import Counter
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.log import record
from audit.models import Verb
from audit.writes import acting
from foundation.bilingual import in_both_languages
from foundation.reading.cells import from_json
from foundation.refusals import StepRefused
from personnel.models import Person
from records import opening
from records.judging import Sheet, judge, unusual_ticks
from records.kinds import KINDS
from records.models import Import, ImportedRow
from records.news import tell_of_list
from records.progress import change_state, delete_file_after_commit
from records.rows import JudgedRow, Outcome
from records.world import World

State = Import.State
FETCHED_AT_ONCE = 1000


class Differs(Exception):
    """The rows are not judged as the preview showed them."""


def save(batch: Import, *, today: dt.date) -> None:
    """Judge the rows again, and save all that are chosen if the results are those of the preview; else preview anew."""
    try:
        with transaction.atomic():
            _save(batch, today)
    except (Differs, IntegrityError, StepRefused):  # records changed since, or at this very moment
        _back_to_preview(batch)


def _save(batch: Import, today: dt.date) -> None:
    # Locked before they are judged, so that what is saved is what was judged. Lock order: list → people. `no_key`:
    # others may go on inserting rows that refer to them.
    if not list(Import.objects.select_for_update(no_key=True).filter(pk=batch.pk, state=State.SAVING)):
        return  # cancelled, or saved by another worker
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=batch.rows.values("person")).values_list("pk"))
    for kind in {kind for kind in batch.counts if kind in KINDS}:
        KINDS[kind].lock()
    world = World(by=batch.by, today=today, number=batch.pk, is_preview=False)
    counts = Counter(new=0, changed=0, nominations=0)
    with acting(batch.by, list=batch.pk):
        for rows in judge(_sheets(batch), world, unusual_ticks(batch)):
            _refuse_another_result(batch, rows)
            to_save = [row for row in rows if row.is_saved]
            if to_save:
                KINDS[rows[0].kind].save(to_save, world)
                _note_ids(batch, to_save)
            counts.update("new" if row.outcome == Outcome.NEW else "changed" for row in to_save)
            counts["nominations"] += sum("nomination" in row.more for row in to_save)
    _finish(batch, counts)


def _sheets(batch: Import) -> list[Sheet]:
    """The rows of the preview by table, one after the other from the database."""
    tables = batch.rows.order_by("table").values_list("table", "kind").distinct()
    return [Sheet(table, kind, _rows(batch, table), opening.orders_of(batch, table)) for table, kind in tables]


def _rows(batch: Import, table: int):
    rows = batch.rows.filter(table=table).order_by("line").values_list("line", "values")
    for line, values in rows.iterator(FETCHED_AT_ONCE):
        yield line, {name: from_json(value) for name, value in values.items()}


def _refuse_another_result(batch: Import, rows: list[JudgedRow]) -> None:
    lines = [row.line for row in rows]
    shown = batch.rows.filter(table=rows[0].table, line__range=(lines[0], lines[-1])).order_by("line")
    before = list(shown.values_list("line", "outcome", "changes"))
    if [(row.line, str(row.outcome), row.changes) for row in rows] != before:
        raise Differs


def _note_ids(batch: Import, rows: list[JudgedRow]) -> None:
    """Note of each row which record it added or changed, and what that was before: so that it can be undone."""
    lines = [row.line for row in rows]
    there = batch.rows.filter(table=rows[0].table, line__range=(min(lines), max(lines)))
    stored = dict(there.values_list("line", "pk"))
    values = [(row.record.pk, json.dumps(_for_json(row.before)), stored[row.line]) for row in rows]
    table = connection.ops.quote_name(ImportedRow._meta.db_table)
    with connection.cursor() as cursor:
        # `bulk_update()` of ten thousand rows takes as long as all else.
        statement = f"UPDATE {table} SET row_id = %s, before = %s WHERE id = %s"  # noqa: S608 (our own name)
        cursor.executemany(statement, values)


def _for_json(values: dict[str, Any]) -> dict[str, Any]:
    plain = str | int | bool | list | None
    return {name: value if isinstance(value, plain) else str(value) for name, value in values.items()}


def _finish(batch: Import, counts: Counter[str]) -> None:
    change_state(batch, {State.SAVING}, State.DONE, problem={}, saved_at=timezone.now())
    record(batch.by, Verb.IMPORTED, batch, **counts)
    tell_of_list(batch, counts, batch.by)
    delete_file_after_commit(batch)


def _back_to_preview(batch: Import) -> None:
    problem = in_both_languages(lambda: str(_("Records changed since the preview: look at it again before you save.")))
    change_state(batch, {State.SAVING}, State.WAITING, problem=problem)
