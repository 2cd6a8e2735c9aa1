"""Logs as fields: each line says of which request or task it is. No names, no addresses, nothing that people typed."""

import logging
import traceback
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars, merge_contextvars


def exception_without_words(_logger, _name: str, event: dict) -> dict:
    """Where it happened and what kind it was: what an exception says may be somebody's data."""
    kind, _error, trace = event.pop("exc_info", None) or (None, None, None)
    if kind is not None:
        event["exception"] = "".join(traceback.format_tb(trace)) + kind.__qualname__
    return event


class WithoutWords(logging.Filter):
    """Celery writes what an exception says into its own lines: keep its class."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "exc" in record.args:
            kind = record.exc_info[0] if record.exc_info else None
            record.args = {**record.args, "exc": kind.__qualname__ if kind else "", "traceback": ""}
        return True


SHARED = [
    merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(allow={"status_code"}),  # Django adds whole requests
    exception_without_words,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configuration(form: str, level: str) -> dict:
    """For Django's LOGGING: every line of every library, as `lines` for people or as `json` for machines."""
    last: list = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    last.append(structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False))
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": SHARED, "processors": last}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"fields": formatter},
        "filters": {"without_words": {"()": WithoutWords}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "fields", "filters": ["without_words"]}
        },
        "root": {"handlers": ["console"], "level": level},
    }


class RequestId:
    """Give each request a number, in its lines of the log and in its answer (`X-Request-ID`): one finds the other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex
        with bound_contextvars(request_id=number):
            response = self.get_response(request)
        response["X-Request-ID"] = number
        return response
