"""Days on which somebody was or is there beyond a cap, because it happened."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Min, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from deployments.models import reasons
from deployments.models.deployments import Deployment
from foundation.text import ProseField
from foundation.writes import TellingQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class ExcessQuerySet(TellingQuerySet):
    def unconfirmed(self) -> "ExcessQuerySet":
        """Those that wait for a second coordinator."""
        return self.filter(confirmed_at__isnull=True)

    def to_confirm(self, *, by: "User") -> "ExcessQuerySet":
        """Those that wait for this second coordinator: somebody else recorded them."""
        return self.unconfirmed().exclude(recorded_by=by)

    def lists(self) -> "ExcessQuerySet":
        """Of each list that recorded history beyond a cap, the first row, which stands for all of it."""
        of_history = self.filter(cause=Excess.Cause.HISTORY).order_by()
        return self.filter(pk__in=of_history.values("recorded_by", "reason").annotate(first=Min("pk")).values("first"))

    def of_list(self, first: "Excess") -> "ExcessQuerySet":
        """All that the list of this row recorded: each list has a reason of its own, with its number."""
        return self.filter(cause=Excess.Cause.HISTORY, recorded_by=first.recorded_by_id, reason=first.reason)


class Excess(models.Model):
    """A deployment takes these days, both included, although no place was free: the one way past a cap.

    It serves facts only: an early arrival, a correction of the past, history from a file. The guards of the database
    let a row past a cap on exactly the days of its excesses. A second coordinator confirms it; until then it stands
    among what waits. Written by `deployments.stays.excess` only.
    """

    class Cause(models.TextChoices):
        ARRIVAL = "arrival", pgettext_lazy("excess", "Arrival")
        CORRECTION = "correction", pgettext_lazy("excess", "Correction")
        HISTORY = "history", pgettext_lazy("excess", "History from a file")

    deployment = models.ForeignKey(
        Deployment, verbose_name=_("deployment"), on_delete=models.PROTECT, related_name="excesses"
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    reason = ProseField(_("reason"), max_length=2000)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("confirmed by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    untold_fields = ("reason",)
    objects = ExcessQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("recorded excess")
        verbose_name_plural = _("recorded excesses")
        ordering = ["deployment", "first_day", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="excess_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(reason=""), name="excess_has_reason"),
            models.CheckConstraint(
                condition=Q(cause__in=["arrival", "correction", "history"]), name="excess_cause_known"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("recorded_by")),
                name="excess_confirmed_by_a_second_coordinator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deployment}: {self.first_day:%Y-%m-%d} – {self.last_day:%Y-%m-%d}"

    @property
    def reason_in_words(self) -> str:
        return reasons.in_words(self.reason)

    def get_absolute_url(self) -> str:
        return self.deployment.get_absolute_url()
