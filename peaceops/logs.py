"""Logs as fields: each line says of which request or task it is. No names, no addresses, nothing that people typed."""

import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars, merge_contextvars

SHARED = [
    merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configuration(form: str, level: str) -> dict:
    """For Django's LOGGING: every line of every library, as `lines` for people or as `json` for machines."""
    last: list = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        last += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": SHARED, "processors": last}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"fields": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "fields"}},
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
