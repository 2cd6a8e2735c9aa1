"""News of waivers: one that was asked for tells the office, one that was decided the home service as well."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import Permission
from accounts.models import User
from deployments.models import Waiver
from flags.models import News
from flags.news import tell
from flags.news_kinds import Audience, NewsKind, declare
from foundation.bilingual import reader_language
from foundation.sentences import day as in_words

State = Waiver.State


def _params(news: News) -> dict[str, object]:
    waiver, facts = news.subject, news.facts
    return {
        "person": waiver.person,
        "mission": waiver.mission,
        "what": facts["what"][reader_language()],
        "day": in_words(dt.date.fromisoformat(facts["ends_on"])),
        "by": waiver.asked_by,
    }


def _asked(news: News) -> str:
    sentence = _("%(person)s, %(mission)s: %(by)s asks to waive %(what)s through %(day)s.")
    return sentence % _params(news)


def _decided(news: News) -> str:
    sentence = {
        State.GRANTED: _("%(person)s, %(mission)s: a waiver of %(what)s was granted through %(day)s."),
        State.REFUSED: _("%(person)s, %(mission)s: a waiver of %(what)s was refused."),
        State.WITHDRAWN: _("%(person)s, %(mission)s: the waiver of %(what)s was withdrawn."),
    }[State(news.facts["state"])]
    return sentence % _params(news)


def _page(news: News, reader: User, _today: dt.date) -> str:
    """A home service sees no waivers: it opens the record of the person."""
    return (news.subject if reader.may(Permission.WAIVER_SEE) else news.subject.person).get_absolute_url()


RELATED = ("person__rank", "mission", "asked_by")
ASKED = NewsKind(
    "waiver_asked",
    _lazy("Waiver asked for"),
    Waiver,
    _asked,
    Audience.OFFICE,
    _page,
    RELATED,
    _lazy("A second coordinator decides."),
)
DECIDED = NewsKind("waiver_decided", _lazy("Waiver decided"), Waiver, _decided, Audience.BOTH, _page, RELATED)

declare(ASKED, DECIDED)


def tell_of_waiver(waiver: Waiver, what: dict[str, str], by: User | None) -> None:
    """Tell that a waiver was asked for or decided; call it in the same transaction.

    `what` says in both languages what it lets pass, without the name of a restricted credential.
    """
    kind = ASKED if waiver.state == State.ASKED else DECIDED
    facts = {"what": what, "ends_on": waiver.ends_on.isoformat(), "state": waiver.state}
    tell(kind, waiver, by=by, service=waiver.person.service, person=waiver.person, facts=facts)
