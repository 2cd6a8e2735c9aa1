"""Where an event comes from: the request that is being answered, the task that runs, the command that was typed."""

from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import get_contextvars

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_runs: ContextVar[dict[str, str] | None] = ContextVar("runs", default=None)


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
    from allauth.account.adapter import get_adapter  # noqa: PLC0415 (this module is imported before the apps are ready)

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


def run(**what: str) -> None:
    """Say that from now on a task runs, or a command that somebody typed (`task=` or `command=` its name).

    Not for those that load what is published: what they add is told nowhere.
    """
    _runs.set(what)


def end() -> None:
    """Say that it has ended."""
    _runs.set(None)


def origin() -> dict[str, str] | None:
    """What an event of a write says of where it comes from: the task or command, nothing of a request.

    None where nothing is known: a program that only uses the models.
    """
    return {} if _request.get() else _runs.get()


def user() -> "AbstractBaseUser | None":
    """Who asks; None outside of requests and where nobody is signed in."""
    user = getattr(_request.get(), "user", None)
    return user if user is not None and user.is_authenticated else None
