"""Consents of home services, and waivers of rules."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from deployments.models.nominations import Nomination
from foundation.text import ProseField
from foundation.writes import TellingQuerySet
from missions.models import Mission
from personnel.models import Person, PoliceService

if TYPE_CHECKING:
    from accounts.models import User

ONE_DAY = dt.timedelta(days=1)


class ConsentQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        """A liaison sees those of the own services (rule 20), as long as the person belongs to the service."""
        if user.sees_every_service:
            return self.all()
        return self.filter(service__in=user.services.all(), person__service=F("service"))

    def waiting(self) -> Self:
        """Offers that the home service has not answered yet."""
        return self.filter(state=Consent.State.OFFERED)


class Consent(models.Model):
    """The home service lends one person to one mission for a term, both days included (rule 15).

    It begins as an offer that waits for an answer until `answer_by`, and is consented to, for all or some of the days
    that were offered (from `offered_from` through `offered_through`), or refused. A consent may be
    recalled with notice: it then covers the days before `recalled_from` only. Written by
    `deployments.candidates.consent` only.
    """

    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("consent", "Waiting for the answer")
        CONSENTED = "consented", pgettext_lazy("consent", "Consented")
        REFUSED = "refused", pgettext_lazy("consent", "Refused")
        LAPSED = "lapsed", pgettext_lazy("consent", "Not answered in time")
        WITHDRAWN = "withdrawn", pgettext_lazy("consent", "Request withdrawn")
        RECALLED = "recalled", pgettext_lazy("consent", "Consent withdrawn")

    class Reason(models.TextChoices):
        STAFFING = "staffing", _("Needed by the home service")
        REDLINE = "redline", _("Too many are away already")
        PERSON = "person", _("The person does not want to go any more")
        TERM = "term", _("Not for these dates")
        OTHER = "other", _("Another reason")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="consents")
    service = models.ForeignKey(
        PoliceService, verbose_name=_("home service"), on_delete=models.PROTECT, related_name="consents"
    )
    mission = models.ForeignKey(Mission, verbose_name=_("mission"), on_delete=models.PROTECT, related_name="consents")
    nomination = models.ForeignKey(
        Nomination,
        verbose_name=_("nomination"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consents",
    )
    offered_from = models.DateField(_("requested from"))
    offered_through = models.DateField(_("requested through"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OFFERED)
    answer_by = models.DateField(_("answer until"))
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("requested by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField(_("requested at"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("answered by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    note = ProseField(_("note"), blank=True)
    recalled_from = models.DateField(_("withdrawn from"), null=True)

    untold_fields = ("reason", "note")
    objects = ConsentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-offered_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="consent_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(starts_on__gte=F("offered_from"), ends_on__lte=F("offered_through")),
                name="consent_within_its_offer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["offered", "consented", "refused", "lapsed", "withdrawn", "recalled"]),
                name="consent_state_known",
            ),
            models.UniqueConstraint(
                fields=["person", "mission"], condition=Q(state="offered"), name="consent_one_offer_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "recalled"]) | ~Q(reason=""), name="consent_no_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="recalled", recalled_from__isnull=False)
                | (~Q(state="recalled") & Q(recalled_from__isnull=True)),
                name="consent_recalled_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["offered", "lapsed", "withdrawn"]) | Q(answered_at__isnull=False),
                name="consent_answer_has_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.mission}, {self.starts_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("consent_detail", args=[self.pk])

    def covered(self) -> tuple[dt.date, dt.date] | None:
        """The days that the consent covers, as (first, last), both included; None when it covers none."""
        if self.state == self.State.CONSENTED:
            return self.starts_on, self.ends_on
        if self.state == self.State.RECALLED and self.recalled_from and self.recalled_from > self.starts_on:
            return self.starts_on, min(self.ends_on, self.recalled_from - ONE_DAY)
        return None


class WaiverQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        return self.all() if user.sees_every_service else self.filter(person__service__in=user.services.all())

    def waiting_first(self) -> Self:
        """Those that nobody has decided, then the others; the newest of each first."""
        decided = Case(When(state=Waiver.State.ASKED, then=0), default=1)
        return self.order_by(decided, "-asked_at", "-id")

    def to_decide(self, by: "User") -> Self:
        """Asked for by another coordinator, and decided by nobody."""
        return self.filter(state=Waiver.State.ASKED).exclude(asked_by=by)


class Waiver(models.Model):
    """One rule is let pass for one person in one mission through `ends_on`.

    Asked for by one coordinator, granted by another; the database keeps the two apart. Written by
    `deployments.candidates.waiving` only.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("waiver", "Waiting for a second coordinator")
        GRANTED = "granted", pgettext_lazy("waiver", "Granted")
        REFUSED = "refused", pgettext_lazy("waiver", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("waiver", "Withdrawn")

    class Rule(models.TextChoices):
        """The findings that a waiver may let pass, by their codes."""

        CREDENTIAL_MISSING = "credential_missing", pgettext_lazy("rule", "Credential missing")
        CREDENTIAL_LAPSED = "credential_lapsed", pgettext_lazy("rule", "Credential expired")
        LANGUAGE_UNTESTED = "language_untested", pgettext_lazy("rule", "Language not tested")
        LANGUAGE_TOO_LOW = "language_too_low", pgettext_lazy("rule", "Level of the language too low")
        LANGUAGE_LAPSED = "language_lapsed", pgettext_lazy("rule", "Language test expired")
        TOO_FEW_YEARS = "too_few_years", pgettext_lazy("rule", "Too few years of service")
        RANK_OUTSIDE = "rank_outside", pgettext_lazy("rule", "Rank outside the band of the position")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="waivers")
    mission = models.ForeignKey(Mission, verbose_name=_("mission"), on_delete=models.PROTECT, related_name="waivers")
    code = models.CharField(_("rule"), max_length=30, choices=Rule)
    about = models.CharField(_("about"), max_length=60, blank=True)
    reason = ProseField(_("reason"), max_length=2000)
    ends_on = models.DateField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_note = ProseField(_("why it was decided so"), max_length=2000, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("withdrawn by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawal_reason = ProseField(_("reason for the withdrawal"), max_length=2000, blank=True)

    untold_fields = ("about", "reason", "decision_note", "withdrawal_reason")
    objects = WaiverQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "granted", "refused", "withdrawn"]), name="waiver_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="waiver_granted_by_a_second_coordinator",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, decision_note="")
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision_note=""),
                name="waiver_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                & ~Q(withdrawal_reason="")
                | ~Q(state="withdrawn") & Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True, withdrawal_reason=""),
                name="waiver_withdrawal_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.mission}"

    def get_absolute_url(self) -> str:
        return reverse("waiver_detail", args=[self.pk])
