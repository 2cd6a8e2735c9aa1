"""What runs out in the next half year: credentials, agreements, consents and authorizations, in one table."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from missions.models.names import named_as_of
from reports import saying
from reports.measures import MEASURES, Question, Time
from reports.tables.base import Linked, Report, Row

HALF_A_YEAR = dt.timedelta(days=180)
"""As long before as agreements and authorizations are flagged."""


def next_half_year(day: dt.date) -> tuple[dt.date, dt.date]:
    return day, day + HALF_A_YEAR


def rows(question: Question) -> list[Row]:
    """One row for each paper with its last day in the period that the reader may know of, the first to end first."""
    found = [*_credentials(question), *_agreements(question), *_consents(question)]
    if question.reader.sees_every_service:
        found += _authorizations(question)
    for row in found:
        row["days_left"] = (row["last_day"] - question.on).days
    return sorted(found, key=lambda row: (row["last_day"], row["kind"], str(row["what"])))


def headline(question: Question, found: list[Row]) -> SafeString:
    """The days, and of each kind how many end in them, which leads to just these."""
    numbers = Counter(row["measure"] for row in found)
    words = gettext("%(label)s: %(value)s") % {"label": "{}", "value": '<a href="{}">{}</a>'}
    asked = question.only(REPORT.takes)
    each = [
        (MEASURES[name].label, saying.rows_at(MEASURES[name], asked), saying.figure(number))
        for name, number in sorted(numbers.items(), key=lambda one: list(MEASURES).index(one[0]))
    ]
    return format_html("{}. {}.", saying.of_when(Time.PERIOD, question), format_html_join("; ", words, each))


def _credentials(question: Question) -> Iterator[Row]:
    found = MEASURES["credentials_ending"].rows(question)
    papers = list(found.select_related("person__rank", "person__service", "kind", "profile"))
    named_as_of({paper.person.service for paper in papers}, question.on, today=question.today)
    for paper in papers:
        yield {
            "what": Linked(str(paper.person), paper.person.get_absolute_url()),
            "measure": "credentials_ending",
            "kind": str(_("Credential")),
            "about": str(paper),
            "service": paper.person.service.name,
            "last_day": paper.expires_on,
        }


def _agreements(question: Question) -> Iterator[Row]:
    agreements = list(MEASURES["agreements_ending"].rows(question).select_related("service"))
    named_as_of({agreement.service for agreement in agreements}, question.on, today=question.today)
    for agreement in agreements:
        yield {
            "what": Linked(agreement.reference, agreement.get_absolute_url()),
            "measure": "agreements_ending",
            "kind": str(_("Agreement")),
            "about": None,
            "service": agreement.service.name,
            "last_day": agreement.ends_on,
        }


def _consents(question: Question) -> Iterator[Row]:
    consents = list(MEASURES["consents_ending"].rows(question).select_related("person__rank", "service", "mission"))
    named = [row for consent in consents for row in (consent.service, consent.mission)]
    named_as_of(named, question.on, today=question.today)
    for consent in consents:
        days = consent.covered()
        if days:  # always so of these
            yield {
                "what": Linked(str(consent.person), consent.get_absolute_url()),
                "measure": "consents_ending",
                "kind": str(_("Consent")),
                "about": consent.mission.name,
                "service": consent.service.name,
                "last_day": days[1],
            }


def _authorizations(question: Question) -> Iterator[Row]:
    authorizations = list(MEASURES["authorizations_ending"].rows(question).select_related("area"))
    named_as_of([row.area for row in authorizations], question.on, today=question.today)
    for row in authorizations:
        yield {
            "what": Linked(row.reference, row.get_absolute_url()),
            "measure": "authorizations_ending",
            "kind": str(_("Authorization")),
            "about": row.area.name,
            "service": None,
            "last_day": row.valid_to,
        }


REPORT = Report(
    "running_out",
    _("Running out"),
    _(
        "Credentials, agreements, consents and authorizations whose last day is one of the period, and which nothing "
        "continues, with the days that are left from the day of the page. Restricted credentials are listed for those "
        "who may see them, authorizations for those who see every service."
    ),
    (
        ("what", _("Who or what")),
        ("kind", _("Kind")),
        ("about", _("About")),
        ("service", _("Police service")),
        ("last_day", _("Last day")),
        ("days_left", _("Days left")),
    ),
    rows,
    Time.PERIOD,
    takes=frozenset({"service"}),
    period=next_half_year,
    headline=headline,
)
