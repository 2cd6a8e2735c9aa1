"""What the office sets for its reports."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation.bilingual import BilingualSource
from foundation.numbers import NumberField
from foundation.writes import TellingQuerySet


class Goal(BilingualSource):
    """The share of women that is to be reached by the end of a fiscal year."""

    fiscal_year = NumberField(
        _("fiscal year"),
        least=1989,
        most=2098,
        unique=True,
        help_text=_("The year in which it begins: 2026 for 1 April 2026 through 31 March 2027."),
    )
    per_cent = NumberField(_("share of women in per cent"), least=1, most=100)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("goal for the share of women")
        verbose_name_plural = _("goals for the share of women")
        ordering = ["fiscal_year"]

    def __str__(self) -> str:
        return f"{self.fiscal_year}\N{EN DASH}{self.fiscal_year + 1}: {self.per_cent}"

    def get_absolute_url(self) -> str:
        return reverse("report_detail", args=["women"])
