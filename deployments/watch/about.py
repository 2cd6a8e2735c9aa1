"""What all flags about a deployment have in common: where they belong, and the parameters of their sentences."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import Permission
from accounts.models import User
from deployments.models import Deployment
from deployments.models.transitions import Act
from deployments.stays.steps import VERBS
from flags.found import Found
from flags.kinds import Kind, NextAct
from flags.models import Flag, Severity

WITH_PERSON = ("person", "rank", "mission")
"""Relations of a deployment that `with_person` reads, to be fetched with the flags."""


def with_person(flag: Flag, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a flag about a deployment, with its mission and the person with the rank of the time added."""
    return {**params, "person": flag.subject.person_as_then, "mission": flag.subject.mission}


def person_and_mission(deployment: Deployment) -> tuple[object, ...]:
    """The words that name a deployment."""
    return deployment.person_as_then, deployment.mission


def step(act: Act, says: str | Promise = "") -> Callable[[Flag, User], NextAct | None]:
    """The step of the deployment that closes its flag, for who may take it."""

    def link(flag: Flag, reader: User) -> NextAct | None:
        if not reader.may(Permission.DEPLOYMENT_MOVE):
            return None
        return NextAct(str(says or VERBS[act]), reverse("deployment_step", args=[flag.subject_id, act]))

    return link


EXTEND = step(Act.CHANGE, _lazy("Extend"))


def relief(flag: Flag, reader: User) -> NextAct | None:
    """Planning somebody who relieves the person of a deployment, where nobody is planned yet."""
    planned = Deployment.objects.not_cancelled().filter(relieves=flag.subject_id)
    if not reader.may(Permission.DEPLOYMENT_PLAN) or planned.exists():
        return None
    return NextAct(_("Plan the relief"), f"{reverse('deployment_plan')}?relieves={flag.subject_id}")


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
