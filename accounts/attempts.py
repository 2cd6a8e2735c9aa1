"""How often somebody may try to sign in before they have to wait, counted so that nobody can lock out the owner.

- A device on which the account has signed in before counts for itself: what others do never holds it up.
- Any other device counts by account and address. Beyond that, attempts on one account from all addresses, and attempts
  from one address on all accounts, are bounded, far above what an office behind one address needs.

Each limit is of several windows (`settings.SIGN_IN_LIMITS`), so that who goes on waits longer and longer, and never for
ever. The counts are those of django-allauth: in the cache, taken before the password is looked at, given back when it
was right.
"""

from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.conf import settings
from django.http import HttpRequest

from accounts import devices
from accounts.models import User


class Attempt:
    """One attempt to sign in to an account: `user` is None where nobody has the address that was typed."""

    def __init__(self, request: HttpRequest, email: str) -> None:
        self.request = request
        self.user = User.objects.filter(email=email.strip().lower()).first()
        self._taken: list[RateLimitUsage] = []
        device = devices.number_of(request, self.user) if self.user else None
        if device:
            self._limits = {"device": device}
            return
        account, address = email.strip().lower(), ratelimit.get_ip(request)
        # The narrowest first: who may not go on there uses up nothing that others share.
        self._limits = {"account_and_address": f"{account} {address}", "account": account, "address": address}

    def begin(self) -> bool:
        """Count the attempt; False when it has to wait, and then the password must not be looked at."""
        for limit, key in self._limits.items():
            usage = self._consume(limit, key)
            if usage is None:
                self.succeed()
                return False
            self._taken.append(usage)
        return True

    def succeed(self) -> None:
        """Give back what was counted."""
        for usage in self._taken:
            usage.rollback()
        self._taken = []

    def is_last(self) -> bool:
        """Whether the next attempt from here has to wait."""
        return any(self._consume(limit, key, dry_run=True) is None for limit, key in self._limits.items())

    def _consume(self, limit: str, key: str, *, dry_run: bool = False) -> RateLimitUsage | None:
        return ratelimit.consume(
            self.request, app="accounts", action=limit, config=settings.SIGN_IN_LIMITS, key=key, dry_run=dry_run
        )
