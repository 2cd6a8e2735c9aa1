"""The organizations that lead missions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation.bilingual import BilingualName
from foundation.numbers import NumberField
from foundation.writes import TellingQuerySet


class LeadOrganization(BilingualName):
    """Who leads a mission: the United Nations, the European Union, a coalition, or Canada with the host country.

    Its limits of age (rule 9) are in years completed on the first day; an empty one is no limit.
    """

    class Kind(models.TextChoices):
        UNITED_NATIONS = "united_nations", _("United Nations")
        EUROPEAN_UNION = "european_union", _("European Union")
        BILATERAL = "bilateral", _("Bilateral")
        COALITION = "coalition", _("Coalition or other organization")

    code = models.SlugField(_("code"), max_length=50, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    youngest = NumberField(
        _("youngest age"), most=120, null=True, blank=True, help_text=_("Years completed on the first day.")
    )
    too_old = NumberField(
        _("age from which nobody is taken"),
        most=120,
        null=True,
        blank=True,
        help_text=_("Years completed on the first day."),
    )
    best_under = NumberField(_("recommended: under this age"), most=120, null=True, blank=True)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("lead organization")
        verbose_name_plural = _("lead organizations")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["united_nations", "european_union", "bilateral", "coalition"]),
                name="lead_organization_kind_known",
            ),
        ]
