"""The papers of people: credentials, language tests, and attestations that no matter is pending."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.access import Permission
from audit.writes import ALL_FIELDS
from foundation.text import LineField
from foundation.writes import TellingQuerySet
from missions.models import CredentialKind, MissionProfile, Skill, Tongue
from personnel.expiry import Standing, standing
from personnel.models.people import Person

if TYPE_CHECKING:
    from accounts.models import User


class CredentialQuerySet(TellingQuerySet["Credential"]):
    def readable_by(self, user: "User") -> Self:
        """Rows whose days and results the user may know: those of restricted kinds are not for everybody."""
        return self.all() if user.may(Permission.RESTRICTED_SEE) else self.filter(kind__is_restricted=False)

    def to_verify(self, today: dt.date) -> Self:
        """Met, not expired, of a kind that counts only when verified, and seen by nobody yet."""
        waiting = self.filter(kind__needs_verification=True, verified_by__isnull=True, result=Credential.Result.MET)
        current = waiting.filter(person__merged_into__isnull=True, person__state=Person.State.ACTIVE)
        return current.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=today))

    def told_to(self, reader: "User") -> list["Credential"]:
        """All rows as a reader may know them: a row that is not `readable_by` the reader says only that it is there."""
        rows: list[Credential] = list(self.select_related("kind", "profile", "verified_by"))
        if not reader.may(Permission.RESTRICTED_SEE):
            for row in rows:
                if row.kind.is_restricted:
                    row.close()
        return rows


class Credential(models.Model):
    """One period of one credential of one person; a renewal is another row.

    Holds the result, the days and who verified it, never medical, psychological or conduct contents.
    """

    class Result(models.TextChoices):
        MET = "met", _("Met")
        NOT_MET = "not_met", _("Not met")

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="credentials")
    kind = models.ForeignKey(
        CredentialKind, verbose_name=_("credential"), on_delete=models.PROTECT, related_name="credentials"
    )
    profile = models.ForeignKey(
        MissionProfile,
        verbose_name=_("mission profile"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credentials",
    )
    result = models.CharField(_("result"), max_length=8, choices=Result, default=Result.MET)
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True, editable=False)
    document_seen = LineField(_("document seen"), max_length=100, blank=True, editable=False)

    is_closed = False
    """Whether the contents were left out for a reader who may not know them."""

    events_are_about = "person"
    untold_fields = ALL_FIELDS
    objects = CredentialQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ["kind__code", "-issued_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="credential_expires_after_issue",
                violation_error_message=_("It cannot expire before it was issued."),
            ),
            models.CheckConstraint(condition=Q(result__in=["met", "not_met"]), name="credential_result_known"),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_on__isnull=True, document_seen="")
                | Q(verified_by__isnull=False, verified_on__isnull=False),
                name="credential_verified_by_and_on",
                violation_error_message=_("Say on which day the office saw the document."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.profile})" if self.profile else str(self.kind)

    @property
    def counts(self) -> bool:
        """Whether an approval may rest on it: verified, where its kind asks for that. A "not met" counts always."""
        return not self.kind.needs_verification or self.verified_by_id is not None or self.result == self.Result.NOT_MET

    def close(self) -> None:
        """Forget the contents of this copy of the row, which the database then refuses to save."""
        self.is_closed = True
        for name in ("result", "issued_on", "expires_on", "verified_by", "verified_on", "document_seen"):
            setattr(self, name, None)

    def standing(self, on: dt.date, *, later: Iterable["Credential"] = ()) -> Standing:
        """Where it stands on a day. A "not met" is never valid, nor is what was met before one among `later`."""
        if self.result == self.Result.NOT_MET:
            return Standing.NOT_MET
        ended = any(
            row.result == self.Result.NOT_MET
            and (row.kind_id, row.profile_id) == (self.kind_id, self.profile_id)
            and (self.issued_on, self.pk) < (row.issued_on, row.pk)
            and row.issued_on <= on
            for row in later
            if not row.is_closed
        )
        if ended:
            return Standing.ENDED
        return standing(self.issued_on, self.expires_on, on=on, reminder_days=self.kind.reminder_days)


class LanguageTest(models.Model):
    """The level of a language that a person reached in a test."""

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="languages")
    language = models.CharField(_("language"), max_length=2, choices=Tongue)
    level = models.PositiveSmallIntegerField(_("level"), choices=Skill)
    tested_on = models.DateField(_("tested on"))
    expires_on = models.DateField(_("valid until"), null=True, blank=True)

    events_are_about = "person"
    untold_fields = ALL_FIELDS
    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("language test")
        verbose_name_plural = _("language tests")
        ordering = ["language", "-tested_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(language__in=Tongue.values), name="language_test_language_known"),
            models.CheckConstraint(condition=Q(level__in=Skill.values), name="language_test_level_known"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("tested_on")),
                name="language_test_expires_after_test",
                violation_error_message=_("It cannot expire before the test."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_language_display()} {self.get_level_display()}"

    def standing(self, on: dt.date) -> Standing:
        return standing(self.tested_on, self.expires_on, on=on, reminder_days=settings.LANGUAGE_REMINDER_DAYS)


class Attestation(models.Model):
    """The home service's declaration that no criminal or disciplinary matter is pending (rule 13).

    Valid for `ATTESTATION_MONTHS` from `made_on`, unless the service withdraws it. Nothing is stored about any matter.
    """

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="attestations")
    made_on = models.DateField(_("made on"))
    expires_on = models.DateField(_("valid until"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    events_are_about = "person"
    untold_fields = ALL_FIELDS
    objects = TellingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("attestation")
        verbose_name_plural = _("attestations")
        ordering = ["-made_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("made_on")),
                name="attestation_expires_after_made",
                violation_error_message=_("It cannot expire before it was made."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("made_on")),
                name="attestation_withdrawn_after_made",
                violation_error_message=_("It cannot be withdrawn before it was made."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.made_on:%Y-%m-%d}"
