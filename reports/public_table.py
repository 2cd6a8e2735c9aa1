"""The table "Current operations" as everybody may read it: what the office publishes, and nothing of few people."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from foundation.tables import Column, Table
from missions.models import Area, Authorization, Mission, MissionState
from reports import board

FEWEST = 5
"""So many people are counted in public; of fewer it is said that they are fewer."""
FEWER = _("Fewer than 5")


@dataclass(frozen=True)
class PublicRow:
    """An area with an authorization in force; `deployed` is None where fewer than five are there."""

    area: Area
    authorization: Authorization
    missions: list[Mission]
    deployed: int | None

    @property
    def armed(self) -> str:
        return pgettext("operation", "Armed") if self.authorization.armed else pgettext("operation", "Unarmed")

    @property
    def current(self) -> str:
        return str(FEWER) if self.deployed is None else str(self.deployed)


@dataclass(frozen=True)
class PublicTable:
    """The rows of a day in the published order, and the specialized postings beside them, without a number."""

    on: dt.date
    rows: list[PublicRow]
    postings: list[Mission]

    @property
    def cap(self) -> int:
        return sum(row.authorization.cap for row in self.rows)

    @property
    def deployed(self) -> int | None:
        """All together; None where it would tell, with the other rows, how many the fewer are."""
        numbers = [row.deployed for row in self.rows]
        return None if None in numbers else sum(number or 0 for number in numbers)


def public_table(on: dt.date, *, today: dt.date) -> PublicTable:
    """The published table as of a day that is not to come."""
    shown = board.operations(on, today=today)
    rows = [
        PublicRow(row.area, row.authorization, row.missions, _counted(row.strength.in_mission))
        for row in shown.rows
        if row.authorization
    ]
    postings = [posting.mission for posting in shown.postings if _is_published(posting.mission)]
    return PublicTable(on, rows, postings)


def _counted(number: int) -> int | None:
    return number if number >= FEWEST else None


def _is_published(mission: Mission) -> bool:
    return (
        mission.kind == Mission.Kind.SPECIALIZED_POSTING and mission.state_then != MissionState.State.CLOSED  # type: ignore[attr-defined]  # `with_state` adds it
    )


def named_with_state(mission: Mission) -> str:
    """ "MINUSMA", "Canadian Police Mission in Ukraine (Suspended)"."""
    state: str = mission.state_then  # type: ignore[attr-defined]  # `with_state` adds it
    if state == MissionState.State.ACTIVE:
        return mission.name
    return f"{mission.name} ({MissionState.State(state).label})"


FILE = Table(
    "public_operations",
    _("Current operations"),
    (
        Column("area", _("Country or region"), "area.name"),
        Column("missions", _("Missions"), lambda row: "; ".join(map(named_with_state, row.missions))),
        Column("language", _("Language of operation"), "authorization.get_language_display"),
        Column("armed", _("Armed / unarmed"), "armed"),
        Column("authorized", _("Authorized police deployments"), "authorization.cap"),
        Column("deployed", _("Current deployments"), lambda row: row.current if row.deployed is None else row.deployed),
    ),
)


def as_json(table: PublicTable) -> dict:
    """The table for programs: words in the language of the address, what is not counted as null with its words."""
    return {
        "title": str(FILE.title),
        "as_of": table.on.isoformat(),
        "rows": [
            {
                "area": row.area.name,
                "missions": [
                    {"name": mission.name, "state": MissionState.State(mission.state_then).label}  # type: ignore[attr-defined]  # `with_state` adds it
                    for mission in row.missions
                ],
                "language": row.authorization.get_language_display(),
                "armed": row.authorization.armed,
                "authorized": row.authorization.cap,
                "deployed": row.deployed,
                "deployed_in_words": row.current,
            }
            for row in table.rows
        ],
        "authorized": table.cap,
        "deployed": table.deployed,
        "postings": [mission.name for mission in table.postings],
    }
