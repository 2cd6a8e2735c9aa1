"""The papers of people: credentials, language tests, attestations; and their emergency contacts."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Permission
from accounts.models import User
from missions.models import CredentialKind, Skill, Tongue
from personnel import validity
from personnel.expiry import last_day
from personnel.models import Attestation, Credential, EmergencyContact, LanguageTest, Person
from records.columns import Column
from records.kinds import aliases
from records.kinds.of_people import EXAMPLE_OF_WHO, WHO, OfPersonKind
from records.rows import JudgedRow
from records.values import Choice, Day, Identifier, Line, Reference
from records.world import World

ISSUED = ("issued", "date", "délivré le", "obtenu le", "date d'obtention")
EXPIRES = ("expires", "expiry", "expiry date", "valid to", "échéance", "expire le", "valide jusqu'au")


class CredentialsKind(OfPersonKind):
    code = "credentials"
    label = _("Credentials")
    model = Credential
    permission = Permission.CREDENTIAL_EDIT
    key = ("person", "kind", "profile", "issued_on")
    columns = [
        *WHO,
        Column("kind", _("Credential"), Reference("credential_kinds"), ("course", "training", "cours"), required=True),
        Column("profile", _("Mission profile"), Reference("profiles")),
        Column("result", _("Result"), Choice(Credential.Result), hint=_("met when empty")),
        Column("issued_on", _("Issued on"), Day(has_come=True), ISSUED, required=True),
        Column("expires_on", _("Valid until"), Day(), EXPIRES, hint=_("the usual validity when empty")),
        Column("verified_on", _("Verified on"), Day(), hint=_("of the office's own records only")),
        Column("document_seen", _("Document seen"), Line(100)),
    ]
    example = {
        **EXAMPLE_OF_WHO,
        "kind": "example-course",
        "result": Credential.Result.MET,
        "issued_on": dt.date(2025, 5, 6),
    }

    def judge(self, row: JudgedRow, world: World) -> None:
        kind, issued_on = row.values.get("kind"), row.values.get("issued_on")
        if kind and issued_on:
            self._judge_kind(row, kind, issued_on, world)
        super().judge(row, world)

    def _judge_kind(self, row: JudgedRow, kind: CredentialKind, issued_on: dt.date, world: World) -> None:
        may_verify = world.by.may(Permission.CREDENTIAL_VERIFY)
        if kind.entered_by == CredentialKind.EnteredBy.OFFICE and not may_verify:
            row.refuse(_("The office alone records this credential."), self.fields["kind"])
        if row.values.get("verified_on") and not may_verify:
            row.refuse(_("The office alone says that it has seen a document."), self.fields["verified_on"])
        if kind.by_profile and row.values.get("profile") is None:
            row.refuse(_("Say for which mission profile it was certified."), self.fields["profile"])
        try:
            validity.refuse_longer(kind, issued_on, row.values.get("expires_on"))
        except ValidationError as error:
            row.refuse(error, self.fields["expires_on"])

    def given(self, row: JudgedRow, world: World) -> dict[str, Any]:
        found = super().given(row, world)
        if row.values.get("expires_on") is None:
            found["expires_on"] = validity.usual_end(row.values["kind"], row.values["issued_on"])
        if row.values.get("verified_on"):
            found["verified_by"] = world.by
        return found

    def _judge_changes(self, row: JudgedRow, existing: Any, world: World) -> None:
        super()._judge_changes(row, existing, world)
        if row.record.verified_on and row.record.verified_by is None:
            row.record.verified_by = world.by

    def changed_columns(self, row: JudgedRow) -> list[str]:
        names = super().changed_columns(row)
        return [*names, "verified_by"] if "verified_on" in names else names

    def of_people(self, ids: list[int]) -> models.QuerySet:
        return super().of_people(ids).select_related("kind", "profile", "verified_by")

    def to_write(self, reader: User) -> models.QuerySet:
        rows = super().to_write(reader)
        return rows.filter(pk__in=Credential.objects.readable_by(reader).values("pk"))


class LanguagesKind(OfPersonKind):
    code = "languages"
    label = _("Language tests")
    model = LanguageTest
    permission = Permission.CREDENTIAL_EDIT
    key = ("person", "language", "tested_on")
    columns = [
        *WHO,
        Column("language", _("Language"), Choice(Tongue, aliases.LANGUAGES), ("langue",), required=True),
        Column("level", _("Level"), Choice(Skill), ("niveau", "result", "résultat"), needed_for_new=True),
        Column("tested_on", _("Tested on"), Day(has_come=True), (*ISSUED, "testé le", "date du test"), required=True),
        Column("expires_on", _("Valid until"), Day(), EXPIRES),
    ]
    example = {
        **EXAMPLE_OF_WHO,
        "language": Tongue.ENGLISH,
        "level": Skill.B2,
        "tested_on": dt.date(2025, 2, 3),
    }


class AttestationsKind(OfPersonKind):
    code = "attestations"
    label = _("Attestations")
    model = Attestation
    permission = Permission.CREDENTIAL_EDIT
    key = ("person", "made_on")
    columns = [
        *WHO,
        Column("made_on", _("Made on"), Day(has_come=True), (*ISSUED, "fait le", "faite le"), required=True),
        Column("expires_on", _("Valid until"), Day(), EXPIRES, hint=_("the usual validity when empty")),
        Column("withdrawn_on", _("Withdrawn on"), Day(), ("retirée le",)),
    ]
    example = {**EXAMPLE_OF_WHO, "made_on": dt.date(2026, 1, 12)}

    def given(self, row: JudgedRow, world: World) -> dict[str, Any]:
        found = super().given(row, world)
        if row.values.get("expires_on") is None:
            found["expires_on"] = last_day(row.values["made_on"], settings.ATTESTATION_MONTHS)
        return {**found, "made_by": world.by}


class ContactsKind(OfPersonKind):
    """Whoever may see emergency contacts may bring them, and takes them out with their own people only."""

    code = "contacts"
    label = _("Emergency contacts")
    short_label = pgettext_lazy("sheet", "Emergency contacts")
    model = EmergencyContact
    permission = Permission.CONTACT_SEE
    key = ("person", "name")
    columns = [
        *WHO,
        Column("name", _("Name of the contact"), Line(150), ("contact", "nom du contact"), required=True),
        Column("relation", _("Relation"), Line(60), ("relationship", "lien"), needed_for_new=True),
        Column("telephone", _("Telephone"), Identifier(40), ("phone", "tel", "téléphone"), needed_for_new=True),
        Column(
            "language",
            _("Language"),
            Choice(Person.OfficialLanguage, aliases.LANGUAGES),
            ("langue",),
            needed_for_new=True,
        ),
    ]
    example = {
        **EXAMPLE_OF_WHO,
        "name": "Dominique Specimen",
        "relation": ("sister", "sœur"),
        "telephone": "613-555-0100",
        "language": Person.OfficialLanguage.FRENCH,
    }
