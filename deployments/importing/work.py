"""A list on its way: uploaded → columns chosen → read → looked at → accepted → saved. The worker does the long parts.

Each part may be started twice, or again after a worker died in it: it begins anew, and only one transaction saves.
"""

import datetime as dt
import json
from collections import Counter

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.forms import Field
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from audit.log import record
from audit.models import Verb
from background import enqueue as wake
from deployments.importing import columns, reading, saving
from deployments.importing.judging import Judge
from deployments.importing.reading import Cell, FileRefused
from deployments.importing.rows import Judged, Outcome, in_both
from deployments.models import CandidateImport, ImportedRow
from foundation.text import normalised
from personnel.models import Person

State = CandidateImport.State
GIVEN_UP_AFTER = dt.timedelta(minutes=3)
"""A worker that gave no sign of life for so long is dead: another one begins anew."""


class Stopped(Exception):
    """Somebody cancelled the list while it was worked on."""


@transaction.atomic
def bring(file: UploadedFile, *, by: User) -> CandidateImport:
    """Keep an uploaded list and guess its columns. Raises `FileRefused` where it cannot be read or holds nothing."""
    headings, count = [], 0
    for _line, row in reading.open_rows(file, file.size):
        if not headings:
            headings = [str(cell or "")[:200] for cell in row]
        else:
            count += 1
            break
    if not headings or not count:
        raise FileRefused(_("The file has no row below its headings."))
    batch = CandidateImport(by=by, at=timezone.now(), name=file.name[-150:], headings=headings)
    batch.columns = columns.guess(headings, by)
    file.seek(0)
    batch.file.save(f"lists/{timezone.now():%Y%m}/list", file, save=False)
    batch.save()
    record(by, Verb.UPLOADED, batch)
    return batch


@transaction.atomic
def choose_columns(batch: CandidateImport, chosen: dict[str, str]) -> None:
    """Keep what the columns mean, remember it for the next list, and have the rows read."""
    columns.remember(batch.headings, chosen, batch.by)
    _change(batch, {State.UPLOADED, State.PREVIEW, State.REFUSED}, State.WAITING, columns=chosen, done=0, problem={})
    wake.soon("deployments.work_on_lists")


@transaction.atomic
def accept(batch: CandidateImport) -> bool:
    """Have the rows saved; False when the list is not ready, or was accepted already."""
    if not _change(batch, {State.PREVIEW}, State.ACCEPTED):
        return False
    wake.soon("deployments.work_on_lists")
    return True


@transaction.atomic
def cancel(batch: CandidateImport, *, by: User | None) -> bool:
    """Stop a list that is not saved yet; nothing of it is kept. `by` is None when nobody asked for it."""
    if not _change(batch, set(State) - {State.DONE, State.CANCELLED}, State.CANCELLED):
        return False
    ImportedRow.objects.filter(batch=batch).delete()
    _delete_file_after_commit(batch)
    record(by, Verb.REMOVED, batch)
    return True


def _delete_file_after_commit(batch: CandidateImport) -> None:
    # A file comes back with no rollback. Robust: what was committed stays, also when the file cannot be deleted.
    transaction.on_commit(lambda: batch.file.delete(save=False), robust=True)


def _change(batch: CandidateImport, sources: set, target: State, **fields) -> bool:
    rows = CandidateImport.objects.filter(pk=batch.pk, state__in=[source.value for source in sources])
    return rows.update(state=target, alive_at=timezone.now(), **fields) == 1


def work_on_all(form_fields: dict[str, Field]) -> int:
    """Read or save every list that waits, and those whose worker died; answers how many.

    `form_fields` are those of the form that people fill in by hand: they clean the cells too.
    """
    count = 0
    while batch := _claim():
        count += 1
        if not (batch.by.is_active and batch.by.may(Permission.CANDIDATE_IMPORT)):
            cancel(batch, by=None)  # the account was closed, or has another role now
        elif batch.state == State.READING:
            preview(batch, form_fields)
        else:
            save(batch, form_fields)
    return count


@transaction.atomic
def _claim() -> CandidateImport | None:
    dead = Q(alive_at__lt=timezone.now() - GIVEN_UP_AFTER)
    waiting = Q(state__in=[State.WAITING, State.ACCEPTED]) | (Q(state__in=[State.READING, State.SAVING]) & dead)
    batch = CandidateImport.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    found = batch.filter(waiting).order_by("id").first()
    if found is None:
        return None
    found.state = State.READING if found.state in {State.WAITING, State.READING} else State.SAVING
    found.alive_at = timezone.now()
    found.save(update_fields=["state", "alive_at"])
    return found


