"""The first administrator of an empty installation: a link that makes one account, and then never another."""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.access import Role
from accounts.models import User
from audit.log import record
from audit.models import Verb

_SALT, _SIGNED = "accounts.first_administrator", "first"


class AlreadyThere(Exception):
    """There is an administrator: whoever comes second is invited by the first."""


def is_wanted() -> bool:
    """Whether nobody has been an administrator here yet."""
    return not User.objects.filter(role=Role.ADMINISTRATOR).exists()


def path() -> str:
    """The path of the page that makes the account; it works for `LINK_DAYS`, while one is wanted."""
    return reverse("account_first_administrator", args=[signing.TimestampSigner(salt=_SALT).sign(_SIGNED)])


def is_valid(key: str) -> bool:
    """Whether the link with this key works."""
    try:
        signing.TimestampSigner(salt=_SALT).unsign(key, max_age=settings.LINK_DAYS * 24 * 60 * 60)
    except signing.BadSignature:
        return False
    return is_wanted()


@transaction.atomic
def save(user: User) -> None:
    """Save the account as the first administrator. Raises `AlreadyThere` when somebody else was faster."""
    user.role = Role.ADMINISTRATOR
    user.save()
    # Writers of events wait for each other: whoever comes second counts after the first has committed.
    record(user, Verb.DECIDED, user, what="first_administrator")
    if User.objects.filter(role=Role.ADMINISTRATOR).count() > 1:
        raise AlreadyThere
