"""What somebody looked at, as events: every page that may name people, in the administration too.

A page that records more itself (whom, why, how many rows) is left to do so. Pages are recorded unless they stand in
`NAMES_NOBODY`; `tests/test_reads.py` walks all of them and finds a name on none of these.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit import requests
from audit.log import record
from audit.models import Event, Verb
from foundation.converters import is_id
from peaceops.asked_for import row_of

NAMES_NOBODY = frozenset(
    {
        # the reader's own account and choices
        "account_change_password",
        "account_first_administrator",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_login",
        "account_logout",
        "letter_choice",
        "saved_view_delete",
        "saved_view_edit",
        "saved_view_list",
        # how the background goes, which is watched every few seconds
        "everything_progress",
        "long_export_list",
        "long_export_progress",
        "import_progress",
        "job_detail",
        "job_list",
        "letter_list",
        "livez",
        "metrics",
        "readyz",
        # what is open to everybody
        "public_operations",
        "public_operations_file",
        # what was typed, said back
        "day_understood",
        "entries_keep",
        "session_time",
        # figures without the rows behind them
        "figure_list",
        "question_list",
        "report_list",
        "crosstab",
        "operations_map",
        "chart_detail",
        # places, papers of services and empty forms
        "agreement_add",
        "agreement_edit",
        "area_name_withdraw",
        "area_rename",
        "candidate_template",
        "import_add",
        "mission_edit",
        "mission_list",
        "mission_name_withdraw",
        "mission_rename",
        "office_set_up",
        "position_add",
        "position_edit",
        "position_list",
        "published_data",
        "service_edit",
        "service_list",
        "service_name_withdraw",
        "service_rename",
        # the administration's first page, its words for scripts, and where its links lead
        "admin:index",
        "admin:app_list",
        "admin:jsi18n",
        "admin:view_on_site",
    }
)
OF_THE_TRAIL = {"event_list": "page", "admin:audit_event_changelist": "p"}
"""Pages of the events themselves → the name of the number of a page: turning to the next one leaves no event, which
would push the rows along while they are read."""
SHOWN = {200, 409}
"""Answers that show a page: as it is, or again with what stands against an act."""


class RecordReads:
    """Middleware: a page that was shown to somebody who is signed in leaves an event, with the row that it is about."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            (match := request.resolver_match)
            and response.status_code in SHOWN
            and request.method != "HEAD"
            and match.view_name not in NAMES_NOBODY
            and request.user.is_authenticated  # asked after the name: whoever asks it opens the session
            and OF_THE_TRAIL.get(match.view_name) not in request.GET
            and not _has_left_an_event(request)
        ):
            version = match.args[1] if match.view_name.endswith("_simple_history") else ""
            details = {"version": int(version)} if is_id(version) else {}
            record(request.user, Verb.LOOKED_AT, row_of(request), page=match.view_name, **details)
        return response


def _has_left_an_event(request: HttpRequest) -> bool:
    """Whether an event of this request stands in the trail: an act that was refused takes its own back."""
    number = requests.left_event()
    if number is None or request.method == "GET":
        return number is not None
    return Event.objects.filter(pk=number, request_id=requests.request_id()).exists()
