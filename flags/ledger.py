"""The ledger of flags: opening and resolving them by what the detectors find, and the acts of people on them.

Locks: `reconcile` takes turns on the lock of the ledger; acts lock the flags that they change, in order of their keys.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence, Set
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Role
from accounts.models import User
from audit.log import record
from audit.models import Verb
from background.jobs import Counts
from flags import digests
from flags.found import Found
from flags.kinds import Detector, Kind, Sweep, detectors
from flags.models import Escalation, Flag, FlagAct, Resolution, Severity
from foundation.refusals import Blocker, StepRefused

Key = tuple[str, int, int, str]
Act = FlagAct.Act
COPIED_FIELDS = ["severity", "area_id", "service_id", "day", "facts"]
"""The fields of a flag that each sweep sets to what the detector found."""


def sweep_steps(sweep: Sweep) -> list[Callable[[], Counts]]:
    """One step for each detector of a sweep: run it as of now, and open and resolve flags accordingly."""

    def step(detector: Detector) -> Counts:
        now = timezone.now()  # when the step begins: a long sweep may run past midnight
        return reconcile(detector.kinds, detector.find(timezone.localdate(now)), now=now)

    return [partial(step, detector) for detector in detectors(sweep)]


@transaction.atomic
def reconcile(kinds: Iterable[Kind], found: Iterable[Found], *, now: dt.datetime) -> Counts:
    """Make the open flags of these kinds exactly those in `found`; returns how many were found, opened and resolved.

    Safe to run twice, and by two workers at once: they take turns. `found` should be a generator: it is read under the
    lock, so that a result which another worker's change has overtaken is never written. A second run on the same day
    with the same result writes nothing.
    """
    # This row serves as the lock of the ledger. `no_key`, so that others may still insert rows that refer to it (events
    # about flags); they would wait for the whole sweep otherwise.
    ContentType.objects.select_for_update(no_key=True).get(pk=ContentType.objects.get_for_model(Flag).pk)
    wanted = {_key_of(cause): cause for cause in found}
    existing = {_key(flag): flag for flag in Flag.objects.open().filter(kind__in=[kind.code for kind in kinds])}
    reopened = _resolved_flags(wanted.keys() - existing.keys())
    new = [flag_of(cause, now) for key, cause in wanted.items() if key not in existing and key not in reopened]
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    changed, unchanged, worsened = [], [], []
    for key, flag in [*existing.items(), *reopened.items()]:
        if key not in wanted:
            continue
        cause = wanted[key]
        if key in reopened:
            _reopen(flag, now)
        elif any(getattr(flag, name) != getattr(cause, name) for name in COPIED_FIELDS):
            changed.append(flag)
            if _is_worse(flag, cause):
                worsened.append(flag)
                # Whoever acknowledged it knew less. It needs somebody again.
                flag.acknowledged_at = flag.acknowledged_by = None
        elif flag.last_seen < midnight:  # once a day is enough: no write for each of the sweeps in between
            unchanged.append(flag.pk)
        for name in COPIED_FIELDS:
            setattr(flag, name, getattr(cause, name))
        flag.last_seen = now
    # A flag that got worse gets a new number, so that readers who were told of less are told once more.
    _number_openings([*new, *reopened.values(), *worsened])
    Flag.objects.bulk_create(new, batch_size=500)
    fields = ["opening", "severity", "area", "service", "day", "facts", "last_seen"]
    Flag.objects.bulk_update(changed, [*fields, "acknowledged_at", "acknowledged_by"], batch_size=500)
    Flag.objects.bulk_update(reopened.values(), [*fields, *_REOPENED_FIELDS], batch_size=500)
    Flag.objects.filter(pk__in=unchanged).update(last_seen=now)
    no_longer_found = [flag for key, flag in existing.items() if key not in wanted]
    _resolve(no_longer_found, {key[:3] for key in wanted}, now)
    acts = [(Act.REOPEN, flag) for flag in reopened.values()] + [(Act.WORSEN, flag) for flag in worsened]
    FlagAct.objects.bulk_create(FlagAct(flag=flag, act=act, at=now) for act, flag in acts)
    return Counts(found=len(wanted), opened=len(new) + len(reopened), resolved=len(no_longer_found))


def _is_worse(flag: Flag, cause: Found) -> bool:
    """Whether a flag becomes urgent, or something joins what its kind lists."""
    if flag.severity != Severity.ACT and cause.severity == Severity.ACT:
        return True
    listed = cause.kind.lists
    return bool(listed) and any(entry not in flag.facts.get(listed, []) for entry in cause.facts[listed])


def _resolved_flags(keys: Set[Key]) -> dict[Key, Flag]:
    """The resolved flags with these keys, to be reopened."""
    if not keys:
        return {}
    # SQL cannot look for the pairs, so this reads a few flags too many; but not all that were ever resolved.
    rows = Flag.objects.filter(kind__in={key[0] for key in keys}, subject_id__in={key[2] for key in keys})
    return {_key(flag): flag for flag in rows if _key(flag) in keys}


def _number_openings(flags: list[Flag]) -> None:
    """Give each of them the next number.

    Call it under the lock of the ledger: only then do other transactions see the numbers in ascending order, and a
    reader who was told up to one of them misses none (`flags.digests`).
    """
    if flags:
        for number, flag in enumerate(flags, start=Flag.objects.newest_opening() + 1):
            flag.opening = number


_REOPENED_FIELDS = [
    "opened_at",
    "resolved_at",
    "resolution",
    "acknowledged_at",
    "acknowledged_by",
    "snoozed_until",
    "assignee",
    "escalated_at",
]
"""The fields that `_reopen` sets."""


def _reopen(flag: Flag, now: dt.datetime) -> None:
    """Clear what people did about the opening before: what they knew then may not hold now."""
    flag.opened_at, flag.resolved_at, flag.resolution = now, None, ""
    flag.acknowledged_at = flag.acknowledged_by = flag.snoozed_until = flag.assignee = flag.escalated_at = None


def _resolve(flags: list[Flag], found: set[tuple[str, int, int]], now: dt.datetime) -> None:
    """Resolve flags that were not found any more, and say why: at another stage now, or gone.

    `found` has the kind, subject type and subject of all that was found.
    """
    for resolution in Resolution:
        moved_on = resolution == Resolution.STAGE
        rows = [flag for flag in flags if (_key(flag)[:3] in found) == moved_on]
        if rows:
            Flag.objects.filter(pk__in=[flag.pk for flag in rows]).update(resolved_at=now, resolution=resolution)
    FlagAct.objects.bulk_create(FlagAct(flag=flag, act=Act.RESOLVE, at=now) for flag in flags)


def flag_of(cause: Found, now: dt.datetime) -> Flag:
    """A new flag of a cause, not saved yet."""
    return Flag(
        kind=cause.kind.code,
        stage=cause.stage,
        severity=cause.severity,
        subject_type=ContentType.objects.get_for_model(cause.subject),
        subject_id=cause.subject.pk,
        area_id=cause.area_id,
        service_id=cause.service_id,
        day=cause.day,
        facts=cause.facts,
        first_seen=now,
        opened_at=now,
        last_seen=now,
    )


def _key_of(cause: Found) -> Key:
    return cause.kind.code, ContentType.objects.get_for_model(cause.subject).pk, cause.subject.pk, cause.stage


def _key(flag: Flag) -> Key:
    return flag.kind, flag.subject_type_id, flag.subject_id, flag.stage


@transaction.atomic
def acknowledge(flags: Sequence[Flag], *, note: str, by: User) -> list[FlagAct]:
    """Record that somebody has seen these flags; they stay open until their causes are gone. Returns the acts.

    That the one to whom a flag is assigned has seen it stands, whoever sees it later.

    Raises `StepRefused`, and changes none, when one was resolved meanwhile.
    """
    now, acts = timezone.now(), []
    for row in lock_open(flags):
        before = _as_it_stands(row, "acknowledged_at", "acknowledged_by_id")
        if row.acknowledged_by_id is None or row.acknowledged_by_id != row.assignee_id:
            row.acknowledged_at, row.acknowledged_by = now, by
        acts.append(save(row, Act.ACKNOWLEDGE, at=now, by=by, note=note, before=before))
    return acts


def snooze(
    flags: Sequence[Flag], *, until: dt.date | Callable[[Flag], dt.date], note: str, by: User, today: dt.date
) -> list[FlagAct]:
    """Hide these flags until a coming day, or each until its own, with a reason. Returns the acts.

    Raises `StepRefused`, and changes none, when a day or the reason is missing or one was resolved meanwhile.
    """
    days = [until(flag) if callable(until) else until for flag in flags]
    blockers = []
    if past := next((day for day in days if day <= today), None):
        blockers.append(Blocker("until_past", _("Enter a day in the future."), rule=0, first_day=past))
    if not note.strip():
        blockers.append(Blocker("reason_missing", _("Give a reason."), rule=0))
    if blockers:
        raise StepRefused(blockers)
    now, acts = timezone.now(), []
    with transaction.atomic():
        for row in lock_open(flags):
            before = _as_it_stands(row, "snoozed_until")
            row.snoozed_until = until(row) if callable(until) else until
            acts.append(save(row, Act.SNOOZE, at=now, by=by, note=note, until=row.snoozed_until, before=before))
    return acts


@transaction.atomic
def assign(flags: Sequence[Flag], *, to: User, note: str, by: User) -> list[FlagAct]:
    """Assign these flags to a coordinator, and write one letter about it. Returns the acts.

    Raises `StepRefused`, and changes none, when one was resolved meanwhile.
    """
    now, acts = timezone.now(), []
    for row in lock_open(flags):
        before = _as_it_stands(row, "assignee_id")
        row.assignee = to
        acts.append(save(row, Act.ASSIGN, at=now, by=by, note=note, to=to, before=before))
    digests.notify_assignee(flags, to, by=by, note=note.strip(), now=now)
    return acts


@transaction.atomic
def escalate(*, now: dt.datetime) -> Counts:
    """Hand on flags that nobody has acknowledged in time, as their rule (`Escalation`) says; returns how many.

    Each flag is escalated once per opening, with one letter for each who is told. A rule that names nobody hands on
    what is to act on now, to every active coordinator, and assigns it to none. A rule that names somebody who is no
    active coordinator any more does nothing until an administrator changes it.
    """
    coordinators = list(User.objects.filter(is_active=True, role=Role.COORDINATOR).order_by("pk"))
    able = {None, *(user.pk for user in coordinators)}
    rules = {rule.kind: rule for rule in Escalation.objects.select_related("to") if rule.to_id in able}
    late = Q(pk__in=[])  # no flag at all when there are no rules
    for rule in rules.values():
        of_kind = Q(kind=rule.kind, opened_at__lte=now - dt.timedelta(days=rule.after_days))
        late |= of_kind if rule.to_id else of_kind & Q(severity=Severity.ACT)
    waiting = Flag.objects.awake(timezone.localdate(now)).filter(
        late, acknowledged_at__isnull=True, escalated_at__isnull=True
    )
    by_assignee: dict[User | None, list[Flag]] = {}
    for flag in waiting.order_by("pk").select_for_update(no_key=True):
        to = rules[flag.kind].to
        flag.assignee, flag.escalated_at = to or flag.assignee, now
        by_assignee.setdefault(to, []).append(flag)
    for to, flags in by_assignee.items():
        for flag in flags:
            save(flag, Act.ESCALATE, at=now, by=None, to=to)
        if to:
            digests.notify_assignee(flags, to, by=None, now=now)
        else:
            digests.notify_everybody(flags, coordinators, now=now)
    return Counts(handed_on=sum(map(len, by_assignee.values())))


def lock_open(flags: Iterable[Flag]) -> list[Flag]:
    """Lock and read these flags. Raises `StepRefused` when one was resolved meanwhile.

    In order of their keys: two acts on the same flags would deadlock if they locked them in different orders.
    """
    rows = Flag.objects.filter(pk__in=[flag.pk for flag in flags])
    locked = list(rows.order_by("pk").select_for_update(no_key=True))
    if any(row.resolved_at is not None for row in locked):
        raise StepRefused([Blocker("resolved", _("This flag was resolved meanwhile: its cause is gone."), rule=0)])
    return locked


def _as_it_stands(row: Flag, *names: str) -> dict[str, Any]:
    """These fields of a flag as JSON values."""
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def save(
    row: Flag,
    act: Act,
    *,
    at: dt.datetime,
    by: User | None,
    note: str = "",
    to: User | None = None,
    until: dt.date | None = None,
    before: dict[str, Any] | None = None,
) -> FlagAct:
    """Write a flag that an act changed, the act and its event."""
    row.save()
    done = row.acts.create(act=act, at=at, by=by, to=to, until=until, note=note.strip(), before=before or {})
    record(by, Verb.DECIDED, row, what=act.value)
    return done
