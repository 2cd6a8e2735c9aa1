"""Who typed a form that comes when nobody, or somebody else, is signed in: the account it was shown to.

Each sign-in brings a new secret for the tokens of forms. A signed cookie says whose the last secrets of this browser
were; so a form's own token tells whom it was shown to, and nobody can claim the form of another.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CSRF_TOKEN_LENGTH, _unmask_cipher_token  # type: ignore[attr-defined]
from django.utils.crypto import salted_hmac

from accounts.models import User

SALT = "accounts.typist"
AGE = 24 * 60 * 60
"""Above what a session can last: later than that nobody sends a form that was kept open."""
SIGN_INS = 5
"""So many sign-ins of one browser are remembered: those at a desk that several people share."""


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Note whose the secret is that this sign-in has brought."""
    known = [(user.pk, _fingerprint(request.META["CSRF_COOKIE"])), *_read(request)]
    response.set_cookie(
        settings.TYPIST_COOKIE_NAME,
        signing.dumps(known[:SIGN_INS], salt=SALT),
        max_age=AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def typist_of(request: HttpRequest) -> int | None:
    """The number of the account to which the form that was sent had been shown; None where it cannot be told."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    if len(token) != CSRF_TOKEN_LENGTH or not (token.isascii() and token.isalnum()):
        return None
    secret = _fingerprint(_unmask_cipher_token(token))
    return next((account for account, fingerprint in _read(request) if fingerprint == secret), None)


def _fingerprint(secret: str) -> str:
    return salted_hmac(SALT, secret).hexdigest()[:32]


def _read(request: HttpRequest) -> list[tuple[int, str]]:
    try:
        known = signing.loads(request.COOKIES.get(settings.TYPIST_COOKIE_NAME, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return []
    return [(account, fingerprint) for account, fingerprint in known]
