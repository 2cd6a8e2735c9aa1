"""The nightly check of the audit trail: an event, a line of the log, and an e-mail to each auditor, with its head.

Whoever sets back the whole database sets back its head, too. Logs and mailboxes keep the older heads, and
`manage.py audit_verify --head` compares.
"""

import datetime as dt
import logging
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Role
from accounts.models import User
from audit import chain
from audit.chain import Verdict
from audit.log import record
from audit.models import Verb
from background.jobs import Counts
from flags.models import LetterChoice, Rhythm
from outbox import notices
from outbox.notices import Notice

log = logging.getLogger("audit.trail")


def check(now: dt.datetime) -> Counts:
    """Check every seal, and tell; returns how many `events` hold, and whether something is `broken`."""
    verdict = chain.verify()
    said = {"events": verdict.count, "head": verdict.head}
    if verdict.fault:
        log.error("audit_trail_broken", extra={**said, "fault": verdict.fault.value, "number": verdict.number})
    else:
        log.info("audit_trail_whole", extra=said)
    with transaction.atomic():
        # Once a day, and again when another run of the day finds something else.
        day = f"{timezone.localdate(now)} {verdict.fault or ''} {verdict.number}"
        for auditor in _auditors():
            notices.send(f"trail {auditor.pk} {day}", auditor, partial(_compose, verdict))
        details = {"events": verdict.count, "fault": verdict.fault or "", "number": verdict.number}
        record(None, Verb.CHECKED, None, **details)
    return Counts(events=verdict.count, broken=int(not verdict.is_intact))


def _auditors() -> list[User]:
    """Every active auditor but those who chose to get no letters at all."""
    silent = LetterChoice.objects.filter(rhythm=Rhythm.NEVER).values("user")
    return list(User.objects.filter(is_active=True, role=Role.AUDITOR).exclude(pk__in=silent).order_by("pk"))


def _compose(verdict: Verdict) -> Notice:
    subject = (
        _("PeaceOps: the audit trail is intact") if verdict.is_intact else _("PeaceOps: the audit trail is not intact")
    )
    holding = ngettext(
        "%(n)s event is intact. Head of the trail up to it:",
        "%(n)s events are intact. Head of the trail up to the last of them:",
        verdict.count,
    )
    return Notice(
        subject=subject,
        sentences=[
            chain.sentence(verdict.fault or "", verdict.number),
            _(
                "Keep this e-mail: with the head below, “audit_verify --head” can show later whether events "
                "were removed from the end."
            ),
            holding % {"n": verdict.count},
        ],
        quoted=verdict.head,
        path=reverse("event_list"),
        link_says=_("Open the events"),
        why=_("PeaceOps sends this to auditors each night. Choose which e-mails you get on the page “Flags”."),
    )
