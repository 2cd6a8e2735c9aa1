"""What commands say of an office that they write out, load or restore."""

from typing import Any

from records.everything.manifest import Manifest
from records.everything.writing import Tell


def each_step(stdout: Any) -> Tell:
    """Tells of each step as it is done, at once."""

    def tell(done: int, steps: int, what: str) -> None:
        stdout.write(f"{done}/{steps} {what}")
        stdout.flush()

    return tell


def is_the_same(told: Manifest) -> str:
    """That what is stored now was proved to be the office that was written."""
    return f"The same rows, guards, documents, seals (up to {told.audit_head}) and figures of every day."
