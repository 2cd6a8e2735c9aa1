"""The request that is being answered, so that each event of it says where it came from."""

from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import get_contextvars

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class RememberTheRequest:
    """Middleware: `address()` answers from here while a request is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def address() -> str:
    """The address from which the request comes, as the limits on signing in count it.

    Empty outside of requests, and where no address is known (a proxy on a socket that says none): an event is written
    all the same.
    """
    request = _request.get()
    if request is None:
        return ""
    try:
        return ip_address(get_adapter().get_client_ip(request).partition("%")[0]).compressed
    except (ImproperlyConfigured, PermissionDenied, ValueError):
        return ""


def request_id() -> str:
    """The id of the request, as it stands in the log and in the header `X-Request-ID`; empty outside of requests."""
    return get_contextvars().get("request_id", "") if _request.get() else ""


def note_event(number: int) -> None:
    """Remember the event that the request that is being answered has left."""
    if request := _request.get():
        request.left_event = number  # type: ignore[attr-defined]


def left_event() -> int | None:
    """The number of the newest event that the request has left; None when it has left none, or is none."""
    return getattr(_request.get(), "left_event", None)
