"""Papers that somebody has seen: a coordinator verifies a credential, by itself or together with others."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.conflicts import is_as_seen
from audit.log import sign
from audit.models import Verb
from background.enqueue import after_change_of
from foundation.refusals import Blocker, StepRefused
from foundation.sentences import day as in_words
from personnel.models import Credential


@dataclass(frozen=True)
class Seen:
    """What a coordinator says of a credential: which document was seen, and on which day.

    `version` is that of the credential as it was shown (`audit.conflicts`); None: nobody was shown one.
    """

    document: str
    on: dt.date
    today: dt.date
    version: str | None = None


def blockers(credential: Credential, seen: Seen) -> list[Blocker]:
    """Every reason why a credential cannot be verified."""
    found = []
    if not seen.document.strip():
        found.append(Blocker("document_missing", _("Say which document was seen."), rule=12))
    if seen.on > seen.today:
        found.append(Blocker("day_in_future", _("This day has not come yet."), rule=17, first_day=seen.on))
    if credential.verified_by and credential.verified_on:
        told = {"who": credential.verified_by, "day": in_words(credential.verified_on)}
        found.append(Blocker("verified_already", _("%(who)s verified it already, on %(day)s.") % told, rule=12))
    elif not is_as_seen(credential, seen.version):
        changed = _("It was changed since you were shown it. Look at it again.")
        found.append(Blocker("changed_meanwhile", changed, rule=12))
    if seen.on < credential.issued_on:
        issued = _("It was issued on %(day)s only.") % {"day": in_words(credential.issued_on)}
        found.append(Blocker("verified_before_issue", issued, rule=12, about=credential.kind.code))
    return found


@transaction.atomic
def verify(credential: Credential, seen: Seen, *, by: User | None) -> Credential:
    """Record that `by` saw the document of a credential, or raise `StepRefused` with every reason and change nothing.

    The row is locked before it is looked at: of two who verify the same paper, the second is told of the first.
    """
    rows = Credential.objects.select_related("kind", "verified_by").select_for_update(of=("self",), no_key=True)
    row = rows.get(pk=credential.pk)
    if found := blockers(row, seen):
        raise StepRefused(found)
    mark(row, document=seen.document, on=seen.on, by=by)
    sign(row, by, "verify", Verb.DECIDED, what="verify", credential=row.pk)
    row.save()
    after_change_of(Credential)
    return row


def mark(credential: Credential, *, document: str, on: dt.date, by: User | None) -> None:
    """Write a verification into a row, unsaved."""
    credential.verified_by, credential.verified_on, credential.document_seen = by, on, document.strip()


def unmark(credential: Credential) -> None:
    """Make a row, unsaved, one that is to be verified: what was seen is no longer what it says."""
    credential.verified_by, credential.verified_on, credential.document_seen = None, None, ""
