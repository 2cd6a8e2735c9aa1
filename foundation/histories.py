"""The class of the managers of versions is made once: `simple_history` makes it anew whenever `history` is read.

That happens several times for each row that is saved, and took a seventh of the time of the tests.
"""

import functools

from simple_history.manager import HistoryManager


def install() -> None:
    """The managers themselves stay one for each look, with the model and the row that they are about."""
    make = functools.cache(HistoryManager.from_queryset.__func__)
    HistoryManager.from_queryset = classmethod(make)  # type: ignore[arg-type]
