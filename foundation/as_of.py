"""The day as of which a page is shown: `?on=2019-09-05`. Every link from such a page keeps it; today's carry nothing.

A page that can be shown as of any day asks for it by `shown`. One that does not ask shows today, and `base.html` says
so where its address names another day.
"""

import datetime as dt
from urllib.parse import urldefrag, urlencode

from django import forms
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.days import EARLIEST, LATEST, DayField

ONE_DAY = dt.timedelta(days=1)
OF_ONE_DAY = ("on", "page", "after", "before")
"""What an address asks for that another day does not have: the day itself, and the place in a list."""


class AsOfForm(forms.Form):
    on = DayField(label=_("As of"), required=False, help_text="")


class AsOf:
    """The day of one request.

    `asked` is the day that the address names; today where it names none, or nonsense, of which `errors` then tell.
    """

    def __init__(self, path: str, query: QueryDict, today: dt.date) -> None:
        form = AsOfForm(query)
        self.errors = [] if form.is_valid() else [str(error) for error in form.errors["on"]]
        self.asked: dt.date = form.cleaned_data.get("on") or today
        self.typed = query.get("on") or today.isoformat()
        self.today = today
        self.is_shown = False
        self._path = path
        self.other_questions = [
            (name, value) for name, values in query.lists() if name not in OF_ONE_DAY for value in values
        ]
        """What else the address asks for, as pairs: another day is asked for beside it."""

    @property
    def on(self) -> dt.date:
        """The day that the page shows: the one that was asked for, or today where the page knows no other."""
        return self.asked if self.is_shown else self.today

    @property
    def is_today(self) -> bool:
        return self.on == self.today

    @property
    def is_past(self) -> bool:
        return self.on < self.today

    @property
    def shows_today_instead(self) -> bool:
        """Whether another day was asked for, and the page shows today."""
        return not self.is_shown and self.asked != self.today

    @property
    def of_today(self) -> str:
        """The address of the same page as of today."""
        return f"{self._path}?{urlencode(self.other_questions)}" if self.other_questions else self._path

    @property
    def day_before(self) -> dt.date | None:
        """The day before the one that is shown; None before the earliest day that may be asked for."""
        return self.on - ONE_DAY if self.on > EARLIEST else None

    @property
    def day_after(self) -> dt.date | None:
        return self.on + ONE_DAY if self.on < LATEST else None

    def keep(self, address: str) -> str:
        """The address of another page, which then is asked for the same day."""
        if self.asked == self.today:
            return address
        page, fragment = urldefrag(address)
        page += f"{'&' if '?' in page else '?'}on={self.asked.isoformat()}"
        return f"{page}#{fragment}" if fragment else page


def of(request: HttpRequest) -> AsOf:
    """The day that a request asks for."""
    found: AsOf | None = getattr(request, "as_of", None)
    if found is None:
        found = AsOf(request.path, _questions(request), timezone.localdate())
        request.as_of = found  # type: ignore[attr-defined]
    return found


def _questions(request: HttpRequest) -> QueryDict:
    """What the address asks for; nothing where that is too much, as on the very page that refuses it."""
    try:
        return request.GET
    except TooManyFieldsSent:
        return QueryDict()


def shown(request: HttpRequest) -> AsOf:
    """The day that a request asks for, for a page that is then shown as of it."""
    found = of(request)
    found.is_shown = True
    return found


def context(request: HttpRequest) -> dict[str, object]:
    """Context processor: the day of the page as `as_of`."""
    return {"as_of": of(request)}
