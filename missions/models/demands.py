"""What missions are about and may require of people: areas of work, credentials, profiles, languages, bands of rank."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation.bilingual import BilingualName
from foundation.numbers import NumberField
from foundation.writes import TellingQuerySet


class Skill(models.IntegerChoices):
    """Levels of language of the Common European Framework; those of other scales are recorded as their equivalents."""

    A1 = 1, "A1"
    A2 = 2, "A2"
    B1 = 3, "B1"
    B2 = 4, "B2"
    C1 = 5, "C1"
    C2 = 6, "C2"


class Tongue(models.TextChoices):
    """Languages in which missions work or deal with the people of the country."""

    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")
    ARABIC = "ar", _("Arabic")
    HAITIAN_CREOLE = "ht", _("Haitian Creole")
    PORTUGUESE = "pt", _("Portuguese")
    SPANISH = "es", _("Spanish")
    UKRAINIAN = "uk", _("Ukrainian")


class RankBand(models.IntegerChoices):
    """Bands that make the ranks of all services comparable, from the lowest up."""

    OFFICER = 1, _("Police officer")
    SUPERVISOR = 2, _("Supervisor")
    COMMISSIONED = 3, _("Commissioned officer")
    EXECUTIVE = 4, _("Executive officer")


class MissionProfile(BilingualName):
    """Living conditions of a mission, for which medical and psychological fitness is certified."""

    code = models.SlugField(_("code"), max_length=50, unique=True)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("mission profile")
        verbose_name_plural = _("mission profiles")
        ordering = ["code"]


class ThematicArea(BilingualName):
    """A field of work that missions have in common, for instance community policing."""

    code = models.SlugField(_("code"), max_length=50, unique=True)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("thematic area")
        verbose_name_plural = _("thematic areas")
        ordering = ["code"]


class CredentialKind(BilingualName):
    """A kind of credential: how long it is valid, when to remind of its end, of whom it is required.

    `longest_months` is a legal limit, `by_profile` says that each one is certified for one mission profile.
    """

    class EnteredBy(models.TextChoices):
        ANYBODY = "anybody", _("The home service or the office")
        OFFICE = "office", _("The office only")

    class WaivedBy(models.TextChoices):
        NOBODY = "nobody", _("Nobody")
        COORDINATOR = "second", _("A second coordinator")

    code = models.SlugField(_("code"), max_length=50, unique=True)
    validity_months = NumberField(
        _("valid for, in months"),
        least=1,
        most=600,
        null=True,
        blank=True,
        help_text=_("Leave empty if it does not expire."),
    )
    longest_months = NumberField(
        _("never valid for more than, in months"),
        least=1,
        most=600,
        null=True,
        blank=True,
        help_text=_("A limit of law, for instance twelve months for supernumerary special constables."),
    )
    reminder_days = NumberField(_("remind so many days before the end"), most=3650, default=90)
    by_profile = models.BooleanField(_("certified for one mission profile"), default=False)
    for_armed = models.BooleanField(_("required of all who deploy armed"), default=False)
    is_restricted = models.BooleanField(
        _("restricted"), default=False, help_text=_("Dates and results are shown to coordinators and the home service.")
    )
    entered_by = models.CharField(_("entered by"), max_length=10, choices=EnteredBy, default=EnteredBy.ANYBODY)
    needs_verification = models.BooleanField(
        _("counts only when verified"),
        default=False,
        help_text=_("A coordinator has seen the document. Until then it warns, and blocks an approval."),
    )
    waived_by = models.CharField(_("waived by"), max_length=10, choices=WaivedBy, default=WaivedBy.COORDINATOR)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("credential kind")
        verbose_name_plural = _("credential kinds")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(longest_months__isnull=True)
                | Q(validity_months__isnull=False, validity_months__lte=models.F("longest_months")),
                name="credential_kind_within_its_limit",
                violation_error_message=_("The usual validity cannot be longer than the limit."),
            ),
            models.CheckConstraint(
                condition=Q(entered_by__in=["anybody", "office"], waived_by__in=["nobody", "second"]),
                name="credential_kind_words_known",
            ),
        ]

    @property
    def may_be_waived(self) -> bool:
        return self.waived_by != self.WaivedBy.NOBODY
