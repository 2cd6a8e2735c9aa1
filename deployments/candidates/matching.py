"""Who fits a position, in which order and why; and the best assignment of the pool to several positions.

Nothing is saved here: a coordinator decides, through `lifecycle`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from deployments.candidates import assessment
from deployments.candidates.places import free_places
from deployments.eligibility import Finding, judge, told_to
from deployments.eligibility.demand import Stay, for_stays
from deployments.eligibility.facts import for_people
from deployments.models import Nomination
from deployments.models.nominations import Stage
from missions.models import Position
from personnel.expiry import last_day


@dataclass(frozen=True)
class Match:
    """One candidate for one position and the stay that it would be: the findings, and the share of the points.

    `percent` is that of the reviews, None without scores or where the reader may not see them.
    """

    nomination: Nomination
    position: Position
    first: dt.date
    last: dt.date
    findings: list[Finding] = field(default_factory=list)
    percent: int | None = None

    @property
    def fits(self) -> bool:
        return not self.blockers

    @property
    def blockers(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.refuses]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.refuses]

    @property
    def worth(self) -> int:
        """By what candidates are ordered: the points of the reviews out of 100, less 5 for each warning, and 10 more in
        the position that they were put forward for."""
        return (self.percent or 0) - 5 * len(self.warnings) + 10 * self.is_own_choice

    @property
    def is_own_choice(self) -> bool:
        return self.nomination.position_id == self.position.pk

    @property
    def reasons(self) -> list[str]:
        """Why the candidate stands where the list says, in whole sentences."""
        if self.percent is None:
            reasons = [_("Not scored yet.")]
        else:
            reasons = [_("The reviews give %(percent)s %% of the points.") % {"percent": self.percent}]
        if self.blockers:
            reasons.append(
                ngettext("%(n)s requirement is not met.", "%(n)s requirements are not met.", len(self.blockers))
                % {"n": len(self.blockers)}
            )
        else:
            reasons.append(_("All requirements are met on the first day."))
        if self.warnings:
            reasons.append(
                ngettext("%(n)s warning: 5 points less.", "%(n)s warnings: 5 points less for each.", len(self.warnings))
                % {"n": len(self.warnings)}
            )
        if not self.is_own_choice:
            reasons.append(_("Was put forward for %(position)s.") % {"position": self.nomination.position})
        return reasons


def matches(position: Position, *, today: dt.date, reader: User) -> list[Match]:
    """Everybody put forward for a position and under way: those who fit first, then by worth and by waiting time.

    Scores that the reader may not see yet do not count.
    """
    rows = Nomination.objects.to_compare().filter(position=position)
    return _ordered(_judged([(row, position) for row in _with_person(rows)], today=today, reader=reader))


def missing(nominations: list[Nomination], *, today: dt.date, reader: User) -> list[Match]:
    """A match of each nomination with its own position, in the same order, to show what is missing.

    The nominations come with person, service and the position's mission. For those in the pool the consent of the home
    service is checked as well.
    """
    pairs = [(nomination, nomination.position) for nomination in nominations]
    return _judged(pairs, today=today, reader=reader, check_consent=True)


def _with_person(rows):
    return list(rows.select_related("person__service", "person__rank", "position__mission__lead", "service"))


def _judged(
    pairs: Iterable[tuple[Nomination, Position]], *, today: dt.date, reader: User, check_consent: bool = False
) -> list[Match]:
    """Judge each pair for the stay that it would be, in a fixed number of queries for all of them."""
    pairs = list(pairs)
    people = {nomination.person_id: nomination.person for nomination, _position in pairs}
    facts = {known.person.pk: known for known in for_people(people.values(), today=today)}
    stays = [Stay(position.mission, position, *_stay(nomination, position)) for nomination, position in pairs]
    nominations = {nomination.pk: nomination for nomination, _position in pairs}
    summaries = assessment.summaries(nominations.values(), reader=reader)
    return [
        Match(
            nomination,
            position,
            demand.first,
            demand.last,
            told_to(
                reader,
                judge(
                    facts[nomination.person_id],
                    demand,
                    check_consent=check_consent and nomination.is_in_the_pool,
                    check_verification=False,
                ),
            ),
            summaries[nomination.pk].percent,
        )
        for (nomination, position), demand in zip(pairs, for_stays(stays), strict=True)
    ]


def _stay(nomination: Nomination, position: Position) -> tuple[dt.date, dt.date]:
    """First and last day: those of the nomination in its own position; in another one a full tour, from the first day
    on which the position is needed and the person could begin."""
    if nomination.position_id == position.pk:
        return nomination.starts_on, nomination.ends_on
    first = max(nomination.starts_on, position.needed_from or nomination.starts_on)
    return first, last_day(first, position.mission.tour_months)


def _ordered(found: Iterable[Match]) -> list[Match]:
    return sorted(
        found, key=lambda match: (not match.fits, -match.worth, match.nomination.stage_since, match.nomination.pk)
    )


@dataclass(frozen=True)
class Unfilled:
    """A position of which so many places stay open, and why."""

    position: Position
    places: int
    reason: str


@dataclass(frozen=True)
class Proposal:
    """Whom to nominate for which position, which places stay open, and who of the pool is left over."""

    chosen: list[Match]
    unfilled: list[Unfilled]
    left_over: list[Nomination]


def propose(positions: Iterable[Position], *, today: dt.date, reader: User) -> Proposal:
    """Fill the free places of positions (each with its mission and lead) from those qualified for their missions.

    Fills as many places as possible; among such fillings, the one with the greatest sum of worth (the assignment
    problem). A person takes one place at most, also when put forward for several positions.
    """
    positions = list(positions)
    free = free_places(positions)
    pool = _with_person(Nomination.objects.filter(stage=Stage.QUALIFIED, position__mission__in=_missions(positions)))
    judged = _judged([(row, position) for row in pool for position in positions], today=today, reader=reader)
    best: dict[tuple[int, int], Match] = {}
    # A person with two nominations stands once in the problem, with the better one for each position.
    for match in _ordered(match for match in judged if match.fits):
        best.setdefault((match.nomination.person_id, match.position.pk), match)
    people = sorted({person for person, _position in best})
    # The algorithm assigns one person to one place: a position with three free places stands there three times.
    places = [position for position in positions for _place in range(free[position.pk])]
    chosen = [best[pair] for pair in _assign(people, places, best)]
    chosen_people = {match.nomination.person_id for match in chosen}
    return Proposal(
        chosen=_ordered(chosen),
        unfilled=_unfilled(positions, free, chosen, judged),
        left_over=[nomination for nomination in pool if nomination.person_id not in chosen_people],
    )


def _missions(positions: Iterable[Position]) -> set[int]:
    return {position.mission_id for position in positions}


def _assign(people: list[int], places: list[Position], best: dict[tuple[int, int], Match]) -> list[tuple[int, int]]:
    """The best assignment of people to places, as (person id, position id); pairs that do not fit are left out."""
    if not people or not places:
        return []
    import numpy as np  # noqa: PLC0415 (heavy: only this page needs it)
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    # Each filled place counts far more than its points, so that the greatest sum fills as many places as possible.
    filled = 10_000
    worth = np.zeros((len(people), len(places)))  # 0: the pair does not fit
    for row, person in enumerate(people):
        for column, position in enumerate(places):
            if match := best.get((person, position.pk)):
                worth[row, column] = filled + match.worth
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return [
        (people[row], places[column].pk) for row, column in zip(rows, columns, strict=True) if worth[row, column] > 0
    ]


def _unfilled(
    positions: list[Position], free: dict[int, int], chosen: list[Match], judged: list[Match]
) -> list[Unfilled]:
    found = []
    for position in positions:
        left = free[position.pk] - sum(match.position.pk == position.pk for match in chosen)
        if left <= 0:
            continue
        candidates = [match for match in judged if match.position.pk == position.pk]
        looked_at = {match.nomination.person_id for match in candidates}
        fitting = {match.nomination.person_id for match in candidates if match.fits}
        if not looked_at:
            reason = _("Nobody qualified is left in the pool.")
        elif not fitting:
            reason = ngettext(
                "%(n)s person in the pool was looked at and does not meet the requirements.",
                "%(n)s people in the pool were looked at; none meets the requirements.",
                len(looked_at),
            ) % {"n": len(looked_at)}
        else:
            reason = _("Every suitable candidate ranks higher for another position.")
        found.append(Unfilled(position, left, reason))
    return found
