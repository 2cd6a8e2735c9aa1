"""Rows of a list that take one act together: those that were ticked, or all that match; and the way back to them.

The page of the act is asked for with all that the list was asked for, its page included, and with `row` for each tick
or `all` for every row that matches. So the address alone says what was chosen, and leads back to the same list.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.converters import is_id
from foundation.lists import totally_ordered

TOGETHER_AT_MOST = 200
"""So many rows take an act together: each is judged by itself, and the page is to answer within seconds."""

OF_THE_ACT = ("row", "all", "export")
"""What an address asks for beside the list itself."""


class NotAsShown(Exception):
    """Other rows match now than the page said: nobody has looked at them. Says so in a sentence."""


def ticked(request: HttpRequest) -> list[int]:
    """The ids of the rows that were sent, or that the address names; whatever is no id is left out."""
    rows = request.POST.getlist("row") or request.GET.getlist("row")
    return [int(row) for row in dict.fromkeys(rows) if is_id(row)][:TOGETHER_AT_MOST]


def chosen(request: HttpRequest, matching: QuerySet) -> list[int]:
    """The ids of the rows that were ticked, or of all rows of the filtered list where the address asks for `all`.

    Its value is how many the list said there are. Raises `NotAsShown` where that is no longer so.
    """
    said = request.GET.get("all", "")
    if not said or request.method == "POST":
        return ticked(request)
    ids = list(totally_ordered(matching).values_list("pk", flat=True)[: TOGETHER_AT_MOST + 1])
    if len(ids) > TOGETHER_AT_MOST:
        sentence = _("More than %(number)s rows match: choose fewer.")
        raise NotAsShown(sentence % {"number": TOGETHER_AT_MOST})
    if str(len(ids)) != said:
        sentence = ngettext(
            "%(now)s row matches now, no longer as many as when you chose all of them. Look again.",
            "%(now)s rows match now, no longer as many as when you chose all of them. Look again.",
            len(ids),
        )
        raise NotAsShown(sentence % {"now": len(ids)})
    return ids


def questions(request: HttpRequest) -> list[tuple[str, str]]:
    """What the list was asked for, its page included, as pairs."""
    asked = request.GET.lists()
    return [(name, value) for name, values in asked if name not in OF_THE_ACT for value in values]


def way_back(address: str, asked: Iterable[tuple[str, str]], rows: Iterable[int] = ()) -> str:
    """The address of the list that was asked for this, with these rows ticked."""
    query = urlencode([*asked, *(("row", row) for row in rows)])
    return f"{address}?{query}" if query else address
