"""Who fits a position, in which order and why; and the best one-to-one filling of several positions.

Nothing here saves anything: a coordinator decides, through `lifecycle`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from deployments.candidates import assessment
from deployments.candidates.pipeline import places_taken
from deployments.eligibility import Finding, judge
from deployments.eligibility import demand as demands
from deployments.eligibility import facts as known
from deployments.models import Nomination
from deployments.models.nominations import Stage
from missions.models import Position
from personnel.expiry import last_day


@dataclass(frozen=True)
class Match:
    """One candidate for one position: what stands against, and the worth by which candidates are ordered."""

    nomination: Nomination
    position: Position
    first: dt.date
    last: dt.date
    findings: list[Finding] = field(default_factory=list)
    percent: int | None = None

    @property
    def fits(self) -> bool:
        return not any(one.refuses for one in self.findings)

    @property
    def blockers(self) -> list[Finding]:
        return [one for one in self.findings if one.refuses]

    @property
    def warnings(self) -> list[Finding]:
        return [one for one in self.findings if not one.refuses]

    @property
    def worth(self) -> int:
        """Points: those of the reviews out of 100, less 5 for each warning, and 10 more in the position of choice."""
        return (self.percent or 0) - 5 * len(self.warnings) + 10 * self.is_own_choice

    @property
    def is_own_choice(self) -> bool:
        return self.nomination.position_id == self.position.pk

    @property
    def reasons(self) -> list[str]:
        """Why the candidate stands where the list says, in whole sentences."""
        if self.percent is None:
            told = [_("Not scored yet.")]
        else:
            told = [_("The reviews give %(percent)s %% of the points.") % {"percent": self.percent}]
        if self.blockers:
            told.append(
                ngettext("%(n)s requirement is not met.", "%(n)s requirements are not met.", len(self.blockers))
                % {"n": len(self.blockers)}
            )
        else:
            told.append(_("All requirements are met on the first day."))
        if self.warnings:
            told.append(
                ngettext("%(n)s warning: 5 points less.", "%(n)s warnings: 5 points less for each.", len(self.warnings))
                % {"n": len(self.warnings)}
            )
        if not self.is_own_choice:
            told.append(_("Was put forward for %(position)s.") % {"position": self.nomination.position})
        return told


def matches(position: Position, *, today: dt.date, reader: User) -> list[Match]:
    """Everybody put forward for a position and under way, the best first: who fits, by worth, who waits longest.

    Scores that the reader may not see yet play no part.
    """
    rows = Nomination.objects.to_compare().filter(position=position)
    return _ordered(_judged([(row, position) for row in _with_person(rows)], today=today, reader=reader))


def missing(nominations: list[Nomination], *, today: dt.date, reader: User) -> list[Match]:
    """What stands against each nomination, in their order; each comes with person, service and position's mission.

    Of those in the pool the consent of the home service is asked too.
    """
    return _judged([(one, one.position) for one in nominations], today=today, reader=reader, lent=True)


def _with_person(rows):
    return list(rows.select_related("person__service", "person__rank", "position__mission__lead", "service"))


def _judged(
    pairs: Iterable[tuple[Nomination, Position]], *, today: dt.date, reader: User, lent: bool = False
) -> list[Match]:
    """Judge each pair for the stay that it would be, in a fixed number of queries for all of them."""
    pairs = list(pairs)
    people = {nomination.person_id: nomination.person for nomination, _position in pairs}
    facts = {one.person.pk: one for one in known.of_many(people.values(), today=today)}
    stays = [(position.mission, position, *_stay(nomination, position)) for nomination, position in pairs]
    nominations = {nomination.pk: nomination for nomination, _position in pairs}
    scored = assessment.summaries(nominations.values(), reader=reader)
    return [
        Match(
            nomination,
            position,
            demand.first,
            demand.last,
            judge(facts[nomination.person_id], demand, lent=lent and nomination.is_in_the_pool),
            scored[nomination.pk].percent,
        )
        for (nomination, position), demand in zip(pairs, demands.of_many(stays), strict=True)
    ]


def _stay(nomination: Nomination, position: Position) -> tuple[dt.date, dt.date]:
    """The days of a nomination in its own position; in another, from when it is needed and the person could begin."""
    if nomination.position_id == position.pk:
        return nomination.starts_on, nomination.ends_on
    first = max(nomination.starts_on, position.needed_from or nomination.starts_on)
    return first, last_day(first, position.mission.tour_months)


def _ordered(found: Iterable[Match]) -> list[Match]:
    return sorted(found, key=lambda one: (not one.fits, -one.worth, one.nomination.stage_since, one.nomination.pk))


@dataclass(frozen=True)
class Unfilled:
    """A place of a position that stays open, and why."""

    position: Position
    places: int
    reason: str


@dataclass(frozen=True)
class Proposal:
    """The filling with the greatest worth in all: pairs to nominate, and what stays open."""

    chosen: list[Match]
    unfilled: list[Unfilled]
    left_over: list[Nomination]


def propose(positions: Iterable[Position], *, today: dt.date, reader: User) -> Proposal:
    """Fill the free places of positions (each with its mission and lead) from the pool of the qualified.

    First as many places as possible, then the greatest worth in all (the assignment problem). A person takes one place
    at most, also one put forward for several positions.
    """
    positions = list(positions)
    free = _free_places(positions)
    pool = _with_person(Nomination.objects.filter(stage=Stage.QUALIFIED, position__mission__in=_missions(positions)))
    judged = _judged([(row, position) for row in pool for position in positions], today=today, reader=reader)
    best: dict[tuple[int, int], Match] = {}
    for one in _ordered(match for match in judged if match.fits):
        best.setdefault((one.nomination.person_id, one.position.pk), one)
    people = sorted({person for person, _position in best})
    seats = [position for position in positions for _seat in range(free[position.pk])]
    chosen = [best[pair] for pair in _assign(people, seats, best)]
    return Proposal(
        chosen=_ordered(chosen),
        unfilled=_unfilled(positions, free, chosen, judged),
        left_over=[row for row in pool if row.person_id not in {one.nomination.person_id for one in chosen}],
    )


def _missions(positions: Iterable[Position]) -> set[int]:
    return {position.mission_id for position in positions}


def _free_places(positions: list[Position]) -> dict[int, int]:
    taken = places_taken(positions)
    return {position.pk: max(0, position.places - taken[position.pk]) for position in positions}


def _assign(people: list[int], seats: list[Position], best: dict[tuple[int, int], Match]) -> list[tuple[int, int]]:
    """The pairs (person, position) of the best filling."""
    if not people or not seats:
        return []
    import numpy as np  # noqa: PLC0415 (heavy: only this page needs it)
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    filled = 10_000  # worth more than any difference of points: as many places as possible come first
    worth = np.zeros((len(people), len(seats)))
    for row, person in enumerate(people):
        for column, seat in enumerate(seats):
            if match := best.get((person, seat.pk)):
                worth[row, column] = filled + match.worth
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return [
        (people[row], seats[column].pk) for row, column in zip(rows, columns, strict=True) if worth[row, column] > 0
    ]


def _unfilled(
    positions: list[Position], free: dict[int, int], chosen: list[Match], judged: list[Match]
) -> list[Unfilled]:
    found = []
    for position in positions:
        left = free[position.pk] - sum(one.position.pk == position.pk for one in chosen)
        if left <= 0:
            continue
        fitting = {one.nomination.person_id for one in judged if one.position.pk == position.pk and one.fits}
        looked_at = {one.nomination.person_id for one in judged if one.position.pk == position.pk}
        if not looked_at:
            reason = _("Nobody qualified is left in the pool.")
        elif not fitting:
            reason = ngettext(
                "%(n)s person in the pool was looked at and does not meet the requirements.",
                "%(n)s people in the pool were looked at; none meets the requirements.",
                len(looked_at),
            ) % {"n": len(looked_at)}
        else:
            reason = _("Everybody who fits is needed more elsewhere.")
        found.append(Unfilled(position, left, reason))
    return found
