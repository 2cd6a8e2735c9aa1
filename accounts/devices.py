"""Devices on which somebody has signed in: each keeps a signed cookie bound to the account.

The cookie opens nothing. It only tells the owner's failed attempts from those of others (`accounts.attempts`), and
outlives signing out.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User

SALT = "accounts.device"
AGE = 365 * 24 * 60 * 60
ACCOUNTS_PER_DEVICE = 5
"""How many people may share a desk; of more, those who signed in last are known."""


def number_of(request: HttpRequest, user: User) -> str | None:
    """The number of this device, when this account has signed in on it before; None otherwise."""
    return dict(_read(request)).get(user.pk)


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Give the browser the cookie of a device on which this account has signed in; a known one keeps its number."""
    number = number_of(request, user) or secrets.token_urlsafe(16)
    others = [known for known in _read(request) if known[0] != user.pk]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([(user.pk, number), *others][:ACCOUNTS_PER_DEVICE], salt=SALT),
        max_age=AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> list[tuple[int, str]]:
    """(account, number) of each account that signed in on this device; nothing when the cookie is not one of ours."""
    try:
        known = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return []
    return [(account, number) for account, number in known]
