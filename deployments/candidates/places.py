"""Positions that somebody sees; and their places: how many are taken, and how many are free."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import ngettext

from accounts.access import Permission
from accounts.models import User
from deployments.models import Deployment, Nomination
from foundation.refusals import Blocker
from missions.models import Position
from missions.models.positions import PositionQuerySet


def positions_seen_by(user: User, *, today: dt.date) -> PositionQuerySet:
    """The positions that somebody may see: a liaison those with an open call or with own nominations."""
    if user.may(Permission.MISSION_SEE):
        return Position.objects.all()
    nominated = Nomination.objects.visible_to(user).values("position")
    return Position.objects.with_open_call(today) | Position.objects.filter(pk__in=nominated)


def places_taken(positions: Iterable[Position], *, but_for: Nomination | None = None) -> dict[int, int]:
    """How many places of each position are taken, by id, in two queries.

    By whoever was nominated or accepted, and by deployments that are not over, planned with or without a nomination.
    """
    ids = [position.pk for position in positions]
    waiting = Nomination.objects.chosen().filter(position__in=ids)
    deployed = Deployment.objects.not_over().filter(position__in=ids)
    if but_for:
        waiting = waiting.exclude(pk=but_for.pk)
    counted = [*waiting.values_list("position", flat=True), *deployed.values_list("position", flat=True)]
    return {one: counted.count(one) for one in ids}


def free_places(positions: Iterable[Position]) -> dict[int, int]:
    """How many places of each position are free, by id, in two queries."""
    positions = list(positions)
    used = places_taken(positions)
    return {position.pk: max(0, position.places - used[position.pk]) for position in positions}


def position_is_filled(position: Position, *, but_for: Nomination) -> list[Blocker]:
    """The blocker of one more nomination for a position without a free place; empty when there is one."""
    if places_taken([position], but_for=but_for)[position.pk] < position.places:
        return []
    message = ngettext(
        "%(position)s has %(places)s place, and it is taken.",
        "%(position)s has %(places)s places, and all are taken.",
        position.places,
    ) % {"position": position, "places": position.places}
    return [Blocker("position_filled", message, rule=0)]
