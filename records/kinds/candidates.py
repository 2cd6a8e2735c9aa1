"""Calls for positions, as a list of candidates names them."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from deployments.models import Nomination
from foundation.reading import values as cells
from foundation.reading.cells import Cell
from foundation.text import normalised
from missions.models import Position
from records.people import People
from records.rows import JudgedRow
from records.values import Reading, Value
from records.world import World


class Calls:
    """Positions with a call, by "mission/number" wherever one was announced, by the number alone while it is open.

    `nominated` are (person id, position id) of the people last looked up, also of nominations that are over: the same
    list brought again puts nobody forward a second time. Facts of a `World`.
    """

    def __init__(self, world: World) -> None:
        self.nominated: set[tuple[int, int]] = set()
        positions = Position.objects.filter(call_opens__isnull=False)
        if not world.by.sees_every_service:
            positions = positions.filter(call_opens__lte=world.today)
        self.positions: dict[str, list[Position]] = defaultdict(list)
        for position in positions.select_related("mission").prefetch_related("mission__states"):
            self.positions[normalised(f"{position.mission.code}/{position.number}")].append(position)
            if position.call(world.today) == Position.Call.OPEN:
                self.positions[normalised(position.number)].append(position)

    def look_up_nominated(self, people: People, rows: list[JudgedRow]) -> None:
        self.nominated = set()
        if any(row.values.get("position") for row in rows):
            known = [person.pk for person in people.known()]
            self.nominated = set(Nomination.objects.filter(person__in=known).values_list("person", "position"))


class CallValue(Value):
    """A position for which a call was announced, as "mission/number"."""

    def read(self, cell: Cell, reading: Reading) -> Any:
        text = cells.identifier(cell).strip()
        if not text:
            return None
        positions = reading.world.facts(Calls).positions.get(normalised(text), [])
        if not positions:
            raise ValidationError(_("There is no call for a position “%(value)s”."), params={"value": text[:60]})
        if len(positions) > 1:
            message = _("Several missions have a position “%(value)s”: write mission/number.")
            raise ValidationError(message, params={"value": text[:60]})
        return positions[0]

    def written(self, value: Position) -> str:
        return f"{value.mission.code}/{value.number}"
