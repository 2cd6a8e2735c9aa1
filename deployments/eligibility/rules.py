"""The rules of eligibility, one function each. They look at facts and demands only: no database, no clock."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deployments.eligibility import papers
from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import WAIVABLE, Finding, peak
from foundation.sentences import day as in_words
from personnel.expiry import ONE_DAY, age
from personnel.models import Availability, Person

__all__ = ["WAIVABLE", "Finding", "judge"]


def judge(facts: Facts, demand: Demand, *, lent: bool = True, own: int | None = None) -> list[Finding]:
    """Every blocker and warning, blockers first, in the order in which an office mends them.

    `lent=False` leaves out the consent of the home service, which is asked for later; `own` is the deployment that is
    judged itself and so does not stand in its own way.
    """
    found = [
        *_person_cannot_go(facts),
        *_is_elsewhere(facts, demand, own),
        *_age(facts, demand),
        *papers.languages(facts, demand),
        *papers.credentials(facts, demand),
        *papers.attestation(facts, demand),
        *_years_of_service(facts, demand),
        *_rank_band(facts, demand),
        *papers.agreement(facts, demand),
        *(papers.consent(facts, demand) if lent else []),
        *_not_available(facts, demand),
        *_redline(facts, demand),
    ]
    return sorted(_waived(found, facts, demand), key=lambda one: (one.warns, one.waiver is not None))


def _person_cannot_go(facts: Facts) -> Iterator[Finding]:
    person = facts.person
    if person.state != Person.State.ACTIVE:
        message = _("The record of the person says “%(state)s”.") % {"state": person.get_state_display()}
        yield Finding("person_cannot_go", message, rule=0)


def _is_elsewhere(facts: Facts, demand: Demand, own: int | None) -> Iterator[Finding]:
    """One deployment at a time; back to back is fine (rule 6)."""
    for stay in facts.stays:
        if stay.deployment.pk == own or stay.first > demand.last or stay.last < demand.first:
            continue
        message = _("Another deployment lies on these days: %(mission)s, %(first)s to %(last)s.") % {
            "mission": stay.deployment.mission,
            "first": in_words(stay.first),
            "last": in_words(stay.deployment.last_day),
        }
        yield Finding("person_elsewhere", message, rule=6, first_day=max(stay.first, demand.first))


def _age(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """What the lead organization asks: the UN takes people from 25 and under 62, under 55 rather (rule 9)."""
    lead, born = demand.mission.lead, facts.person.born_on
    if lead.youngest is None and lead.too_old is None and lead.best_under is None:
        return
    if born is None:
        message = _("The date of birth is not known; %(lead)s asks for an age.") % {"lead": lead}
        yield Finding("age_unknown", message, rule=9, first_day=demand.first)
        return
    years = age(born, demand.first)
    if lead.youngest is not None and years < lead.youngest:
        message = _("%(years)s years old on the first day; %(lead)s takes people from %(limit)s.")
        told = {"years": years, "lead": lead, "limit": lead.youngest}
        yield Finding("too_young", message % told, rule=9, first_day=demand.first)
    if lead.too_old is not None and years >= lead.too_old:
        message = _("%(years)s years old on the first day; %(lead)s takes people under %(limit)s.")
        told = {"years": years, "lead": lead, "limit": lead.too_old}
        yield Finding("too_old", message % told, rule=9, first_day=demand.first)
    elif lead.too_old is not None and age(born, demand.last) >= lead.too_old:
        day = _birthday(born, lead.too_old)
        message = _("Turns %(limit)s on %(day)s, during the stay; %(lead)s takes people under that age.")
        told = {"limit": lead.too_old, "day": in_words(day), "lead": lead}
        yield Finding("too_old_during", message % told, rule=9, first_day=day, warns=True)
    if lead.best_under is not None and lead.best_under <= years < (lead.too_old or years + 1):
        message = _("%(years)s years old on the first day; under %(limit)s is recommended.")
        told = {"years": years, "limit": lead.best_under}
        yield Finding("age_not_recommended", message % told, rule=9, first_day=demand.first, warns=True)


def _birthday(born: dt.date, years: int) -> dt.date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:  # born on 29 February
        return dt.date(born.year + years, 3, 1)


def _years_of_service(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """Police with less service than the position, or the office, asks for (domain, section 3)."""
    person, wanted = facts.person, demand.years_of_service
    if person.category != Person.Category.POLICE or not wanted:
        return
    if person.joined_on is None:
        message = _("The start of service is not known.")
        yield Finding("service_unknown", message, rule=0, first_day=demand.first)
        return
    served = age(person.joined_on, demand.first)
    if served < wanted:
        message = ngettext(
            "%(served)s year of service on the first day; %(wanted)s are asked for.",
            "%(served)s years of service on the first day; %(wanted)s are asked for.",
            served,
        ) % {"served": served, "wanted": wanted}
        yield Finding("too_few_years", message, rule=0, first_day=demand.first)


def _rank_band(facts: Facts, demand: Demand) -> Iterator[Finding]:
    position, rank = demand.position, facts.person.rank
    if position is None or (position.rank_from is None and position.rank_to is None):
        return
    band = rank.band if rank and facts.person.category == Person.Category.POLICE else None
    if band is not None and (position.rank_from or band) <= band <= (position.rank_to or band):
        return
    lowest, highest = position.get_rank_from_display(), position.get_rank_to_display()
    if position.rank_from is None:
        message = _("The position is for ranks up to “%(highest)s”.")
    elif position.rank_to is None:
        message = _("The position is for ranks from “%(lowest)s”.")
    else:
        message = _("The position is for ranks from “%(lowest)s” to “%(highest)s”.")
    yield Finding("rank_outside", message % {"lowest": lowest, "highest": highest}, rule=0)


def _not_available(facts: Facts, demand: Demand) -> Iterator[Finding]:
    for period in facts.availability:
        ends = period.last_day or demand.last
        if period.kind != Availability.Kind.UNAVAILABLE or period.first_day > demand.last or ends < demand.first:
            continue
        day = max(period.first_day, demand.first)
        message = _("Said not to be available from %(day)s.") % {"day": in_words(day)}
        yield Finding("not_available", message, rule=0, first_day=day, warns=True)


def _redline(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """More people away at once than the home service can spare."""
    service = facts.person.service
    if service.redline is None:
        return
    others = [(first, last) for person, first, last in facts.away_from_service if person != facts.person.pk]
    most, day = peak(others, demand.first, demand.last)
    if most + 1 > service.redline:
        message = ngettext(
            "With this stay %(away)s person of %(service)s is away on %(day)s; its redline is %(redline)s.",
            "With this stay %(away)s people of %(service)s are away on %(day)s; its redline is %(redline)s.",
            most + 1,
        ) % {"away": most + 1, "service": service, "day": in_words(day), "redline": service.redline}
        yield Finding("redline", message, rule=0, first_day=day, warns=True)


def _waived(found: list[Finding], facts: Facts, demand: Demand) -> Iterator[Finding]:
    """Findings with the waivers that let them pass on the first day; one that ends during the stay warns."""
    for one in found:
        about_it = [
            waiver
            for waiver in facts.waivers
            if one.code in WAIVABLE
            and (waiver.code, waiver.about, waiver.mission_id) == (one.code, one.about, demand.mission.pk)
            and waiver.ends_on >= demand.first
        ]
        waiver = next((waiver for waiver in about_it if waiver.state == waiver.State.GRANTED), None)
        asked = next((waiver for waiver in about_it if waiver.state == waiver.State.ASKED), None)
        yield replace(one, waiver=waiver, asked=asked)
        if waiver and waiver.ends_on < demand.last:
            day = waiver.ends_on + ONE_DAY
            message = _("The waiver ends during the stay: from %(day)s this is open again. %(what)s") % {
                "day": in_words(day),
                "what": one.message,
            }
            yield Finding("waiver_ends", message, rule=one.rule, first_day=day, about=one.about, warns=True)
