"""News of nominations: what came in tells the office, what the office decided tells the home service."""

import datetime as dt
from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import User
from deployments.models import NominationTransition
from deployments.models.nominations import Stage
from deployments.models.transitions import Move
from flags.models import News
from flags.news import tell
from flags.news_kinds import Audience, NewsKind, declare


def _who(news: News) -> dict[str, object]:
    nomination = news.subject.nomination
    return {"person": nomination.person, "position": nomination.position, "service": nomination.service}


def _page(news: News, _reader: User, _today: dt.date) -> str:
    return news.subject.nomination.get_absolute_url()


def _said(sentence: str | Promise) -> Callable[[News], str]:
    """A sentence about who is put forward for what."""
    return lambda news: str(sentence) % _who(news)


def _with_feedback(sentence: str | Promise) -> Callable[[News], str]:
    """The same with the coded reason, and with what was written to the home service."""

    def say(news: News) -> str:
        told = [str(sentence) % _who(news)]
        if news.subject.reason_code:
            told.append(_("Reason: %(reason)s.") % {"reason": news.subject.get_reason_code_display()})
        if news.subject.reason.strip():
            told.append(_("Feedback: “%(feedback)s”") % {"feedback": news.subject.reason.strip()})
        return " ".join(told)

    return say


def _stage(news: News) -> str:
    sentence = _("%(person)s, %(position)s: now in the stage “%(stage)s”.")
    return sentence % {**_who(news), "stage": news.subject.get_to_status_display()}


def _kind(
    code: str,
    label: Promise,
    say: Callable[[News], str],
    audience: Audience,
    *,
    to_do: str | Promise = "",
    urgent: bool = False,
) -> NewsKind:
    related = ("nomination__person__rank", "nomination__position", "nomination__service")
    return NewsKind(code, label, NominationTransition, say, audience, _page, related, to_do, urgent)


SUBMITTED = _kind(
    "nomination_submitted",
    _lazy("Nomination submitted"),
    _said(_lazy("%(person)s, %(position)s: %(service)s submitted the nomination.")),
    Audience.OFFICE,
    to_do=_lazy("Take it into screening."),
)
CORRECTED = _kind(
    "nomination_corrected",
    _lazy("Nomination corrected"),
    _said(_lazy("%(person)s, %(position)s: %(service)s corrected the nomination and submitted it again.")),
    Audience.OFFICE,
    to_do=_lazy("Take it into screening."),
)
WITHDRAWN = _kind(
    "nomination_withdrawn",
    _lazy("Nomination withdrawn"),
    _with_feedback(_lazy("%(person)s, %(position)s: the nomination was withdrawn.")),
    Audience.BOTH,
)
RETURNED = _kind(
    "nomination_returned",
    _lazy("Nomination returned"),
    _with_feedback(_lazy("%(person)s, %(position)s: the nomination was returned for correction.")),
    Audience.SERVICE,
    to_do=_lazy("Correct it and submit it again."),
    urgent=True,
)
NOT_ELIGIBLE = _kind(
    "nomination_not_eligible",
    _lazy("Not eligible"),
    _with_feedback(_lazy("%(person)s, %(position)s: found not eligible.")),
    Audience.SERVICE,
)
NOT_SELECTED = _kind(
    "nomination_not_selected",
    _lazy("Not selected"),
    _with_feedback(_lazy("%(person)s, %(position)s: not selected.")),
    Audience.SERVICE,
)
DECLINED = _kind(
    "nomination_declined",
    _lazy("Declined by the organization"),
    _with_feedback(_lazy("%(person)s, %(position)s: the organization declined.")),
    Audience.SERVICE,
)
QUALIFIED = _kind(
    "nomination_qualified",
    _lazy("Qualified"),
    _said(_lazy("%(person)s, %(position)s: qualified, and now in the pool.")),
    Audience.SERVICE,
)
NOMINATED = _kind(
    "nomination_nominated",
    _lazy("Nominated to the organization"),
    _said(_lazy("%(person)s, %(position)s: nominated to the organization.")),
    Audience.SERVICE,
)
ACCEPTED = _kind(
    "nomination_accepted",
    _lazy("Accepted by the organization"),
    _said(_lazy("%(person)s, %(position)s: accepted by the organization.")),
    Audience.SERVICE,
)
STAGE = _kind("nomination_stage", _lazy("Nomination at another stage"), _stage, Audience.SERVICE)

declare(
    SUBMITTED,
    CORRECTED,
    WITHDRAWN,
    RETURNED,
    STAGE,
    NOT_ELIGIBLE,
    QUALIFIED,
    NOT_SELECTED,
    NOMINATED,
    DECLINED,
    ACCEPTED,
)

_BY_MOVE = {
    Move.SUBMIT: SUBMITTED,
    Move.WITHDRAW: WITHDRAWN,
    Move.RETURN: RETURNED,
    Move.REFUSE: NOT_ELIGIBLE,
    Move.NOT_SELECT: NOT_SELECTED,
    Move.DECLINE: DECLINED,
    Move.QUALIFY: QUALIFIED,
    Move.NOMINATE: NOMINATED,
    Move.ACCEPT: ACCEPTED,
    **dict.fromkeys([Move.SCREEN, Move.ASSESS, Move.RELEASE, Move.DEFER, Move.RESUME, Move.LAPSE, Move.CORRECT], STAGE),
}
"""Move → its news. Drafts and corrections under way are the service's own; a planned deployment has news itself."""


def tell_of_move(transition: NominationTransition) -> None:
    """Tell of a move that was made with a nomination; call it in the same transaction."""
    kind = _BY_MOVE.get(Move(transition.act))
    if kind is SUBMITTED and transition.from_status == Stage.RETURNED:
        kind = CORRECTED
    if kind is None or (kind is WITHDRAWN and transition.from_status == Stage.DRAFT):
        return  # nobody else knew of a draft
    nomination = transition.nomination
    tell(kind, transition, by=transition.by, service=nomination.service, person=nomination.person)
