"""Flags an audit trail in which an event is missing or was changed."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.access import Permission
from accounts.models import User
from audit import chain
from audit.models import Chain
from flags.found import Found
from flags.kinds import Audience, Kind, Sweep, detects
from flags.models import Flag, Severity


def _say(flag: Flag, _params: dict[str, Any]) -> str:
    what = chain.sentence(flag.facts.get("fault", ""), flag.facts.get("number", 0))
    return _("The audit trail is not intact. %(what)s") % {"what": what}


def _page(_subject: Chain | None, reader: User) -> str | None:
    return reverse("event_list") if reader.may(Permission.EVENT_SEE) else None


TRAIL_BROKEN = Kind(
    "trail_broken",
    _lazy("Audit trail not intact"),
    (Chain,),
    _say,
    Audience.ADMINISTRATORS,
    page=_page,
    name_of=lambda _chain: (_("Audit trail"),),
    closes=_lazy("It closes when a check finds that every event stands where it was written."),
)


@detects(TRAIL_BROKEN, sweep=Sweep.TRAIL)
def find(today: dt.date) -> Iterator[Found]:
    """What the newest check found, since the first check that found anything."""
    newest = chain.newest_check()
    if newest is None or not newest.details["fault"]:
        return
    yield Found(
        kind=TRAIL_BROKEN,
        subject=Chain(pk=1),  # only its key is stored: the row itself may be what is gone
        stage="",
        severity=Severity.ACT,
        day=timezone.localdate(chain.broken_since() or newest.at),
        facts={"fault": newest.details["fault"], "number": newest.details["number"]},
    )
