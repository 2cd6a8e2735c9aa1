"""The way back to the page from which a form was opened: `?next=/en-ca/deployments/7/`.

Only pages of our own are gone back to, in the language in which the reader is now.
"""

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

WAY_BACK = "next"
LONGEST = 3000
"""Characters of a way back. A longer one would make an address that servers refuse."""


def way_back(request: HttpRequest) -> str | None:
    """The address that a form says it was opened from; None where it says none, or one that is no page of ours."""
    said = request.GET.get(WAY_BACK, "")
    if not said.startswith("/") or len(said) > LONGEST or not said.isprintable():
        return None
    if not url_has_allowed_host_and_scheme(said, allowed_hosts=None):
        return None
    address = _in_the_language_of_now(said)
    try:
        resolve(address.partition("?")[0].partition("#")[0])
    except Resolver404:
        return None
    return address


def _in_the_language_of_now(address: str) -> str:
    """The same page in the language that the reader chose meanwhile: an address begins with its language."""
    for language, _name in settings.LANGUAGES:
        if address.startswith(f"/{language}/"):
            return f"/{get_language()}/{address.removeprefix(f'/{language}/')}"
    return address
