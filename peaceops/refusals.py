"""Pages that were refused to somebody who is signed in, as events: no permission (403), or a row of others (404)."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import ResolverMatch

from audit.log import record
from audit.models import Verb
from deployments.models import CandidateImport, Consent, Correction, Deployment, Document, Nomination, Waiver
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
    "import": CandidateImport,
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


class RecordRefusals:
    """Middleware: an answer 403 or 404 to somebody who is signed in leaves an event.

    So does being led away from the administration. The event says the page, and the row that was asked for where there
    is one. An address that names no row and is not found leaves none; who is not signed in is led to the sign-in page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (match := request.resolver_match) and request.user.is_authenticated:
            status, named = response.status_code, list(_named(match, request.GET))
            led_away = "admin" in match.app_names and not request.user.is_staff
            if status == 403 or (status == 404 and named) or led_away:
                record(request.user, Verb.REFUSED, _row(named), status=status, page=match.view_name)
        return response


def _named(match: ResolverMatch, query: QueryDict) -> Iterator[tuple[type[models.Model], int]]:
    """What the address names, in its order: `/people/7/`, `?person=7`."""
    arguments = match.kwargs
    for name, value in [*arguments.items(), *((f"{name}_id", value) for name, value in query.items())]:
        model = PAPERS.get(arguments.get("what", "")) if name == "record_id" else ROWS.get(name.removesuffix("_id"))
        if model and is_id(str(value)):
            yield model, int(value)


def _row(named: list[tuple[type[models.Model], int]]) -> models.Model | None:
    """The last of these rows that there is, whoever may see it; of a paper its person: the kind may be restricted."""
    for model, key in reversed(named):
        row: Any = model._base_manager.filter(pk=key).first()
        if row:
            return row.person if model in {*PAPERS.values(), EmergencyContact} else row
    return None
