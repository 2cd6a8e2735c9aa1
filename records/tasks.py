"""What runs in the background. Each task may run twice, late, or at the same time as itself."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from background.jobs import Counts, job
from background.schedule import Counted
from peaceops import __version__
from records import work
from records.everything import archives
from records.models import Export, Import


@job(_("Read and save lists"), every=60, counts={"lists": Counted(_("lists"))}, after_changes_of=(Import,))
def work_on_lists():
    """Open, read, save or undo every list that waits."""
    return [lambda: Counts(lists=work.work_on_all(today=timezone.localdate()))]


@job(_("Forget abandoned lists"), at=dt.time(0, 40), counts={"lists": Counted(_("lists"))})
def forget_lists():
    """Cancel lists that nobody finished, with their files and rows."""
    return [lambda: Counts(lists=work.forget_abandoned(now=timezone.now()))]


@job(_("Make archives of everything"), every=60, counts={"made": Counted(_("made"))}, after_changes_of=(Export,))
def make_archives():
    """Make the archive that somebody asked for."""
    return [lambda: Counts(made=archives.work_on_all(version=__version__))]


@job(_("Delete old archives of everything"), at=dt.time(0, 45), counts={"deleted": Counted(_("deleted"))})
def delete_archives():
    """Delete the archives that were kept for as long as they are."""
    return [lambda: Counts(deleted=archives.delete_old(today=timezone.localdate()))]
