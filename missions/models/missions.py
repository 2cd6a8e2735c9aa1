"""Missions and their lead organizations."""

import datetime as dt
from collections.abc import Iterable
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation.bilingual import as_written, in_reader_language, written_in
from foundation.text import LineField, ProseField
from foundation.writes import TellingQuerySet
from missions.models.authority import Area, Authorization, Language
from missions.models.demands import MissionProfile, Skill, ThematicArea
from missions.models.leads import LeadOrganization
from missions.models.names import FormerName, NamedOverTime
from missions.models.states import MissionState, Stretch, stretches


class MissionQuerySet(TellingQuerySet):
    def with_state(self, on: dt.date) -> Self:
        """Each with its state on a day as `state_then`; the same rule as `Mission.state_on`."""
        begun = MissionState.objects.standing().filter(mission=OuterRef("pk"), from_day__lte=on)
        newest = Subquery(begun.order_by("-from_day").values("state")[:1])
        return self.annotate(
            state_then=Case(
                When(ends_on__lt=on, then=Value(MissionState.State.CLOSED.value)),
                default=Coalesce(newest, Value(MissionState.State.ACTIVE.value)),
            )
        )

    def in_area(self, area: "Area | int", on: dt.date) -> Self:
        """Those that belong to an area on a day, whether they moved there before, or will move away."""
        now = Q(area=area) & (Q(area_since__isnull=True) | Q(area_since__lte=on))
        moved = self.model._default_manager.filter(
            Q(former_areas__first_day__isnull=True) | Q(former_areas__first_day__lte=on),
            former_areas__area=area,
            former_areas__withdrawn_at__isnull=True,
            former_areas__last_day__gte=on,
        )
        return self.filter(now | Q(pk__in=moved.values("pk")))

    def with_area(self, on: dt.date) -> Self:
        """Each with the id of the area to which it belongs on a day as `area_then`; the same as `Mission.area_on`."""
        former = self.model._default_manager.filter(
            Q(former_areas__first_day__isnull=True) | Q(former_areas__first_day__lte=on),
            pk=OuterRef("pk"),
            former_areas__withdrawn_at__isnull=True,
            former_areas__last_day__gte=on,
        )
        return self.annotate(
            area_then=Coalesce(
                Subquery(former.values("former_areas__area")[:1]), F("area"), output_field=models.BigIntegerField()
            )
        )

    def ever_in(self, areas: Iterable[int]) -> Self:
        """Those that belong to one of these areas on some day."""
        areas = list(areas)
        moved = self.model._default_manager.filter(
            former_areas__area__in=areas, former_areas__withdrawn_at__isnull=True
        )
        return self.filter(Q(area__in=areas) | Q(pk__in=moved.values("pk")))

    def active(self, on: dt.date) -> Self:
        return self.with_state(on).filter(state_then=MissionState.State.ACTIVE)

    def with_language(self, on: dt.date) -> Self:
        """Each with its language of operation on a day as `language_then`: its own, or else that of the authorization
        in force; empty where there is neither."""
        in_force = Authorization.objects.issued().in_force(on).filter(area=OuterRef("area_then"))
        of_the_area = Coalesce(Subquery(in_force.values("language")[:1]), Value(""))
        return self.with_area(on).annotate(language_then=Case(When(language="", then=of_the_area), default="language"))

    def speaking(self, language: str, on: dt.date) -> Self:
        """Those whose language of operation it is on a day; with "" those that have none."""
        return self.with_language(on).filter(language_then=language)

    def taking_deployments(self) -> Self:
        """Without rosters: people are put on those, and nobody is deployed to them."""
        return self.exclude(kind=Mission.Kind.ROSTER)

    def begun(self, on: dt.date) -> Self:
        """Those that have begun by a day, or whose first day is not known."""
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on))

    def not_closed(self, on: dt.date) -> Self:
        return self.with_state(on).exclude(state_then=MissionState.State.CLOSED)


