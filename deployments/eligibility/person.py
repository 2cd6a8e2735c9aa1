"""Rules about the person: the record, age, years of service and rank (rule 9; domain, section 3)."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding
from foundation.sentences import day as in_words
from personnel.expiry import age
from personnel.models import Person


def record_is_active(facts: Facts) -> Iterator[Finding]:
    person = facts.person
    if person.state != Person.State.ACTIVE:
        message = _("The record of the person says “%(state)s”.") % {"state": person.get_state_display()}
        yield Finding("person_cannot_go", message, rule=0)


def age_fits(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The age limits of the lead organization, on the first day (rule 9); the UN: from 25, under 62, better under 55.

    Whoever reaches the upper limit during the stay gets a warning.
    """
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
        params = {"years": years, "lead": lead, "limit": lead.youngest}
        yield Finding("too_young", message % params, rule=9, first_day=demand.first)
    if lead.too_old is not None and years >= lead.too_old:
        message = _("%(years)s years old on the first day; %(lead)s takes people under %(limit)s.")
        params = {"years": years, "lead": lead, "limit": lead.too_old}
        yield Finding("too_old", message % params, rule=9, first_day=demand.first)
    elif lead.too_old is not None and age(born, demand.last) >= lead.too_old:
        day = _birthday(born, lead.too_old)
        message = _("Turns %(limit)s on %(day)s, during the stay; %(lead)s takes people under that age.")
        params = {"limit": lead.too_old, "day": in_words(day), "lead": lead}
        yield Finding("too_old_during", message % params, rule=9, first_day=day, warns=True)
    if lead.best_under is not None and lead.best_under <= years < (lead.too_old or years + 1):
        message = _("%(years)s years old on the first day; under %(limit)s is recommended.")
        params = {"years": years, "limit": lead.best_under}
        yield Finding("age_not_recommended", message % params, rule=9, first_day=demand.first, warns=True)


def _birthday(born: dt.date, years: int) -> dt.date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:  # 29 February in a year that has none; `personnel.expiry.age` counts from 1 March too
        return dt.date(born.year + years, 3, 1)


def years_of_service(facts: Facts, demand: Demand) -> Iterator[Finding]:
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


def rank_band(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The bands of rank that the position asks for: civilians have none, and so never fit such a position."""
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
