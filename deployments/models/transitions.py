"""The steps that deployments took."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deployments.models.deployments import Deployment, Status


class Transition(models.Model):
    """One step of one deployment. Written by `deployments.lifecycle` only, never changed."""

    class Act(models.TextChoices):
        PLAN = "plan", _("Planned")
        APPROVE = "approve", _("Approved")
        ARRIVE = "arrive", _("Arrival recorded")
        COMPLETE = "complete", _("Departure recorded")
        END_EARLY = "end_early", _("Ended early")
        CANCEL = "cancel", _("Cancelled")
        CLOSE = "close", _("Closed")
        CHANGE = "change", _("Changed")

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="transitions")
    act = models.CharField(_("act"), max_length=10, choices=Act)
    from_status = models.CharField(_("from"), max_length=12, choices=Status, blank=True)
    to_status = models.CharField(_("to"), max_length=12, choices=Status)
    at = models.DateTimeField(_("recorded at"))
    on_day = models.DateField(_("day"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True)
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    act__in=["plan", "approve", "arrive", "complete", "end_early", "cancel", "close", "change"]
                ),
                name="transition_act_known",
            ),
            models.CheckConstraint(
                condition=Q(from_status__in=["", *Status.values], to_status__in=Status.values),
                name="transition_statuses_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.at:%Y-%m-%d}"
