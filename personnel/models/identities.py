"""Names and service numbers that people had before, and records that look alike and are two people."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from foundation.text import LineField, NormalisedField, ProseField
from foundation.writes import TellingQuerySet
from personnel.models.services import PoliceService

if TYPE_CHECKING:
    from personnel.models.people import Person

IDENTITY = ["given_name", "family_name", "service_id", "service_number"]
"""The columns by which people are found, in a person and in what the person was called before."""


class FormerNameManager(models.Manager["FormerName"]):
    def keep(self, before: "Person", after: "Person") -> None:
        """Keep under the person `after` the name and number of `before`, unless they are the same or known already.

        A change of service alone is none: without a number nobody is looked for by it.
        """
        old = {name: getattr(before, name) for name in IDENTITY}
        if not old["service_number"]:
            old["service_id"] = None
        now = {name: getattr(after, name) for name in IDENTITY}
        if any(old[name] not in {now[name], None} for name in IDENTITY):
            self.get_or_create(person=after, **old)

    def keep_all(self, before: Iterable["Person"], after: Iterable["Person"]) -> None:
        """The same for people who are changed together; matched by their keys."""
        now = {person.pk: person for person in after}
        for person in before:
            self.keep(person, now[person.pk])


class FormerName(models.Model):
    """A name that a person had before, with the service and service number of that time: the person is found by it.

    Written when a person is saved under another name or number, and when two records are merged; never changed.
    """

    person = models.ForeignKey("personnel.Person", on_delete=models.PROTECT, related_name="former_names")
    given_name = LineField(_("given name"), max_length=100, blank=True)
    family_name = LineField(_("family name"), max_length=100)
    service = models.ForeignKey(
        PoliceService, verbose_name=_("police service"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    service_number = LineField(_("service number"), max_length=30, blank=True)
    search_text = NormalisedField(
        _("search text"), sources=("given_name", "family_name", "given_name", "service_number")
    )
    sort_name = NormalisedField(_("name for sorting"), sources=("family_name", "given_name"), db_index=True)
    number_key = NormalisedField(_("number for searching"), sources=("service_number",), spaces=False)

    leaves_no_event = "written with the person who has another name"

    objects = FormerNameManager()

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class TwoPeople(models.Model):
    """Two records that look like one person and are two: somebody looked, and says why. Never changed or deleted."""

    first = models.ForeignKey(
        "personnel.Person", verbose_name=_("older record"), on_delete=models.PROTECT, related_name="+"
    )
    second = models.ForeignKey(
        "personnel.Person", verbose_name=_("newer record"), on_delete=models.PROTECT, related_name="+"
    )
    reason = ProseField(_("why they are two people"), max_length=500)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recorded by"), on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField(_("recorded at"))

    events_are_about = "first"
    untold_fields = ("reason",)

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("two people")
        verbose_name_plural = _("two people")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_people_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="two_people_older_first"),
            models.CheckConstraint(condition=~Q(reason=""), name="two_people_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"
