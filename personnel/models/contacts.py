"""Emergency contacts and periods of availability."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from audit.writes import ALL_FIELDS
from foundation.text import LineField
from foundation.writes import TellingQuerySet
from personnel.models.people import Person


class EmergencyContact(models.Model):
    """Somebody to call in an emergency. Shown only after the reader gives a reason, which is recorded."""

    class Why(models.TextChoices):
        """The reasons for looking at emergency contacts."""

        INCIDENT = "incident", _("A critical incident")
        WELFARE = "welfare", _("The welfare of the person or the family")
        ROLL_CALL = "roll_call", _("A roll call or a relocation")
        CHECK = "check", _("Checking with the person that they are up to date")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="contacts")
    name = LineField(_("name"), max_length=150)
    relation = LineField(_("relation"), max_length=60)
    telephone = LineField(_("telephone"), max_length=40)
    language = models.CharField(_("language"), max_length=2, choices=Person.OfficialLanguage)

    events_are_about = "person"
    untold_fields = ALL_FIELDS
    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("emergency contact")
        verbose_name_plural = _("emergency contacts")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Availability(models.Model):
    """A period in which a person said to be available, or not; both days included, without `last_day` open-ended."""

    class Kind(models.TextChoices):
        AVAILABLE = "available", _("Available")
        UNAVAILABLE = "unavailable", _("Not available")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="availability")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)

    events_are_about = "person"
    untold_fields = ALL_FIELDS
    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("availability")
        verbose_name_plural = _("availabilities")
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="availability_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
            models.CheckConstraint(condition=Q(kind__in=["available", "unavailable"]), name="availability_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_day:%Y-%m-%d}"
