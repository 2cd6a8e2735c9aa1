"""Deployments: who is in which mission from when to when."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from deployments.models.statuses import (
    APPROVED_OR_IN_MISSION,
    ARRIVED,
    COMING,
    COUNTED,
    NOT_OVER,
    RETURNED,
    TO_FOLLOW_UP,
    Status,
)
from foundation.text import LineField
from foundation.writes import TellingQuerySet
from missions.models import Area, FormerArea, Mission, Position
from personnel.models import Person, PoliceService, Rank

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

    def to_follow_up(self) -> Self:
        """Departed, and the file not closed yet."""
        return self.filter(status__in=TO_FOLLOW_UP)

    def not_cancelled(self) -> Self:
        return self.exclude(status=Status.CANCELLED)

    def not_ancillary(self) -> Self:
        """Without the postings beside the missions, which use no place (rule 5)."""
        return self.exclude(kind=Deployment.Kind.ANCILLARY)

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
        return self.touching(on, on, today=today).filter(status__in=ARRIVED)

    def excess_to_confirm(self, by: "User") -> Self:
        """With days recorded beyond a cap that wait for this second coordinator (`deployments.stays.excess`)."""
        waiting = self.filter(excesses__isnull=False, excesses__confirmed_at__isnull=True)
        return waiting.exclude(excesses__recorded_by=by, excesses__confirmed_at__isnull=True).distinct()

    def arrival_expected(self, today: dt.date) -> Self:
        """Approved to begin within seven days; those whose first day has passed are waited for still."""
        return self.filter(status=Status.APPROVED, starts_on__lt=today + dt.timedelta(days=7))

    def person_can_go(self) -> Self:
        """Without those whose person retired, died, was merged into another record, or left the service that an
        approval was given for. The opposite of `person_cannot_go`."""
        return self.exclude(_PERSON_CANNOT_GO)

    def person_cannot_go(self) -> Self:
        return self.filter(_PERSON_CANNOT_GO)

    def overdue(self, today: dt.date) -> Self:
        """In mission, past the planned end (rule 18)."""
        return self.in_mission().filter(last_day__lt=today)


class Deployment(models.Model):
    """One person in one mission for one stretch of days, both ends included.

    `starts_on` and `ends_on` are the plan, `arrived_on` and `departed_on` the facts. Rank, service and armed status are
    those of the time (rule 22). `status` and the dates are changed by `deployments.stays.lifecycle` only, and put right
    by `deployments.corrections`. Never deleted.
    """

    Status = Status

    class Kind(models.TextChoices):
        STANDARD = "standard", _("Standard tour")
        RAPID = "rapid", _("Rapid deployment")
        SHORT_TERM = "short_term", _("Short-term deployment")
        ANCILLARY = "ancillary", _("Ancillary deployment")

    class EndReason(models.TextChoices):
        MEDICAL = "medical", _("Repatriated: medical")
        COMPASSIONATE = "compassionate", _("Repatriated: compassionate")
        CONDUCT = "conduct", _("Repatriated: conduct")
        PERFORMANCE = "performance", _("Repatriated: performance")
        RECALLED = "recalled", _("Recalled by the home service")
        MISSION_CLOSED = "mission_closed", _("Mission closed")
        EVACUATED = "evacuated", _("Evacuated")
        TRANSFERRED = "transferred", _("Transferred")
        DECEASED = "deceased", _("Deceased")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="deployments")
    mission = models.ForeignKey(
        Mission, verbose_name=_("mission"), on_delete=models.PROTECT, related_name="deployments"
    )
    position = models.ForeignKey(
        Position,
        verbose_name=_("position"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deployments",
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.STANDARD)
    starts_on = models.DateField(_("planned first day"))
    ends_on = models.DateField(_("planned last day"))
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True, editable=False)
    departed_on = models.DateField(_("departed on"), null=True, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PLANNED, editable=False)
    end_reason = models.CharField(
        _("reason for the early end"), max_length=15, choices=EndReason, blank=True, editable=False
    )
    duty_station = LineField(_("duty station"), max_length=100, blank=True)
    rank = models.ForeignKey(
        Rank,
        verbose_name=_("rank at the time"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    service = models.ForeignKey(
        PoliceService,
        verbose_name=_("police service at the time"),
        editable=False,
        on_delete=models.PROTECT,
        related_name="deployments",
        db_index=False,  # `deployment_by_service` begins with it
    )
    armed = models.BooleanField(_("armed at the time"), editable=False)
    relieves = models.ForeignKey(
        "self",
        verbose_name=_("relieves"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="relieved_by",
    )
    # The days of the stay as the database sees them: the facts where there are any, else the plan. Stored, so that they
    # can be indexed and the guards can compare them. An overdue stay is longer: see `with_stay`.
    first_day = models.GeneratedField(
        expression=Coalesce("arrived_on", "starts_on"), output_field=models.DateField(), db_persist=True
    )
    last_day = models.GeneratedField(
        expression=Coalesce("departed_on", "ends_on"), output_field=models.DateField(), db_persist=True
    )

    untold_fields = ("end_reason",)
    objects = DeploymentQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["first_day", "last_day"])

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        ordering = ["-starts_on", "-id"]
        indexes = [
            # Who is there on a day: `touching`, and the guards of the ceiling.
            models.Index(fields=["last_day", "first_day"], name="deployment_by_stay"),
            # The same in the missions of an area, and the guards of its cap.
            models.Index(fields=["mission", "last_day", "first_day"], name="deployment_by_mission_stay"),
            # Who is there past the planned end: `overdue`, and the other half of `not_ended_before`.
            models.Index(fields=["last_day"], name="deployment_in_mission", condition=Q(status="in_mission")),
            # The list as it comes.
            models.Index(fields=["-starts_on", "-id"], name="deployment_as_listed"),
            # The list by the first day; on SQLite, the days on which somebody comes, for the guards.
            models.Index(fields=["first_day", "id"], name="deployment_by_first_day"),
            # The list by status.
            models.Index(fields=["status", "id"], name="deployment_by_status"),
            # The list by service; how many people and deployments of each since the start: `deployments_ever`.
            models.Index(fields=["service", "person", "status"], name="deployment_by_service"),
            # The last who left, on the pages of areas and missions.
            models.Index(
                fields=["-departed_on", "-id"], name="deployment_by_return", condition=Q(departed_on__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) | Q(arrived_on__isnull=False),
                name="deployment_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(departed_on__isnull=True) | Q(departed_on__gte=F("arrived_on")),
                name="deployment_departs_after_arrival",
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="deployment_stay_has_days"),
            models.CheckConstraint(
                condition=Q(status__in=ARRIVED, arrived_on__isnull=False)
                | Q(status__in=["planned", "approved", "cancelled"], arrived_on__isnull=True),
                name="deployment_arrived_fits_status",
            ),
            models.CheckConstraint(
                condition=Q(status__in=RETURNED, departed_on__isnull=False)
                | Q(status__in=["planned", "approved", "in_mission", "cancelled"], departed_on__isnull=True),
                name="deployment_departed_fits_status",
            ),
            models.CheckConstraint(
                condition=Q(end_reason="")
                | Q(
                    end_reason__in=[
                        "medical",
                        "compassionate",
                        "conduct",
                        "performance",
                        "recalled",
                        "mission_closed",
                        "evacuated",
                        "transferred",
                        "deceased",
                    ],
                    status__in=["ended_early", "closed"],
                ),
                name="deployment_end_reason_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="ended_early") | ~Q(end_reason=""), name="deployment_early_end_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["standard", "rapid", "short_term", "ancillary"]), name="deployment_kind_known"
            ),
            models.CheckConstraint(condition=~Q(relieves=F("id")), name="deployment_does_not_relieve_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.person_as_then}, {self.mission}, {self.arrived_on or self.starts_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("deployment_detail", args=[self.pk])

    @property
    def person_as_then(self) -> str:
        """The person with the rank of that time (rule 22)."""
        return f"{self.rank.abbreviation} {self.person.full_name}" if self.rank else self.person.full_name

    @property
    def is_over(self) -> bool:
        """Whether it is closed, cancelled or departed: the opposite of `not_over`."""
        return self.status not in NOT_OVER

    def is_overdue(self, today: dt.date) -> bool:
        return self.status == Status.IN_MISSION and self.ends_on < today

    def stay(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """First and last day of the stay as known on `today`: the same as `with_stay`, in Python."""
        first = self.arrived_on or self.starts_on
        if self.is_overdue(today):
            return first, held_through(today)
        return first, self.departed_on or self.ends_on

    @property
    def uses_place(self) -> bool:
        """The same as `using_places`, in Python."""
        return self.status in COUNTED and self.kind != self.Kind.ANCILLARY
