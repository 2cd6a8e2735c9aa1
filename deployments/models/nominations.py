"""Nominations: who is put forward for which position."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from deployments.models.deployments import Deployment
from foundation.text import ProseField
from foundation.writes import TellingQuerySet
from missions.models import Position
from personnel.models import Person, PoliceService

if TYPE_CHECKING:
    from accounts.models import User


class Stage(models.TextChoices):
    """The state of a nomination."""

    DRAFT = "draft", pgettext_lazy("nomination", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("nomination", "Submitted")
    RETURNED = "returned", pgettext_lazy("nomination", "Returned for correction")
    SCREENING = "screening", pgettext_lazy("nomination", "In screening")
    ASSESSMENT = "assessment", pgettext_lazy("nomination", "In assessment")
    QUALIFIED = "qualified", pgettext_lazy("nomination", "Qualified, in the pool")
    NOMINATED = "nominated", pgettext_lazy("nomination", "Nominated to the organization")
    ACCEPTED = "accepted", pgettext_lazy("nomination", "Accepted by the organization")
    DEPLOYED = "deployed", pgettext_lazy("nomination", "Deployment planned")
    NOT_ELIGIBLE = "not_eligible", pgettext_lazy("nomination", "Not eligible")
    NOT_SELECTED = "not_selected", pgettext_lazy("nomination", "Not selected")
    DECLINED = "declined", pgettext_lazy("nomination", "Declined by the organization")
    WITHDRAWN = "withdrawn", pgettext_lazy("nomination", "Withdrawn")
    DEFERRED = "deferred", pgettext_lazy("nomination", "Deferred")
    LAPSED = "lapsed", pgettext_lazy("nomination", "Lapsed")


WITH_THE_SERVICE = [Stage.DRAFT, Stage.RETURNED]
"""The home service works on it."""

UNDER_REVIEW = [Stage.SUBMITTED, Stage.SCREENING, Stage.ASSESSMENT]
"""The office looks at it."""

CHOSEN = [Stage.NOMINATED, Stage.ACCEPTED]
"""Nominated to the organization: each takes a place of the position."""

POOL = [Stage.QUALIFIED, *CHOSEN]
"""Assessed and qualified."""

LIVE = [*WITH_THE_SERVICE, *UNDER_REVIEW, *POOL, Stage.DEFERRED]
"""Under way: a person has at most one of these for each position."""

UNSUCCESSFUL = [Stage.NOT_ELIGIBLE, Stage.NOT_SELECTED, Stage.DECLINED]
"""Ended without success; they stay on record, with feedback."""


class NominationQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        """A liaison sees those of the own services (rule 20), as long as the person belongs to the service."""
        if user.sees_every_service:
            return self.all()
        return self.filter(service__in=user.services.all(), person__service=F("service"))

    def live(self) -> Self:
        return self.filter(stage__in=LIVE)

    def to_compare(self) -> Self:
        """Submitted and not deferred: those whom a selection compares."""
        return self.filter(stage__in=[*UNDER_REVIEW, *POOL])

    def at_the_office(self) -> Self:
        """The next decision is that of the office or of the organization."""
        return self.filter(stage__in=[*UNDER_REVIEW, *CHOSEN])

    def chosen(self) -> Self:
        """Nominated or accepted: each takes a place of the position."""
        return self.filter(stage__in=CHOSEN)

    def to_plan(self) -> Self:
        """Accepted, and consented to where a consent is needed: the deployment can be planned."""
        has_consent = Q(consents__state="consented")
        needs_consent = Q(service__in=PoliceService.objects.partners())
        return self.filter(has_consent | ~needs_consent, stage=Stage.ACCEPTED).distinct()

    def without_consent(self) -> Self:
        """Accepted, and the home service refused its consent or did not answer in time; nothing was offered since."""
        lost = self.filter(stage=Stage.ACCEPTED, consents__state__in=["refused", "lapsed"])
        return lost.exclude(consents__state__in=["offered", "consented"]).distinct()


class Nomination(models.Model):
    """One person, put forward by the home service for one position, for a stay from `starts_on` through `ends_on`.

    `stage`, `position` and the rank in the reserve are changed only by `deployments.candidates.lifecycle`, and by
    `deployments.stays.lifecycle` when the deployment is cancelled; a decision recorded wrongly is put right by
    `deployments.corrections`. Never deleted.
    """

    Stage = Stage

    class Reason(models.TextChoices):
        """Coded reasons why a nomination is returned or ends."""

        INCOMPLETE = "incomplete", _("The file is incomplete")
        REQUIREMENTS = "requirements", _("Requirements of the position are not met")
        LANGUAGE = "language", _("The language level is not met")
        EXPERIENCE = "experience", _("The experience does not fit the position")
        ANOTHER_CHOSEN = "another_chosen", _("Somebody else was chosen")
        POSITION_CANCELLED = "position_cancelled", _("The position was cancelled")
        ORGANIZATION = "organization", _("The organization declined")
        PERSONAL = "personal", _("Reasons of the person")
        SERVICE_NEEDS = "service_needs", _("Needs of the home service")
        TIMING = "timing", _("The dates do not fit")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="nominations")
    position = models.ForeignKey(
        Position, verbose_name=_("position"), on_delete=models.PROTECT, related_name="nominations"
    )
    service = models.ForeignKey(
        PoliceService,
        verbose_name=_("home service"),
        editable=False,
        on_delete=models.PROTECT,
        related_name="nominations",
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.DRAFT, editable=False)
    starts_on = models.DateField(_("earliest start"))
    ends_on = models.DateField(_("last day of the stay"))
    statement = ProseField(
        _("why this person"), blank=True, max_length=4000, help_text=_("Experience and strengths for this position.")
    )
    reason_code = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True, editable=False)
    feedback = ProseField(_("feedback to the home service"), blank=True, editable=False)
    deferred_until = models.DateField(_("deferred until"), null=True, blank=True, editable=False)
    reserve_rank = models.PositiveSmallIntegerField(_("place in the reserve"), null=True, blank=True, editable=False)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    deployment = models.OneToOneField(
        Deployment,
        verbose_name=_("deployment"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="nomination",
    )
    stage_since = models.DateTimeField(_("in this stage since"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("put forward by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    untold_fields = ("statement", "feedback")
    objects = NominationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["-id"]
        indexes = [
            # The candidates of a position: its selection (`to_compare`), and the places that are taken (`chosen`).
            models.Index(fields=["position", "stage"], name="nomination_by_position_stage")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="nomination_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="nomination_stage_known"),
            models.UniqueConstraint(
                fields=["person", "position"],
                condition=Q(stage__in=LIVE),
                name="nomination_once_per_person_and_position",
                violation_error_message=_("This person is put forward for this position already."),
            ),
            models.CheckConstraint(
                condition=Q(stage="deployed", deployment__isnull=False)
                | (~Q(stage="deployed") & Q(deployment__isnull=True)),
                name="nomination_deployed_has_deployment",
            ),
            models.CheckConstraint(
                condition=~Q(stage="deferred") | Q(deferred_until__isnull=False),
                name="nomination_deferred_until_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=UNSUCCESSFUL) | ~Q(reason_code=""), name="nomination_refusal_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.position}"

    def get_absolute_url(self) -> str:
        return reverse("nomination_detail", args=[self.pk])

    @property
    def is_in_the_pool(self) -> bool:
        return self.stage in POOL
