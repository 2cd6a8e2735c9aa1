"""What a page is handed, for annotations."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request behind `@requires(…)` or `@any_signed_in_user(…)`: `LoginRequiredMiddleware` has let nobody else in.

    Only annotations name it; what Django hands to a view is its own class.
    """

    user: User
    htmx: HtmxDetails
