"""Languages (rule 11): each has a valid test on the first day; one that lapses during the stay is a warning.

Of somebody who is there already, it is asked from `Demand.since` on, as in `credentials`.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from deployments.eligibility.days import first_day_open, nth_day
from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding
from foundation.sentences import day as in_words
from missions.models import Skill, Tongue
from personnel.expiry import ONE_DAY


def languages(facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The language of operation, and the further one that a position asks for (rule 11)."""
    required = [(demand.language, demand.mission.language_level)] if demand.language else []
    if demand.position and demand.position.language:
        required.append((demand.position.language, demand.position.language_level or Skill.A1))
    for language, level in required:
        yield from _language(facts, demand, language, level)


def _language(facts: Facts, demand: Demand, language: str, level: int) -> Iterator[Finding]:
    if facts.person.first_language == language:
        return  # the first official language needs no test
    params = {"language": Tongue(language).label, "level": Skill(level).label}
    tests = [test for test in facts.languages if test.language == language and test.tested_on <= demand.since]
    passed = [test for test in tests if test.level >= level]
    if not tests:
        message = _("No test of %(language)s is on record; level %(level)s is asked for.") % params
        yield Finding("language_untested", message, rule=11, first_day=demand.first, about=language)
        return
    if not passed:
        params["best"] = Skill(max(test.level for test in tests)).label
        message = _("%(language)s was tested at level %(best)s; level %(level)s is asked for.") % params
        yield Finding("language_too_low", message, rule=11, first_day=demand.first, about=language)
        return
    day = first_day_open([(test.tested_on, test.expires_on) for test in passed], demand.since, demand.last)
    ended = max((test.expires_on for test in passed if test.expires_on), default=demand.since)
    lapsed_since_arrival = day == demand.since and demand.first <= ended < demand.since
    if day == demand.since and not lapsed_since_arrival:
        message = _("The test of %(language)s was valid until %(ended)s.") % {**params, "ended": in_words(ended)}
        yield Finding("language_lapsed", message, rule=11, first_day=day, about=language)
    elif day:
        day = ended + ONE_DAY if lapsed_since_arrival else day
        message = _("The test of %(language)s is no longer valid from %(day)s, day %(number)s of %(days)s.")
        message %= {**params, **nth_day(day, demand.first, demand.last)}
        yield Finding("language_lapses", message, rule=11, first_day=day, about=language, warns=True)
