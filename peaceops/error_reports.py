"""Reports of errors to a server that speaks Sentry's protocol: where in the code, of which class, on which page.

A report is made anew from the few fields that may leave the office, and is not an event from which some are taken out:
what a later version of `sentry_sdk` gathers besides stays here.
"""

from typing import Any

import sentry_sdk
from django.urls import Resolver404, resolve
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration

from peaceops import __version__

TOLD_AS_THEY_ARE = ("event_id", "timestamp", "platform", "level", "release", "environment", "sdk")
OF_A_FRAME = ("filename", "module", "function", "lineno", "in_app", "abs_path")


def begin(dsn: str, environment: str) -> None:
    """Report from now on what a page, a task or a process does not catch, to this address."""
    sentry_sdk.init(
        dsn=dsn,
        release=__version__,
        environment=environment,
        before_send=without_words,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        server_name="",
        default_integrations=False,  # those look at the log, the command line and what is installed
        auto_enabling_integrations=False,
        integrations=[DjangoIntegration(), CeleryIntegration(propagate_traces=False), ExcepthookIntegration()],
        auto_session_tracking=False,
        propagate_traces=False,  # no header of ours goes to others with what they are asked
        send_client_reports=False,
    )


def without_words(event: Any, _hint: Any) -> Any:
    """The report that is sent in the place of this one: classes and places, and no word of anybody."""
    told = {field: event[field] for field in TOLD_AS_THEY_ARE if field in event}
    told["exception"] = {"values": [_raised(one) for one in (event.get("exception") or {}).get("values", ())]}
    if request := event.get("request"):
        route = _route(str(request.get("url", "")))
        told["transaction"] = route
        told["request"] = {"method": request.get("method", ""), "url": route}
    elif task := _task(event):
        told["transaction"] = task
    return told


def _raised(one: dict) -> dict:
    """An exception by its class, with the frames in which it was raised: no message, no source, no variables."""
    frames = (one.get("stacktrace") or {}).get("frames", ())
    kept = [{field: frame[field] for field in OF_A_FRAME if field in frame} for frame in frames]
    kind = one.get("type", "")
    mechanism = {key: one["mechanism"][key] for key in ("type", "handled") if key in (one.get("mechanism") or {})}
    return {
        "type": kind,
        "module": one.get("module"),
        "value": kind,
        "mechanism": mechanism or None,
        "stacktrace": {"frames": kept},
    }


def _route(url: str) -> str:
    """The pattern of the page at this address, `en-ca/people/<id:person_id>/`; nothing for one that is not ours."""
    _scheme, _colon, rest = url.partition("://")
    path = "/" + rest.partition("?")[0].partition("#")[0].partition("/")[2]
    try:
        return resolve(path).route
    except Resolver404:
        return ""


def _task(event: dict) -> str:
    """The name of the Celery task in which it was raised."""
    job = (event.get("extra") or {}).get("celery-job") or {}
    return str(job.get("task_name", ""))
