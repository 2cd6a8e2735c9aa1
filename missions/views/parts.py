"""The parts of the page of an area or a mission: each behind a tab with its count, one of them shown (`?part=…`)."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from deployments.candidates.places import places_taken
from deployments.models import Deployment
from deployments.models.statuses import Status
from deployments.models.whereabouts import DeploymentQuerySet
from flags import attention
from flags.models import Flag, Severity
from foundation.as_of import AsOf
from foundation.lists import bounded_count
from missions.models import Area, Mission, Position
from missions.models.names import named_as_of
from reports import measures, naming
from reports.bars import Bars

LEAVING_DAYS = 90
PAST_SHOWN = 10
"""How many of those who left a page lists; its link leads to the others."""


@dataclass(frozen=True)
class Tab:
    """The head of a part: its name in the address, its label, and how many rows it has (a bounded count)."""

    name: str
    label: str
    count: int | None
    address: str
    is_shown: bool


class Place:
    """An area or a mission on a day, as a reader sees it: who belongs there, and what is known of it."""

    def __init__(self, row: Area | Mission, user: User, day: AsOf) -> None:
        self.row, self.user, self.day = row, user, day
        self._days = {"on": day.on, "today": day.today}

    def of_the_day(self, rows: Any) -> Any:
        """Of these deployments those that belong there on the day."""
        if isinstance(self.row, Mission):
            return rows.filter(mission=self.row)
        return rows.in_area_on(self.row, self.day.on)

    def ever(self, rows: Any) -> Any:
        """Of these deployments those with a day there."""
        if isinstance(self.row, Mission):
            return rows.filter(mission=self.row)
        return rows.in_area(self.row, today=self.day.today)

    @property
    def here(self) -> DeploymentQuerySet:
        return self.of_the_day(measures.deployed(self.user, **self._days))

    @property
    def coming(self) -> QuerySet[Deployment]:
        return self.ever(measures.coming(self.user, **self._days))

    @property
    def past(self) -> QuerySet[Deployment]:
        return self.ever(measures.ended(self.user, **self._days))

    @property
    def leaving(self) -> DeploymentQuerySet:
        """Of those who are there on the day, those whose last day comes within ninety days of it, or has passed."""
        return self.here.filter(last_day__lte=self.day.on + dt.timedelta(days=LEAVING_DAYS))

    @property
    def alone(self) -> DeploymentQuerySet:
        """Those of them whom nobody relieves in time, in missions that go on."""
        going_on = Mission.objects.active(self.day.on).values("pk")
        return self.leaving.in_mission().without_successor().filter(mission__in=going_on)

    @property
    def positions(self) -> QuerySet[Position]:
        if isinstance(self.row, Mission):
            return Position.objects.filter(mission=self.row)
        return Position.objects.filter(mission__in=Mission.objects.in_area(self.row, self.day.on))

    @property
    def flags(self) -> QuerySet[Flag]:
        """The open flags about it, of today: of an area all that belong there, of a mission those of its people too."""
        found = Flag.objects.visible_to(self.user).open()
        if not isinstance(self.row, Mission):
            return found.filter(area=self.row)
        types = ContentType.objects.get_for_models(Mission, Deployment)
        stays = Deployment.objects.filter(mission=self.row).values("pk")
        itself = Q(subject_type=types[Mission], subject_id=self.row.pk)
        return found.filter(itself | Q(subject_type=types[Deployment], subject_id__in=stays))

    def list_of(self, **query: str) -> str:
        """The address of the list of deployments there, narrowed further."""
        name = "mission" if isinstance(self.row, Mission) else "area"
        return f"{reverse('deployment_list')}?{urlencode({name: self.row.pk, **query})}"


def context(request: HttpRequest, place: Place, others: Mapping[str, tuple[str, int | None]]) -> dict[str, object]:
    """What the template shows of the parts: the tabs, and the rows of the one that the address asks for.

    `others` are further parts of the page, whose rows stand in its context anyway: name → label and count.
    """
    flags = measures.counted_by(place.flags, "severity")
    counts = {**_counts(place, sum(flags.values())), **others}
    order = [name for name in ORDER if name in counts]
    shown = request.GET.get("part", "")
    shown = shown if shown in order else order[0]
    tabs = [_tab(place, name, *counts[name], shown) for name in order]
    return {
        "part": shown,
        "tabs": tabs,
        "heading": next(tab.label for tab in tabs if tab.is_shown),
        "to_act": flags.get(Severity.ACT, 0),
        "to_plan": flags.get(Severity.PLAN, 0),
        "flags_at": address(place.row, "flags"),
        "past_count": counts.get("returned", ("", 0))[1],
        "own_count": counts.get("now", ("", 0))[1],
        **(ROWS[shown](place) if shown in ROWS else {}),
    }


def _counts(place: Place, flags: int) -> dict[str, tuple[str, int | None]]:
    """The label and the number of rows of each part; of a roster, which nobody goes to, only of those with any."""
    counts: dict[str, tuple[str, int | None]] = {
        "now": (_("There now") if place.day.is_today else _("There"), place.here.count()),
        "coming": (_("Coming"), place.coming.count()),
        "returned": (_("Returned"), bounded_count(place.past)),
        "flags": (_("Flags"), flags),
    }
    if isinstance(place.row, Mission) and place.row.is_roster:
        return {name: (label, count) for name, (label, count) in counts.items() if count}
    counts["leaving"] = (_("Leaving within 90 days"), place.leaving.count())
    if not place.day.is_past:  # nobody knows any more who was planned to come
        counts["alone"] = (_("Leaving without successor"), place.alone.count())
    counts["positions"] = (_("Positions"), place.positions.count())
    return counts


ORDER = (
    "roster", "now", "coming", "leaving", "alone", "positions", "authorizations", "returned", "flags", "missions",
    "about",
)  # fmt: skip
"""The parts in the order of their tabs; the first one that a page has is shown where its address asks for none."""


def _tab(place: Place, name: str, label: str, count: int | None, shown: str) -> Tab:
    return Tab(name, label, count, address(place.row, name), name == shown)


def address(row: Area | Mission, part: str) -> str:
    """The address of a part: where it is read, and where an act that stands in it leads back to."""
    return f"{row.get_absolute_url()}?part={part}#part"


def people(place: Place, rows: QuerySet[Deployment]) -> list[Deployment]:
    """These deployments with what a table shows of them, by the names of the day."""
    known = rows.select_related("person", "rank", "service", "mission", "position", "team").prefetch_related("roles")
    return naming.stays_as_of(known, place.day.on, today=place.day.today)


def _there(place: Place, rows: QuerySet[Deployment]) -> dict[str, object]:
    """People who are there, in the order in which they leave, each with the bar of the stay and who comes next."""
    stays: list[Any] = people(place, rows.order_by("ends_on", "id"))
    bars = Bars.around(stays, place.day.on)
    next_ones: dict[int, list[Deployment]] = {}
    if not place.day.is_past:
        comes = Deployment.objects.visible_to(place.user).not_cancelled().filter(relieves__in=stays)
        for one in comes.select_related("person", "rank").order_by("first_day", "id"):
            next_ones.setdefault(one.relieves_id or 0, []).append(one)
    going_on = set(Mission.objects.active(place.day.on).values_list("pk", flat=True))
    for stay in stays:
        stay.bar, stay.next_ones = bars.of(stay), next_ones.get(stay.pk, [])
        stay.can_be_relieved = place.day.is_today and not stay.is_over and stay.mission_id in going_on
    return {"stays": stays, "bars": bars}


def _coming(place: Place) -> dict[str, object]:
    """Who is to come, in the order of arrival, each with whom they relieve; and where their arrivals are recorded."""
    rows = place.coming.select_related("relieves__person", "relieves__rank").order_by("starts_on", "id")
    coming = people(place, rows)
    may_arrive = place.day.is_today and any(stay.status == Status.APPROVED for stay in coming)
    return {"coming": coming, "arrivals": place.list_of(status="approved", sort="first") if may_arrive else ""}


def _positions(place: Place) -> dict[str, object]:
    found: list[Any] = list(place.positions.select_related("mission", "team").order_by("mission", "number"))
    taken, today = places_taken(found), place.day.today
    taking = set(Mission.objects.not_closed(today).taking_deployments().values_list("pk", flat=True))
    named_as_of([position.mission for position in found], place.day.on, today=today)
    for position in found:
        position.taken, position.call_state = taken[position.pk], position.call(today)
        position.can_be_filled = position.mission_id in taking and taken[position.pk] < position.places
    return {"positions": found}


def _returned(place: Place) -> dict[str, object]:
    return {
        "past": people(place, place.past.order_by("-departed_on", "-id")[:PAST_SHOWN]),
        "all_returned": place.list_of(status="returned", sort="-last"),
    }


ROWS: dict[str, Callable[[Place], dict[str, object]]] = {
    "now": lambda place: _there(place, place.here),
    "leaving": lambda place: _there(place, place.leaving),
    "alone": lambda place: _there(place, place.alone),
    "coming": _coming,
    "positions": _positions,
    "returned": _returned,
    "flags": lambda place: {"notices": attention.with_sentences(place.flags, today=place.day.today)},
}
"""The rows of a part, by its name."""
