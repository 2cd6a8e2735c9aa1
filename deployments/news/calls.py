"""News of calls for nominations, for all liaisons: opened, and about to close. Time brings them, no act does."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import Permission
from accounts.models import User
from flags.models import News
from flags.news_kinds import Audience, NewsKind, Noticed, declare, notices
from foundation.sentences import day as in_words
from missions.models import MissionState, Position


def _params(news: News) -> dict[str, object]:
    closes = in_words(dt.date.fromisoformat(news.facts["closes"]))
    return {"position": news.subject, "mission": news.subject.mission, "day": closes}


def _opened(news: News) -> str:
    return _("%(position)s, %(mission)s: the call for nominations is open until %(day)s.") % _params(news)


def _closing(news: News) -> str:
    return _("%(position)s, %(mission)s: the call for nominations closes on %(day)s.") % _params(news)


def _page(news: News, reader: User, today: dt.date) -> str | None:
    """A liaison may open a position while its call is open."""
    position = news.subject
    is_open = position.call(today) == Position.Call.OPEN
    may_open = reader.may(Permission.MISSION_SEE) or (
        is_open and position.mission.state_on(today) == MissionState.State.ACTIVE
    )
    return position.get_absolute_url() if may_open else None


OPENED = NewsKind(
    "call_opened",
    _lazy("Call opened"),
    Position,
    _opened,
    Audience.EVERY_SERVICE,
    _page,
    ("mission",),
    _lazy("Put people forward."),
)
CLOSING = NewsKind(
    "call_closing",
    _lazy("Call closes soon"),
    Position,
    _closing,
    Audience.EVERY_SERVICE,
    _page,
    ("mission",),
    _lazy("Put people forward, and submit your drafts."),
    urgent=True,
)

declare(OPENED, CLOSING)


@notices
def find(now: dt.datetime) -> Iterator[Noticed]:
    """Calls that opened in the last `NEWS_DAYS` and are open, and those that close within `CALL_CLOSING_DAYS`.

    A call is told of again when its days were changed.
    """
    today = timezone.localdate(now)
    for position in Position.objects.with_open_call(today):
        opens, closes = position.call_opens, position.call_closes
        if opens is None or closes is None:
            continue
        facts = {"closes": closes.isoformat()}
        if opens > today - dt.timedelta(days=settings.NEWS_DAYS):
            yield Noticed(OPENED, position, opens.isoformat(), facts=facts)
        if closes <= today + dt.timedelta(days=settings.CALL_CLOSING_DAYS):
            yield Noticed(CLOSING, position, closes.isoformat(), facts=facts)
