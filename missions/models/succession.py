"""Countries and regions that follow each other: what was one becomes another or several, and its missions move."""

import datetime as dt
from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from foundation.entries import Entry
from missions.models.authority import Area
from missions.models.missions import Mission


class AreaSuccession(Entry):
    """From `from_day` on, `successor` stands in the place of `area`, or of a part of it that was split off.

    With `goes_on` the old one stays beside it. Written by `deployments.stays.succession` only.
    """

    area = models.ForeignKey(
        Area, verbose_name=_("country or region"), on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Area, verbose_name=_("successor"), on_delete=models.PROTECT, related_name="predecessions"
    )
    from_day = models.DateField(_("from"))
    goes_on = models.BooleanField(
        _("the old one goes on beside"), default=False, help_text=_("Only a part of it was split off.")
    )

    class Meta(Entry.Meta):
        verbose_name = _("succession of countries and regions")
        verbose_name_plural = _("successions of countries and regions")
        ordering = ["from_day", "id"]
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(condition=~Q(area=F("successor")), name="areasuccession_by_another"),
            models.UniqueConstraint(
                fields=["area", "successor"], condition=Q(withdrawn_at__isnull=True), name="areasuccession_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} → {self.successor}, {self.from_day:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return self.area.get_absolute_url()


class FormerArea(Entry):
    """A mission belonged to another area through `last_day`, from `first_day` or from its beginning.

    The days of a stay count under the cap of the area to which its mission belongs on each of them. Written by
    `deployments.stays.succession` only.
    """

    mission = models.ForeignKey(
        Mission, verbose_name=_("mission"), on_delete=models.PROTECT, related_name="former_areas"
    )
    area = models.ForeignKey(
        Area, verbose_name=_("country or region"), on_delete=models.PROTECT, related_name="former_missions"
    )
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"))

    class Meta(Entry.Meta):
        verbose_name = _("former country or region of a mission")
        verbose_name_plural = _("former countries and regions of missions")
        ordering = ["last_day", "id"]
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(first_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="formerarea_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["mission", "last_day"],
                condition=Q(withdrawn_at__isnull=True),
                name="formerarea_one_until_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mission}, {self.area}, {self.last_day:%Y-%m-%d}"


def areas_on(missions: Iterable[Mission], day: dt.date) -> dict[int, Area]:
    """The country or region to which each of these missions belongs on a day, by the mission's id.

    Two queries, and none where no mission moved since; each mission needs its `area`.
    """
    missions = list(missions)
    prefetch_related_objects(
        [mission for mission in missions if mission.area_since and day < mission.area_since], "former_areas__area"
    )
    return {mission.pk: mission.area_on(day) for mission in missions}
