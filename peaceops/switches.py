"""Settings that are on or off, or one of a few words.

What is left empty keeps its default; a word that is none of them stops the start.
"""

import os
import sys
from typing import NoReturn

from peaceops.keys import EXIT_CODE

ON, OFF = {"on", "true", "yes", "y", "ok", "1"}, {"off", "false", "no", "n", "0"}


def is_on(name: str, *, default: bool) -> bool:
    """What the environment says of a switch. A slip of the pen must not switch a protection off without a word."""
    said = os.environ.get(name, "").strip().lower()
    if not said:
        return default
    if said not in ON | OFF:
        stop(f"{name} is on or off, and not “{said}”")
    return said in ON


def one_of(name: str, words: tuple[str, ...], *, default: str) -> str:
    """Which of these words the environment says. A word that is none of them stops the start."""
    said = os.environ.get(name, "").strip().lower() or default
    if said not in words:
        stop(f"{name} is {', '.join(words[:-1])} or {words[-1]}, and not “{said}”")
    return said


def metrics(token: str) -> str:
    """Who may read `/metrics`: nobody (off), who has the token, or who asks from this host (loopback).

    A token that is given switches it on. One that is missing stops the start: it would let everybody in, or nobody.
    """
    said = one_of("METRICS", ("off", "token", "loopback"), default="token" if token else "off")
    if said == "token" and not token:
        stop("METRICS=token needs METRICS_TOKEN")
    return said


def stop(why: str) -> NoReturn:
    """End with one sentence on stderr, instead of starting otherwise than was meant."""
    sys.stderr.write(f"{why} (docs/operations.md).\n")
    sys.exit(EXIT_CODE)
