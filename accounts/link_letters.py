"""The letters with a one-time link: the invitation to a new account, and the answer to a forgotten password."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import links
from accounts.models import User
from audit.log import record
from audit.models import Verb
from outbox import notices
from outbox.notices import Notice


def invite(user: User, *, by: User) -> None:
    """Send the owner of an open account the link to choose a password; each call sends another one."""
    _send(user, by, lambda: _invitation(user))


def answer_forgotten(user: User) -> None:
    """Send the owner of an account the link, because somebody says that the password is forgotten."""
    _send(user, None, lambda: _answer(user))


@transaction.atomic
def _send(user: User, by: User | None, compose: Callable[[], Notice]) -> None:
    notices.send(f"link {uuid.uuid4()}", user, compose)
    record(by, Verb.LINK_SENT, user)


def _invitation(user: User) -> Notice:
    return Notice(
        subject=_("PeaceOps: your account"),
        sentences=[
            _("An account was opened for you with this e-mail address. Your role: %(role)s.")
            % {"role": user.get_role_display()},
            _("Choose a password to sign in with. %(how_long)s") % {"how_long": _how_long()},
        ],
        path=links.path_to_choose_password(user),
        link_says=_("Choose my password"),
        why=_("An administrator of PeaceOps sent you this. If you do not know why, do not follow the link."),
    )


def _answer(user: User) -> Notice:
    return Notice(
        subject=_("PeaceOps: choose a new password"),
        sentences=[
            _("Somebody, probably you, asked for a new password for your account."),
            _("Choose a new one. %(how_long)s") % {"how_long": _how_long()},
            _("If it was not you, there is nothing to do: your password stays as it is."),
        ],
        path=links.path_to_choose_password(user),
        link_says=_("Choose my password"),
        why=_("PeaceOps sends this when it is asked to on its page “Forgot my password”."),
    )


def _how_long() -> str:
    days = settings.LINK_DAYS
    return ngettext(
        "The link can be used once, within %(days)s day.", ("The link can be used once, within %(days)s days."), days
    ) % {"days": days}
