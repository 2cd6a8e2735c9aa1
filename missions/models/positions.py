"""Positions in a mission with their calls for nominations, and the credentials that missions and positions require."""

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from foundation.bilingual import as_written, in_reader_language, written_in
from foundation.numbers import NumberField
from foundation.text import LineField, ProseField
from foundation.writes import TellingQuerySet
from missions.models.demands import CredentialKind, RankBand, Skill, Tongue
from missions.models.leads import LeadOrganization
from missions.models.missions import Mission
from missions.models.roles import Role, Team


class PositionQuerySet(TellingQuerySet):
    def with_open_call(self, on: dt.date) -> Self:
        """Positions of active missions whose call is open on a day."""
        return self.filter(call_opens__lte=on, call_closes__gte=on, mission__in=Mission.objects.active(on))


class Position(models.Model):
    """A position in a mission, with its profile: what it requires beyond what the mission requires of everybody.

    Its call is open from `call_opens` through `call_closes`, both included.
    """

    class Stream(models.TextChoices):
        COMMAND = "command", _("Contingent command")
        INDIVIDUAL = "individual", _("Individual police officer")
        TEAM = "team", _("Specialized police team")
        ADVISER = "adviser", _("Adviser")
        TRAINER = "trainer", _("Trainer")
        INVESTIGATOR = "investigator", _("Investigator")
        ANALYST = "analyst", _("Civilian analyst")

    class Call(models.TextChoices):
        """The state of a call on a day."""

        NONE = "none", pgettext_lazy("call", "No call")
        COMING = "coming", pgettext_lazy("call", "Not open yet")
        OPEN = "open", pgettext_lazy("call", "Open")
        CLOSED = "closed", pgettext_lazy("call", "Closed")

    mission = models.ForeignKey(Mission, verbose_name=_("mission"), on_delete=models.PROTECT, related_name="positions")
    number = LineField(_("number"), max_length=30)
    title_en = LineField(_("title in English"), max_length=200)
    title_fr = LineField(_("title in French"), max_length=200)
    stream = models.CharField(_("stream"), max_length=12, choices=Stream)
    description_en = ProseField(_("description in English"), max_length=4000, blank=True)
    description_fr = ProseField(_("description in French"), max_length=4000, blank=True)
    tasks_en = ProseField(_("tasks in English"), max_length=4000, blank=True)
    tasks_fr = ProseField(_("tasks in French"), max_length=4000, blank=True)
    roles = models.ManyToManyField(
        Role, verbose_name=pgettext_lazy("mission", "roles"), blank=True, related_name="positions"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="positions"
    )
    duty_station = LineField(_("duty station"), max_length=100, blank=True)
    places = models.PositiveSmallIntegerField(
        _("number of places"), default=1, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    needed_from = models.DateField(_("needed from"), null=True, blank=True)
    rank_from = models.PositiveSmallIntegerField(_("lowest rank"), choices=RankBand, null=True, blank=True)
    rank_to = models.PositiveSmallIntegerField(_("highest rank"), choices=RankBand, null=True, blank=True)
    years_of_service = NumberField(
        _("years of service"),
        most=40,
        null=True,
        blank=True,
        help_text=_("Leave empty for the usual number."),
    )
    language = models.CharField(
        _("further language"),
        max_length=2,
        choices=Tongue,
        blank=True,
        help_text=_("Beside the language of operation."),
    )
    language_level = models.PositiveSmallIntegerField(
        _("level of the further language"), choices=Skill, null=True, blank=True
    )
    armed = models.BooleanField(
        _("own armed status"), null=True, blank=True, help_text=_("Only where it differs from the mission.")
    )
    call_opens = models.DateField(_("call opens"), null=True, blank=True)
    call_closes = models.DateField(_("call closes"), null=True, blank=True)

    told_at_the_others = {"roles": "positions"}

    objects = PositionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["mission", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "number"],
                name="position_number_once_per_mission",
                violation_error_message=_("This mission has a position of this number."),
            ),
            models.CheckConstraint(
                condition=Q(
                    stream__in=["command", "individual", "team", "adviser", "trainer", "investigator", "analyst"]
                ),
                name="position_stream_known",
            ),
            models.CheckConstraint(condition=Q(places__range=(1, 200)), name="position_places_in_range"),
            models.CheckConstraint(
                condition=Q(rank_from__isnull=True) | Q(rank_to__isnull=True) | Q(rank_from__lte=F("rank_to")),
                name="position_rank_band_in_order",
                violation_error_message=_("The lowest rank cannot be above the highest."),
            ),
            models.CheckConstraint(
                condition=Q(language="", language_level__isnull=True)
                | (~Q(language="") & Q(language_level__isnull=False, language_level__range=(1, 6))),
                name="position_language_has_level",
                violation_error_message=_("Give a further language together with its level."),
            ),
            models.CheckConstraint(
                condition=Q(call_opens__isnull=True, call_closes__isnull=True)
                | Q(call_opens__isnull=False, call_closes__isnull=False, call_closes__gte=F("call_opens")),
                name="position_call_closes_after_it_opens",
                violation_error_message=_("Give both days of the call; it cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def clean(self) -> None:
        # A check constraint cannot ask the row of the mission.
        if self.mission.is_roster:
            raise ValidationError(_("A roster has no positions: put people on it instead."))
        if self.team and self.team.mission_id != self.mission_id:
            raise ValidationError({"team": _("This team belongs to another mission.")})

    def get_absolute_url(self) -> str:
        return reverse("position_detail", args=[self.pk])

    @property
    def title(self) -> str:
        return in_reader_language(self, "title")

    @property
    def tasks(self) -> list[str]:
        """What its holder does, one task each; in the other language where there is only that."""
        return [line for line in as_written(self, "tasks").splitlines() if line]

    @property
    def tasks_language(self) -> str:
        return written_in(self, "tasks")

    def call(self, on: dt.date) -> Call:
        """The state of the call on a day. The same rule as `with_open_call`, except for the state of the mission."""
        if self.call_opens is None or self.call_closes is None:
            return self.Call.NONE
        if on < self.call_opens:
            return self.Call.COMING
        return self.Call.OPEN if on <= self.call_closes else self.Call.CLOSED


class Requirement(models.Model):
    """A credential that a lead organization, a mission or one position requires; exactly one of the three is set.

    Who lacks a mandatory one is refused; a recommended one gives a warning (rule 12).
    """

    lead = models.ForeignKey(
        LeadOrganization,
        verbose_name=_("lead organization"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="requirements",
    )
    mission = models.ForeignKey(
        Mission,
        verbose_name=_("mission"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="requirements",
    )
    position = models.ForeignKey(
        Position,
        verbose_name=_("position"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="requirements",
    )
    kind = models.ForeignKey(
        CredentialKind, verbose_name=_("credential"), on_delete=models.PROTECT, related_name="requirements"
    )
    mandatory = models.BooleanField(_("mandatory"), default=True, help_text=_("Otherwise it is recommended."))

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["-mandatory", "kind__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lead__isnull=False, mission__isnull=True, position__isnull=True)
                | Q(lead__isnull=True, mission__isnull=False, position__isnull=True)
                | Q(lead__isnull=True, mission__isnull=True, position__isnull=False),
                name="requirement_has_one_place",
                violation_error_message=_("A requirement belongs to a lead organization, a mission or a position."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[place, "kind"],
                    condition=Q(**{f"{place}__isnull": False}),
                    name=f"requirement_once_per_{place}",
                    violation_error_message=_("This credential is asked there already."),
                )
                for place in ("lead", "mission", "position")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position or self.mission or self.lead}: {self.kind}"
