"""Lists that are brought (the file, what its columns mean, what each row would change), and archives of everything."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Permission
from foundation.bilingual import reader_language
from foundation.private_files import private_files
from foundation.tables import TABLES
from foundation.text import LineField, ProseField
from foundation.writes import TellingQuerySet
from personnel.models import Person, PoliceService

if TYPE_CHECKING:
    from accounts.models import User


class ImportQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Those that the user brought: a liaison's as long as their services are the own ones.

        Whoever brings the office's records also sees what others of the office have saved, and may have it undone.
        """
        mine = self.filter(by=user)
        if user.may(Permission.RECORDS_IMPORT):
            return self.filter(Q(by=user) | Q(of_every_service=True, state__in=SAVED))
        if user.sees_every_service:
            return mine
        others = PoliceService.objects.exclude(pk__in=user.services.all())
        return mine.filter(of_every_service=False).exclude(services__in=others)

    def under_way(self) -> Self:
        """Neither saved nor given up: their files and rows are kept."""
        return self.exclude(state__in=OVER)

    def readable(self) -> Self:
        """Without files that were refused as they are: of those nothing is kept but why."""
        return self.exclude(state=State.REFUSED, tables=[])


class State(models.TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("import", "Waiting to be opened")
    OPENING = "opening", pgettext_lazy("import", "Being opened")
    COLUMNS = "columns", pgettext_lazy("import", "Waiting for what its columns mean")
    WAITING = "waiting", pgettext_lazy("import", "Waiting to be read")
    READING = "reading", pgettext_lazy("import", "Being read")
    PREVIEW = "preview", pgettext_lazy("import", "Ready to look at")
    ACCEPTED = "accepted", pgettext_lazy("import", "Waiting to be saved")
    SAVING = "saving", pgettext_lazy("import", "Being saved")
    DONE = "done", pgettext_lazy("import", "Saved")
    TO_UNDO = "to_undo", pgettext_lazy("import", "Waiting to be undone")
    UNDOING = "undoing", pgettext_lazy("import", "Being undone")
    UNDONE = "undone", pgettext_lazy("import", "Undone")
    REFUSED = "refused", pgettext_lazy("import", "Refused")
    CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")


FOR_THE_WORKER = {
    State.UPLOADED: State.OPENING,
    State.WAITING: State.READING,
    State.ACCEPTED: State.SAVING,
    State.TO_UNDO: State.UNDOING,
}
"""What waits for a worker, and in which state it is while the worker is at it."""

FOR_ITS_OWNER = [State.COLUMNS, State.PREVIEW, State.REFUSED]
"""What waits for who brought it."""

SAVED = [State.DONE, State.TO_UNDO, State.UNDOING, State.UNDONE]
"""What was on record, and mostly still is."""

OVER = [State.DONE, State.UNDONE, State.CANCELLED]


class Import(models.Model):
    """One file of records. Nothing is saved before the preview is accepted; then all of it is, or nothing.

    `tables` are what the file holds, as `foundation.reading` found it; `choices` say, for each table by its number as
    text, which `kind` of records it holds, in which `heading_line` its headings stand and which field each column
    fills (`columns`, by number as text, from 0). `groups` are the causes of refusals, `excesses` the days above a cap
    that the preview shows. `alive_at` is when a worker last wrote to the list. Written by `records` only.
    """

    State = State

    class Source(models.TextChoices):
        FILE = "file", pgettext_lazy("import", "A file")
        PUBLISHED = "published", pgettext_lazy("import", "Published reference data")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("imported by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("imported at"))
    # Whose people it may be about: those of the services that its user saw when it was brought.
    of_every_service = models.BooleanField(_("of every service"), default=False, editable=False)
    services = models.ManyToManyField(
        PoliceService, verbose_name=_("police services"), related_name="+", editable=False
    )
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.FILE)
    name = LineField(_("file name"), max_length=150)
    file = models.FileField(_("file"), storage=private_files, max_length=200)
    tables = models.JSONField(_("tables"), default=list)
    choices = models.JSONField(_("columns"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows read"), default=0)
    counts = models.JSONField(_("results"), default=dict)
    groups = models.JSONField(_("causes of refusals"), default=list)
    excesses = models.JSONField(_("days above a cap"), default=list)
    problem = models.JSONField(_("why it was refused"), default=dict)
    alive_at = models.DateTimeField(_("worked on at"), null=True)
    saved_at = models.DateTimeField(_("saved at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("undone by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    undo_reason = ProseField(_("why it was undone"), blank=True, max_length=2000)

    untold_fields = ("name", "file", "tables", "choices", "undo_reason")
    # What people do with a list is recorded by `records.work`; a worker moves it on in between.
    written_with_the_row = ("services",)
    machine_fields = ("state", "total", "done", "counts", "groups", "excesses", "problem", "alive_at", "saved_at")
    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="import_state_known"),
            models.CheckConstraint(condition=Q(source__in=["file", "published"]), name="import_source_known"),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_by__isnull=False) & ~Q(undo_reason=""),
                name="import_undone_by_somebody_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import_detail", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.state in {*FOR_THE_WORKER, *FOR_THE_WORKER.values()}

    def forget_rows(self) -> None:
        """Delete what its rows would change, in one statement: `delete()` fetches a hundred thousand rows first."""
        self.rows.all()._raw_delete(using="default")

    @property
    def problem_for_reader(self) -> str:
        """Why the file was refused, in the reader's language."""
        return self.problem.get(reader_language(), "")


class ImportedRow(models.Model):
    """One row of a list, and what it would change.

    `shown` (what it is about), `reasons`, `notes` and `changes` are stored in both languages.

    `notes` say what a stay from a file would have broken. `causes` are the numbers of the groups of its reasons in
    `Import.groups`. `chosen` says whether it is saved; `row_id` is the record that it added or changed, with the values
    that it had `before`, once it is saved.
    """

    class Outcome(models.TextChoices):
        NEW = "new", pgettext_lazy("row", "New")
        CHANGED = "changed", pgettext_lazy("row", "Changed")
        RENAMED = "renamed", pgettext_lazy("row", "Name or birth date changes")
        UNCHANGED = "unchanged", pgettext_lazy("row", "Unchanged")
        REFUSED = "refused", pgettext_lazy("row", "Refused")

    WORTH_SAVING = (Outcome.NEW, Outcome.CHANGED, Outcome.RENAMED)

    batch = models.ForeignKey(Import, verbose_name=_("list"), on_delete=models.CASCADE, related_name="rows")
    table = models.PositiveSmallIntegerField(_("table"), default=0)
    kind = models.CharField(_("kind of record"), max_length=30)
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("result"), max_length=10, choices=Outcome)
    chosen = models.BooleanField(_("is saved"), default=True)
    person = models.ForeignKey(Person, verbose_name=_("person"), null=True, on_delete=models.SET_NULL, related_name="+")
    row_id = models.BigIntegerField(_("number of the record"), null=True)
    shown = models.JSONField(_("name"), default=dict)
    values = models.JSONField(_("values"), default=dict)
    changes = models.JSONField(_("changes"), default=list)
    reasons = models.JSONField(_("reasons"), default=dict)
    notes = models.JSONField(_("remarks"), default=dict)
    causes = models.CharField(_("causes of refusals"), max_length=200, blank=True)
    before = models.JSONField(_("before"), default=dict)

    leaves_no_event = "what a list would change, not yet written"

    class Meta:
        verbose_name = _("row of a list")
        verbose_name_plural = _("rows of lists")
        ordering = ["table", "line"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "table", "line"], name="imported_row_once_per_line"),
            models.CheckConstraint(
                condition=Q(outcome__in=["new", "changed", "renamed", "unchanged", "refused"]),
                name="imported_row_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}"

    @property
    def is_worth_saving(self) -> bool:
        return self.outcome in self.WORTH_SAVING

    @property
    def shown_for_reader(self) -> str:
        return self.shown.get(reader_language(), "")

    @property
    def reasons_for_reader(self) -> list[str]:
        return self.reasons.get(reader_language(), [])

    @property
    def notes_for_reader(self) -> list[str]:
        return self.notes.get(reader_language(), [])


class ColumnsOfLayout(models.Model):
    """What a user chose the last time for a file with just these headings: `layout` is a key of all of them."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="+")
    layout = models.CharField(_("layout"), max_length=64)
    kind = models.CharField(_("kind of record"), max_length=30)
    columns = models.JSONField(_("columns"), default=dict)

    leaves_no_event = "remembered when the columns of a list are chosen"

    class Meta:
        verbose_name = _("columns of a layout")
        verbose_name_plural = _("columns of layouts")
        ordering = ["layout"]
        constraints = [models.UniqueConstraint(fields=["by", "layout"], name="columns_of_layout_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.layout[:8]}"


class ExportQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Every administrator sees who took everything out, when and why; long lists are seen by who asked for them."""
        own = Q(by=user) & ~Q(address="")
        return self.filter(own | Q(address="")) if user.may(Permission.RECORDS_EXPORT) else self.filter(own)

    def of_everything(self) -> Self:
        return self.filter(address="")

    def of_lists(self) -> Self:
        return self.exclude(address="")


class Export(models.Model):
    """A file that a worker makes, kept for a while, then deleted: an archive of everything, or a long list.

    Its row stays. `files` is the name of its file and folder; `claimed_at` when a worker began it the last time. Of a
    list, `address` is what was asked for and `scope` a hash of the rights with which; an archive has neither.
    Written by `records.everything.archives` and `records.long_exports` only.
    """

    class State(models.TextChoices):
        UNDER_WAY = "under_way", pgettext_lazy("export", "Being made")
        READY = "ready", pgettext_lazy("export", "Ready to be downloaded")
        FAILED = "failed", pgettext_lazy("export", "Failed")
        DELETED = "deleted", pgettext_lazy("export", "Deleted")
        CANCELLED = "cancelled", pgettext_lazy("export", "Cancelled")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("asked for at"))
    reason = ProseField(_("reason"), max_length=2000, blank=True)
    address = models.CharField(_("address"), max_length=8000, blank=True)
    table = models.CharField(_("list"), max_length=80, blank=True)
    ending = models.CharField(_("form"), max_length=10, blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    scope = models.CharField(_("rights"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UNDER_WAY)
    claimed_at = models.DateTimeField(_("begun at"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    ready_at = models.DateTimeField(_("ready at"), null=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    files = models.CharField(_("files"), max_length=40, unique=True)

    untold_fields = ("reason", "files", "address", "scope")
    machine_fields = ("state", "claimed_at", "tries", "ready_at", "rows", "size", "sha256")
    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("archive or long export")
        verbose_name_plural = _("archives and long exports")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="under_way", address=""), name="export_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["under_way", "ready", "failed", "deleted", "cancelled"]),
                name="export_state_known",
            ),
            models.CheckConstraint(condition=~Q(reason="") | ~Q(address=""), name="export_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("long_export_list" if self.address else "everything_export")

    @property
    def is_under_way(self) -> bool:
        return self.state == self.State.UNDER_WAY

    @property
    def title(self) -> str:
        """What its list is called; its name where there is no such list any more."""
        table = TABLES.get(self.table)
        return str(table.title) if table else self.table

    @property
    def last_day(self) -> dt.date:
        """The last day on which it can be downloaded."""
        return timezone.localdate((self.ready_at or self.at) + dt.timedelta(days=settings.EXPORT_KEPT_DAYS))
