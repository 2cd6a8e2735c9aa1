"""What all flags about a deployment have in common: where they belong, and the parameters of their sentences."""

import datetime as dt
from typing import Any

from deployments.models import Deployment
from flags.found import Found
from flags.kinds import Kind
from flags.models import Flag, Severity

WITH_PERSON = ("person", "rank", "mission")
"""Relations of a deployment that `with_person` reads, to be fetched with the flags."""


def with_person(flag: Flag, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a flag about a deployment, with its mission and the person with the rank of the time added."""
    return {**params, "person": flag.subject.person_as_then, "mission": flag.subject.mission}


def found(
    kind: Kind, deployment: Deployment, stage: str, severity: Severity, day: dt.date, facts: dict | None = None
) -> Found:
    """A flag about a deployment, which comes with its mission: of the area of the mission, and of the service then."""
    return Found(
        kind=kind,
        subject=deployment,
        stage=stage,
        severity=severity,
        day=day,
        area_id=deployment.mission.area_id,
        service_id=deployment.service_id,
        facts=facts or {},
    )
