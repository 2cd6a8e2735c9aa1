"""What django-allauth does differently here: no sign-up, limits that lock nobody out, and an event for each attempt."""

from functools import partial

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import devices, link_letters, typists
from accounts.attempts import Attempt
from accounts.models import User
from audit.log import record
from audit.models import Verb
from outbox import notices
from outbox.notices import Notice


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are opened by administrators only. Signing in, signing out and failing to sign in are recorded."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is incorrect."),
        "enter_current_password": gettext_lazy("Enter your current password."),
        "too_many_login_attempts": gettext_lazy(
            "Too many failed attempts to sign in. Wait some minutes, "
            "or sign in on a device where you have signed in before."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether `?next=` may be followed after signing in; allauth raises `ValueError` on what is not a URL."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def authenticate(self, request: HttpRequest, **credentials) -> User | None:
        """The account of this address and password; None also for one that is closed, as if the password were wrong.

        Raises `ValidationError` when there were too many failed attempts before.
        """
        attempt = Attempt(request, credentials["email"])
        if not attempt.begin():
            raise self.validation_error("too_many_login_attempts")
        AuthenticationBackend.unstash_authenticated_user()
        user = authenticate(request, **credentials)
        closed = AuthenticationBackend.unstash_authenticated_user()  # allauth would say that the password is right
        if isinstance(user, User):
            attempt.succeed()
            return user
        self._fail(attempt, closed=closed is not None)
        return None

    @transaction.atomic
    def _fail(self, attempt: Attempt, *, closed: bool) -> None:
        """Record the failure with the account that was meant, and tell its owner when there were too many.

        Never the e-mail address that was typed: it may be a password in the wrong field.
        """
        owner, address = attempt.user, self.get_client_ip(attempt.request)
        if owner and owner.is_active and attempt.is_last():
            once_a_day = f"sign-in {owner.pk} {timezone.now():%Y-%m-%d}"
            notices.send(once_a_day, owner, partial(_tell_owner, address))
        record(None, Verb.SIGN_IN_FAILED, owner, **({"closed": True} if closed else {}))

    def send_password_reset_mail(self, user: User, email: str, context: dict) -> None:
        """To the address of the account, whatever was typed; the key is made anew when the letter is sent."""
        link_letters.answer_forgotten(user)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        record(user, Verb.SIGNED_IN)

    def post_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponseBase:
        response = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        typists.remember(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        user = request.user  # afterwards it is anonymous
        super().logout(request)
        record(user, Verb.SIGNED_OUT)


def _tell_owner(address: str) -> Notice:
    return Notice(
        subject=_("PeaceOps: failed attempts to sign in to your account"),
        sentences=[
            _("Somebody tried to sign in to your account with wrong passwords, from the network address %(address)s.")
            % {"address": address},
            _(
                "No attempt succeeded. Further attempts from that address must wait; devices where you signed "
                "in before do not have to."
            ),
            _("If it was you, there is nothing to do. If it was not, tell an administrator of PeaceOps."),
        ],
        path=reverse("account_change_password"),
        link_says=_("Change my password"),
        why=_("PeaceOps sends this once a day at most, while such attempts go on."),
    )
