"""What django-allauth does differently here: no sign-up, and an event for signing in, out and failing to."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User
from audit.log import record
from audit.models import Verb


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are opened by administrators only. Signing in, signing out and failing to sign in are recorded."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether `?next=` may be followed after signing in; allauth raises `ValueError` on what is not a URL."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        record(user, Verb.SIGNED_IN)

    def logout(self, request: HttpRequest) -> None:
        user = request.user  # afterwards it is anonymous
        super().logout(request)
        record(user, Verb.SIGNED_OUT)

    def authentication_failed(self, request: HttpRequest, **credentials) -> None:
        """Record the failure, never the e-mail address that was typed: it may be a password in the wrong field."""
        super().authentication_failed(request, **credentials)
        record(None, Verb.SIGN_IN_FAILED)
