"""The roles that somebody has in a stay, and the team: they may differ from those of the position.

No rule of places or papers judges them. A team is one of the mission; the database keeps that too.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from audit.writes import acting
from deployments.models import Deployment, DeploymentRole
from foundation.refusals import Blocker
from missions.models import Role


def taken_from_the_position(deployment: Deployment, given: Iterable[Role]) -> list[Role]:
    """The roles to begin with: those given, else those of the position; its team too, where none is given."""
    roles, position = list(given), deployment.position
    if position is None or position.mission_id != deployment.mission_id:
        return roles
    deployment.team = deployment.team or position.team
    return roles or list(position.roles.all())


def team_elsewhere(deployment: Deployment) -> list[Blocker]:
    if deployment.team is None or deployment.team.mission_id == deployment.mission_id:
        return []
    return [Blocker("team_elsewhere", _("This team belongs to another mission."), rule=0, about="team")]


def difference(deployment: Deployment, wanted: Iterable[Role]) -> dict[str, list[str | None]]:
    """What these roles would change, for the history: ids before and after, in the order of the ids."""
    before, after = sorted(_ids_of(deployment)), sorted(role.pk for role in wanted)
    return {} if before == after else {"roles": [",".join(map(str, before)), ",".join(map(str, after))]}


def write(deployment: Deployment, wanted: Iterable[Role], *, by: User | None) -> None:
    """Give a stay exactly these roles; each one added or removed leaves an event of the deployment."""
    before, after = _ids_of(deployment), {role.pk for role in wanted}
    with acting(by):
        deployment.role_rows.filter(role__in=before - after).delete()
        DeploymentRole.objects.bulk_create(
            DeploymentRole(deployment=deployment, role_id=pk) for pk in sorted(after - before)
        )


def _ids_of(deployment: Deployment) -> set[int]:
    return set(deployment.role_rows.values_list("role", flat=True))
