"""What a figure is asked: by whom, as of which day or over which period, and of which places and people."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from deployments.models import Deployment, DeploymentRole
from deployments.models.whereabouts import DeploymentQuerySet
from missions.models import Area, Mission, Role, Team
from personnel.models import PoliceService

APRIL = 4
ONE_DAY = dt.timedelta(days=1)
WITHOUT = "none"
"""What asks for those who have no role, rank or reason, or whose mission has no language of operation."""


BEGINNING = dt.date(1989, 1, 1)
"""The first police peace operation was in this year: "since the start" begins here."""


def since_the_start(day: dt.date) -> tuple[dt.date, dt.date]:
    """From the first year of the programme through a day."""
    return min(BEGINNING, day), day


def fiscal_year(day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the fiscal year of a day: 1 April through 31 March."""
    year = day.year if day.month >= APRIL else day.year - 1
    return dt.date(year, APRIL, 1), dt.date(year + 1, APRIL, 1) - ONE_DAY


EMPTY: dict[str, Any] = {
    "area": None,
    "mission": None,
    "service": None,
    "category": "",
    "gender": "",
    "first_language": "",
    "language": "",
    "armed": None,
    "role": None,
    "rank_band": "",
    "team": None,
    "stage": "",
    "reason": "",
    "public": None,
}
"""The parts of a question that narrow it, and what stands there where they do not."""


@dataclass(frozen=True)
class Question:
    """A question. `on` is its day and `first` through `last` its period, both included; what is None narrows nothing.

    Category, gender and first official language are those of the person's record today; service, rank and whether
    somebody is armed are those of the stay (rule 22); the language of operation is that of the mission on the day, over
    a period on its last. Stage and reason are those of nominations. Role, band of ranks, language and reason may be
    `WITHOUT`. Whether the answer is to be made public narrows what is said of few people.
    """

    reader: User
    today: dt.date
    on: dt.date
    first: dt.date
    last: dt.date
    area: Area | None = None
    mission: Mission | None = None
    service: PoliceService | None = None
    category: str = ""
    gender: str = ""
    first_language: str = ""
    language: str = ""
    armed: bool | None = None
    role: Role | str | None = None
    rank_band: str = ""
    team: Team | None = None
    stage: str = ""
    reason: str = ""
    public: bool | None = None

    def only(self, parts: frozenset[str]) -> "Question":
        """The same question without what narrows it, but for these parts."""
        return replace(self, **{name: empty for name, empty in EMPTY.items() if name not in parts})

    def narrowed(self, **parts: Any) -> "Question":
        """The same question of less, or of another day."""
        return replace(self, **parts)

    def since_the_start(self) -> "Question":
        """The same question of all days since the start through its day."""
        first, last = since_the_start(self.on)
        return replace(self, first=first, last=last)

    def stays(self) -> DeploymentQuerySet:
        """The deployments that the reader may see, of whom and of what is asked; of any place and any day."""
        rows = Deployment.objects.visible_to(self.reader)
        exact = {
            "mission": self.mission,
            "service": self.service,
            "team": self.team,
            "person__category": self.category,
            "person__gender": self.gender,
            "person__first_language": self.first_language,
            "armed": self.armed,
        }
        rows = rows.filter(**{name: value for name, value in exact.items() if value not in {None, ""}})
        if self.rank_band == WITHOUT:
            rows = rows.filter(rank=None)
        elif self.rank_band:
            rows = rows.filter(rank__band=self.rank_band)
        if self.role == WITHOUT:
            rows = rows.exclude(pk__in=DeploymentRole.objects.values("deployment"))
        elif isinstance(self.role, Role):
            rows = rows.filter(pk__in=DeploymentRole.objects.filter(role=self.role).values("deployment"))
        return rows

    def stays_of_the_day(self) -> DeploymentQuerySet:
        """The same in the place that is asked for: missions are where, and in the language, of the day."""
        rows = self.stays()
        if self.area:
            rows = rows.in_area_on(self.area, self.on)
        if self.language:
            rows = rows.filter(mission__in=self._missions_speaking(self.on))
        return rows

    def stays_of_the_period(self) -> DeploymentQuerySet:
        """The same for what goes over days: a stay is of the place to which its mission belonged on its first day."""
        rows = self.stays()
        if self.area:
            rows = rows.with_area().filter(area_then=self.area.pk)
        if self.language:
            rows = rows.filter(mission__in=self._missions_speaking(self.last))
        return rows

    def _missions_speaking(self, day: dt.date) -> QuerySet[Mission]:
        return Mission.objects.speaking("" if self.language == WITHOUT else self.language, day)

    def people(self) -> Q:
        """What narrows rows that have a `person`."""
        exact = {"category": self.category, "gender": self.gender, "first_language": self.first_language}
        return Q(**{f"person__{name}": value for name, value in exact.items() if value})

    def area_missions(self) -> QuerySet[Mission]:
        """The missions that belong to the area on the day."""
        return Mission.objects.in_area(self.area, self.on) if self.area else Mission.objects.all()
