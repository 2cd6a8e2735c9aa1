"""Flags certifications on rosters that end soon or have ended."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import Permission
from accounts.models import User
from deployments.models import RosterEntry
from flags.found import ONE_DAY, Found, at_the_smallest, ending
from flags.kinds import Kind, NextAct, Sweep, detects
from flags.models import Flag, Severity, thresholds
from personnel.models import Person

ENDED = "ended"
"""The stage of a certification that has ended, while the person still stands on the roster."""


def _say(flag: Flag, params: dict[str, Any]) -> str:
    params |= {"person": flag.subject.person, "roster": flag.subject.roster}
    if flag.stage == ENDED:
        return _("%(person)s, %(roster)s: the certification ended on %(day)s.") % params
    return _("%(person)s, %(roster)s: the certification ends on %(day)s.") % params


def _certification(flag: Flag, reader: User) -> NextAct | None:
    if not reader.may(Permission.ROSTER_EDIT):
        return None
    return NextAct(_("Record the certification"), reverse("roster_entry_edit", args=[flag.subject_id]))


CERTIFICATION_ENDING = Kind(
    "certification_ending",
    _lazy("Certification on a roster ending"),
    (RosterEntry,),
    _say,
    related=("person__rank", "roster"),
    name_of=lambda entry: (entry.person, entry.roster),
    closes=_lazy("It closes when a new certification is recorded, or the person is taken off the roster."),
    next_acts=(_certification,),
    urgent_on=at_the_smallest,
    threshold_label=_lazy("Certification on a roster ending: days before the end"),
    default_thresholds=(90, 30),
)


def reminder_days() -> int:
    """How many days before its end a certification counts as ending soon: the greatest threshold of the flag."""
    return max(thresholds().get(CERTIFICATION_ENDING.code, []), default=0)


def with_standing(entries: Iterable[RosterEntry], on: dt.date) -> list[RosterEntry]:
    """The entries with their call-outs, and with their standing of a day as `standing_then`."""
    rows = list(entries)
    prefetch_related_objects(rows, "call_outs")
    days = reminder_days() if rows else 0
    for row in rows:
        row.standing_then = row.standing(on, reminder_days=days)  # type: ignore[attr-defined]
    return rows


@detects(CERTIFICATION_ENDING, sweep=Sweep.PAPERS)
def find(today: dt.date) -> Iterator[Found]:
    """Certifications of people on a roster that end within the greatest threshold, or have ended.

    Rosters are the office's, so the flag is about no service: a home service reads of it on the page of the person.
    """
    stages = thresholds().get(CERTIFICATION_ENDING.code, [])
    if not stages:
        return
    entries = RosterEntry.objects.standing_ones().filter(certified_until__lte=today + stages[-1] * ONE_DAY)
    for entry in entries.exclude(person__state=Person.State.DECEASED).select_related("roster"):
        day, area = cast("dt.date", entry.certified_until), entry.roster.area_id
        if day < today:
            yield Found(CERTIFICATION_ENDING, entry, ENDED, Severity.ACT, day, area_id=area)
        else:
            yield ending(CERTIFICATION_ENDING, entry, day, stages, today, area_id=area)
