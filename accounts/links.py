"""One-time links by which the owner of an account chooses a password: after an invitation, or when it is forgotten.

The key of such a link is made when its letter is sent and stored nowhere: who reads the outbox, or a copy of the
database, cannot use it.
"""

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from accounts.models import User

KEY_TO_COME = "made-when-it-is-sent"


class LinkKeys(PasswordResetTokenGenerator):
    """Keys that serve once, for `LINK_DAYS`. Signing in, a new address and closing the account end them, too."""

    key_salt = "accounts.link"

    def check_token(self, user: User | None, token: str | None) -> bool:
        return user is not None and user.is_active and super().check_token(user, token)

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)} {user.times_closed}"


def path_to_choose_password(user: User) -> str:
    """The path of the page where the password is chosen, as it stands in a letter; `with_key` gives it its key."""
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), KEY_TO_COME])


def with_key(text: str, user: User) -> str:
    """The text of a letter to this user as it is sent."""
    return text.replace(KEY_TO_COME, LinkKeys().make_token(user)) if KEY_TO_COME in text else text
