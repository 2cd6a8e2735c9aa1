"""In which state a mission is, from which day on, and why."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.entries import Entry

ONE_DAY = dt.timedelta(days=1)


class MissionState(Entry):
    """From `from_day` on a mission is in this state, until the next row: how it is on any day is read from the rows.

    The database keeps the rows as they are, and that a mission which is closed in the end has its last day on the day
    before. Written by `deployments.stays.mission_states` only.
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("mission", "Active")
        SUSPENDED = "suspended", pgettext_lazy("mission", "Suspended")
        REASSESSED = "reassessed", pgettext_lazy("mission", "Being reassessed")
        CLOSING = "closing", pgettext_lazy("mission", "Closing")
        CLOSED = "closed", pgettext_lazy("mission", "Closed")

    mission = models.ForeignKey(
        "missions.Mission", verbose_name=_("mission"), on_delete=models.PROTECT, related_name="states"
    )
    state = models.CharField(_("state"), max_length=12, choices=State)
    from_day = models.DateField(_("from"))

    class Meta(Entry.Meta):
        verbose_name = _("state of a mission")
        verbose_name_plural = _("states of missions")
        ordering = ["from_day", "id"]
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=["active", "suspended", "reassessed", "closing", "closed"]),
                name="mission_state_known",
            ),
            models.UniqueConstraint(
                fields=["mission", "from_day"],
                condition=Q(withdrawn_at__isnull=True),
                name="mission_state_one_from_a_day",
                violation_error_message=_("Another state is recorded from this very day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.from_day:%Y-%m-%d}"


@dataclass(frozen=True)
class Stretch:
    """Days on which a mission is in one state, both included; None where they have no beginning or no end.

    `row` says why; None for the days before the first row, and after a last day that no row gives.
    """

    state: MissionState.State
    first: dt.date | None
    last: dt.date | None
    row: MissionState | None = None

    def includes(self, day: dt.date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def stretches(rows: Iterable[MissionState], starts_on: dt.date | None, ends_on: dt.date | None) -> list[Stretch]:
    """The states of one mission over all days, in order: active unless a row says otherwise, closed after its last day.

    The same rule as `MissionQuerySet.with_state`.
    """
    standing = sorted((row for row in rows if row.withdrawn_at is None), key=lambda row: row.from_day)
    begun = [Stretch(MissionState.State(row.state), row.from_day, None, row) for row in standing]
    if not standing or starts_on is None or starts_on < standing[0].from_day:
        begun = [Stretch(MissionState.State.ACTIVE, starts_on, None), *begun]
    if ends_on:
        begun = [each for each in begun if each.first is None or each.first <= ends_on] + [
            next(
                (each for each in begun if each.first == ends_on + ONE_DAY and each.state == MissionState.State.CLOSED),
                None,
            )
            or Stretch(MissionState.State.CLOSED, ends_on + ONE_DAY, None)
        ]
    ends = [each.first - ONE_DAY if each.first else None for each in begun[1:]] + [None]
    return [replace(each, last=end) for each, end in zip(begun, ends, strict=True)]
