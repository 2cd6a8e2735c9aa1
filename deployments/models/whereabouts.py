"""Which deployments: by their status, by the days of their stay, and by where these days count."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from deployments.models.statuses import (
    APPROVED_OR_IN_MISSION,
    ARRIVED,
    COMING,
    COUNTED,
    NOT_OVER,
    RETURNED,
    TO_FOLLOW_UP,
    Kind,
    Status,
)
from foundation.writes import TellingQuerySet
from missions.models import Area, FormerArea, Mission
from personnel.models import Person

if TYPE_CHECKING:
    from accounts.models import User

FOREVER = dt.date(9999, 12, 31)
"""The last day of what has no end."""


def held_through(today: dt.date) -> dt.date:
    """The last day on which somebody overdue holds the place: bounded, and a day later each day.

    Without a bound one departure that nobody recorded would refuse approvals years ahead.
    """
    return today + dt.timedelta(days=settings.OVERDUE_HOLD_DAYS)


_PERSON_CANNOT_GO = (
    ~Q(person__state=Person.State.ACTIVE)
    | Q(person__merged_into__isnull=False)
    | Q(status=Status.APPROVED) & ~Q(person__service=F("service"))
)


class DeploymentQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        """A liaison sees the deployments made from the own services (rule 20)."""
        return self.all() if user.sees_every_service else self.filter(service__in=user.services.all())

    def coming(self) -> Self:
        """Planned or approved: nobody has arrived yet."""
        return self.filter(status__in=COMING)

    def in_mission(self) -> Self:
        return self.filter(status=Status.IN_MISSION)

    def approved_or_in_mission(self) -> Self:
        return self.filter(status__in=APPROVED_OR_IN_MISSION)

    def not_over(self) -> Self:
        """Planned, approved or in mission."""
        return self.filter(status__in=NOT_OVER)

    def returned(self) -> Self:
        """Arrived and departed again, closed or not. By the day too, for `deployment_by_return`."""
        return self.filter(status__in=RETURNED, departed_on__isnull=False)

    def arrived(self) -> Self:
        """Arrived, whether they left since or not: every deployment since the start."""
        return self.filter(status__in=ARRIVED)

    def returned_by(self, day: dt.date, *, today: dt.date) -> Self:
        """Returned on a day or before. What is recorded has happened, so today needs no look at the days."""
        return self.returned() if day >= today else self.returned().filter(departed_on__lte=day)

    def arrived_by(self, day: dt.date, *, today: dt.date) -> Self:
        """Arrived on a day or before, whether they left since or not."""
        return self.arrived() if day >= today else self.arrived().filter(arrived_on__lte=day)

    def still_there_on(self, day: dt.date) -> Self:
        """Of those who arrived: who had not departed before a day."""
        return self.filter(Q(departed_on__isnull=True) | Q(departed_on__gte=day))

    def coming_on(self, day: dt.date, *, today: dt.date) -> Self:
        """Planned or approved as of a day: of one to come, what has a day from it on.

        None of a past day: nobody knows any more what was planned on it.
        """
        if day < today:
            return self.none()
        return self.coming() if day == today else self.coming().filter(last_day__gte=day)

    def to_follow_up(self) -> Self:
        """Departed, and the file not closed yet."""
        return self.filter(status__in=TO_FOLLOW_UP)

    def not_cancelled(self) -> Self:
        return self.exclude(status=Status.CANCELLED)

    def not_ancillary(self) -> Self:
        """Without the postings beside the missions, which use no place (rule 5)."""
        return self.exclude(kind=Kind.ANCILLARY)

    def posts_that_go_on(self) -> Self:
        """Those in posts that somebody else is to take over; a course that is given, or a short deployment, is none."""
        return self.not_ancillary().exclude(kind=Kind.SHORT_TERM)

    def using_places(self) -> Self:
        """Deployments that count under the cap on the days of their stay (rules 1 and 5)."""
        return self.filter(status__in=COUNTED).not_ancillary()

    def with_stay(self, today: dt.date) -> Self:
        """Add `stay_ends`: the last day of the stay as known on `today`.

        Whoever has arrived and not departed holds a place whatever the plan says: past the planned end the place is
        held from today for `OVERDUE_HOLD_DAYS`, each day anew, until the departure is recorded.
        """
        return self.annotate(
            stay_ends=Case(
                When(status=Status.IN_MISSION, last_day__lt=today, then=Value(held_through(today))),
                default=F("last_day"),
                output_field=models.DateField(),
            )
        )

    def not_ended_before(self, day: dt.date, *, today: dt.date) -> Self:
        """Deployments whose stay has the day or a later one.

        Asked of the columns and not of `stay_ends`: no index can hold what depends on today, and each side of the "or"
        has one of its own, so that the stays of the past are not looked at.
        """
        last_days = Q(last_day__gte=day)
        if day <= held_through(today):
            last_days |= Q(status=Status.IN_MISSION, last_day__lt=today)
        return self.filter(last_days)

    def touching(self, first: dt.date, last: dt.date, *, today: dt.date) -> Self:
        """Deployments whose stay has at least one day from `first` through `last`; with `stay_ends`."""
        return self.with_stay(today).not_ended_before(first, today=today).filter(first_day__lte=last)

    def in_area(self, area: Area, *, today: dt.date) -> Self:
        """Deployments with a day in an area; those of a mission that moved, where the stay has a day in that area."""
        always = Q(mission__area=area, mission__area_since__isnull=True)
        since = Q(mission__area=area, stay_ends__gte=F("mission__area_since"))
        former = FormerArea.objects.standing().filter(
            Q(first_day__isnull=True) | Q(first_day__lte=OuterRef("stay_ends")),
            area=area,
            mission=OuterRef("mission"),
            last_day__gte=OuterRef("first_day"),
        )
        moved_away = FormerArea.objects.standing().filter(area=area).values("mission")
        return self.with_stay(today).filter(always | since | Q(mission__in=moved_away) & Exists(former))

    def in_area_on(self, area: Area, on: dt.date) -> Self:
        """Deployments of the missions that belong to an area on a day."""
        return self.filter(mission__in=Mission.objects.in_area(area, on))

    def with_area(self) -> Self:
        """Add `area_then`: the id of the area to which the mission belongs on the first day of the stay."""
        former = FormerArea.objects.standing().filter(
            Q(first_day__isnull=True) | Q(first_day__lte=OuterRef("first_day")),
            mission=OuterRef("mission"),
            last_day__gte=OuterRef("first_day"),
        )
        return self.annotate(
            area_then=Coalesce(
                Subquery(former.values("area")[:1]), F("mission__area"), output_field=models.BigIntegerField()
            )
        )

    def deployed(self, on: dt.date, *, today: dt.date) -> Self:
        """People in mission on a day: arrived, and not departed. The one definition of "deployed".

        A day to come counts those who are in mission now and stay until then.
        """
        return self.deployed_during(on, on, today=today)

    def deployed_during(self, first: dt.date, last: dt.date, *, today: dt.date) -> Self:
        """Those who are deployed, by this definition, on at least one day from `first` through `last`."""
        return self.touching(first, last, today=today).filter(status__in=ARRIVED)

    def counted_on(self, on: dt.date, *, today: dt.date) -> Self:
        """Whoever a cap is compared with on a day: in mission, approved or held, without ancillary deployments.

        The same as `deployments.stays.counting.stays_touching`.
        """
        return self.not_ancillary().not_cancelled().touching(on, on, today=today)

    def counted_as(self, figure: str, on: dt.date, *, today: dt.date) -> Self:
        """Those of `counted_on` who add to one figure of `Strength`: in_mission, approved or held."""
        statuses = {"in_mission": ARRIVED, "approved": {Status.APPROVED}, "held": {Status.PLANNED}}
        return self.counted_on(on, today=today).filter(status__in=statuses[figure])

    def excess_to_confirm(self, by: "User") -> Self:
        """With days recorded beyond a cap that wait for this second coordinator (`deployments.stays.excess`)."""
        waiting = self.filter(excesses__isnull=False, excesses__confirmed_at__isnull=True)
        return waiting.exclude(excesses__recorded_by=by, excesses__confirmed_at__isnull=True).distinct()

    def arrival_expected(self, today: dt.date) -> Self:
        """Approved to begin within seven days; those whose first day has passed are waited for still."""
        return self.filter(status=Status.APPROVED, starts_on__lt=today + dt.timedelta(days=7))

    def leaving_by(self, day: dt.date) -> Self:
        """In mission, with a planned last day that comes no later, or has passed."""
        return self.filter(status=Status.IN_MISSION, ends_on__lte=day)

    def unrelieved(self) -> Self:
        """In mission in posts that go on, with nobody planned who relieves them."""
        coming = type(self)(self.model).not_cancelled().person_can_go().filter(relieves=OuterRef("pk"))
        return self.filter(status=Status.IN_MISSION).posts_that_go_on().exclude(Exists(coming))

    def person_can_go(self) -> Self:
        """Without those whose person retired, died, was merged into another record, or left the service that an
        approval was given for. The opposite of `person_cannot_go`."""
        return self.exclude(_PERSON_CANNOT_GO)

    def person_cannot_go(self) -> Self:
        return self.filter(_PERSON_CANNOT_GO)

    def without_successor(self) -> Self:
        """Those in posts that go on whom nobody relieves in time (rule 19).

        A successor is not cancelled, can go, and comes no later than the day after the end and the allowed gap.
        """
        gap = dt.timedelta(days=1 + settings.SUCCESSOR_GAP_DAYS)
        relieves = type(self)(self.model).not_cancelled().person_can_go().filter(relieves=OuterRef("pk"))
        return self.posts_that_go_on().exclude(Exists(relieves.filter(first_day__lte=OuterRef("ends_on") + gap)))

    def overdue(self, today: dt.date) -> Self:
        """In mission, past the planned end (rule 18)."""
        return self.in_mission().filter(last_day__lt=today)
