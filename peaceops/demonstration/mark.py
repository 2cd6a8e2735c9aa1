"""How a demonstration world is told from an office: its accounts have addresses of a domain that nobody can have."""

import time

from django.http import HttpRequest

from accounts.models import User

DOMAIN = "@peaceops.example"
ASKED_AGAIN_AFTER_SECONDS = 60

_known: tuple[float, bool] = (0.0, False)
"""Until when the answer is taken as known, on the clock of this process, and the answer."""


def is_there() -> bool:
    """Whether this database holds the demonstration world."""
    return User.objects.filter(email__endswith=DOMAIN).exists()


def context(request: HttpRequest) -> dict[str, object]:
    """Context processor: `is_demonstration`, which every page says; asked once a minute and not by every page."""
    return {"is_demonstration": _is_there_lately}


def _is_there_lately() -> bool:
    global _known  # noqa: PLW0603 (one answer for the whole process)
    until, answer = _known
    now = time.monotonic()
    if now >= until:
        answer = is_there()
        _known = (now + ASKED_AGAIN_AFTER_SECONDS, answer)
    return answer
