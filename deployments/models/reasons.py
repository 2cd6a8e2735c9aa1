"""Why something was recorded: what somebody wrote, or the list that brought it, which is stored in no language."""

import re

from django.utils.translation import gettext as _

_OF_LIST = re.compile(r"list (\d+)")


def of_list(number: int) -> str:
    """What is stored as the reason of all that a list brought; each list has its own."""
    return f"list {number}"


def in_words(reason: str) -> str:
    """A stored reason as it is shown: as it was written, that of a list in the reader's language."""
    if found := _OF_LIST.fullmatch(reason):
        return _("List %(number)s of the office's records") % {"number": found[1]}
    return reason
