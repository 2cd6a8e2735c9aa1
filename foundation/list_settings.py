"""How somebody likes a list: rows a page, and columns that are left out. Remembered in a cookie of that person.

Not in the session, which ends with the day; not in the database, because it is written while a list is read and says
nothing about people. Its name holds the id of the account: who share a computer keep a setting each.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from django.http import HttpRequest, HttpResponse, QueryDict

SIZES = (25, 50, 100)
LARGEST = SIZES[-1]
LONGEST = 3000
"""Characters: browsers keep no cookie above four thousand."""
MOST_COLUMNS = 20
NAME = re.compile("[a-z_]{1,30}")
KEPT_SECONDS = 400 * 24 * 60 * 60
"""The longest that browsers keep one."""


@dataclass(frozen=True)
class ListSettings:
    """Of one list. A size of 0 is that of the list itself."""

    size: int = 0
    hidden: frozenset[str] = frozenset()


def of(request: HttpRequest, name: str = "") -> ListSettings:
    """The settings of the reader for a list, by the name of its page; that of this page where none is given."""
    name = name or _name(request)
    said = _all(request).get(name, "")
    size, _colon, hidden = said.partition(":")
    known = int(size) if size in {str(one) for one in SIZES} else 0
    return ListSettings(known, frozenset(filter(None, hidden.split(","))))


def chosen(sent: QueryDict, now: ListSettings) -> ListSettings:
    """The settings with what a form asks for; whatever is no size or no name of a column is left out."""
    size, columns = sent.get("size", ""), sent.getlist("column")[:MOST_COLUMNS]
    if size in {str(one) for one in SIZES}:
        now = replace(now, size=int(size))
    if columns:
        hidden = {name for name in columns if NAME.fullmatch(name)} - set(sent.getlist("shown"))
        now = replace(now, hidden=frozenset(hidden))
    return now


def keep(request: HttpRequest, response: HttpResponse, name: str, settings: ListSettings, *, secure: bool) -> None:
    """Remember the settings of a list; the oldest are forgotten where they are too many."""
    found = _all(request)
    found.pop(name, None)
    found[name] = f"{settings.size}:{','.join(sorted(settings.hidden))}"
    while len(urlencode(found)) > LONGEST:
        found.pop(next(iter(found)))
    response.set_cookie(
        _cookie(request), urlencode(found), max_age=KEPT_SECONDS, secure=secure, httponly=True, samesite="Lax"
    )


def _all(request: HttpRequest) -> dict[str, str]:
    said = request.COOKIES.get(_cookie(request), "")[:LONGEST]
    return {name: values[-1] for name, values in parse_qs(said).items()}


def _cookie(request: HttpRequest) -> str:
    return f"lists-{request.user.pk}"


def _name(request: HttpRequest) -> str:
    return request.resolver_match.url_name or "" if request.resolver_match else ""
