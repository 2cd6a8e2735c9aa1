"""Roles that people have in missions, and the teams of a mission."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from foundation.bilingual import BilingualName
from foundation.writes import TellingQuerySet
from missions.models.missions import Mission


class Role(BilingualName):
    """What people do in missions, for instance patrol. Not what an account may do: that is `accounts.access.Role`."""

    code = models.SlugField(_("code"), max_length=50, unique=True)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = pgettext_lazy("mission", "role")
        verbose_name_plural = pgettext_lazy("mission", "roles")
        ordering = ["code"]


class Team(BilingualName):
    """A team of a mission, from its first day through its last, both included; an empty day is not known."""

    mission = models.ForeignKey(Mission, verbose_name=_("mission"), on_delete=models.PROTECT, related_name="teams")
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["mission", "first_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__isnull=True) | Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="team_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return self.mission.get_absolute_url()
