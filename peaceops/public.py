"""What everybody may read without signing in, once an administrator has opened it: the table "Current operations".

It is the same for everybody, so it may be kept on the way to a reader: no cookie, no session, an ETag. Frequent readers
have to wait.
"""

import json
from http import HTTPStatus

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import View
from foundation import as_of
from missions.models.public_table import is_public
from peaceops.demonstration import mark
from reports import public_table
from reports.public_table import PublicTable

FORMS = {"csv": "text/csv", "json": "application/json"}
KEPT_SECONDS = 300
WAIT_SECONDS = 60
JSON_IN_HTML = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


class LoginRequired(LoginRequiredMiddleware):
    """Middleware: Django's own, which asks for the session before it looks whether the page is open to everybody."""

    def process_view(self, request: HttpRequest, view_func: View, view_args: tuple, view_kwargs: dict):
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


@require_safe
@login_not_required
def public_operations(request: HttpRequest) -> HttpResponseBase:
    """The table as a page, of today or of a past day; 404 while it is not open."""
    if refusal := _refused(request):
        return refusal
    table, error = _asked_for(request)
    today = as_of.of(request).today
    query = "" if table.on == today else f"?on={table.on.isoformat()}"
    files = {ending: f"{reverse('public_operations_file', args=[ending])}{query}" for ending in FORMS}
    context = {
        "LANGUAGE_CODE": get_language(),
        "table": table,
        "error": error,
        "other_url": translate_url(request.get_full_path(), "en-ca" if get_language() == "fr-ca" else "fr-ca"),
        "files": files,
        "about": _as_script(_about(table, f"{reverse('public_operations')}{query}", files)),
        **mark.context(request),
    }
    return _for_everybody(request, HttpResponse(render_to_string("public_operations.html", context)))


@require_safe
@login_not_required
def public_operations_file(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The same as CSV or JSON; 404 for another form, and for what is no day or one to come."""
    if refusal := _refused(request):
        return refusal
    table, error = _asked_for(request)
    if error or ending not in FORMS:
        raise Http404
    if ending == "json":
        told = public_table.as_json(table)
        return _for_everybody(request, JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1}))
    made = public_table.FILE.file(ending, table.rows, timezone.localtime(), {})
    whole = HttpResponse(made.getvalue(), content_type=made["Content-Type"])
    whole["Content-Disposition"] = made["Content-Disposition"]
    return _for_everybody(request, whole)


def _refused(request: HttpRequest) -> HttpResponse | None:
    """The answer to who asks too often; raises `Http404` while the table is closed."""
    limits = settings.PUBLIC_LIMITS
    for action, key in (("public_of_one", ratelimit.get_ip(request)), ("public", "all")):
        if ratelimit.consume(request, app="peaceops", action=action, config=limits, key=key, limit_get=True) is None:
            return HttpResponse("", status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(WAIT_SECONDS)})
    if not is_public():
        raise Http404
    return None


def _asked_for(request: HttpRequest) -> tuple[PublicTable, str]:
    """The table of the day of the address, and what is wrong with that day; of today then. No day to come is public."""
    day = as_of.shown(request)
    error = next(iter(day.errors), "")
    if day.on > day.today:
        error = _("This table is public for today and past days.")
    return public_table.public_table(day.today if error else day.on, today=day.today), error


def _for_everybody(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer, to be kept by anybody for a while; 304 for who has it."""
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _about(table: PublicTable, page: str, files: dict[str, str]) -> dict:
    """The table as a data set of schema.org, for search engines."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": _("Current operations"),
        "description": _(
            "Countries and regions to which Canadian police may be deployed for international peace operations, with "
            "the language of operation, whether they are armed, how many are authorized and how many are there."
        ),
        "url": f"{settings.SITE_URL}{page}",
        "inLanguage": get_language(),
        "isAccessibleForFree": True,
        "temporalCoverage": table.on.isoformat(),
        "creator": {"@type": "GovernmentOrganization", "name": _("International Peace Operations")},
        "variableMeasured": public_table.FILE.headings,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": FORMS[ending], "contentUrl": f"{settings.SITE_URL}{address}"}
            for ending, address in files.items()
        ],
    }


def _as_script(told: dict) -> SafeString:
    """The element with data for programs, which no browser runs: nothing in it ends the element."""
    told_safely = mark_safe(json.dumps(told, ensure_ascii=False).translate(JSON_IN_HTML))  # noqa: S308
    return format_html('<script type="application/ld+json">{}</script>', told_safely)
