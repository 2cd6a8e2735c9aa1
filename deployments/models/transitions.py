"""The history of steps of deployments and nominations."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deployments.models import reasons
from deployments.models.corrections import Correction
from deployments.models.deployments import Deployment
from deployments.models.nominations import Nomination, Stage
from deployments.models.statuses import Status
from foundation.text import ProseField


class Act(models.TextChoices):
    """The steps that can be taken with a deployment."""

    PLAN = "plan", _("Planned")
    APPROVE = "approve", _("Approved")
    ARRIVE = "arrive", _("Arrival recorded")
    COMPLETE = "complete", _("Departure recorded")
    END_EARLY = "end_early", _("Ended early")
    CANCEL = "cancel", _("Cancelled")
    CLOSE = "close", _("Closed")
    CHANGE = "change", _("Changed")
    CORRECT = "correct", pgettext_lazy("act", "Record put right")
    RECORD = "record", pgettext_lazy("act", "Recorded from a file")


class Move(models.TextChoices):
    """The moves that can be made with a nomination."""

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
    RESUME = "resume", pgettext_lazy("move", "Reopened")
    LAPSE = "lapse", pgettext_lazy("move", "Lapsed")
    RANK = "rank", pgettext_lazy("move", "Placed in the reserve")
    CORRECT = "correct", pgettext_lazy("move", "Decision put right")
    RECORD = "record", pgettext_lazy("move", "Recorded from a file")


class Transition(models.Model):
    """One step that was taken: what, when, by whom and why. Never changed.

    `changes` are the fields that changed, as name → [before, after], both as text or None. A step that put the record
    right names its `correction`.
    """

    at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = ProseField(_("reason"), blank=True)
    changes = models.JSONField(_("changes"), default=dict)
    correction = models.OneToOneField(
        Correction, verbose_name=_("correction"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    leaves_no_event = "written with the row that took the step"

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]

    @property
    def reason_in_words(self) -> str:
        return reasons.in_words(self.reason)


class DeploymentTransition(Transition):
    """One step of a deployment. Written by `deployments.door` and `deployments.stays.history` only."""

    Act = Act

    deployment = models.ForeignKey(
        Deployment, verbose_name=_("deployment"), on_delete=models.PROTECT, related_name="transitions"
    )
    act = models.CharField(_("act"), max_length=10, choices=Act)
    from_status = models.CharField(_("from"), max_length=12, choices=Status, blank=True)
    to_status = models.CharField(_("to"), max_length=12, choices=Status)
    on_day = models.DateField(_("day"), null=True)

    class Meta(Transition.Meta):
        verbose_name = _("step of a deployment")
        verbose_name_plural = _("steps of deployments")
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="deployment_transition_act_known"),
            models.CheckConstraint(
                condition=Q(from_status__in=["", *Status.values], to_status__in=Status.values),
                name="deployment_transition_statuses_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.at:%Y-%m-%d}"


class NominationTransition(Transition):
    """One move of a nomination. Written by `deployments.door` and `deployments.candidates.lifecycle` only."""

    nomination = models.ForeignKey(
        Nomination, verbose_name=_("nomination"), on_delete=models.PROTECT, related_name="transitions"
    )
    act = models.CharField(_("act"), max_length=10, choices=Move)
    from_status = models.CharField(_("from"), max_length=12, choices=Stage, blank=True)
    to_status = models.CharField(_("to"), max_length=12, choices=Stage)
    reason_code = models.CharField(_("reason (from the list)"), max_length=20, choices=Nomination.Reason, blank=True)

    class Meta(Transition.Meta):
        verbose_name = _("move of a nomination")
        verbose_name_plural = _("moves of nominations")
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Move.values), name="nomination_transition_act_known"),
            models.CheckConstraint(
                condition=Q(from_status__in=["", *Stage.values], to_status__in=Stage.values),
                name="nomination_transition_statuses_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.at:%Y-%m-%d}"
