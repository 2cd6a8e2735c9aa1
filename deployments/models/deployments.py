"""Deployments: who is in which mission from when to when."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from deployments.models.statuses import ARRIVED, COUNTED, NOT_OVER, RETURNED, Kind, Status
from deployments.models.whereabouts import DeploymentQuerySet, held_through
from foundation.text import LineField
from foundation.writes import TellingQuerySet
from missions.models import Mission, Position, Role, Team
from personnel.models import Person, PoliceService, Rank


class Deployment(models.Model):
    """One person in one mission for one stretch of days, both ends included.

    `starts_on` and `ends_on` are the plan, `arrived_on` and `departed_on` the facts. Rank, service and armed status are
    those of the time (rule 22). `status` and the dates are changed by `deployments.stays.lifecycle` only, and put right
    by `deployments.corrections`. Never deleted.
    """

    Status = Status
    Kind = Kind

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
    roles = models.ManyToManyField(
        Role,
        verbose_name=pgettext_lazy("mission", "roles"),
        through="DeploymentRole",
        blank=True,
        related_name="deployments",
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="deployments"
    )
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

    def clean(self) -> None:
        # A check constraint cannot ask the row of the team; `guard_team_of_the_mission` does.
        if self.mission_id and self.team and self.team.mission_id != self.mission_id:
            raise ValidationError({"team": _("This team belongs to another mission.")})

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

    def status_on(self, day: dt.date) -> str | None:
        """The status that its dates give for a past day; None before the arrival, when it may have been any."""
        if self.arrived_on is None or day < self.arrived_on:
            return None
        if self.departed_on is None or day < self.departed_on:
            return Status.IN_MISSION
        return Status.ENDED_EARLY if self.end_reason else Status.COMPLETED

    @property
    def uses_place(self) -> bool:
        """The same as `using_places`, in Python."""
        return self.status in COUNTED and self.kind != self.Kind.ANCILLARY


class DeploymentRole(models.Model):
    """One role that somebody has in a stay. Written by `deployments.stays.roles` only."""

    deployment = models.ForeignKey(
        Deployment, verbose_name=_("deployment"), on_delete=models.PROTECT, related_name="role_rows"
    )
    role = models.ForeignKey(
        Role, verbose_name=pgettext_lazy("mission", "role"), on_delete=models.PROTECT, related_name="+"
    )

    events_are_about = "deployment"

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a deployment")
        verbose_name_plural = _("roles in deployments")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["deployment", "role"], name="deployment_role_once")]

    def __str__(self) -> str:
        return f"{self.deployment}: {self.role}"
