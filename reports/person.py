"""What the page of one person answers first: where somebody is and what comes next, for what somebody is ready, and two
years at a glance."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Permission
from accounts.models import User
from deployments.candidates.places import free_places, positions_seen_by
from deployments.eligibility import Finding, judge, told_to
from deployments.eligibility.demand import Stay, for_stays
from deployments.eligibility.facts import for_people
from deployments.models import Deployment, Nomination
from deployments.models.statuses import COMING, NOT_OVER
from deployments.models.transitions import Act, DeploymentTransition, Move, NominationTransition, Transition
from foundation.refusals import Link
from foundation.sentences import day as in_words
from missions.models import Mission, Position
from personnel.expiry import Standing, last_day
from personnel.models import Availability, Credential, Person

ONE_DAY = dt.timedelta(days=1)
LOOKED_AT = 30
"""So many open positions are judged, those that are needed first."""
SHOWN = 3
STEPS_SHOWN = 20
MONTHS_BACK, MONTHS = 6, 24


@dataclass(frozen=True)
class Now:
    """Where somebody is today, in words, with what is late, and the acts that come next, the first one first."""

    words: str
    stay: Deployment | None = None
    late: str = ""
    acts: list[Link] = field(default_factory=list)


def now(person: Person, stays: Iterable[Deployment], reader: User, *, today: dt.date) -> Now:
    """Where a person is today, by the stays that the reader sees: in mission, on the way, put forward, or free."""
    open_stays = sorted((one for one in stays if one.status in NOT_OVER), key=lambda one: (one.starts_on, one.pk))
    there = next((one for one in open_stays if one.status == Deployment.Status.IN_MISSION), None)
    if there:
        return _in_mission(there, reader, today)
    if open_stays:
        return _coming(open_stays[0], reader, today)
    if person.state != Person.State.ACTIVE:
        return Now(str(person.get_state_display()))
    nominations = Nomination.objects.visible_to(reader).live().filter(person=person).select_related("position__mission")
    if nomination := nominations.order_by("-stage_since", "-pk").first():
        words = f"{nomination.get_stage_display()} · {nomination.position}, {nomination.position.mission.name}"
        first = [Link(_("Open the nomination"), nomination.get_absolute_url())]
        return Now(words, acts=first + _plan(person, reader, position=nomination.position))
    unavailable = person.availability.filter(kind=Availability.Kind.UNAVAILABLE, first_day__lte=today)
    away = unavailable.exclude(last_day__lt=today).order_by("first_day").first()
    if away and away.last_day:
        words = _("Not available until %(day)s") % {"day": in_words(away.last_day)}
    else:
        words = _("Not available until further notice") if away else _("Not deployed")
    return Now(words, acts=_plan(person, reader))


def _plan(person: Person, reader: User, *, position: Position | None = None) -> list[Link]:
    """Planning a deployment for the office, putting forward for a service: what the reader may begin with somebody."""
    if reader.may(Permission.DEPLOYMENT_PLAN):
        query = {"person": person.pk, **({"position": position.pk} if position else {})}
        return [Link(_("Plan a deployment"), reverse("deployment_plan", query=query))]
    if reader.may(Permission.NOMINATION_SUBMIT) and position is None:
        return [Link(_("Put forward for a position"), reverse("nomination_add", query={"person": person.pk}))]
    return []


def _in_mission(stay: Deployment, reader: User, today: dt.date) -> Now:
    since = in_words(stay.arrived_on or stay.starts_on)
    words = _("In mission · %(mission)s, %(area)s · since %(day)s") % {**_where(stay), "day": since}
    late, acts = "", []
    n = (today - stay.ends_on).days
    if n > 0:
        late = ngettext("overdue %(n)s day", "overdue %(n)s days", n) % {"n": n}
        acts = _step(stay, Act.COMPLETE, _("Record the departure"), reader)
    else:
        words = _("%(now)s · until %(day)s") % {"now": words, "day": in_words(stay.ends_on)}
    if reader.may(Permission.DEPLOYMENT_PLAN):
        acts.append(Link(_("Plan the relief"), reverse("deployment_plan", query={"relieves": stay.pk})))
    return Now(words, stay, late, acts)


def _coming(stay: Deployment, reader: User, today: dt.date) -> Now:
    words = _("%(status)s · %(mission)s, %(area)s · from %(day)s") % {
        **_where(stay),
        "status": stay.get_status_display(),
        "day": in_words(stay.starts_on),
    }
    n = (today - stay.starts_on).days
    late = ngettext("expected %(n)s day ago", "expected %(n)s days ago", n) % {"n": n} if n > 0 else ""
    if stay.status == Deployment.Status.PLANNED:
        return Now(words, stay, late, _step(stay, Act.APPROVE, _("Approve the deployment"), reader))
    return Now(words, stay, late, _step(stay, Act.ARRIVE, _("Record the arrival"), reader) if n >= 0 else [])


def _where(stay: Deployment) -> dict[str, Any]:
    return {"mission": stay.mission.name, "area": stay.mission.area.name}


def _step(stay: Deployment, act: Act, says: str, reader: User) -> list[Link]:
    may = reader.may(Permission.DEPLOYMENT_MOVE)
    return [Link(says, reverse("deployment_step", args=[stay.pk, act]))] if may else []


@dataclass(frozen=True)
class Ready:
    """How far somebody is from an open position: what stands against it, and what warns."""

    position: Position
    first: dt.date
    findings: list[Finding]
    act: Link | None

    @property
    def missing(self) -> int:
        return sum(finding.refuses for finding in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.missing


def ready_for(person: Person, stays: Iterable[Deployment], reader: User, *, today: dt.date) -> list[Ready]:
    """The open positions for which least is missing, of those that the reader sees.

    Open are those with an open call, for the office those with a free place. The stay that is judged begins when the
    position is needed and the person is back.
    """
    open_positions = positions_seen_by(reader, today=today).filter(mission__in=Mission.objects.active(today))
    if not reader.may(Permission.MISSION_SEE):
        open_positions = open_positions.with_open_call(today)
    rows = open_positions.select_related("mission__lead", "mission__area", "mission__profile")
    positions = list(rows.order_by("needed_from", "pk")[:LOOKED_AT])
    if reader.may(Permission.SELECTION_SEE):
        free = free_places(positions)
        positions = [position for position in positions if free[position.pk] > 0]
    back = max((one.ends_on + ONE_DAY for one in stays if one.status in NOT_OVER), default=today)
    days = {one.pk: max(one.needed_from or today, back, today) for one in positions}
    asked = [Stay(one.mission, one, days[one.pk], last_day(days[one.pk], one.mission.tour_months)) for one in positions]
    [facts] = for_people([person], today=today)
    found = [
        Ready(
            position,
            demand.first,
            told_to(reader, judge(facts, demand, check_consent=False, check_verification=False)),
            _begin(person, position, reader),
        )
        for position, demand in zip(positions, for_stays(asked), strict=True)
    ]
    return sorted(found, key=lambda one: (one.missing, one.warnings, one.first, one.position.pk))[:SHOWN]


def _begin(person: Person, position: Position, reader: User) -> Link | None:
    query: dict[str, Any] = {"person": person.pk, "position": position.pk}
    if reader.may(Permission.DEPLOYMENT_PLAN):
        return Link(_("Plan a deployment"), reverse("deployment_plan", query=query))
    if reader.may(Permission.NOMINATION_SUBMIT):
        return Link(_("Put forward"), reverse("nomination_add", query=query))
    return None


@dataclass(frozen=True)
class Span:
    """A part of a lane: its days, what it is, and where it stands, in thousandths of the lane."""

    kind: str
    says: str
    x: str
    width: str


@dataclass(frozen=True)
class Lane:
    name: str
    spans: list[Span]


@dataclass(frozen=True)
class Ribbon:
    """Two years of a person: a lane for tours, for availability, and for each paper. `today` is in thousandths."""

    first: dt.date
    last: dt.date
    today: str
    months: list[dt.date]
    lanes: list[Lane]


def ribbon(
    stays: Iterable[Deployment],
    availability: Iterable[Availability],
    credentials: Iterable[tuple[Credential, Any]],
    *,
    today: dt.date,
) -> Ribbon:
    """The months around today; of credentials those that the reader may know, and that are or were met."""
    first = _month(today, -MONTHS_BACK)
    last = _month(first, MONTHS) - ONE_DAY
    length = (last - first).days + 1

    def span(kind: str, says: object, start: dt.date, end: dt.date | None) -> Span | None:
        until = last if end is None else min(end, last)
        begin = max(start, first)
        if until < begin:
            return None
        x, width = (begin - first).days / length, ((until - begin).days + 1) / length
        days = f"{start.isoformat()} – {end.isoformat() if end else _('until further notice')}"
        return Span(kind, f"{says}, {days}", str(round(1000 * x)), str(max(round(1000 * width), 4)))

    lanes: dict[str, list[Span | None]] = {_("Tours"): [], _("Availability"): []}
    for stay in stays:
        if stay.status != Deployment.Status.CANCELLED:
            kind = "approved" if stay.status in COMING else "in-mission"
            said = f"{stay.mission.name}, {stay.get_status_display()}"
            lanes[_("Tours")].append(span(kind, said, stay.first_day, stay.last_day))
            if stay.status == Deployment.Status.IN_MISSION and stay.last_day < today:
                lanes[_("Tours")].append(span("over", _("Overdue"), stay.last_day + ONE_DAY, today))
    for period in availability:
        kind = "over" if period.kind == Availability.Kind.UNAVAILABLE else "well"
        lanes[_("Availability")].append(span(kind, period.get_kind_display(), period.first_day, period.last_day))
    for paper, standing in credentials:
        if not paper.is_closed and paper.result == Credential.Result.MET and standing != Standing.ENDED:
            kind = "paper" if paper.counts else "held"
            said = str(paper) if paper.counts else _("%(paper)s, to be verified") % {"paper": paper}
            lanes.setdefault(str(paper), []).append(span(kind, said, paper.issued_on, paper.expires_on))
    shown = [Lane(name, [one for one in spans if one]) for name, spans in lanes.items()]
    return Ribbon(
        first,
        last,
        str(round(1000 * (today - first).days / length)),
        [_month(first, months) for months in range(0, MONTHS, 6)],
        [lane for lane in shown if lane.spans],
    )


def _month(of: dt.date, months: int) -> dt.date:
    """The first day of the month that is so many months away."""
    year, month = divmod(of.year * 12 + of.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def urgent_first(
    credentials: list[tuple[Credential, Standing | None]],
) -> tuple[list[tuple[Credential, Standing | None]], list[tuple[Credential, Standing | None]]]:
    """The papers to look at, the worst first; and the others: valid ones, and those that a later one replaced."""
    order = [Standing.NOT_MET, Standing.EXPIRED, Standing.ENDING, Standing.COMING, Standing.VALID, None]
    renewed = {
        (paper.kind_id, paper.profile_id)
        for paper, standing in credentials
        if standing in {Standing.VALID, Standing.ENDING}
    }

    def waits(paper: Credential, standing: Standing | None) -> bool:
        if paper.is_closed or standing in {Standing.ENDED, None}:
            return False
        if standing == Standing.EXPIRED:
            return (paper.kind_id, paper.profile_id) not in renewed
        return standing != Standing.VALID or not paper.counts

    first = [row for row in credentials if waits(*row)]
    others = [row for row in credentials if not waits(*row)]
    return sorted(first, key=lambda row: (order.index(row[1]), row[0].expires_on or dt.date.max)), others


def steps(person: Person, reader: User) -> list[tuple[Transition, Any]]:
    """What was recorded last of the nominations and deployments that the reader sees, each with its row."""
    of_stays = DeploymentTransition.objects.filter(
        deployment__in=Deployment.objects.visible_to(reader), deployment__person=person
    )
    moves = NominationTransition.objects.filter(
        nomination__in=Nomination.objects.visible_to(reader), nomination__person=person
    )
    if not reader.sees_every_service:
        moves = moves.exclude(act=Move.RANK)
    found: list[tuple[Transition, Any]] = [
        (step, step.deployment) for step in of_stays.select_related("deployment__mission")[:STEPS_SHOWN]
    ]
    found += [(move, move.nomination) for move in moves.select_related("nomination__position__mission")[:STEPS_SHOWN]]
    return sorted(found, key=lambda pair: (pair[0].at, pair[0].pk), reverse=True)[:STEPS_SHOWN]
