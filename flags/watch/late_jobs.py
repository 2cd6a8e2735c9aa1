"""Flags background tasks that are late."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import Permission
from accounts.models import User
from background.models import ScheduledJob
from background.standings import standings
from flags.found import Found
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params["job"] = flag.subject
    if not params["ever"]:
        return _("“%(job)s” has not been carried out yet.") % params
    return _("“%(job)s” is late: it last went well on %(day)s.") % params


def _page(subject: ScheduledJob, reader: User) -> str | None:
    return subject.get_absolute_url() if reader.may(Permission.BACKGROUND_RUN) else None


JOB_LATE = Kind(
    "job_late",
    _lazy("Background task late"),
    (ScheduledJob,),
    _say,
    Audience.ADMINISTRATORS,
    page=_page,
    closes=_lazy("It closes when the task has been carried out."),
)


@detects(JOB_LATE, sweep=Sweep.BACKGROUND)
def find(today: dt.date) -> Iterator[Found]:
    """Each job that is late now; `day` is that of its last successful run, or today when there was none."""
    late = [standing for standing in standings(timezone.now()) if standing.is_late]
    # A flag needs a row as its subject, and a job that has never run has none yet.
    missing = [ScheduledJob(name=standing.job.name) for standing in late if standing.row is None]
    if missing:
        ScheduledJob.objects.bulk_create(missing, ignore_conflicts=True)
    rows = {row.name: row for row in ScheduledJob.objects.filter(name__in=[standing.job.name for standing in late])}
    for standing in late:
        yield Found(
            kind=JOB_LATE,
            subject=rows[standing.job.name],
            stage="",
            severity=Severity.ACT,
            day=timezone.localdate(standing.went_well_at) if standing.went_well_at else today,
            facts={"ever": standing.went_well_at is not None},
        )
