"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User
from audit.log import record
from audit.models import Verb


class ClosedAdapter(DefaultAccountAdapter):
    """Nobody signs up: an administrator opens accounts. Coming, going and failing to come in are recorded."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Where to go after signing in; what is no address at all leads to the first page."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        record(user, Verb.SIGNED_IN)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        record(user, Verb.SIGNED_OUT)

    def authentication_failed(self, request: HttpRequest, **credentials) -> None:
        """Keep that somebody failed, never the address that was tried: it may be a password in the wrong box."""
        super().authentication_failed(request, **credentials)
        record(None, Verb.SIGN_IN_FAILED)
