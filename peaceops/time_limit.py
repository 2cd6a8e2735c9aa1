"""What the database does for one page is bounded: by time, and by whether anybody still waits for the answer.

PostgreSQL ends a statement by `statement_timeout`; SQLite asks every few thousand steps whether it should go on. That
somebody closed the page is seen at the socket of the web server: SQLite asks for that too, and PostgreSQL's statements
are cancelled by a thread that looks after all of them.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

LOOK_EVERY = 0.5
"""Seconds between two looks at a socket."""
STEPS = 20_000
"""Steps of SQLite's machine between two questions: about a millisecond."""
READING = {"GET", "HEAD"}
"""What was sent to be saved is carried out, whether or not somebody waits."""

_CANCELLED = "57014"
"""The state of a statement that PostgreSQL ended, by its time or because it was asked to."""


class TimeUp(OperationalError):
    """The page has had its time, or nobody waits for it any more: no further statement is begun."""


class _Work:
    """The statements for one request: each is begun through `execute`, and may be ended from outside."""

    def __init__(self, request: HttpRequest) -> None:
        self.ends = time.monotonic() + settings.WEB_SECONDS
        self.peer: socket.socket | None = request.META.get("gunicorn.socket") if request.method in READING else None
        self.looks_next = 0.0
        self.raw: Any = None
        self.is_bounded = False

    def begin(self) -> None:
        self.is_bounded = True

    @contextlib.contextmanager
    def anew(self) -> Iterator[None]:
        """Bound what is done within as if it were a page of its own, rows of a statement begun before included."""
        self.ends = time.monotonic() + settings.WEB_SECONDS
        self.begin()
        try:
            if connection.connection is not None:
                self._bound(connection)
            with connection.execute_wrapper(self.execute):
                yield
        finally:
            self.lift()

    def execute(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        """A wrapper around the statements of a connection, as Django calls it."""
        if self.must_stop():
            raise TimeUp
        if self.is_bounded and self.raw is not context["connection"].connection:
            self._bound(context["connection"])
        return execute(sql, params, many, context)

    def must_stop(self) -> bool:
        return self.is_bounded and (time.monotonic() > self.ends or self._nobody_waits())

    def _nobody_waits(self) -> bool:
        if self.peer is None or time.monotonic() < self.looks_next:
            return False
        self.looks_next = time.monotonic() + LOOK_EVERY
        return has_gone(self.peer)

    def _bound(self, django_connection: Any) -> None:
        """Bound what runs on this connection from now on."""
        self.raw = django_connection.connection
        if django_connection.vendor == "sqlite":
            self.raw.set_progress_handler(self.must_stop, STEPS)
        else:
            self.raw.execute(f"SET statement_timeout = {int(settings.WEB_SECONDS * 1000)}")
            if self.peer is not None:
                _watch(self)

    def lift(self) -> None:
        """Bound nothing any more: the connection may do other work."""
        self.is_bounded = False
        _let_go(self)  # first: after it nobody cancels what the connection does next
        raw, self.raw = self.raw, None
        if raw is None:
            return
        if connection.vendor == "sqlite":
            raw.set_progress_handler(None, 0)
            return
        # A transaction that failed takes back the SET that was made in it, and no other statement.
        if not raw.closed and raw.info.transaction_status.name in {"IDLE", "INTRANS"}:
            raw.execute("RESET statement_timeout")


def has_gone(peer: socket.socket) -> bool:
    """Whether the other end has closed the connection."""
    try:
        return peer.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False  # nothing to read: it waits
    except OSError:
        return True


# --- The thread that looks after the statements of PostgreSQL ---------------------------------------------------------

_watched: set[_Work] = set()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def _watch(work: _Work) -> None:
    global _thread  # noqa: PLW0603 (one for each process; it begins with the first request that it is needed for)
    with _lock:
        _watched.add(work)
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_look, name="time limit", daemon=True)
            _thread.start()


def _let_go(work: _Work) -> None:
    with _lock:
        _watched.discard(work)


def _look() -> None:
    while True:
        time.sleep(LOOK_EVERY)
        with _lock:  # held while a statement is cancelled, so that its connection serves nobody else meanwhile
            for work in [one for one in _watched if one.peer is not None and has_gone(one.peer)]:
                _watched.discard(work)
                with contextlib.suppress(Exception):  # the statement ended by itself, or its connection did
                    work.raw.cancel_safe(timeout=2)


# --- The middleware ---------------------------------------------------------------------------------------------------


class TimeLimit:
    """Middleware: bounds the statements of each page, and answers 503 with a page of its own when they were ended.

    So is each piece of what is sent while it is made. The first one, which waits for the query, is made here: the
    answer can still be another. Who reads slowly has as long as it takes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        work = _Work(request)
        request.database_work = work  # type: ignore[attr-defined]
        try:
            with connection.execute_wrapper(work.execute):
                response = self.get_response(request)
        finally:
            work.lift()
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            pieces = _in_time(work, iter(response))
            try:
                first = next(pieces, b"")
            except OperationalError as error:
                if (too_long := self.process_exception(request, error)) is None:
                    raise
                return too_long
            response.streaming_content = chain([first], pieces)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        request.database_work.begin()  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return render(request, "503.html", status=503) if _was_ended(exception) else None


def _in_time(work: _Work, pieces: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with work.anew():
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _was_ended(exception: BaseException) -> bool:
    if not isinstance(exception, OperationalError):
        return False
    is_cancelled = getattr(exception.__cause__, "sqlstate", None) == _CANCELLED
    return isinstance(exception, TimeUp) or is_cancelled or str(exception) == "interrupted"
