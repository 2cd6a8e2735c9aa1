"""What browsers report that the content security policy has stopped: a line in the log, and never more than a few."""

import json
import logging
import re
from http import HTTPStatus
from urllib.parse import urlsplit

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

log = logging.getLogger(__name__)
LARGEST = 8 * 1024
"""Bytes: browsers send some hundred."""
WORD = re.compile(r"[a-z-]{1,40}")


@csrf_exempt
@require_POST
@login_not_required
def csp_report(request: HttpRequest) -> HttpResponse:
    """Take a report (CSP `report-uri`): log its directive, what was stopped, and the name of the page.

    No address as it was: it may hold an id or a search. What is too large, too much or no report is dropped.
    """
    said = request.META.get("CONTENT_LENGTH", "")
    if not (said.isascii() and said.isdigit() and int(said) <= LARGEST):
        return HttpResponse("", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    limits = settings.CSP_REPORT_LIMITS
    for action, key in (("csp_report_of_one", ratelimit.get_ip(request)), ("csp_report", "all")):
        if ratelimit.consume(request, app="peaceops", action=action, config=limits, key=key) is None:
            return HttpResponse("", status=HTTPStatus.NO_CONTENT)
    if report := _read(request.body):
        log.warning("csp_report", extra=report)
    return HttpResponse("", status=HTTPStatus.NO_CONTENT)


def _read(body: bytes) -> dict[str, str] | None:
    try:
        told = json.loads(body)["csp-report"]
        directive = str(told.get("effective-directive") or told.get("violated-directive") or "").partition(" ")[0]
        blocked, page = str(told.get("blocked-uri") or ""), str(told.get("document-uri") or "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not WORD.fullmatch(directive):
        return None
    return {"directive": directive, "blocked": _origin(blocked), "page": _name_of(page)}


def _origin(url: str) -> str:
    """Scheme and host of an address; a word such as `inline` as it is; nothing for what is neither."""
    if WORD.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{host}" if re.fullmatch(r"[a-z0-9.:-]{1,100}", host) else ""


def _name_of(url: str) -> str:
    """The name of the page at this address; nothing for one that is not ours."""
    try:
        return resolve(urlsplit(url).path).view_name
    except (Resolver404, ValueError):
        return ""
