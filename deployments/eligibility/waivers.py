"""Waivers of findings, and the warning when one ends during the stay."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from deployments.eligibility.demand import Demand
from deployments.eligibility.facts import Facts
from deployments.eligibility.findings import Finding
from foundation.sentences import day as in_words
from personnel.expiry import ONE_DAY


def with_waivers(found: Iterable[Finding], facts: Facts, demand: Demand) -> Iterator[Finding]:
    """The findings, each with a waiver that covers the first day; and a warning for one that ends during the stay."""
    for finding in found:
        waivers = [
            waiver
            for waiver in facts.waivers
            if finding.can_be_waived
            and (waiver.code, waiver.about, waiver.mission_id) == (finding.code, finding.about, demand.mission.pk)
            and waiver.ends_on >= demand.since
        ]
        waiver = next((waiver for waiver in waivers if waiver.state == waiver.State.GRANTED), None)
        asked = next((waiver for waiver in waivers if waiver.state == waiver.State.ASKED), None)
        yield replace(finding, waiver=waiver, asked=asked)
        if waiver and waiver.ends_on < demand.last:
            day = waiver.ends_on + ONE_DAY
            message = _("The waiver ends during the stay: from %(day)s this is open again. %(what)s") % {
                "day": in_words(day),
                "what": finding.message,
            }
            yield replace(finding, code="waiver_ends", message=message, first_day=day, warns=True)
