"""The states of a list: uploaded → opened → columns → read → preview → accepted → saved → undone.

What people do with a list is a function here and only moves it on; a worker does the rest (`work_on_all`). Whatever a
worker does may be started twice, or again after it died: it begins anew, and only one transaction saves.
"""

import datetime as dt

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from audit.writes import acting
from background.enqueue import after_change_of
from foundation.bilingual import in_both_languages
from foundation.private_files import stored
from foundation.refusals import Blocker, StepRefused
from foundation.text import printable
from records import opening, previewing, published, saving, undoing
from records.models import FOR_ITS_OWNER, FOR_THE_WORKER, OVER, Import, ImportedRow
from records.progress import WORKER_DEAD_AFTER, Stopped, change_state, delete_file_after_commit
from records.quarantine import NotScanned
from records.unpacking import remove_left_folders

State = Import.State
CANCELLABLE = set(State) - {*OVER, State.TO_UNDO, State.UNDOING}


@transaction.atomic
def upload(file: UploadedFile, *, by: User) -> Import:
    """Save an uploaded list, for a worker to open. Raises `StepRefused` when too many of the user's are under way."""
    return _begin(by, file, name=printable(file.name or "")[-150:] or "list")


@transaction.atomic
def bring_published(groups: list[published.Group], *, by: User) -> Import:
    """Bring reference data that come with the program as a list like any other. Raises `StepRefused` as `upload`."""
    with translation.override(by.language):
        content = published.workbook(groups)
        name = _("Published: %(what)s") % {"what": ", ".join(str(group.label) for group in groups)}
    return _begin(by, File(content), name=name[:150], source=Import.Source.PUBLISHED)


def _begin(by: User, file: File, **fields) -> Import:
    # Locked, so that two uploads at once are counted one after the other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Import.objects.filter(by=by).under_way().readable().count() >= settings.LISTS_UNDER_WAY:
        raise StepRefused([Blocker("too_many_lists", opening.too_many(settings.LISTS_UNDER_WAY), rule=0)])
    batch = Import(by=by, at=timezone.now(), alive_at=timezone.now(), of_every_service=by.sees_every_service, **fields)
    with stored():
        batch.file.save(f"lists/{timezone.now():%Y%m}/list", file, save=False)
    sign(batch, by, "", Verb.UPLOADED)
    batch.save()
    if not by.sees_every_service:
        batch.services.set(by.services.all())
    after_change_of(Import)
    return batch


@transaction.atomic
def choose_columns(batch: Import, choices: dict[str, dict]) -> bool:
    """Save what the tables and columns mean, remember it for files of the same layout, and have the rows read.

    Returns False when the list is worked on, or is over.
    """
    with acting(batch.by):
        moved = change_state(batch, FOR_ITS_OWNER, State.WAITING, choices=choices, done=0, problem={})
    if moved:
        opening.remember(batch, choices)
        after_change_of(Import)
    return moved


@transaction.atomic
def open_again(batch: Import, choices: dict[str, dict]) -> bool:
    """Have the file opened anew with another encoding, or its headings looked for in other lines."""
    with acting(batch.by):
        moved = change_state(batch, FOR_ITS_OWNER, State.UPLOADED, choices=choices)
    if moved:
        after_change_of(Import)
    return moved


@transaction.atomic
def tick(batch: Import, lines: list[int], chosen: set[int]) -> bool:
    """Say of the rows with the ids `lines` whether each is saved: those in `chosen` are. False when it is too late."""
    if not change_state(batch, {State.PREVIEW}, State.PREVIEW):
        return False
    rows = batch.rows.filter(pk__in=lines)
    rows.filter(pk__in=chosen).update(chosen=True)
    rows.exclude(pk__in=chosen).update(chosen=False)
    return True


@transaction.atomic
def accept(batch: Import) -> bool:
    """Have the rows saved; returns False when the list is not ready, or was accepted already."""
    if not change_state(batch, {State.PREVIEW}, State.ACCEPTED):
        return False
    after_change_of(Import)
    record(batch.by, Verb.DECIDED, batch, what="accept")
    return True


