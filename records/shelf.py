"""Where a list puts what it adds itself, so that the memory that it takes does not grow with its rows."""

import pickle
import sqlite3
from collections.abc import Hashable
from typing import Any

PAGES_IN_MEMORY = 500
"""Of 4 kB each; what is more goes to the disk."""


class Shelf:
    """Values by key, in the order in which they were put there, in a temporary file that vanishes with the process.

    A key is a tuple of what `repr` writes the same way each time: texts, numbers, days and tuples of these. A value
    comes back as another object, equal to what it was when it was put there.
    """

    def __init__(self) -> None:
        # Without a name: private, and removed by the system. Whichever thread drops the shelf closes it.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for statement in (
            f"PRAGMA cache_size = {PAGES_IN_MEMORY}",
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE shelf (place INTEGER PRIMARY KEY, key TEXT NOT NULL, value BLOB NOT NULL)",
            "CREATE INDEX by_key ON shelf (key)",
        ):
            self._file.execute(statement)

    def __del__(self) -> None:
        self._file.close()

    def put(self, key: Hashable, value: Any) -> None:
        """Add a value to those with this key."""
        self._file.execute("INSERT INTO shelf (key, value) VALUES (?, ?)", (repr(key), pickle.dumps(value)))

    def all(self, key: Hashable) -> list[Any]:
        """The values with this key; none where nothing was put there."""
        found = self._file.execute("SELECT value FROM shelf WHERE key = ? ORDER BY place", (repr(key),))
        return [pickle.loads(value) for (value,) in found]  # noqa: S301 (what this very object pickled)

    def first(self, key: Hashable, value: Any) -> Any:
        """The first value with this key: `value` itself, which is put there, where there was none."""
        if found := self.all(key):
            return found[0]
        self.put(key, value)
        return value
