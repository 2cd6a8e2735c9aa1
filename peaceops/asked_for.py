"""Which row an address asks for, of our own pages and of the administration."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, QueryDict
from django.urls import ResolverMatch

from deployments.models import Consent, Correction, Deployment, Document, Nomination, Waiver
from flags.models import Flag
from foundation.converters import is_id
from missions.models import Area, Authorization, Mission, Position
from outbox.models import Letter
from personnel.models import (
    Attestation,
    Availability,
    Credential,
    EmergencyContact,
    LanguageTest,
    PartnerAgreement,
    Person,
    PoliceService,
)
from records.models import Import

ROWS: dict[str, type[models.Model]] = {
    "agreement": PartnerAgreement,
    "area": Area,
    "attestation": Attestation,
    "authorization": Authorization,
    "consent": Consent,
    "contact": EmergencyContact,
    "correction": Correction,
    "deployment": Deployment,
    "document": Document,
    "flag": Flag,
    "import": Import,
    "letter": Letter,
    "mission": Mission,
    "nomination": Nomination,
    "other": Person,
    "person": Person,
    "position": Position,
    "service": PoliceService,
    "waiver": Waiver,
}
"""Word of an address before `_id`, or name of a question in it (`?person=`) → what it names."""
PAPERS: dict[str, type[Attestation | Availability | Credential | LanguageTest]] = {
    "attestation": Attestation,
    "availability": Availability,
    "credential": Credential,
    "language": LanguageTest,
}


def named_by(request: HttpRequest) -> list[tuple[type[models.Model], int]]:
    """What the address names, in its order, whether it exists or not: `/people/7/`, `?person=7`."""
    match = request.resolver_match
    if match is None:
        return []
    if "admin" in match.app_names:
        return list(_in_the_administration(match))
    return list(_on_a_page(match, request.GET))


def row_of(request: HttpRequest) -> models.Model | None:
    """The last of these rows that there is, whoever may see it; of a paper its person: the kind may be restricted."""
    for model, key in reversed(named_by(request)):
        row: Any = model._base_manager.filter(pk=key).first()
        if row:
            return row.person if model in {*PAPERS.values(), EmergencyContact} else row
    return None


def _on_a_page(match: ResolverMatch, query: QueryDict) -> Iterator[tuple[type[models.Model], int]]:
    arguments = match.kwargs
    for name, value in [*arguments.items(), *((f"{name}_id", value) for name, value in query.items())]:
        model = PAPERS.get(arguments.get("what", "")) if name == "record_id" else ROWS.get(name.removesuffix("_id"))
        if model and is_id(str(value)):
            yield model, int(value)


def _in_the_administration(match: ResolverMatch) -> Iterator[tuple[type[models.Model], int]]:
    key = match.kwargs.get("object_id") or match.kwargs.get("id") or (match.args[0] if match.args else "")
    for model in admin.site._registry:
        path = f"/{model._meta.app_label}/{model._meta.model_name}/"
        if f"/{match.route}".partition("admin")[2].startswith(path) and is_id(str(key)):
            yield model, int(key)
