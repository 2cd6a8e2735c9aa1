"""Pages that were refused to somebody who is signed in, as events: no permission (403), or a row of others (404)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.log import record
from audit.models import Verb
from peaceops.asked_for import named_by, row_of


class RecordRefusals:
    """Middleware: an answer 403 or 404 to somebody who is signed in leaves an event.

    So does being led away from the administration. The event says the page, and the row that was asked for where there
    is one. An address that names no row and is not found leaves none; who is not signed in is led to the sign-in page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match, status = request.resolver_match, response.status_code
        # The user is asked last: whoever asks it opens the session.
        if match and (status in {403, 404} or "admin" in match.app_names) and request.user.is_authenticated:
            named = named_by(request)
            led_away = "admin" in match.app_names and not request.user.is_staff
            if status == 403 or (status == 404 and named) or led_away:
                record(request.user, Verb.REFUSED, row_of(request), status=status, page=match.view_name)
        return response