def preview(batch: CandidateImport, form_fields: dict[str, Field]) -> None:
    """Read the file and say of each row what it would do; nothing else is saved."""
    try:
        rows = _rows(batch)
        CandidateImport.objects.filter(pk=batch.pk).update(total=len(rows))
        judged = _judge(batch, rows, form_fields, lambda done: _alive(batch, done))
        _keep(batch, judged)
    except FileRefused as refused:
        reason = refused.reason
        _change(batch, {State.READING}, State.REFUSED, problem=in_both(lambda: str(reason)))
    except (Stopped, FileNotFoundError):
        ImportedRow.objects.filter(batch=batch).delete()
    else:
        counts = dict(Counter(one.outcome for one in judged))
        _change(batch, {State.READING}, State.PREVIEW, counts=counts, done=len(judged))


def save(batch: CandidateImport, form_fields: dict[str, Field]) -> None:
    """Judge the rows again and save them all, if they still do what the preview showed; else show it anew."""
    try:
        with transaction.atomic():
            _save(batch, form_fields)
    except IntegrityError:  # somebody saved the same person or nomination at this very moment
        with transaction.atomic():
            _show_again(batch, _judge(batch, _stored(batch), form_fields, lambda _done: True))


def _save(batch: CandidateImport, form_fields: dict[str, Field]) -> None:
    list(CandidateImport.objects.select_for_update(no_key=True).filter(pk=batch.pk))
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=batch.rows.values("person")).values_list("pk"))
    shown = list(batch.rows.order_by("line").values_list("line", "outcome", "changes"))
    judged = _judge(batch, _stored(batch), form_fields, lambda _done: True)
    if [(one.line, str(one.outcome), one.changes) for one in judged] != shown:
        _show_again(batch, judged)
        return
    if not _change(batch, {State.SAVING}, State.DONE, problem={}):
        return  # cancelled, or saved by another worker
    saving.save(batch, judged, by=batch.by, today=timezone.localdate())
    _delete_file_after_commit(batch)


def _stored(batch: CandidateImport) -> list[tuple[int, dict[str, Cell]]]:
    return [(line, _from_json(values)) for line, values in batch.rows.order_by("line").values_list("line", "values")]


def _show_again(batch: CandidateImport, judged: list[Judged]) -> None:
    _keep(batch, judged)
    problem = in_both(lambda: str(_("Records changed since the preview: look at it again before you save.")))
    counts = dict(Counter(one.outcome for one in judged))
    _change(batch, {State.SAVING}, State.PREVIEW, counts=counts, problem=problem)


def _rows(batch: CandidateImport) -> list[tuple[int, dict[str, Cell]]]:
    """(line, field → cell) of every row below the headings."""
    chosen = {int(number): field for number, field in batch.columns.items()}
    found = []
    with batch.file.open("rb") as file:
        rows = reading.open_rows(file, batch.file.size)
        next(rows)  # the headings
        for line, row in rows:
            cells = {field: row[number] if number < len(row) else None for number, field in chosen.items()}
            found.append((line, cells))
    return found


def _judge(batch: CandidateImport, rows, form_fields: dict[str, Field], progress) -> list[Judged]:
    judge = Judge(
        rows,
        by=batch.by,
        today=timezone.localdate(),
        form_fields=form_fields,
        french=_is_french(batch.headings),
    )
    judged = judge.judge(progress)
    if rows and not judged:
        raise Stopped
    return judged


def _is_french(headings: list[str]) -> bool:
    """Whether more headings are French than English; 02/03/2026 is then 2 March."""
    score = 0
    for column in columns.COLUMNS:
        names = {normalised(heading) for heading in headings}
        with translation.override("fr-ca"):
            score += normalised(str(column.label)) in names
        with translation.override("en-ca"):
            score -= normalised(str(column.label)) in names
    return score > 0


def _alive(batch: CandidateImport, done: int) -> bool:
    """Leave a sign of life and the progress; False when somebody cancelled."""
    return (
        CandidateImport.objects.filter(pk=batch.pk, state=State.READING).update(done=done, alive_at=timezone.now()) == 1
    )


def _keep(batch: CandidateImport, judged: list[Judged]) -> None:
    """Put the results into the staging table: one statement for all rows, whatever their number."""
    with transaction.atomic():
        mine = CandidateImport.objects.select_for_update(no_key=True).filter(pk=batch.pk)
        if not mine.filter(state__in=[State.READING, State.SAVING]).exists():
            raise Stopped  # cancelled meanwhile: nothing of it is kept
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
                        one.line,
                        str(one.outcome),
                        one.person.pk if one.person else None,
                        one.shown,
                        json.dumps(_to_json(one.cells)),
                        json.dumps(one.changes),
                        json.dumps(one.reasons_told() if one.outcome == Outcome.REFUSED else {}),
                    )
                    for one in judged
                ],
            )


def _to_json(cells: dict[str, Cell]) -> dict:
    return {name: {"day": cell.isoformat()} if isinstance(cell, dt.date) else cell for name, cell in cells.items()}


def _from_json(values: dict) -> dict[str, Cell]:
    return {
        name: dt.date.fromisoformat(value["day"]) if isinstance(value, dict) else value
        for name, value in values.items()
    }
