"""Which flags an act is about: those that were ticked, those of one button, or all that the filter of a list finds."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from flags.filters import FlagFilter
from flags.models import Flag
from foundation.converters import is_id
from foundation.lists import how_many
from foundation.refusals import Blocker, StepRefused

PAGE_SIZE = 50
ALL_AT_MOST = 500
"""So many flags are acted on at once: each has its act and its event."""
NOT_OF_THE_LIST = {"row", "all", "chosen"}
"""What an address says of chosen flags; the rest of it is the list from which one comes."""


def of_the_list(request: HttpRequest) -> str:
    """The query of the list from which one comes, with its question mark; empty where one comes from none."""
    query = [(name, value) for name, values in request.GET.lists() if name not in NOT_OF_THE_LIST for value in values]
    return f"?{urlencode(query)}" if query else ""


def ids_in(words: list[str]) -> list[int]:
    """The ids in words such as "12" and "13-15" (two flags of one row); whatever is no id is left out."""
    return [int(one) for word in words for one in word.split("-") if is_id(one)][:ALL_AT_MOST]


def chosen_flags(request: SignedInRequest, ids: list[int], *, everything: bool) -> list[Flag]:
    """These flags, of those that the reader sees; or everything open that the filter of the address finds now.

    Raises `StepRefused` where that is more than can be acted on at once.
    """
    rows = Flag.objects.visible_to(request.user)
    if not everything:
        return list(rows.filter(pk__in=ids).order_by("pk"))
    found = FlagFilter(request.GET, queryset=rows, request=request).qs
    flags = list(rows.open().filter(pk__in=found.values("pk")).order_by("pk")[: ALL_AT_MOST + 1])
    if len(flags) > ALL_AT_MOST:
        sentence = _("That is too much at once: at most %(most)s flags. Narrow the filter.")
        raise StepRefused([Blocker("too_many", sentence % {"most": how_many(ALL_AT_MOST)}, rule=0)])
    return flags
