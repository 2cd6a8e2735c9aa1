"""Who looked at what and took what along, counted by person and act."""

import datetime as dt
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import User
from audit.models import Event, Verb
from reports.measures import Question, Time
from reports.tables.base import Opened, Report, Row

ACTS = (Verb.LOOKED_AT, Verb.REVEALED, Verb.DOWNLOADED, Verb.EXPORTED)
THIRTY_DAYS = dt.timedelta(days=29)


def last_30_days(day: dt.date) -> tuple[dt.date, dt.date]:
    return day - THIRTY_DAYS, day


def rows(question: Question) -> list[Row]:
    """One row for each account with an event in the period, those first who took most along; a number leads to them."""
    first, last = question.first, question.last
    numbers: dict[int, dict[str, int]] = {}
    events = Event.objects.filter(
        at__gte=_begin(first), at__lt=_begin(last + dt.timedelta(days=1)), verb__in=ACTS, actor__isnull=False
    )
    for actor, verb, number in events.order_by().values_list("actor", "verb").annotate(Count("pk")):
        numbers.setdefault(actor, {})[verb] = number
    people = User.objects.in_bulk(numbers)
    found = []
    for actor, acts in numbers.items():
        cells = {act.value: _opened(actor, act, first, last, acts.get(act.value, 0)) for act in ACTS}
        found.append({"who": people[actor].name, "role": people[actor].get_role_display(), **cells})
    return sorted(found, key=lambda row: (*[-row[act.value].number for act in reversed(ACTS)], row["who"]))


def _begin(day: dt.date) -> dt.datetime:
    """The first moment of a day, in local time, as the list of events understands its days."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _opened(actor: int, act: Verb, first: dt.date, last: dt.date, number: int) -> Opened:
    asked = {"actor": actor, "verb": act.value, "since": first.isoformat(), "until": last.isoformat()}
    return Opened(number, f"{reverse('event_list')}?{urlencode(asked)}")


REPORT = Report(
    "accesses",
    _("Looked at and exported"),
    _(
        "How often each person of the office and each liaison looked at a page that names people, at emergency "
        "contacts, downloaded a document or exported a list in the period; each number leads to the events."
    ),
    (("who", _("Who")), ("role", _("Role")), *((act.value, act.label) for act in ACTS)),
    rows,
    Time.PERIOD,
    period=last_30_days,
    of_the_office=True,
    permission=Permission.EVENT_SEE,
)
