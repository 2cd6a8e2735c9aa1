"""Taking back what one has just done to flags with one click: by whom, how long, and what then stands again."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from flags.ledger import Act, lock_open, save
from flags.models import Flag, FlagAct
from foundation.refusals import Blocker, StepRefused

OFFERED_FOR = dt.timedelta(minutes=2)
"""How long the act can be undone. Pages with scripts offer it for ten seconds; others as long as they stand there."""


@transaction.atomic
def undo(act_id: int, *, by: User, now: dt.datetime) -> int:
    """Undo this act of `by`, and all that the same click did; returns of how many flags.

    Raises `StepRefused`, and changes none: when it is no act of `by` that can be undone, or is too long ago; when
    anything else has happened to one of the flags since; when one was resolved.
    """
    done = FlagAct.objects.filter(pk=act_id, by=by).first()
    if done is None or not _can_be_undone(done):
        raise _refused("not_undone", _("This cannot be undone."))
    if now - done.at > OFFERED_FOR:
        raise _refused("too_late", _("It is too late to undo this: open the flag and change what is to change."))
    acts = {act.flag_id: act for act in FlagAct.objects.filter(by=by, act=done.act, at=done.at)}
    rows = lock_open(Flag.objects.filter(pk__in=acts))
    newest = FlagAct.objects.filter(flag__in=rows).order_by().values_list("flag").annotate(newest=Max("id"))
    if dict(newest) != {flag_id: act.pk for flag_id, act in acts.items()}:
        raise _refused("moved_on", _("Something else has happened to this flag since: it cannot be undone any more."))
    columns = {column.attname: column for column in Flag._meta.concrete_fields}
    for row in rows:
        for name, value in acts[row.pk].before.items():
            setattr(row, name, columns[name].to_python(value))
        save(row, Act.UNDO, at=now, by=by)
    return len(rows)


def _can_be_undone(done: FlagAct) -> bool:
    """Who was assigned a flag by somebody else has been told."""
    return bool(done.before) and (done.act != Act.ASSIGN or done.to_id == done.by_id)


def _refused(code: str, sentence: str) -> StepRefused:
    return StepRefused([Blocker(code, sentence, rule=0)])
