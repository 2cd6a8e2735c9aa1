"""The policy ceiling, areas, and the Ministerial Authorizations with their caps."""

import datetime as dt
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from simple_history.models import HistoricalRecords

from foundation.bilingual import BilingualReason, BilingualSource
from foundation.numbers import NumberField
from foundation.text import LineField
from foundation.writes import TellingQuerySet
from missions.models.names import FormerName, NamedOverTime

HIGHEST_CAP = 999
"""An upper limit against typing errors: five times the highest policy ceiling there ever was."""

CAP_VALIDATORS = [
    MinValueValidator(1, _("A cap is at least 1.")),
    MaxValueValidator(HIGHEST_CAP, _("A cap is at most %(limit_value)s.")),
]


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")


class DatedQuerySet(TellingQuerySet):
    """For rows in force from `valid_from` through `valid_to`, both included; with no `valid_to`, without end."""

    def in_force(self, on: dt.date) -> Self:
        return self.touching(on, on)

    def touching(self, first: dt.date, last: dt.date) -> Self:
        """Rows in force on at least one day from `first` through `last`."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first), valid_from__lte=last)


class Ceiling(BilingualReason, BilingualSource):
    """The policy ceiling: how many people may be deployed over all areas at once. At most one is in force on a day.

    It is ended, never deleted: the database refuses that.
    """

    cap = models.IntegerField(_("ceiling"), validators=CAP_VALIDATORS)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("policy ceiling")
        verbose_name_plural = _("policy ceilings")
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(cap__range=(1, HIGHEST_CAP)), name="ceiling_cap_in_range"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="ceiling_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return _("Up to %(cap)s") % {"cap": self.cap}

    def get_absolute_url(self) -> str:
        return reverse("ceiling_detail")


class Area(NamedOverTime):
    """The country or region that an authorization is about. All its missions share one cap."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("Country")
        REGION = "region", _("Region")

    code = models.SlugField(_("code"), max_length=50, unique=True, help_text=_("A short name that never changes."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COUNTRY)
    countries = CountryField(
        verbose_name=_("countries"), multiple=True, blank=True, help_text=_("None for a region that is no country.")
    )
    listing_order = NumberField(
        _("place in the published table"), most=9999, default=100, help_text=_("Low numbers come first.")
    )

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("country or region")
        verbose_name_plural = _("countries and regions")
        ordering = ["listing_order", "code"]
        # The list of deployments by area: PostgreSQL then reads one area after the other, and not all deployments.
        indexes = [models.Index(fields=["listing_order", "code"], name="area_as_listed")]
        constraints = [models.CheckConstraint(condition=Q(kind__in=["country", "region"]), name="area_kind_known")]

    def get_absolute_url(self) -> str:
        return reverse("area_detail", args=[self.pk])


class AreaFormerName(FormerName):
    """How a country or region was called before."""

    area = models.ForeignKey(
        Area, verbose_name=_("country or region"), on_delete=models.PROTECT, related_name="former_names"
    )

    class Meta(FormerName.Meta):
        abstract = False
        verbose_name = _("former name of a country or region")
        verbose_name_plural = _("former names of countries and regions")
        constraints = [
            *FormerName.Meta.constraints,
            models.UniqueConstraint(
                fields=["area", "last_day"],
                condition=Q(withdrawn_at__isnull=True),
                name="areaformername_one_until_a_day",
            ),
        ]


class AuthorizationQuerySet(DatedQuerySet):
    def issued(self) -> Self:
        return self.filter(state=Authorization.State.ISSUED)

    def not_continued(self) -> Self:
        """Without those that another issued authorization of the area continues without a day between."""
        following = (
            type(self)(self.model)
            .issued()
            .filter(
                area=OuterRef("area"),
                valid_from__gt=OuterRef("valid_from"),
                valid_from__lte=OuterRef("valid_to") + dt.timedelta(days=1),
            )
        )
        return self.exclude(Exists(following))


class Authorization(BilingualReason, BilingualSource):
    """A Ministerial Authorization: up to `cap` people in one area from `valid_from` through `valid_to`.

    An amendment is a new row that `supersedes` the one before, whose `valid_to` becomes the day before its first day;
    `issued_until` keeps the end that it was issued with. At most one issued authorization per area is in force on any
    day: the database refuses another. Written by `deployments.stays.amendment` only.
    """

    class State(models.TextChoices):
        ISSUED = "issued", _("Issued")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    area = models.ForeignKey(
        Area, verbose_name=_("country or region"), on_delete=models.PROTECT, related_name="authorizations"
    )
    reference = LineField(
        _("reference"),
        max_length=60,
        unique=True,
        error_messages={"unique": _("Another authorization has this reference.")},
    )
    cap = models.IntegerField(_("cap"), validators=CAP_VALIDATORS)
    language = models.CharField(_("language of operation"), max_length=2, choices=Language)
    armed = models.BooleanField(_("armed"))
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    issued_until = models.DateField(
        _("end by its own words"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("An amendment cuts the days in force short; were it withdrawn, this end would count again."),
    )
    decided_on = models.DateField(_("date of the decision"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ISSUED, editable=False)
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("supersedes"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )

    objects = AuthorizationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("authorization")
        verbose_name_plural = _("authorizations")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(cap__range=(1, HIGHEST_CAP)), name="authorization_cap_in_range"),
            models.CheckConstraint(
                condition=~Q(reason_en="", reason_fr=""),
                name="authorization_has_reason",
                violation_error_message=_("Give a reason."),
            ),
            models.CheckConstraint(condition=Q(language__in=["en", "fr"]), name="authorization_language_known"),
            models.CheckConstraint(condition=Q(state__in=["issued", "withdrawn"]), name="authorization_state_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="authorization_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(supersedes=F("id")),
                name="authorization_does_not_supersede_itself",
                violation_error_message=_("An authorization cannot supersede itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return f"{self.area.get_absolute_url()}#authorization-{self.pk}"

    def is_in_force(self, on: dt.date) -> bool:
        return (
            self.state == self.State.ISSUED and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        )
