"""What the stays of a list would have broken: judged by what is on record and by what the list itself brings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from deployments.eligibility.demand import Demand, for_stays
from deployments.eligibility.facts import Facts, for_people
from deployments.models import Deployment
from deployments.stays import approval, history
from deployments.stays.approval import Known
from missions.models import Authorization, Mission
from records.kinds.of_people import Brought
from records.rows import JudgedRow, in_both
from records.world import World

PAPERS = ("credentials", "languages", "attestations")
"""Kinds by their codes, which are the names of the attributes of `Facts` that hold their records."""


def note(rows: list[JudgedRow], world: World) -> None:
    """Note on these rows, each with a new stay, what the stay would have broken."""
    known = _known([row.record for row in rows], world)
    for row, of_one in zip(rows, known, strict=True):
        for sentence in in_both(lambda row=row, of_one=of_one: history.broken(row.record, of_one, today=world.today)):  # type: ignore[misc]
            row.note(sentence)


def authorization_on(mission: Mission, day: Any, world: World) -> Authorization | None:
    """The authorization for the country or region of a mission that is in force on a day."""
    if day is None:
        return None
    code = mission.area_on(day).code
    rows: Iterable[Authorization] = world.records("authorizations")
    return next((each for each in rows if each.area.code == code and each.is_in_force(day)), None)


def _known(stays: list[Deployment], world: World) -> list[Known]:
    """What eligibility looks at for each of these stays. Papers are read for those that are not over."""
    agreements: dict[str, list[Any]] = defaultdict(list)
    for agreement in world.records("agreements"):
        agreements[agreement.service.code].append(agreement)
    people = {stay.person.pk: stay.person for stay in stays if history.is_judged_as_approved(stay) and stay.person.pk}
    on_record = {facts.person.pk: facts for facts in for_people(people.values(), today=world.today)}
    brought = world.facts(Brought)
    found = []
    for stay, demand in zip(stays, _demands(stays, world), strict=True):
        facts = on_record.get(stay.person.pk) or Facts(stay.person)
        papers: dict[str, Any] = {
            code: _together(getattr(facts, code), brought.of(code, stay.person)) for code in PAPERS
        }
        facts = replace(facts, person=stay.person, agreements=agreements[stay.service.code], **papers)
        found.append((facts, demand))
    return found


def _together(on_record: list[Any], brought: list[Any]) -> list[Any]:
    """Both, and what the list changes as it changes it."""
    changed = {record.pk for record in brought}
    return [*(record for record in on_record if record.pk not in changed), *brought]


def _demands(stays: list[Deployment], world: World) -> list[Demand]:
    """What is asked of each; of a mission that the list adds, what can be asked before it is saved."""
    found = [_demand(stay, world) for stay in stays]
    saved = [
        place
        for place, stay in enumerate(stays)
        if history.is_judged_as_approved(stay) and stay.mission.pk and (stay.position is None or stay.position.pk)
    ]
    demands = for_stays(approval.stay_to_judge(stays[place], today=world.today) for place in saved)
    for place, demand in zip(saved, demands, strict=True):
        # As the list says them: authorizations that it brings are not on record yet.
        found[place] = replace(found[place], credentials=demand.credentials)
    return found


def _demand(stay: Deployment, world: World) -> Demand:
    if history.is_judged_as_approved(stay):
        mission, position, first, last, since = approval.stay_to_judge(stay, today=world.today)
    else:
        mission, position, (first, last), since = stay.mission, stay.position, stay.stay(world.today), None
    authorization = authorization_on(mission, first, world)
    language = mission.language or (authorization.language if authorization else "")
    return Demand(mission, position, first, last, since or first, language, stay.armed, ())
