"""What runs in the background, and how each business day of it went."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from background.schedule import JOBS


class ScheduledJob(models.Model):
    """One background task, by its name. The row comes with its first run, or when somebody asks for one."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    asked_at = models.DateTimeField(_("asked for at"), null=True)

    leaves_no_event = "the ledger of the machine"

    class Meta:
        verbose_name = _("background task")
        verbose_name_plural = _("background tasks")
        ordering = ["name"]

    def __str__(self) -> str:
        return str(JOBS[self.name].label) if self.name in JOBS else self.name

    def get_absolute_url(self) -> str:
        return reverse("job_detail", args=[self.name])


class JobRun(models.Model):
    """How a job went on one business day: one row, however many messages ask for it. Written by `background.jobs` only.

    A job that runs more than once a day keeps its last run here. `counts` are the numbers by the words of the job
    (`Job.counts`). `went_well_at` is when the last run that ended well began.
    """

    class Outcome(models.TextChoices):
        RUNNING = "running", pgettext_lazy("job", "Running")
        DONE = "done", pgettext_lazy("job", "Done")
        FAILED = "failed", pgettext_lazy("job", "Failed")

    job = models.ForeignKey(ScheduledJob, verbose_name=_("background task"), on_delete=models.PROTECT)
    day = models.DateField(_("day"))
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    went_well_at = models.DateTimeField(_("last success"), null=True)
    outcome = models.CharField(_("result"), max_length=8, choices=Outcome, default=Outcome.RUNNING)
    error = models.CharField(_("error"), max_length=60, blank=True)
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    steps = models.PositiveSmallIntegerField(_("steps"), default=1)
    runs = models.PositiveIntegerField(_("runs"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    counts = models.JSONField(_("counts"), default=dict)

    leaves_no_event = "the ledger of the machine"

    class Meta:
        verbose_name = _("run of a background task")
        verbose_name_plural = _("runs of background tasks")
        ordering = ["-day", "job"]
        constraints = [
            models.UniqueConstraint(fields=["job", "day"], name="job_run_once_per_business_day"),
            models.CheckConstraint(
                condition=Q(outcome__in=["running", "done", "failed"]), name="job_run_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job}, {self.day}"

    @property
    def lasted(self) -> dt.timedelta | None:
        """How long the last finished run took."""
        if self.started_at is None or self.finished_at is None or self.finished_at < self.started_at:
            return None
        return self.finished_at - self.started_at

    def in_words(self) -> list[tuple[str, int]]:
        """What was counted, as (words in the reader's language, number), in the order in which the job declares it."""
        declared = JOBS[self.job.name].counts if self.job.name in JOBS else {}
        return [(str(counted.label), self.counts[word]) for word, counted in declared.items() if word in self.counts]
