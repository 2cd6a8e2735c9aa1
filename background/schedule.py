"""When what runs in the background: one table for beat, the console, `/readyz` and the flags of late tasks."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GRACE = dt.timedelta(minutes=30)
"""How late a daily job may be before somebody is told."""


@dataclass(frozen=True)
class Job:
    """A task and its time: `at` once a business day, in the office's time; or `every` so many seconds."""

    name: str
    label: str | Promise
    at: dt.time | None = None
    every: int = 0

    @property
    def minutes(self) -> int:
        return self.every // 60

    def last_moment(self, now: dt.datetime) -> dt.datetime:
        """The newest moment at which it should have begun."""
        if self.at is None:
            return now - dt.timedelta(seconds=self.every)
        today = timezone.localdate(now)
        moment = _moment(today, self.at)
        return moment if moment <= now else _moment(today - dt.timedelta(days=1), self.at)

    def next_moment(self, now: dt.datetime, last: dt.datetime | None) -> dt.datetime:
        """When it begins again, given its last beginning."""
        if self.at is None:
            return max(now, (last or now) + dt.timedelta(seconds=self.every))
        today = timezone.localdate(now)
        moment = _moment(today, self.at)
        return moment if moment > now else _moment(today + dt.timedelta(days=1), self.at)

    def is_late(self, now: dt.datetime, done: dt.datetime) -> bool:
        """Whether it should have been carried out since `done`, the beginning of its last run that went well."""
        if self.at is None:
            return now - done > dt.timedelta(seconds=3 * self.every + 120)
        moment = self.last_moment(now)
        return done < moment and now - moment > GRACE


def _moment(day: dt.date, at: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, at))


# Nothing between one and three at night: on two days of the year those hours do not exist, or exist twice.
JOBS = {
    job.name: job
    for job in [
        Job("deployments.let_offers_lapse", _("Let unanswered offers lapse"), at=dt.time(0, 5)),
        Job("flags.check_caps", _("Compare strength with caps and ceiling"), at=dt.time(3, 0)),
        Job("flags.flag_expiring_postings", _("Look at postings that end"), at=dt.time(3, 5)),
        Job("flags.escalate", _("Hand on flags that nobody acknowledged"), at=dt.time(3, 20)),
        Job("flags.forget_letters", _("Forget letters that were sent long ago"), at=dt.time(3, 30)),
        Job("flags.check_papers", _("Look at papers that run out"), every=900),
        Job("flags.check_what_waits", _("Look at what waits for somebody"), every=900),
        Job("flags.check_background", _("Look at late tasks and undelivered letters"), every=300),
        Job("flags.write_letters", _("Write letters about new flags"), every=60),
        Job("flags.send_letters", _("Send letters"), every=60),
        Job("flags.catch_up", _("Catch up on what was missed"), every=60),
        Job("deployments.work_on_lists", _("Read and save lists of candidates"), every=60),
    ]
}
SWEEPS = ["flags.check_caps", "flags.flag_expiring_postings", "flags.check_papers", "flags.check_what_waits"]
"""Without these, what runs out goes unnoticed: `/readyz` is red when one is late."""
POST = ["flags.write_letters", "flags.send_letters"]
"""Without these nobody is told."""
