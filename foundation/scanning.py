"""Looking for viruses in what is uploaded: clamd is asked, over TCP or a Unix socket (`CLAMD_ADDRESS`; empty: nobody).

What the scanner does not answer is no error here: the caller decides what becomes of a file that nobody could scan.
"""

from enum import Enum
from typing import BinaryIO, cast

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings
from django.core.files import File

FAILURES = (ClamdError, OSError, ValueError, OverflowError)
"""Refused connections, time-outs, answers that are none, and addresses that cannot be."""


class Verdict(Enum):
    """What is known of a file."""

    NOT_ASKED = "not_asked"
    """There is no scanner."""
    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"
    """The scanner did not answer, or not in time, or nothing that can be understood."""


def scan(file: BinaryIO | File) -> Verdict:
    """Have a whole file scanned, and leave it at its beginning.

    Each word with the scanner may take `CLAMD_TIMEOUT` seconds: call it outside of transactions.
    """
    if not settings.CLAMD_ADDRESS:
        return Verdict.NOT_ASKED
    file.seek(0)
    try:
        [(state, _name)] = _scanner().instream(cast("BinaryIO", file)).values()
    except FAILURES:
        return Verdict.UNKNOWN
    finally:
        file.seek(0)
    return {"OK": Verdict.CLEAN, "FOUND": Verdict.INFECTED}.get(state, Verdict.UNKNOWN)


def is_reachable() -> bool:
    """Whether the scanner answers; True where there is none to be asked."""
    if not settings.CLAMD_ADDRESS:
        return True
    try:
        return _scanner().ping() == "PONG"
    except FAILURES:
        return False


def _scanner() -> ClamdNetworkSocket:
    """A connection of its own for each question: the library keeps its socket between words."""
    host, _colon, port = settings.CLAMD_ADDRESS.rpartition(":")
    if host and port.isdecimal():
        return ClamdNetworkSocket(host, int(port), timeout=settings.CLAMD_TIMEOUT)
    return ClamdUnixSocket(settings.CLAMD_ADDRESS.removeprefix("unix:"), timeout=settings.CLAMD_TIMEOUT)
