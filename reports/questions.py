"""The questions that ministers, parliament, the United Nations and chiefs of police ask, each answered in a sentence.

A question names the measures that answer it; its sentence says where each number stands. A question that takes more
than a sentence leads to the report that answers it whole.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from reports import saying
from reports.measures import MEASURES, Question
from reports.measures.catalogue import answer

SINCE_START = "_ever"
"""At the end of a name in a sentence: the measure over all days since the start, through the day that is asked for."""


@dataclass(frozen=True)
class Asked:
    """One question; in `sentence` each `{name}` of a measure is where its number stands."""

    words: Promise | str
    sentence: Promise | str
    names: tuple[str, ...]
    report: str = ""
    permission: Permission = Permission.REPORT_SEE

    @property
    def of_the_office(self) -> bool:
        return any(MEASURES[name.removesuffix(SINCE_START)].of_the_office for name in self.names)

    def answered(self, question: Question) -> SafeString:
        """The sentence with its numbers, each a link to exactly the rows that it counts."""
        found = {name: _link(name, question) for name in self.names}
        return format_html(str(self.sentence), **found)


def _link(name: str, question: Question) -> SafeString:
    measure = name.removesuffix(SINCE_START)
    if measure != name:
        question = question.since_the_start()
    found = answer(measure, question)
    return format_html('<a href="{}">{}</a>', saying.address(found), saying.number(found))


def asked_by(reader: User) -> list[Asked]:
    """The questions that somebody may ask."""
    return [
        asked
        for asked in QUESTIONS
        if reader.may(asked.permission) and (reader.sees_every_service or not asked.of_the_office)
    ]


QUESTIONS = (
    Asked(
        _("How many are abroad?"),
        _("Deployed: {deployed}, of these in missions {deployed_in_missions} and at postings {deployed_at_postings}."),
        ("deployed", "deployed_in_missions", "deployed_at_postings"),
    ),
    Asked(
        _("How many may be there, and how many places are free?"),
        _("Authorized: {authorized}. Places taken: {places_taken}, free: {free}, filled: {fill_rate}."),
        ("authorized", "places_taken", "free", "fill_rate"),
        "areas",
    ),
    Asked(_("Is any country or region over its cap?"), _("Over a cap: {over}."), ("over",), "areas"),
    Asked(
        _("Who is to come?"),
        _("Planned: {planned}. Approved: {approved}."),
        ("planned", "approved"),
    ),
    Asked(
        _("How many women are deployed?"),
        _("Women: {women} of {deployed}, or {share_of_women}."),
        ("women", "deployed", "share_of_women"),
        "women",
    ),
    Asked(
        _("How many are French-speaking, and in which language do they work?"),
        _(
            "First official language French: {french_speaking}. In missions in French: {in_french}, "
            "in English: {in_english}."
        ),
        ("french_speaking", "in_french", "in_english"),
    ),
    Asked(_("How many are armed?"), _("Armed: {armed} of {deployed}."), ("armed", "deployed")),
    Asked(
        _("How many are civilians, and how many come from partner services?"),
        _("Civilians: {civilians}. Share of partner services: {partner_share}."),
        ("civilians", "partner_share"),
        "services",
    ),
    Asked(
        _("Where did they serve in this period?"),
        _("Countries and regions: {countries}. Missions and postings: {missions}."),
        ("countries", "missions"),
        "operations",
    ),
    Asked(
        _("How much did they give in this period?"),
        _("People: {people}. Deployments: {deployments}. Days: {person_days}."),
        ("people", "deployments", "person_days"),
        "services",
    ),
    Asked(
        _("How many went out and came home in this period?"),
        _("Arrivals: {arrivals}. Departures: {departures}, of these before their time: {early_ends}."),
        ("arrivals", "departures", "early_ends"),
        "operations",
    ),
    Asked(
        _("How many have served since 1989?"),
        _("People: {people_ever}. Deployments: {deployments_ever}. Countries and regions: {countries_ever}."),
        ("people_ever", "deployments_ever", "countries_ever"),
        "programme",
    ),
    Asked(
        _("How many candidates are under way, and how long does it take?"),
        _(
            "Nominations under way: {pipeline}. Median time in a state: {time_in_state}; "
            "to fill a position: {time_to_fill}."
        ),
        ("pipeline", "time_in_state", "time_to_fill"),
        "pipeline",
    ),
)
