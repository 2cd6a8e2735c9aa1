"""Another name from a day on. The name before stays with the days before; a wrong renaming is withdrawn."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from audit.writes import one_act
from foundation.refusals import Blocker, StepRefused
from foundation.sentences import day as in_words
from missions.models.names import FormerName, NamedOverTime

ONE_DAY = dt.timedelta(days=1)


def blockers(row: NamedOverTime, names: dict[str, str], from_day: dt.date, *, today: dt.date) -> list[Blocker]:
    """Why a row cannot have these names from a day on; `names` are values by its `NAME_FIELDS`."""
    found = []
    if all(getattr(row, field) == value for field, value in names.items()):
        found.append(Blocker("same_name", _("This is its name already."), rule=0, about="name_en"))
    if from_day > today:
        message = _("A name is recorded from a day that has come; until then, the old one is right.")
        found.append(Blocker("day_in_future", message, rule=0, first_day=from_day, about="from_day"))
    newest = _standing(row).last()
    if newest and from_day <= newest.last_day + ONE_DAY:
        message = _("It has its present name since %(day)s; another one begins later.")
        message %= {"day": in_words(newest.last_day + ONE_DAY)}
        found.append(Blocker("before_the_last", message, rule=0, first_day=from_day, about="from_day"))
    return found


@transaction.atomic
def rename(
    row: NamedOverTime, names: dict[str, str], from_day: dt.date, *, by: User | None, today: dt.date, **reason: str
) -> FormerName:
    """Call a row otherwise from a day on, and keep its names before. Raises `StepRefused`.

    `reason` is `reason_en`, `reason_fr`, or both.
    """
    row = _locked(row)
    if found := blockers(row, names, from_day, today=today):
        raise StepRefused(found)
    before = {field: getattr(row, field) for field in row.NAME_FIELDS}
    with one_act(by, Verb.RECORDED, row, part="name", from_day=from_day.isoformat()):
        former = _former_names(row).create(**before, last_day=from_day - ONE_DAY, recorded_by=by, **reason)
        _call(row, names, by)
    return former


@transaction.atomic
def withdraw(former: FormerName, row: NamedOverTime, *, by: User, reason: str) -> None:
    """Take a renaming back: the row is called as before, where no later name has come. Raises `StepRefused`."""
    row = _locked(row)
    former = _former_names(row).get(pk=former.pk)
    if former.withdrawn_at:
        message = _("It was withdrawn already, on %(day)s.") % {
            "day": in_words(timezone.localdate(former.withdrawn_at))
        }
        raise StepRefused([Blocker("withdrawn", message, rule=0)])
    newest = _standing(row).last()
    former.withdrawn_by, former.withdrawn_at, former.withdrawal_reason = by, timezone.now(), reason
    with one_act(by, Verb.CORRECTED, row, part="name", from_day=(former.last_day + ONE_DAY).isoformat()):
        former.save()
        if newest and newest.pk == former.pk:
            _call(row, {field: getattr(former, field) for field in row.NAME_FIELDS}, by)


def _call(row: NamedOverTime, names: dict[str, str], by: User | None) -> None:
    for field, value in names.items():
        setattr(row, field, value)
    sign(row, by, "")
    row.save(update_fields=list(names))


def _locked(row: NamedOverTime) -> Any:
    return type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)


def _former_names(row: Any) -> Any:
    return row.former_names


def _standing(row: Any) -> Any:
    return row.former_names.standing()
