"""Lists of candidates that are imported: the file, the fields of its columns, and what each row would change."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments.models.documents import private_files
from foundation.bilingual import reader_language
from foundation.text import LineField
from foundation.writes import TellingQuerySet
from personnel.models import Person, PoliceService

if TYPE_CHECKING:
    from accounts.models import User


class ImportQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Only the user who uploaded a list sees it; a liaison as long as the services of the list are the own ones."""
        mine = self.filter(by=user)
        if user.sees_every_service:
            return mine
        others = PoliceService.objects.exclude(pk__in=user.services.all())
        return mine.filter(of_every_service=False).exclude(services__in=others)


class CandidateImport(models.Model):
    """One file of candidates. Nothing is saved before the preview is accepted; then all of it is, or nothing.

    `columns` maps the number of a column (as text, from 0) to the field that it fills; `alive_at` is when a worker last
    wrote to the list. Written by `deployments.importing` only.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", pgettext_lazy("import", "Uploaded")
        WAITING = "waiting", pgettext_lazy("import", "Waiting to be read")
        READING = "reading", pgettext_lazy("import", "Being read")
        PREVIEW = "preview", pgettext_lazy("import", "Ready to look at")
        ACCEPTED = "accepted", pgettext_lazy("import", "Waiting to be saved")
        SAVING = "saving", pgettext_lazy("import", "Being saved")
        DONE = "done", pgettext_lazy("import", "Saved")
        REFUSED = "refused", pgettext_lazy("import", "Refused")
        CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("brought by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("brought at"))
    # Whose people it may be about: those of the services that its user saw when it was brought.
    of_every_service = models.BooleanField(default=False, editable=False)
    services = models.ManyToManyField(PoliceService, related_name="+", editable=False)
    name = LineField(_("file name"), max_length=150)
    file = models.FileField(_("file"), storage=private_files, max_length=200)
    headings = models.JSONField(_("headings"), default=list)
    columns = models.JSONField(_("columns"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows read"), default=0)
    counts = models.JSONField(_("results"), default=dict)
    problem = models.JSONField(_("why it was refused"), default=dict)
    alive_at = models.DateTimeField(_("worked on at"), null=True)

    untold_fields = ("name", "file", "headings", "columns")
    # What people do with a list is recorded by `deployments.importing`; a worker moves it on in between.
    written_with_the_row = ("services",)
    machine_fields = ("state", "total", "done", "counts", "problem", "alive_at")
    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of candidates")
        verbose_name_plural = _("lists of candidates")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "uploaded",
                        "waiting",
                        "reading",
                        "preview",
                        "accepted",
                        "saving",
                        "done",
                        "refused",
                        "cancelled",
                    ]
                ),
                name="candidate_import_state_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import_detail", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.WAITING, self.State.READING, self.State.ACCEPTED, self.State.SAVING}

    @property
    def problem_for_reader(self) -> str:
        """Why the file was refused, in the reader's language."""
        return self.problem.get(reader_language(), "")


class ImportedRow(models.Model):
    """One row of a list, and what it would change. `reasons` and `changes` are stored in both languages."""

    class Outcome(models.TextChoices):
        NEW = "new", pgettext_lazy("row", "New")
        CHANGED = "changed", pgettext_lazy("row", "Changed")
        UNCHANGED = "unchanged", pgettext_lazy("row", "Unchanged")
        REFUSED = "refused", pgettext_lazy("row", "Refused")

    batch = models.ForeignKey(CandidateImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("result"), max_length=10, choices=Outcome)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    shown = LineField(_("name"), max_length=250, blank=True)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    reasons = models.JSONField(default=dict)

    leaves_no_event = "what a list would change, not yet written"

    class Meta:
        verbose_name = _("row of a list")
        verbose_name_plural = _("rows of lists")
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="imported_row_once_per_line"),
            models.CheckConstraint(
                condition=Q(outcome__in=["new", "changed", "unchanged", "refused"]), name="imported_row_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}"

    @property
    def reasons_for_reader(self) -> list[str]:
        return self.reasons.get(reader_language(), [])


class ColumnMeaning(models.Model):
    """The field that a user chose the last time for a heading, "" when the column was left out."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    heading = models.CharField(max_length=200)
    field = models.CharField(max_length=30, blank=True)

    leaves_no_event = "remembered when the columns of a list are chosen"

    class Meta:
        verbose_name = _("meaning of a heading")
        verbose_name_plural = _("meanings of headings")
        ordering = ["heading"]
        constraints = [models.UniqueConstraint(fields=["by", "heading"], name="column_meaning_once")]

    def __str__(self) -> str:
        return f"{self.heading} → {self.field}"
