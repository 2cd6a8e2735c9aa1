"""Settings that are on or off. What is left empty keeps its default; a word that is neither stops the start."""

import os
import sys

from peaceops.keys import EXIT_CODE

ON, OFF = {"on", "true", "yes", "y", "ok", "1"}, {"off", "false", "no", "n", "0"}


def is_on(name: str, *, default: bool) -> bool:
    """What the environment says of a switch. A slip of the pen must not switch a protection off without a word."""
    said = os.environ.get(name, "").strip().lower()
    if not said:
        return default
    if said not in ON | OFF:
        sys.stderr.write(f"{name} is on or off, and not “{said}” (docs/operations.md).\n")
        sys.exit(EXIT_CODE)
    return said in ON