class Mission(NamedOverTime):
    """One mission, specialized posting or roster in an area.

    It may be suspended while the authorization of its area stays in force; its states are rows with days
    (`MissionState`). `language` and `armed` are set only where they differ from that authorization. Once somebody was
    planned for the mission, its area is fixed but for a move from a day on, which leaves the area before in
    `former_areas` (`deployments.stays.succession`): the database refuses to change it otherwise.
    """

    class Kind(models.TextChoices):
        MISSION = "mission", _("Mission")
        SPECIALIZED_POSTING = "specialized_posting", _("Specialized posting")
        OPPORTUNITY = "opportunity", _("Other opportunity")
        ROSTER = "roster", _("Roster")

    code = models.SlugField(_("code"), max_length=50, unique=True, help_text=_("A short name that never changes."))
    area = models.ForeignKey(
        Area, verbose_name=_("country or region"), on_delete=models.PROTECT, related_name="missions"
    )
    area_since = models.DateField(
        _("in this country or region since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Leave empty to count from its beginning."),
    )
    lead = models.ForeignKey(
        LeadOrganization, verbose_name=_("lead organization"), on_delete=models.PROTECT, related_name="missions"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.MISSION)
    mandate_en = ProseField(_("mandate in English"), blank=True)
    mandate_fr = ProseField(_("mandate in French"), blank=True)
    objectives_en = ProseField(_("objectives in English"), blank=True)
    objectives_fr = ProseField(_("objectives in French"), blank=True)
    themes = models.ManyToManyField(ThematicArea, verbose_name=_("thematic areas"), blank=True, related_name="missions")
    language = models.CharField(
        _("own language of operation"),
        max_length=2,
        choices=Language,
        blank=True,
        help_text=_("Only where it differs from the authorization."),
    )
    armed = models.BooleanField(
        _("own armed status"), null=True, blank=True, help_text=_("Only where it differs from the authorization.")
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    dates_note_en = LineField(
        _("note on the dates, in English"),
        max_length=200,
        blank=True,
        help_text=_("For instance: exact dates are not public."),
    )
    dates_note_fr = LineField(_("note on the dates, in French"), max_length=200, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )
    tour_months = models.PositiveSmallIntegerField(
        _("usual tour, in months"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
    )
    profile = models.ForeignKey(
        MissionProfile,
        verbose_name=_("mission profile"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="missions",
        help_text=_("The living conditions for which fitness is certified."),
    )
    language_level = models.PositiveSmallIntegerField(
        _("level of the language of operation"), choices=Skill, default=Skill.B2
    )

    told_at_the_others = {"themes": "missions"}

    objects = MissionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["area__listing_order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["mission", "specialized_posting", "opportunity", "roster"]),
                name="mission_kind_known",
            ),
            models.CheckConstraint(condition=Q(language__in=["", "en", "fr"]), name="mission_language_known"),
            models.CheckConstraint(condition=Q(tour_months__range=(1, 36)), name="mission_tour_in_range"),
            models.CheckConstraint(condition=Q(language_level__range=(1, 6)), name="mission_language_level_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="mission_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(successor=F("id")),
                name="mission_does_not_succeed_itself",
                violation_error_message=_("A mission cannot be its own successor."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("mission_detail", args=[self.pk])

    @property
    def mandate(self) -> str:
        return in_reader_language(self, "mandate")

    @property
    def objectives(self) -> str:
        """What the mission is to reach, one objective a line; in the other language where there is only that."""
        return as_written(self, "objectives")

    @property
    def objectives_language(self) -> str:
        return written_in(self, "objectives")

    @property
    def uses_places(self) -> bool:
        """Whether its deployments count against the cap; those of specialized postings do not (rule 5)."""
        return self.kind == self.Kind.MISSION

    @property
    def is_roster(self) -> bool:
        """Whether people are put on it (`deployments.models.rosters`) and nobody is deployed to it."""
        return self.kind == self.Kind.ROSTER

    @property
    def area_ids(self) -> set[int]:
        """The ids of all areas to which it belongs on some day."""
        former = {row.area_id for row in self._former_areas()}
        return {self.area_id, *former}

    def area_id_on(self, day: dt.date) -> int:
        """The id of the area to which it belongs on a day; without a query where it never moved."""
        before = self.area_since is not None and day < self.area_since
        return self.areas_between(day, day)[0][0].pk if before else self.area_id

    def area_on(self, day: dt.date) -> Area:
        return self.areas_between(day, day)[0][0]

    def areas_between(self, first: dt.date, last: dt.date) -> list[tuple[Area, dt.date, dt.date]]:
        """The areas to which it belongs from `first` through `last`, in order, each with its days among these."""
        former = [
            (row.area, max(first, row.first_day or first), min(last, row.last_day))
            for row in (self._former_areas() if self.area_since and first < self.area_since else ())
        ]
        everywhere = [*former, (self.area, max(first, self.area_since or first), last)]
        return [(area, begin, end) for area, begin, end in everywhere if begin <= end]

    def _former_areas(self) -> list:
        rows = self.former_areas.all() if self.area_since else ()
        return [row for row in rows if row.withdrawn_at is None]

    def stretches(self) -> list[Stretch]:
        """In which state it is from which day through which. One query, or none where its `states` came with it."""
        return stretches(self.states.all(), self.starts_on, self.ends_on)

    def state_on(self, day: dt.date) -> MissionState.State:
        found = [each for each in self.stretches() if each.includes(day)]
        return found[0].state if found else MissionState.State.ACTIVE  # before its first day

    def first_not_active(self, first: dt.date, last: dt.date) -> Stretch | None:
        """The first stretch of its days from `first` through `last` in which it is not active; None where it always is.

        A stay beyond its last day is another matter (`deployments.stays.approval.outside_the_mission`), so a closing
        within these days does not count.
        """
        for each in self.stretches():
            begun = each.first is None or each.first <= first
            if each.state == MissionState.State.ACTIVE or not (
                each.includes(first) or (each.first and first <= each.first <= last)
            ):
                continue
            if begun or each.state != MissionState.State.CLOSED:
                return each
        return None


class MissionFormerName(FormerName):
    """How a mission was called before."""

    mission = models.ForeignKey(
        Mission, verbose_name=_("mission"), on_delete=models.PROTECT, related_name="former_names"
    )

    class Meta(FormerName.Meta):
        abstract = False
        verbose_name = _("former name of a mission")
        verbose_name_plural = _("former names of missions")
        constraints = [
            *FormerName.Meta.constraints,
            models.UniqueConstraint(
                fields=["mission", "last_day"],
                condition=Q(withdrawn_at__isnull=True),
                name="missionformername_one_until_a_day",
            ),
        ]
