"""Papers that somebody has seen: a coordinator verifies credentials, one or many at once."""

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType

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

NO_VERSIONS: Mapping[int, str] = MappingProxyType({})


@transaction.atomic
def verify(
    credentials: Iterable[Credential],
    *,
    document: str,
    on: dt.date,
    by: User,
    today: dt.date,
    versions: Mapping[int, str] = NO_VERSIONS,
) -> tuple[int, list[Credential]]:
    """Record that `by` saw the document of each credential on a day; answers how many, and which were left out.

    What is verified already stays as it is. Left out is what is not what `by` was shown any more, by the `versions`
    (`audit.conflicts`) of the credentials by id. Raises `StepRefused`, with every reason, and then verifies none.
    """
    ids = [credential.pk for credential in credentials]
    # Locked in the order of the ids, so that two who verify the same papers wait for each other and never for ever.
    rows = Credential.objects.filter(pk__in=ids, verified_by__isnull=True).order_by("pk")
    there = list(rows.select_related("kind", "person__rank").select_for_update(of=("self",), no_key=True))
    waiting = [row for row in there if is_as_seen(row, versions.get(row.pk))]
    found = []
    if not document.strip():
        found.append(Blocker("document_missing", _("Say which document was seen."), rule=12))
    if on > today:
        found.append(Blocker("day_in_future", _("This day has not come yet."), rule=17, first_day=on))
    found += [
        Blocker(
            "verified_before_issue",
            _("%(person)s, %(credential)s: it was issued on %(day)s only.")
            % {"person": row.person, "credential": row, "day": in_words(row.issued_on)},
            rule=12,
            about=row.kind.code,
        )
        for row in waiting
        if on < row.issued_on
    ]
    if found:
        raise StepRefused(found)
    for row in waiting:
        mark(row, document=document, on=on, by=by)
        sign(row, by, "verify", Verb.DECIDED, what="verify", credential=row.pk)
        row.save()
    if waiting:
        after_change_of(Credential)
    return len(waiting), [row for row in there if row not in waiting]


def mark(credential: Credential, *, document: str, on: dt.date, by: User) -> None:
    """Write a verification into a row, unsaved."""
    credential.verified_by, credential.verified_on, credential.document_seen = by, on, document.strip()


def unmark(credential: Credential) -> None:
    """Make a row, unsaved, one that is to be verified: what was seen is no longer what it says."""
    credential.verified_by, credential.verified_on, credential.document_seen = None, None, ""
