"""What could not be answered: pages in the reader's language, with a way on, that show nothing of what was sent."""

import sys
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from foundation.private_files import FilesAway

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
OWN = {400: "400.html", 403: "403.html", 404: "404.html", 405: "405.html", 413: "413.html", 429: "429.html"}


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, TooManyFieldsSent):
        request.GET = QueryDict()  # an address that could not be read is asked by nobody again
    return _page(request, 413 if isinstance(exception, TOO_MUCH) else 400)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Shown when anything may have failed, so it uses neither the database nor the user, and says it twice."""
    if isinstance(sys.exc_info()[1], DatabaseError | InterfaceError) and not _is_connected():
        return render(None, "503_database.html", status=503)
    if isinstance(sys.exc_info()[1], FilesAway):
        return render(None, "503_files.html", status=503)
    return render(None, "500.html", status=500)


def _is_connected() -> bool:
    """Whether there is a connection to the database that did not break; psycopg's says so of itself."""
    return connection.connection is not None and not getattr(connection.connection, "closed", False)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, OWN[status], status=status)


class NoBareRefusal:
    """Middleware: a refusal without a word, such as Django's 405, gets the page of its own.

    What is larger than any file that a page takes is refused before it is read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _length(request) > settings.LARGEST_REQUEST:
            return _page(request, 413)
        response = self.get_response(request)
        if response.status_code not in OWN or response.streaming or response.content:
            return response
        page = _page(request, response.status_code)
        response.content, response["Content-Type"] = page.content, page["Content-Type"]
        return response


def _length(request: HttpRequest) -> int:
    """How many bytes the browser says that it sends."""
    said = request.META.get("CONTENT_LENGTH", "")
    return int(said) if said.isascii() and said.isdigit() else 0
