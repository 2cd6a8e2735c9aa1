"""Background tasks that were not carried out in time."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from background import jobs
from background.models import ScheduledJob
from flags.detect.found import Found
from flags.models import Kind, Severity

KINDS = [Kind.JOB_LATE]


def find(today: dt.date) -> Iterator[Found]:
    """Each job that is late now; the day is that of its last run that went well, or today when there was none."""
    late = [standing for standing in jobs.standings(timezone.now()) if standing.is_late]
    missing = [ScheduledJob(name=standing.job.name) for standing in late if standing.row is None]
    if missing:
        ScheduledJob.objects.bulk_create(missing, ignore_conflicts=True)
    rows = {row.name: row for row in ScheduledJob.objects.filter(name__in=[standing.job.name for standing in late])}
    for standing in late:
        yield Found(
            kind=Kind.JOB_LATE,
            subject=rows[standing.job.name],
            stage="",
            severity=Severity.ACT,
            day=timezone.localdate(standing.went_well_at) if standing.went_well_at else today,
            facts={"ever": standing.went_well_at is not None},
        )
