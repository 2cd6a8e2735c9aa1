"""The ledger of flags follows what the detectors find, and keeps what people do about it."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence, Set
from functools import partial

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
FOLLOWED = ["severity", "area_id", "service_id", "day", "facts"]
"""What a flag takes over from what was found."""


def sweep_steps(sweep: Sweep) -> list[Callable[[], Counts]]:
    """One step for each detector of a sweep: look as of now, and follow what was found."""

    def step(detector: Detector) -> Counts:
        now = timezone.now()
        return follow(detector.kinds, detector.find(timezone.localdate(now)), now=now)

    return [partial(step, detector) for detector in detectors(sweep)]


@transaction.atomic
def follow(kinds: Iterable[Kind], found: Iterable[Found], *, now: dt.datetime) -> Counts:
    """Make the open flags of these kinds exactly those found; answers how many were found, opened and resolved.

    Safe to run twice, or by two workers at once: they take turns, and `found` is asked only when it is one's turn, so
    that an older look never has the last word. A flag is one row per kind, subject and stage (a unique constraint). A
    second run on the same day that finds the same writes nothing.
    """
    # The lock of the ledger. `no_key`: events about flags refer to this row meanwhile, and must not wait.
    ContentType.objects.select_for_update(no_key=True).get(pk=ContentType.objects.get_for_model(Flag).pk)
    wanted = {_key_of(cause): cause for cause in found}
    existing = {_key(flag): flag for flag in Flag.objects.open().filter(kind__in=[kind.code for kind in kinds])}
    again = _resolved_before(wanted.keys() - existing.keys())
    new = [_row(cause, now) for key, cause in wanted.items() if key not in existing and key not in again]
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    changed, seen, worse = [], [], []
    for key, flag in [*existing.items(), *again.items()]:
        if key not in wanted:
            continue
        cause = wanted[key]
        if key in again:
            _open_again(flag, now)
        elif any(getattr(flag, name) != getattr(cause, name) for name in FOLLOWED):
            changed.append(flag)
            if flag.severity != Severity.ACT and cause.severity == Severity.ACT:
                worse.append(flag)
        elif flag.last_seen < midnight:
            seen.append(flag.pk)
        for name in FOLLOWED:
            setattr(flag, name, getattr(cause, name))
        flag.last_seen = now
    # What somebody must act on now is told again to those who were told to plan for it.
    _count_openings([*new, *again.values(), *worse])
    Flag.objects.bulk_create(new, batch_size=500)
    fields = ["opening", "severity", "area", "service", "day", "facts", "last_seen"]
    Flag.objects.bulk_update(changed, fields, batch_size=500)
    Flag.objects.bulk_update(again.values(), [*fields, *_OF_AN_OPENING], batch_size=500)
    Flag.objects.filter(pk__in=seen).update(last_seen=now)
    gone = [flag for key, flag in existing.items() if key not in wanted]
    _resolve(gone, {key[:3] for key in wanted}, now)
    FlagAct.objects.bulk_create(FlagAct(flag=flag, act=Act.REOPEN, at=now) for flag in again.values())
    return Counts(found=len(wanted), opened=len(new) + len(again), resolved=len(gone))


def _resolved_before(keys: Set[Key]) -> dict[Key, Flag]:
    """Those that were flagged once already. Only they are read, not all that was ever resolved."""
    if not keys:
        return {}
    rows = Flag.objects.filter(kind__in={key[0] for key in keys}, subject_id__in={key[2] for key in keys})
    return {_key(flag): flag for flag in rows if _key(flag) in keys}


def _count_openings(flags: list[Flag]) -> None:
    """Number them in the turn that we hold, so that numbers become visible in their order (`flags.digests`)."""
    if flags:
        for number, flag in enumerate(flags, start=Flag.objects.newest_opening() + 1):
            flag.opening = number


_OF_AN_OPENING = [
    "opened_at",
    "resolved_at",
    "resolution",
    "acknowledged_at",
    "acknowledged_by",
    "snoozed_until",
    "assignee",
    "escalated_at",
]
"""What begins anew when the facts return."""


def _open_again(flag: Flag, now: dt.datetime) -> None:
    flag.opened_at, flag.resolved_at, flag.resolution = now, None, ""
    flag.acknowledged_at = flag.acknowledged_by = flag.snoozed_until = flag.assignee = flag.escalated_at = None


def _resolve(gone: list[Flag], elsewhere: set[tuple[str, int, int]], now: dt.datetime) -> None:
    """With the cause: the same is flagged at another stage now, or the facts are gone."""
    for why in Resolution:
        moved_on = why == Resolution.STAGE
        rows = [flag for flag in gone if (_key(flag)[:3] in elsewhere) == moved_on]
        if rows:
            Flag.objects.filter(pk__in=[flag.pk for flag in rows]).update(resolved_at=now, resolution=why)
    FlagAct.objects.bulk_create(FlagAct(flag=flag, act=Act.RESOLVE, at=now) for flag in gone)


def _row(cause: Found, now: dt.datetime) -> Flag:
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
def acknowledge(flags: Sequence[Flag], *, note: str, by: User) -> None:
    """Somebody has seen them and says so; they stay open until their causes are gone. Raises `StepRefused`."""
    for row in _open(flags):
        row.acknowledged_at, row.acknowledged_by = timezone.now(), by
        _save(row, Act.ACKNOWLEDGE, by=by, note=note)


def snooze(flags: Sequence[Flag], *, until: dt.date, note: str, by: User, today: dt.date) -> None:
    """Put them off until a day to come, with a reason. Raises `StepRefused`."""
    found = []
    if until <= today:
        found.append(Blocker("until_past", _("Give a day to come."), rule=0, first_day=until))
    if not note.strip():
        found.append(Blocker("reason_missing", _("Give a reason."), rule=0))
    if found:
        raise StepRefused(found)
    with transaction.atomic():
        for row in _open(flags):
            row.snoozed_until = until
            _save(row, Act.SNOOZE, by=by, note=note, until=until)


@transaction.atomic
def assign(flags: Sequence[Flag], *, to: User, note: str, by: User) -> None:
    """Say who sees to these flags, and write them one letter about it. Raises `StepRefused`."""
    for row in _open(flags):
        row.assignee = to
        _save(row, Act.ASSIGN, by=by, note=note, to=to)
    digests.tell_assigned(flags, to, by=by, note=note.strip(), now=timezone.now())


@transaction.atomic
def escalate(*, now: dt.datetime) -> Counts:
    """Hand on what nobody has acknowledged for the days that the office set, with one letter for each who gets some.

    Whoever is no active coordinator any more gets nothing: the rule waits until an administrator names somebody else.
    """
    rules = {
        rule.kind: rule
        for rule in Escalation.objects.filter(to__is_active=True, to__role=Role.COORDINATOR).select_related("to")
    }
    late = Q(pk__in=[])
    for rule in rules.values():
        late |= Q(kind=rule.kind, opened_at__lte=now - dt.timedelta(days=rule.after_days))
    waiting = Flag.objects.open().filter(late, acknowledged_at__isnull=True, escalated_at__isnull=True)
    handed_on: dict[User, list[Flag]] = {}
    for flag in waiting.order_by("pk").select_for_update(no_key=True):
        to = rules[flag.kind].to
        flag.assignee, flag.escalated_at = to, now
        handed_on.setdefault(to, []).append(flag)
    for to, flags in handed_on.items():
        for flag in flags:
            _save(flag, Act.ESCALATE, by=None, to=to)
        digests.tell_assigned(flags, to, by=None, now=now)
    return Counts(handed_on=sum(map(len, handed_on.values())))


def _open(flags: Sequence[Flag]) -> list[Flag]:
    """All of them locked, in one order for everybody, before anything is written: or none, when one was resolved."""
    rows = Flag.objects.filter(pk__in=[flag.pk for flag in flags])
    locked = list(rows.order_by("pk").select_for_update(no_key=True))
    if any(row.resolved_at is not None for row in locked):
        raise StepRefused([Blocker("resolved", _("This flag was resolved meanwhile: its cause is gone."), rule=0)])
    return locked


def _save(row: Flag, act: Act, *, by: User | None, note: str = "", to: User | None = None, until=None) -> None:
    row.save()
    row.acts.create(act=act, at=timezone.now(), by=by, to=to, until=until, note=note.strip())
    record(by, Verb.DECIDED, row, what=act.value)
