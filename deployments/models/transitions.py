"""The steps that nominations and deployments took."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments.models.deployments import Deployment, Status
from deployments.models.nominations import Nomination, Stage

STATUSES = [*Status.choices, *Stage.choices]


class Act(models.TextChoices):
    """What may be done with a deployment."""

    PLAN = "plan", _("Planned")
    APPROVE = "approve", _("Approved")
    ARRIVE = "arrive", _("Arrival recorded")
    COMPLETE = "complete", _("Departure recorded")
    END_EARLY = "end_early", _("Ended early")
    CANCEL = "cancel", _("Cancelled")
    CLOSE = "close", _("Closed")
    CHANGE = "change", _("Changed")


class Move(models.TextChoices):
    """What may be done with a nomination."""

    DRAFT = "draft", pgettext_lazy("move", "Put forward as a draft")
    EDIT = "edit", pgettext_lazy("move", "Corrected")
    SUBMIT = "submit", pgettext_lazy("move", "Submitted")
    RETURN = "return", pgettext_lazy("move", "Returned for correction")
    SCREEN = "screen", pgettext_lazy("move", "Taken into screening")
    ASSESS = "assess", pgettext_lazy("move", "Passed to assessment")
    QUALIFY = "qualify", pgettext_lazy("move", "Qualified")
    NOMINATE = "nominate", pgettext_lazy("move", "Nominated to the organization")
    ACCEPT = "accept", pgettext_lazy("move", "Accepted by the organization")
    DEPLOY = "deploy", pgettext_lazy("move", "Deployment planned")
    RELEASE = "release", pgettext_lazy("move", "Put back into the pool")
    REFUSE = "refuse", pgettext_lazy("move", "Found not eligible")
    NOT_SELECT = "not_select", pgettext_lazy("move", "Not selected")
    DECLINE = "decline", pgettext_lazy("move", "Declined by the organization")
    WITHDRAW = "withdraw", pgettext_lazy("move", "Withdrawn")
    DEFER = "defer", pgettext_lazy("move", "Deferred")
    RESUME = "resume", pgettext_lazy("move", "Taken up again")
    LAPSE = "lapse", pgettext_lazy("move", "Lapsed")
    RANK = "rank", pgettext_lazy("move", "Placed in the reserve")


class Transition(models.Model):
    """One step of one deployment or nomination. Written by `deployments.stays.lifecycle` only, never changed."""

    Act = Act
    Move = Move

    deployment = models.ForeignKey(Deployment, null=True, on_delete=models.PROTECT, related_name="transitions")
    nomination = models.ForeignKey(Nomination, null=True, on_delete=models.PROTECT, related_name="transitions")
    act = models.CharField(_("act"), max_length=10, choices=[*Act.choices, *Move.choices])
    from_status = models.CharField(_("from"), max_length=12, choices=STATUSES, blank=True)
    to_status = models.CharField(_("to"), max_length=12, choices=STATUSES)
    at = models.DateTimeField(_("recorded at"))
    on_day = models.DateField(_("day"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason_code = models.CharField(_("coded reason"), max_length=20, choices=Nomination.Reason, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deployment__isnull=False, nomination__isnull=True, act__in=Act.values)
                | Q(deployment__isnull=True, nomination__isnull=False, act__in=Move.values),
                name="transition_act_known",
            ),
            models.CheckConstraint(
                condition=Q(deployment__isnull=False, from_status__in=["", *Status.values], to_status__in=Status.values)
                | Q(nomination__isnull=False, from_status__in=["", *Stage.values], to_status__in=Stage.values),
                name="transition_statuses_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.at:%Y-%m-%d}"
