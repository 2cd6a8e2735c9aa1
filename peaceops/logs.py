"""Structured logs: each line has the id of its request or task. No names, no addresses, nothing that people typed."""

import logging
import traceback
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars, merge_contextvars


def exception_without_words(_logger, _name: str, event: dict) -> dict:
    """Log the class and the stack of an exception, not its message: that may contain personal data."""
    kind, _error, trace = event.pop("exc_info", None) or (None, None, None)
    if kind is not None:
        event["exception"] = "".join(traceback.format_tb(trace)) + kind.__qualname__
    return event


class WithoutWords(logging.Filter):
    """Replace the message of an exception by its class in Celery's own lines, which contain it as an argument."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "exc" in record.args:
            kind = record.exc_info[0] if record.exc_info else None
            record.args = {**record.args, "exc": kind.__qualname__ if kind else "", "traceback": ""}
        return True


class LinesOfRequests(logging.Filter):
    """Django's lines of a request: with its id, also where Django writes them after all middleware.

    A refusal is no error of ours: its class and its page, without a stack and without what was sent.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status, request = getattr(record, "status_code", None), getattr(record, "request", None)
        if status == 503 and getattr(request, "path", "") == "/readyz":  # an answer, which names what is not ready
            return False
        if record.exc_info and status and status < 500 and record.exc_info[0]:
            # Their messages quote hosts, boundaries and file names.
            record.msg, record.args = "%s: %s", (record.exc_info[0].__qualname__, getattr(request, "path", ""))
            record.exc_info = record.exc_text = None
        if request_id := getattr(request, "request_id", ""):
            record.request_id = request_id
        return True


FIELDS = {"status_code", "request_id", "events", "head", "fault", "number", "directive", "blocked", "page"}
"""What a line may bring along: Django adds whole requests."""
SHARED = [
    merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(allow=FIELDS),
    exception_without_words,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configuration(form: str, level: str) -> dict:
    """The setting LOGGING: all loggers to stderr; `form` is "lines" for people or "json" for machines."""
    last: list = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    last.append(structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False))
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": SHARED, "processors": last}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"fields": formatter},
        "filters": {"without_words": {"()": WithoutWords}, "of_requests": {"()": LinesOfRequests}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "fields",
                "filters": ["without_words", "of_requests"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"audit": {"level": "INFO"}},  # the head of the trail, each night, whatever else is left out
    }


class RequestId:
    """Middleware: give each request an id, in its lines of the log and in the header `X-Request-ID` of its response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # for `LinesOfRequests`
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
