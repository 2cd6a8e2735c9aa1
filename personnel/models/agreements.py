"""Partner agreements: the contracts under which police services second their people."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from foundation.text import LineField
from foundation.writes import TellingQuerySet
from personnel.expiry import ONE_DAY, Standing, standing
from personnel.models.services import PoliceService

if TYPE_CHECKING:
    from accounts.models import User

REMINDER_DAYS = 180


class AgreementQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        return self.all() if user.sees_every_service else self.filter(service__in=user.services.all())

    def binding(self) -> Self:
        """Agreements in effect by their state: signed, and approved by the province where it must be (rule 14).

        Whatever their days: combine it with a filter on those.
        """
        return self.filter(state=PartnerAgreement.State.SIGNED).exclude(
            needs_province=True, province_approved_on__isnull=True
        )

    def not_continued(self) -> Self:
        """Without those that another binding agreement of the service continues without a day between."""
        following = (
            type(self)(self.model)
            .binding()
            .filter(
                service=OuterRef("service"),
                ends_on__gt=OuterRef("ends_on"),
                starts_on__lte=OuterRef("ends_on") + ONE_DAY,
            )
        )
        return self.exclude(Exists(following))


class PartnerAgreement(models.Model):
    """An agreement with a partner service, in force from `starts_on` through `ends_on`.

    Some provinces must approve one before it is binding: two contracts were void because they had not.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("agreement", "Being negotiated")
        SIGNED = "signed", pgettext_lazy("agreement", "Signed")
        ENDED = "ended", pgettext_lazy("agreement", "Ended early")

    service = models.ForeignKey(
        PoliceService, verbose_name=_("police service"), on_delete=models.PROTECT, related_name="agreements"
    )
    reference = LineField(_("document reference"), max_length=60, unique=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    needs_province = models.BooleanField(_("the province must approve"), default=False)
    province_approved_on = models.DateField(_("approved by the province on"), null=True, blank=True)

    objects = AgreementQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("partner agreement")
        verbose_name_plural = _("partner agreements")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(condition=Q(state__in=["draft", "signed", "ended"]), name="agreement_state_known"),
            models.CheckConstraint(
                condition=Q(needs_province=True) | Q(province_approved_on__isnull=True),
                name="agreement_approved_where_needed",
                violation_error_message=_("Say first that the province must approve."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return self.service.get_absolute_url()

    @property
    def is_binding(self) -> bool:
        """The same rule as `AgreementQuerySet.binding`, for one row."""
        approved = not self.needs_province or self.province_approved_on is not None
        return self.state == self.State.SIGNED and approved

    def standing(self, on: dt.date) -> Standing:
        return standing(self.starts_on, self.ends_on, on=on, reminder_days=REMINDER_DAYS)
