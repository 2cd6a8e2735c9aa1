"""News of consents: what is asked tells the home service, what it answers tells the office."""

import datetime as dt
from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from deployments.models import Consent
from flags.models import News
from flags.news import tell
from flags.news_kinds import Audience, NewsKind, declare
from foundation.sentences import day as in_words

State = Consent.State


def _said(sentence: str | Promise) -> Callable[[News], str]:
    def say(news: News) -> str:
        consent = news.subject
        days = {name: in_words(dt.date.fromisoformat(value)) for name, value in news.facts.items()}
        about = {"person": consent.person, "mission": consent.mission, "service": consent.service}
        return str(sentence) % {**about, "reason": consent.get_reason_display(), **days}

    return say


def _page(news: News, _reader: User, _today: dt.date) -> str:
    return news.subject.get_absolute_url()


def _kind(
    code: str,
    label: Promise,
    sentence: Promise,
    audience: Audience,
    *,
    to_do: str | Promise = "",
    urgent: bool = False,
) -> NewsKind:
    related = ("person__rank", "mission", "service")
    return NewsKind(code, label, Consent, _said(sentence), audience, _page, related, to_do, urgent)


ASKED = _kind(
    "consent_asked",
    _lazy("Consent asked for"),
    _lazy(
        "%(person)s, %(mission)s: the office asks for the consent of %(service)s, from %(first)s through %(last)s. "
        "The answer is due by %(answer_by)s."
    ),
    Audience.SERVICE,
    to_do=_lazy("Answer for your service."),
    urgent=True,
)
OFFER_WITHDRAWN = _kind(
    "consent_withdrawn",
    _lazy("Request for consent withdrawn"),
    _lazy("%(person)s, %(mission)s: the office no longer asks for the consent of %(service)s."),
    Audience.SERVICE,
)
LAPSED = _kind(
    "consent_lapsed",
    _lazy("Consent not answered in time"),
    _lazy("%(person)s, %(mission)s: the request for the consent of %(service)s lapsed without an answer."),
    Audience.BOTH,
)
GIVEN = _kind(
    "consent_given",
    _lazy("Consent given"),
    _lazy("%(person)s, %(mission)s: %(service)s consents, from %(first)s through %(last)s."),
    Audience.OFFICE,
    to_do=_lazy("Plan or approve the deployment."),
)
REFUSED = _kind(
    "consent_refused",
    _lazy("Consent refused"),
    _lazy("%(person)s, %(mission)s: %(service)s does not consent (%(reason)s)."),
    Audience.OFFICE,
    to_do=_lazy("Choose somebody else from the reserve."),
)
RECALLED = _kind(
    "consent_recalled",
    _lazy("Consent withdrawn"),
    _lazy("%(person)s, %(mission)s: %(service)s withdraws its consent from %(recalled_from)s (%(reason)s)."),
    Audience.OFFICE,
    to_do=_lazy("Change the dates of the deployment, and look for a successor."),
    urgent=True,
)

declare(ASKED, OFFER_WITHDRAWN, LAPSED, GIVEN, REFUSED, RECALLED)

_BY_STATE = {
    State.OFFERED: ASKED,
    State.WITHDRAWN: OFFER_WITHDRAWN,
    State.LAPSED: LAPSED,
    State.CONSENTED: GIVEN,
    State.REFUSED: REFUSED,
    State.RECALLED: RECALLED,
}


def tell_of_consent(consent: Consent, by: User | None) -> None:
    """Tell of a consent that has just come to its state; call it in the same transaction."""
    days = {"first": consent.starts_on, "last": consent.ends_on, "answer_by": consent.answer_by}
    if consent.recalled_from:
        days["recalled_from"] = consent.recalled_from
    facts = {name: value.isoformat() for name, value in days.items()}
    kind = _BY_STATE[State(consent.state)]
    tell(kind, consent, by=by, service=consent.service, person=consent.person, facts=facts)
