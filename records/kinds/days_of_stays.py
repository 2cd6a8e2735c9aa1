"""The days and the status that a row gives to a stay: what it leaves open is filled in, what cannot be is refused."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from deployments.models.statuses import COMING, RETURNED, Status
from deployments.stays import history
from deployments.stays.authorised_cap import Days
from deployments.stays.history import Beyond
from foundation.sentences import stretches
from records.columns import Column
from records.rows import JudgedRow, in_both
from records.world import World

FILLED_IN = "filled_in"
"""Of `JudgedRow.more`: the columns that the row does not say itself."""


class LongOver:
    """Before which day whoever departed needs no follow-up. Facts of a `World`."""

    def __init__(self, world: World) -> None:
        self.before = history.closed_before(world.today)


def complete_days(row: JudgedRow, columns: dict[str, Column], world: World) -> None:
    """Fill in what the days of a row leave open, and refuse days that cannot be.

    Files often say only from when to when somebody was there: what is past happened so.
    """
    said = set(row.values)
    _complete(row, columns, world)
    row.more[FILLED_IN] = set(row.values) - said


def _complete(row: JudgedRow, columns: dict[str, Column], world: World) -> None:
    values, today = row.values, world.today
    status = values.get("status")
    values["starts_on"] = values.get("starts_on") or values.get("arrived_on")
    if values["starts_on"] is None:
        row.refuse(_lazy("Say on which day the stay began."), columns["starts_on"])
        return
    is_plan = status in COMING or status == Status.CANCELLED
    if not is_plan and not values.get("arrived_on") and values["starts_on"] <= today:
        values["arrived_on"] = values["starts_on"]
    values["ends_on"] = values.get("ends_on") or values.get("departed_on")
    if values["ends_on"] is None:
        row.refuse(_lazy("Say on which day the stay ends."), columns["ends_on"])
        return
    over = values["ends_on"] < today and status != Status.IN_MISSION
    if values.get("arrived_on") and not values.get("departed_on") and (over or status in RETURNED):
        values["departed_on"] = values["ends_on"]
    for name in ("arrived_on", "departed_on"):
        if values.get(name) and values[name] > today:
            row.refuse(_lazy("This day has not come yet."), columns[name])
    first, last = values.get("arrived_on") or values["starts_on"], values.get("departed_on") or values["ends_on"]
    if last < first:
        row.refuse(_lazy("The last day cannot be before the first."), columns["ends_on"])
    facts = history.status_of(
        values.get("arrived_on"),
        values.get("departed_on"),
        values.get("end_reason", ""),
        closed_before=world.facts(LongOver).before,
    )
    values["status"] = status or facts
    _refuse_status(row, values, columns)


def refuse_without_place(
    row: JudgedRow, column: Column, days: list[Days], found: Iterable[Beyond], world: World
) -> None:
    """Refuse a stay that is approved for `days` beyond a cap; say which cap that is, of those that were `found`."""
    stay = row.record
    own = {area.code for area, _first, _last in stay.mission.areas_between(*stay.stay(world.today))}
    met = [
        each.area
        for each in found
        if (each.area is None or each.area.code in own)
        and any(each.first <= last and each.last >= first for first, last in days)
    ]

    def areas() -> str:
        return ", ".join(dict.fromkeys(str(area or _("All countries and regions")) for area in met))

    [where, when] = in_both(lambda: [areas(), stretches(days)])
    row.refuse(
        _lazy("Approved for days on which no place is free (%(areas)s): %(days)s."), column, areas=where, days=when
    )


def _refuse_status(row: JudgedRow, values: dict[str, Any], columns: dict[str, Column]) -> None:
    """A status that the days contradict."""
    status = values["status"]
    arrived, departed = bool(values.get("arrived_on")), bool(values.get("departed_on"))
    if status in {*COMING, Status.CANCELLED} and arrived:
        row.refuse(_lazy("This status is for planned deployments: the person has arrived."), columns["status"])
    elif status == Status.IN_MISSION and (not arrived or departed):
        row.refuse(_lazy("“In mission” is for people who have arrived and have not departed."), columns["status"])
    elif status in RETURNED and not departed:
        row.refuse(_lazy("This status is for people who have departed."), columns["status"])
    if status == Status.ENDED_EARLY and not values.get("end_reason"):
        row.refuse(_lazy("Say why the stay ended early."), columns["end_reason"])
    if values.get("end_reason") and status not in {Status.ENDED_EARLY, Status.CLOSED}:
        row.refuse(_lazy("A reason for an early end belongs to a stay that ended early."), columns["end_reason"])
