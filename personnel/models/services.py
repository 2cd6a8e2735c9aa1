"""Police services and their ranks."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation.bilingual import BilingualName, in_reader_language
from foundation.numbers import NumberField
from foundation.text import LineField, normalised
from foundation.writes import TellingQuerySet
from missions.models import RankBand
from missions.models.names import FormerName, NamedOverTime

if TYPE_CHECKING:
    from accounts.models import User


class RankFamily(models.TextChoices):
    """Groups of services that have the same ranks."""

    RCMP = "rcmp", _("RCMP")
    QUEBEC = "quebec", _("Québec services")
    CANADA = "canada", _("Other Canadian services")


class Province(models.TextChoices):
    """Provinces and territories, by their two-letter codes."""

    AB = "AB", _("Alberta")
    BC = "BC", _("British Columbia")
    MB = "MB", _("Manitoba")
    NB = "NB", _("New Brunswick")
    NL = "NL", _("Newfoundland and Labrador")
    NS = "NS", _("Nova Scotia")
    NT = "NT", _("Northwest Territories")
    NU = "NU", _("Nunavut")
    ON = "ON", _("Ontario")
    PE = "PE", _("Prince Edward Island")
    QC = "QC", _("Quebec")
    SK = "SK", _("Saskatchewan")
    YT = "YT", _("Yukon")


class PoliceServiceQuerySet(TellingQuerySet):
    def visible_to(self, user: "User") -> Self:
        return self.all() if user.sees_every_service else self.filter(liaisons=user)

    def partners(self) -> Self:
        """Services other than the RCMP, which second their people under an agreement (rules 14 and 15)."""
        return self.exclude(kind=PoliceService.Kind.FEDERAL)


class PoliceService(NamedOverTime):
    """A police service whose people are deployed: the RCMP or a partner."""

    class Kind(models.TextChoices):
        FEDERAL = "federal", _("Federal")
        PROVINCIAL = "provincial", _("Provincial")
        REGIONAL = "regional", _("Regional")
        MUNICIPAL = "municipal", _("Municipal")
        INDIGENOUS = "indigenous", _("Indigenous")

    code = models.SlugField(_("code"), max_length=50, unique=True, help_text=_("A short name that never changes."))
    abbreviation_en = LineField(_("abbreviation in English"), max_length=20)
    abbreviation_fr = LineField(_("abbreviation in French"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    province = models.CharField(_("province or territory"), max_length=2, choices=Province, blank=True)
    rank_family = models.CharField(_("ranks"), max_length=10, choices=RankFamily)
    is_active = models.BooleanField(_("active partner"), default=True)
    officers = NumberField(_("number of officers"), most=100_000, null=True, blank=True)
    redline_heads = NumberField(_("redline: how many may be away at once"), most=10_000, null=True, blank=True)
    redline_percent = models.DecimalField(
        _("redline: percentage of its officers"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    liaisons = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("liaisons"),
        blank=True,
        related_name="services",
        limit_choices_to={"role": "liaison"},
    )

    NAME_FIELDS = ("name_en", "name_fr", "abbreviation_en", "abbreviation_fr")
    told_at_the_others = {"liaisons": "services"}

    objects = PoliceServiceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("police service")
        verbose_name_plural = _("police services")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["federal", "provincial", "regional", "municipal", "indigenous"]),
                name="police_service_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(province__in=["", *Province.values]), name="police_service_province_known"
            ),
            models.CheckConstraint(
                condition=Q(rank_family__in=RankFamily.values), name="police_service_rank_family_known"
            ),
            models.CheckConstraint(
                condition=Q(redline_percent__isnull=True)
                | Q(redline_percent__gt=0, redline_percent__lte=100, officers__isnull=False),
                name="police_service_redline_percent_of_officers",
                violation_error_message=_(
                    "A redline as a percentage is between 0 and 100, and needs the number of officers."
                ),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("service_detail", args=[self.pk])

    @property
    def abbreviation(self) -> str:
        return in_reader_language(self._then or self, "abbreviation")

    @property
    def is_partner(self) -> bool:
        """The same rule as `PoliceServiceQuerySet.partners`, for one row."""
        return self.kind != self.Kind.FEDERAL

    @property
    def redline(self) -> int | None:
        """How many of its people the service can spare at once, the smaller of both limits; None when it set none."""
        limits = [] if self.redline_heads is None else [self.redline_heads]
        if self.redline_percent is not None and self.officers is not None:
            limits.append(int(self.officers * self.redline_percent / 100))
        return min(limits, default=None)


class ServiceFormerName(FormerName):
    """How a police service was called and abbreviated before."""

    service = models.ForeignKey(
        PoliceService, verbose_name=_("police service"), on_delete=models.PROTECT, related_name="former_names"
    )
    abbreviation_en = LineField(_("abbreviation in English"), max_length=20)
    abbreviation_fr = LineField(_("abbreviation in French"), max_length=20)

    class Meta(FormerName.Meta):
        abstract = False
        verbose_name = _("former name of a police service")
        verbose_name_plural = _("former names of police services")
        constraints = [
            *FormerName.Meta.constraints,
            models.UniqueConstraint(
                fields=["service", "last_day"],
                condition=Q(withdrawn_at__isnull=True),
                name="serviceformername_one_until_a_day",
            ),
        ]


class RankQuerySet(TellingQuerySet):
    def left_out_of(self, words: str) -> list[str]:
        """The normalised words of a search without the ranks that were typed with them.

        "Sgt. Tremblay", "TREMBLAY, S/Sgt Émilie" and « sergente Tremblay » look for the name alone, so that somebody is
        found who was promoted since. Of words that are nothing but ranks the last one stays: somebody may be called so.
        """
        return self._parted(words)[0]

    def typed_in(self, words: str) -> set[int]:
        """The ids of the ranks that were typed with a name, as `left_out_of` leaves them out."""
        return self._parted(words)[1]

    def _parted(self, words: str) -> tuple[list[str], set[int]]:
        typed = normalised(words).split()
        if len(typed) < 2:
            return typed, set()
        called = self._called()
        longest = max(map(len, called), default=0)
        kept, last, at, ranks = [], typed, 0, set()
        while at < len(typed):
            lengths = range(min(longest, len(typed) - at), 0, -1)
            rank = next((length for length in lengths if tuple(typed[at : at + length]) in called), 0)
            last = typed[at : at + (rank or 1)]
            if rank:
                ranks |= called[tuple(last)]
            else:
                kept += last
            at += len(last)
        return kept or last, ranks

    def _called(self) -> dict[tuple[str, ...], set[int]]:
        """How ranks are written in both languages, as normalised words: "s sgt" and, without its signs, "ssgt"; and
        the ids of those that are called so.
        """
        called: dict[tuple[str, ...], set[int]] = {}
        for pk, *names in self.values_list("pk", "name_en", "name_fr", "abbreviation_en", "abbreviation_fr"):
            # « Sergent / Sergente »: a name of both genders is two.
            written = {normalised(one) for name in names for one in name.split(" / ")}
            glued = {one.replace(" ", "") for one in written}
            # Two or three letters without signs are rather the beginning of a name.
            for one in written | {one for one in glued if len(one) > 3}:
                called.setdefault(tuple(one.split()), set()).add(pk)
        called.pop((), None)
        return called


class Rank(BilingualName):
    """A rank in a family of services; `level` orders the ranks of a family from the lowest up."""

    family = models.CharField(_("service family"), max_length=10, choices=RankFamily)
    code = models.SlugField(_("code"), max_length=50)
    level = NumberField(_("level"), most=99)
    band = models.PositiveSmallIntegerField(_("band"), choices=RankBand, default=RankBand.OFFICER)
    abbreviation_en = LineField(_("abbreviation in English"), max_length=20)
    abbreviation_fr = LineField(_("abbreviation in French"), max_length=20)

    objects = RankQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rank")
        verbose_name_plural = _("ranks")
        ordering = ["family", "level"]
        constraints = [
            models.UniqueConstraint(fields=["family", "code"], name="rank_code_once_per_family"),
            models.CheckConstraint(condition=Q(family__in=RankFamily.values), name="rank_family_known"),
            models.CheckConstraint(condition=Q(band__in=RankBand.values), name="rank_band_known"),
        ]

    @property
    def abbreviation(self) -> str:
        return in_reader_language(self, "abbreviation")
