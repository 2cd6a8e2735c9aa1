"""Rosters: who was nominated to one, is certified on it, and was called out from it."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from foundation.sentences import day as in_words
from foundation.text import LineField
from foundation.writes import TellingQuerySet
from missions.models import Mission
from personnel.models import Person

if TYPE_CHECKING:
    from accounts.models import User


class RosterEntryQuerySet(TellingQuerySet["RosterEntry"]):
    def visible_to(self, user: "User") -> Self:
        """A liaison sees the entries of the people of the own services."""
        return self.all() if user.sees_every_service else self.filter(person__service__in=user.services.all())

    def standing_ones(self) -> Self:
        """Those of people who were not taken off."""
        return self.filter(taken_off_on__isnull=True)

    def nominated_by(self, day: dt.date) -> Self:
        """Those of people who were nominated on a day or before."""
        return self.filter(nominated_on__lte=day)

    def standing_on(self, day: dt.date) -> Self:
        """Those of people who stood on the roster on a day: the same as a `standing` other than "taken off"."""
        return self.nominated_by(day).filter(Q(taken_off_on__isnull=True) | Q(taken_off_on__gt=day))


class RosterEntry(models.Model):
    """One person on one roster, from the nomination until it is taken off; a person stands on a roster once at a time.

    A renewed certification has a later end; `certified_on` stays the day of the first one. It is no deployment: it uses
    no place and stands in the way of none.
    """

    class Standing(models.TextChoices):
        """Where an entry stands on a day."""

        NOMINATED = "nominated", pgettext_lazy("roster", "Nominated")
        CERTIFIED = "valid", pgettext_lazy("roster", "Certified")
        ENDING = "ending", pgettext_lazy("roster", "Certification ending soon")
        EXPIRED = "expired", pgettext_lazy("roster", "Certification expired")
        OFF = "off", pgettext_lazy("roster", "Taken off")

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="roster_entries"
    )
    roster = models.ForeignKey(Mission, verbose_name=_("roster"), on_delete=models.PROTECT, related_name="entries")
    nominated_on = models.DateField(_("nominated on"))
    training_on = models.DateField(_("training place on"), null=True, blank=True)
    certified_on = models.DateField(_("certified on"), null=True, blank=True)
    certified_until = models.DateField(_("certified until"), null=True, blank=True)
    taken_off_on = models.DateField(_("taken off on"), null=True, blank=True)

    events_are_about = "person"

    objects = RosterEntryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("entry on a roster")
        verbose_name_plural = _("entries on rosters")
        ordering = ["roster", "person__sort_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "roster"],
                condition=Q(taken_off_on__isnull=True),
                name="roster_entry_once_at_a_time",
                violation_error_message=_("This person is already on this roster."),
            ),
            models.CheckConstraint(
                condition=Q(training_on__isnull=True) | Q(training_on__gte=F("nominated_on")),
                name="roster_entry_trained_after_nomination",
                violation_error_message=_("The training cannot be before the nomination."),
            ),
            models.CheckConstraint(
                condition=Q(certified_on__isnull=True) | Q(certified_on__gte=F("nominated_on")),
                name="roster_entry_certified_after_nomination",
                violation_error_message=_("The certification cannot be before the nomination."),
            ),
            models.CheckConstraint(
                condition=Q(certified_on__isnull=True)
                | Q(training_on__isnull=True)
                | Q(certified_on__gte=F("training_on")),
                name="roster_entry_certified_after_training",
                violation_error_message=_("The certification cannot be before the training."),
            ),
            models.CheckConstraint(
                condition=Q(certified_until__isnull=True)
                | Q(certified_on__isnull=False, certified_until__gte=F("certified_on")),
                name="roster_entry_certified_until_after_on",
                violation_error_message=_("A certification that ends has a first day, not after its end."),
            ),
            models.CheckConstraint(
                condition=Q(taken_off_on__isnull=True) | Q(taken_off_on__gte=F("nominated_on")),
                name="roster_entry_taken_off_after_nomination",
                violation_error_message=_("Nobody is taken off before the nomination."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.roster}"

    def clean(self) -> None:
        # Check constraints cannot ask the rows of the mission and of the call-outs.
        if not self.roster.is_roster:
            raise ValidationError(_("People are put on rosters, and on no other mission."))
        called_on = [call_out.first_day for call_out in self.call_outs.all()] if self.pk else []
        if found := [reason for day in called_on for reason in self.stands_against(day)]:
            raise ValidationError({about: [said for field, said in found if field == about] for about, _said in found})

    def get_absolute_url(self) -> str:
        return f"{reverse('person_detail', args=[self.person_id])}#rosters"

    def standing(self, on: dt.date, *, reminder_days: int) -> Standing:
        """Where it stands on a day; a certification ends soon in its last `reminder_days`."""
        if self.taken_off_on and self.taken_off_on <= on:
            return self.Standing.OFF
        if self.certified_on is None or on < self.certified_on:
            return self.Standing.NOMINATED
        if self.certified_until is None:
            return self.Standing.CERTIFIED
        if self.certified_until < on:
            return self.Standing.EXPIRED
        ends_soon = (self.certified_until - on).days <= reminder_days
        return self.Standing.ENDING if ends_soon else self.Standing.CERTIFIED

    def stands_against(self, called_on: dt.date) -> list[tuple[str, str]]:
        """Why nobody could be called out on a day: each reason with the field of the entry that it is about."""
        found = []
        day = {"day": in_words(called_on)}
        if self.certified_on is None or called_on < self.certified_on:
            found.append(("certified_on", _("A call-out on %(day)s would be before the certification.") % day))
        if self.certified_until and self.certified_until < called_on:
            found.append(("certified_until", _("A call-out on %(day)s would be after the certification.") % day))
        if self.taken_off_on and self.taken_off_on < called_on:
            found.append(("taken_off_on", _("A call-out on %(day)s would be after the entry was taken off.") % day))
        return found


class CallOut(models.Model):
    """Days on which somebody on a roster is called out, both included; without a last day, until further notice."""

    entry = models.ForeignKey(
        RosterEntry, verbose_name=_("entry on a roster"), on_delete=models.PROTECT, related_name="call_outs"
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    place = LineField(_("place"), max_length=100)

    events_are_about = "person"

    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("call-out")
        verbose_name_plural = _("call-outs")
        ordering = ["-first_day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="call_out_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}, {self.first_day:%Y-%m-%d}"

    @property
    def person(self) -> Person:
        return self.entry.person

    def clean(self) -> None:
        if self.first_day and (found := self.entry.stands_against(self.first_day)):
            raise ValidationError({"first_day": [message for _field, message in found]})
