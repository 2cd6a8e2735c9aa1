"""What was typed into a form that could not be taken: kept on the server for half an hour, and shown to its owner.

Never files, passwords or the tokens of forms. The address of the page names what is kept by a key that nobody can
guess, and the owner alone is shown it. It lies sealed in the cache, which is a table of the database: only that key and
`SECRET_KEY` together open it, and the key is stored nowhere.
"""

import base64
import json
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

SECONDS = 30 * 60
MOST = 10
"""So many forms of one person are kept; the next one takes the place of the oldest."""
LARGEST = 200_000
"""Characters; what is longer is not kept."""
NOT_KEPT = re.compile("password|token", re.IGNORECASE)
PARAMETER = "kept"
FOR = "kept_for"
"""The field in which a form that is kept before it was sent says where it would go."""
ONWARDS = "kept_onwards"
"""And that in which it says which page is to show it."""
_KEY = re.compile(r"(\d)-([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Entries:
    """What was typed, the address of the form, and whether it had been sent: else nothing is said against it yet."""

    address: str
    data: QueryDict
    was_sent: bool

    def is_for(self, path: str) -> bool:
        """Whether a form of this address would have been sent there, in either language."""
        return _without_language(self.address) == _without_language(path)


def keep(request: HttpRequest, owner: int) -> str | None:
    """Keep what a request brings for its owner: answers the key, or None where it brings nothing, or too much."""
    try:
        typed = [(name, values) for name, values in request.POST.lists() if not NOT_KEPT.search(name)]
    except (BadRequest, SuspiciousOperation, RequestDataTooBig, MultiPartParserError, UnreadablePostError):
        return None
    typed = [(name, values) for name, values in typed if name not in {FOR, ONWARDS}]
    address = urlsplit(request.POST.get(FOR) or request.path).path
    if not typed or sum(len(name) + sum(map(len, values)) for name, values in typed) > LARGEST:
        return None
    number = cache.get(f"kept-number-{owner}", 0) + 1
    cache.set(f"kept-number-{owner}", number, SECONDS)
    place, secret = number % MOST, secrets.token_urlsafe(32)
    plain = json.dumps([address, typed, FOR not in request.POST]).encode()
    cache.set(f"kept-{owner}-{place}", _box(owner, secret).encrypt(plain), SECONDS)
    return f"{place}-{secret}"


def shown(request: HttpRequest) -> Entries | None:
    """What is kept of whoever is signed in under the key of this address."""
    match = _KEY.fullmatch(request.GET.get(PARAMETER, "")) if request.method in {"GET", "HEAD"} else None
    user = getattr(request, "user", None)
    if match is None or user is None or not user.is_authenticated:
        return None
    found = cache.get(f"kept-{user.pk}-{match[1]}")
    try:
        address, typed, was_sent = json.loads(_box(user.pk, match[2]).decrypt(found or b""))
    except (InvalidToken, TypeError):  # of another key; an earlier version kept it unsealed
        return None
    data = QueryDict(mutable=True)
    for name, values in typed:
        data.setlist(name, values)
    return Entries(address, data, was_sent)


def _box(owner: int, secret: str) -> Fernet:
    """What seals and opens the entries of one owner under one secret."""
    derived = HKDF(SHA256(), 32, salt=secret.encode(), info=f"kept entries of {owner}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))


def page_with(page: str, key: str | None) -> str:
    """The address of a page that shows what is kept under this key."""
    path, _, query = page.partition("?")
    others = [part for part in query.split("&") if part and not part.startswith(f"{PARAMETER}=")]
    asked = "&".join([*others, urlencode({PARAMETER: key})] if key else others)
    return f"{path}?{asked}" if asked else path


def page_of(request: HttpRequest) -> str:
    """The address of the page that somebody is on who sends this: a part of it, or a form."""
    said = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(said)
        if parts.netloc and parts.path.startswith("/") and not parts.path.startswith("//"):
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def _without_language(path: str) -> str:
    language, _, rest = path.lstrip("/").partition("/")
    return rest if language in dict(settings.LANGUAGES) else path