@transaction.atomic
def undo(batch: Import, *, by: User, reason: str) -> bool:
    """Have all of a saved list taken back; returns False when it is not saved, or undone already."""
    if not change_state(batch, {State.DONE}, State.TO_UNDO, undone_by=by, undo_reason=reason.strip(), problem={}):
        return False
    after_change_of(Import)
    record(by, Verb.DECIDED, batch, what="undo")
    return True


@transaction.atomic
def cancel(batch: Import, *, by: User | None) -> bool:
    """Cancel a list that is not saved yet and delete its rows and file; returns False when it was too late.

    `by` is None when the system cancels it.
    """
    if not change_state(batch, CANCELLABLE, State.CANCELLED):
        return False
    batch.forget_rows()
    delete_file_after_commit(batch)
    record(by, Verb.REMOVED, batch)
    return True


def can_be_cancelled(batch: Import) -> bool:
    return batch.state in CANCELLABLE


def work_on_all(*, today: dt.date) -> int:
    """Open, read, save or undo every list that waits, and those whose worker died; returns how many."""
    count, not_scanned = 0, set[int]()
    while batch := _claim(not_scanned):
        count += 1
        if batch.state not in {State.UNDOING} and not _is_still_theirs(batch):
            cancel(batch, by=None)
            continue
        try:
            _work_on(batch, today)
        except NotScanned:
            not_scanned.add(batch.pk)
    return count


def _work_on(batch: Import, today: dt.date) -> None:
    try:
        {
            State.OPENING: opening.open_list,
            State.READING: previewing.preview,
            State.SAVING: saving.save,
            State.UNDOING: undoing.undo,
        }[State(batch.state)](batch, today=today)
    except (Stopped, FileNotFoundError):  # cancelled meanwhile, which deletes the file too
        ImportedRow.objects.filter(batch=batch, batch__state=State.CANCELLED).delete()
        gone = in_both_languages(lambda: str(_("The file is no longer there: import it again.")))
        change_state(batch, {State.OPENING, State.READING}, State.REFUSED, problem=gone, tables=[], choices={})


def _is_still_theirs(batch: Import) -> bool:
    """Not when the account was closed, or has another role or other services now."""
    may = batch.by.is_active and batch.by.may(Permission.CANDIDATE_IMPORT)
    return may and Import.objects.visible_to(batch.by).filter(pk=batch.pk).exists()


@transaction.atomic
def _claim(left: set[int]) -> Import | None:
    """Take the oldest list that waits, or whose worker is dead, and mark it as worked on; None when there is none.

    Those that are `left` for the next run are not taken.
    """
    dead = Q(alive_at__lt=timezone.now() - WORKER_DEAD_AFTER)
    waiting = Q(state__in=list(FOR_THE_WORKER)) | (Q(state__in=list(FOR_THE_WORKER.values())) & dead)
    # Two workers claim two lists: the second skips the row that the first holds. SQLite has one writer at a time.
    skip_locked = connection.features.has_select_for_update_skip_locked
    batch = (
        Import.objects.select_for_update(skip_locked=skip_locked)
        .filter(waiting)
        .exclude(pk__in=left)
        .order_by("id")
        .first()
    )
    if batch is None:
        return None
    batch.state = FOR_THE_WORKER.get(State(batch.state), State(batch.state))
    batch.alive_at = timezone.now()
    batch.save(update_fields=["state", "alive_at"])
    return batch


@transaction.atomic
def forget_abandoned(*, now: dt.datetime) -> int:
    """Cancel lists that nobody touched for `LIST_KEPT_DAYS`, with their files and rows; returns how many."""
    old = now - dt.timedelta(days=settings.LIST_KEPT_DAYS)
    waiting = Import.objects.under_way().exclude(state__in=FOR_THE_WORKER.values()).filter(alive_at__lt=old)
    remove_left_folders()
    return sum(cancel(batch, by=None) for batch in waiting)
