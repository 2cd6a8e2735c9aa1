"""What the web server answered and how long it took, as numbers for `/metrics`: by name of a page, never by address.

Several web processes of a host count together, in files that `gunicorn.conf.py` gives them: a scrape reaches any one of
them, and `rate()` needs that what it reads only grows.
"""

import os
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

OF_THIS_PROCESS = CollectorRegistry()
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
"""What is counted under its own name: anybody may send any word as a method."""
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
"""Seconds; the last one is `WEB_SECONDS`."""

REQUESTS = Counter(
    "peaceops_requests",
    "Requests answered, by method, class of status and name of the page.",
    ["method", "status", "route"],
    registry=OF_THIS_PROCESS,
)
DURATION = Histogram(
    "peaceops_request_seconds",
    "Seconds from a request to the beginning of its answer, by name of the page.",
    ["route"],
    buckets=BUCKETS,
    registry=OF_THIS_PROCESS,
)


def of_all_processes() -> CollectorRegistry:
    """The numbers of all web processes of this host, or of this one where it counts alone."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return OF_THIS_PROCESS
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


class CountRequests:
    """Middleware: count each answer while `METRICS` is on. It stands first, so that it sees what others answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        if settings.METRICS == "off":
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "other"
        # An address that leads to no page may hold anything: those count as one.
        route = request.resolver_match.view_name if request.resolver_match else "none"
        REQUESTS.labels(method, f"{response.status_code // 100}xx", route).inc()
        DURATION.labels(route).observe(time.perf_counter() - began)
        return response
