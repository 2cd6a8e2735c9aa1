"""What runs in the background. Each task may run twice, late, or at the same time as itself."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.log import record
from audit.models import Verb
from background.jobs import Counts, job
from background.schedule import Counted
from peaceops import __version__
from records import kept_exports, long_exports, work
from records.backups import making
from records.everything import archives
from records.models import Export, Import


@job(_("Read and save lists"), every=60, counts={"lists": Counted(_("lists"))}, after_changes_of=(Import,))
def work_on_lists():
    """Open, read, save or undo every list that waits."""
    return [lambda: Counts(lists=work.work_on_all(today=timezone.localdate()))]


@job(_("Delete abandoned lists"), at=dt.time(0, 40), counts={"lists": Counted(_("lists"))})
def forget_lists():
    """Cancel lists that nobody finished, with their files and rows."""
    return [lambda: Counts(lists=work.forget_abandoned(now=timezone.now()))]


@job(_("Make archives of everything"), every=60, counts={"made": Counted(_("made"))}, after_changes_of=(Export,))
def make_archives():
    """Make the archive that somebody asked for."""
    return [lambda: Counts(made=archives.work_on_all(version=__version__))]


@job(
    _("Back up"),
    at=dt.time(4, 0),
    counts={
        "made": Counted(_("made")),
        "kilobytes": Counted(_("kilobytes"), adds_up=False),
        "deleted": Counted(_("deleted")),
    },
    needed_for="backup",
    is_on=lambda: bool(settings.BACKUP_DIR),
)
def back_up():
    """Make a backup in `BACKUP_DIR`, prove it by restoring it elsewhere, and delete old ones."""
    return [_make_backup, _delete_backups]


def _make_backup() -> Counts:
    key_file = Path(settings.BACKUP_KEY_FILE) if settings.BACKUP_KEY_FILE else None
    record(None, Verb.EXPORTED, None, what="backup")
    path = making.make(Path(settings.BACKUP_DIR), version=__version__, key_file=key_file)
    return Counts(made=1, kilobytes=path.stat().st_size // 1024)


def _delete_backups() -> Counts:
    return Counts(deleted=making.delete_old(Path(settings.BACKUP_DIR), now=timezone.now()))


@job(_("Make long exports"), every=60, counts={"made": Counted(_("made"))}, after_changes_of=(Export,))
def make_long_exports():
    """Make the long lists that somebody asked for as files."""
    return [lambda: Counts(made=long_exports.work_on_all())]


@job(_("Delete old archives and exports"), at=dt.time(0, 45), counts={"deleted": Counted(_("deleted"))})
def delete_archives():
    """Delete the archives and long exports that were kept for as long as they are."""
    return [lambda: Counts(deleted=kept_exports.delete_old(today=timezone.localdate()))]
