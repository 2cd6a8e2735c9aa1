"""The states of a list: uploaded → waiting to be read → preview → accepted → saved. The worker reads and saves.

Reading and saving may be started twice, or again after a worker died: they start from the beginning, and only one
transaction saves.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from audit.writes import acting
from background.enqueue import after_change_of
from deployments.importing import columns, facts, judging, reading, saving
from deployments.importing.facts import Row
from deployments.importing.reading import Cell, FileRefused
from deployments.importing.rows import JudgedRow, Outcome
from deployments.models import CandidateImport, ImportedRow
from foundation.bilingual import in_both_languages
from foundation.text import normalised, printable
from personnel.models import Person

State = CandidateImport.State
WORKER_DEAD_AFTER = dt.timedelta(minutes=3)
"""A worker that has not written to its list for so long is taken for dead, and another one starts again."""
PROGRESS_UPDATES = 20
"""How often progress is written while a list is read, whatever its length."""


class Stopped(Exception):
    """The user cancelled the list while a worker read it."""


@transaction.atomic
def upload(file: UploadedFile, *, by: User) -> CandidateImport:
    """Save an uploaded list and guess its columns. Raises `FileRefused` when it cannot be read or has no rows."""
    rows = reading.open_rows(file, file.size or 0)
    _line, first_row = next(rows, (0, []))
    headings = [printable(str(cell or ""))[:200] for cell in first_row]
    if next(rows, None) is None:
        raise FileRefused(_("The file has no row below its headings."))
    batch = CandidateImport(by=by, at=timezone.now(), name=printable(file.name or "")[-150:], headings=headings)
    batch.columns, batch.of_every_service = columns.guess(headings, by), by.sees_every_service
    file.seek(0)
    batch.file.save(f"lists/{timezone.now():%Y%m}/list", file, save=False)
    sign(batch, by, "", Verb.UPLOADED)
    batch.save()
    if not by.sees_every_service:
        batch.services.set(by.services.all())
    return batch


@transaction.atomic
def choose_columns(batch: CandidateImport, chosen: dict[str, str]) -> None:
    """Save the field of each column, remember it for the next list, and have the rows read."""
    columns.remember(batch.headings, chosen, batch.by)
    sources = {State.UPLOADED, State.PREVIEW, State.REFUSED}
    with acting(batch.by):
        _change_state(batch, sources, State.WAITING, columns=chosen, done=0, problem={})
    after_change_of(CandidateImport)


@transaction.atomic
def accept(batch: CandidateImport) -> bool:
    """Have the rows saved; returns False when the list is not ready, or was accepted already."""
    if not _change_state(batch, {State.PREVIEW}, State.ACCEPTED):
        return False
    after_change_of(CandidateImport)
    record(batch.by, Verb.DECIDED, batch, what="accept")
    return True


@transaction.atomic
def cancel(batch: CandidateImport, *, by: User | None) -> bool:
    """Cancel a list that is not saved yet and delete its rows and file; returns False when it was too late.

    `by` is None when the system cancels it.
    """
    if not _change_state(batch, set(State) - {State.DONE, State.CANCELLED}, State.CANCELLED):
        return False
    ImportedRow.objects.filter(batch=batch).delete()
    _delete_file_after_commit(batch)
    record(by, Verb.REMOVED, batch)
    return True


def _delete_file_after_commit(batch: CandidateImport) -> None:
    # After the commit, because no rollback brings a file back. Robust: an error of the disk is logged, and does not
    # look like a failure of what is committed already.
    transaction.on_commit(lambda: batch.file.delete(save=False), robust=True)


def _change_state(batch: CandidateImport, sources: set, target: State, **fields) -> bool:
    """Set the state and these fields if the state is one of `sources`, in one statement; returns whether it was."""
    rows = CandidateImport.objects.filter(pk=batch.pk, state__in=[source.value for source in sources])
    return rows.update(state=target, alive_at=timezone.now(), **fields) == 1


def work_on_all(*, today: dt.date) -> int:
    """Read or save every list that waits, and those whose worker died; returns how many."""
    count = 0
    while batch := _claim():
        count += 1
        if not _is_still_theirs(batch):
            cancel(batch, by=None)
        elif batch.state == State.READING:
            preview(batch, today=today)
        else:
            save(batch, today=today)
    return count


def _is_still_theirs(batch: CandidateImport) -> bool:
    """Not when the account was closed, or has another role or other services now."""
    may = batch.by.is_active and batch.by.may(Permission.CANDIDATE_IMPORT)
    return may and CandidateImport.objects.visible_to(batch.by).filter(pk=batch.pk).exists()


@transaction.atomic
def _claim() -> CandidateImport | None:
    """Take the oldest list that waits, or whose worker is dead, and mark it as worked on; None when there is none."""
    dead = Q(alive_at__lt=timezone.now() - WORKER_DEAD_AFTER)
    waiting = Q(state__in=[State.WAITING, State.ACCEPTED]) | (Q(state__in=[State.READING, State.SAVING]) & dead)
    # Two workers claim two lists: the second skips the row that the first holds. SQLite has one writer at a time.
    skip_locked = connection.features.has_select_for_update_skip_locked
    batch = CandidateImport.objects.select_for_update(skip_locked=skip_locked).filter(waiting).order_by("id").first()
    if batch is None:
        return None
    batch.state = State.READING if batch.state in {State.WAITING, State.READING} else State.SAVING
    batch.alive_at = timezone.now()
    batch.save(update_fields=["state", "alive_at"])
    return batch


def preview(batch: CandidateImport, *, today: dt.date) -> None:
    """Read the file and store what each row would change; people and nominations stay as they are."""
    try:
        rows = _rows_of_file(batch)
        CandidateImport.objects.filter(pk=batch.pk).update(total=len(rows))
        judged = []
        every = max(1, len(rows) // PROGRESS_UPDATES)
        for row in _judge(batch, rows, today):
            judged.append(row)
            if len(judged) % every == 0 and not _report_progress(batch, len(judged)):
                raise Stopped
        _store_rows(batch, judged)
    except FileRefused as refused:
        reason = refused.reason
        _change_state(batch, {State.READING}, State.REFUSED, problem=in_both_languages(lambda: str(reason)))
    except (Stopped, FileNotFoundError):  # cancelled meanwhile, which deletes the file too
        ImportedRow.objects.filter(batch=batch).delete()
    else:
        _change_state(batch, {State.READING}, State.PREVIEW, counts=_counts(judged), done=len(judged))


def save(batch: CandidateImport, *, today: dt.date) -> None:
    """Judge the rows again, and save them all if the results are those of the preview; else show a new preview."""
    try:
        with transaction.atomic():
            _save(batch, today)
    except IntegrityError:  # somebody saved the same person or nomination at this very moment
        with transaction.atomic():
            _back_to_preview(batch, list(_judge(batch, _rows_of_preview(batch), today)))


def _save(batch: CandidateImport, today: dt.date) -> None:
    # Locked before they are judged, so that what is saved is what was judged. Lock order: list → people. `no_key`:
    # others may go on inserting rows that refer to them.
    list(CandidateImport.objects.select_for_update(no_key=True).filter(pk=batch.pk))
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=batch.rows.values("person")).values_list("pk"))
    shown = list(batch.rows.order_by("line").values_list("line", "outcome", "changes"))
    judged = list(_judge(batch, _rows_of_preview(batch), today))
    if [(row.line, str(row.outcome), row.changes) for row in judged] != shown:
        _back_to_preview(batch, judged)
        return
    if not _change_state(batch, {State.SAVING}, State.DONE, problem={}):
        return  # cancelled, or saved by another worker
    saving.save(batch, judged, by=batch.by)
    _delete_file_after_commit(batch)


def _rows_of_preview(batch: CandidateImport) -> list[Row]:
    return [(line, _from_json(values)) for line, values in batch.rows.order_by("line").values_list("line", "values")]


def _back_to_preview(batch: CandidateImport, judged: list[JudgedRow]) -> None:
    _store_rows(batch, judged)
    problem = in_both_languages(lambda: str(_("Records changed since the preview: look at it again before you save.")))
    _change_state(batch, {State.SAVING}, State.PREVIEW, counts=_counts(judged), problem=problem)


def _counts(judged: list[JudgedRow]) -> dict[str, int]:
    return dict(Counter(row.outcome for row in judged))


def _rows_of_file(batch: CandidateImport) -> list[Row]:
    """Every row below the headings."""
    chosen = {int(number): field for number, field in batch.columns.items()}
    found = []
    with batch.file.open("rb") as file:
        rows = reading.open_rows(file, batch.file.size)
        next(rows)  # the headings
        for line, row in rows:
            cells = {field: row[number] if number < len(row) else None for number, field in chosen.items()}
            found.append((line, cells))
    return found


def _judge(batch: CandidateImport, rows: list[Row], today: dt.date) -> Iterator[JudgedRow]:
    on_record = facts.look_up(rows, by=batch.by, today=today)
    return judging.judge(rows, on_record, day_first=_is_french(batch.headings))


def _is_french(headings: list[str]) -> bool:
    """Whether more headings are French than English: 02/03/2026 is then 2 March."""
    score = 0
    names = {normalised(heading) for heading in headings}
    for column in columns.COLUMNS:
        with translation.override("fr-ca"):
            score += normalised(str(column.label)) in names
        with translation.override("en-ca"):
            score -= normalised(str(column.label)) in names
    return score > 0


def _report_progress(batch: CandidateImport, done: int) -> bool:
    """Write how many rows are read, and that the worker is alive; returns False when the list was cancelled."""
    being_read = CandidateImport.objects.filter(pk=batch.pk, state=State.READING)
    return being_read.update(done=done, alive_at=timezone.now()) == 1


def _store_rows(batch: CandidateImport, judged: list[JudgedRow]) -> None:
    """Replace the rows of the preview. Raises `Stopped` when the list was cancelled meanwhile."""
    with transaction.atomic():
        # Locked, so that `cancel` cannot delete the rows between this look and the insert.
        locked = CandidateImport.objects.select_for_update(no_key=True).filter(pk=batch.pk)
        if not locked.filter(state__in=[State.READING, State.SAVING]).exists():
            raise Stopped
        # One statement each for ten thousand rows: `delete()` fetches them first, `bulk_create()` splits them into
        # batches as small as the variables of SQLite allow.
        ImportedRow.objects.filter(batch=batch)._raw_delete(using="default")
        fields = ["batch_id", "line", "outcome", "person_id", "shown", "values", "changes", "reasons"]
        quote = connection.ops.quote_name
        table, names = quote(ImportedRow._meta.db_table), ", ".join(quote(name) for name in fields)
        marks = ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 (names of our own columns)
                [
                    (
                        batch.pk,
                        row.line,
                        str(row.outcome),
                        row.person.pk if row.person else None,
                        row.shown_name,
                        json.dumps(_to_json(row.cells)),
                        json.dumps(row.changes),
                        json.dumps(row.reasons_in_both_languages() if row.outcome == Outcome.REFUSED else {}),
                    )
                    for row in judged
                ],
            )


def _to_json(cells: dict[str, Cell]) -> dict:
    return {name: {"day": cell.isoformat()} if isinstance(cell, dt.date) else cell for name, cell in cells.items()}


def _from_json(values: dict) -> dict[str, Cell]:
    return {
        name: dt.date.fromisoformat(value["day"]) if isinstance(value, dict) else value
        for name, value in values.items()
    }
