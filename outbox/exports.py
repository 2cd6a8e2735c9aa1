"""What the list of letters holds when it is taken along."""

from django.utils.translation import gettext_lazy as _

from foundation.tables import Column, Table
from outbox.letters import failure_reason
from outbox.models import Letter

LETTERS = Table(
    "letters",
    _("E-mails"),
    (
        Column("subject", _("Subject line"), str),
        Column("receiver", _("To"), "receiver"),
        Column("state", _("State"), "get_state_display"),
        Column("failure", _("Why it failed"), failure_reason),
        Column("written_at", _("Written"), "written_at"),
        Column("tries", _("Tries"), "tries"),
        Column(
            "next_try_at",
            _("Next try"),
            lambda letter: letter.next_try_at if letter.state == Letter.State.WAITING else None,
        ),
    ),
)
