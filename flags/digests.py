"""Letters about flags: those that are new for a reader, and those assigned to somebody. One letter for many flags.

Every opening of a flag has a number (`Flag.opening`), given under the lock of the ledger, so that other transactions
see the numbers in ascending order. The number up to which a reader was told (`told_up_to`) is saved in the transaction
that writes the letter: no opening is told twice, and what opened while no worker ran comes with the next letter.
"""

import datetime as dt
import json
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Role
from accounts.models import User
from background.enqueue import after_change_of
from background.jobs import Counts
from background.schedule import JOBS, needed_for
from background.standings import standings
from flags import attention
from flags.kinds import Audience, for_audiences
from flags.models import Flag, FlagQuerySet, LetterChoice, Rhythm
from outbox import letters
from outbox.models import Letter, Subscriber

MORNING = dt.time(6, 0)
"""When daily and weekly letters are due."""
NOON = dt.time(12, 0)
"""How long they wait for sweeps of the night that were not run yet."""
FLAGS_PER_LETTER = 25
"""How many flags an e-mail lists; it counts the others, and its link leads to all of them."""
FLAGS_PER_REQUEST = 500
"""How many flags one webhook request lists; the others come with the next one, a minute later."""
SEEN_BY_LIAISONS = (Audience.SERVICES, Audience.SERVICES_BY_CHOICE)
"""The audiences of kinds about a service or its people. Other flags have no service, and no liaison sees them."""
DEFAULTS: dict[Role, tuple[Rhythm, tuple[Audience, ...]]] = {
    Role.COORDINATOR: (Rhythm.DAILY, (Audience.OFFICE, *SEEN_BY_LIAISONS)),
    Role.LIAISON: (Rhythm.WEEKLY, (Audience.SERVICES,)),
    Role.AUDITOR: (Rhythm.NEVER, ()),
    Role.ADMINISTRATOR: (Rhythm.AT_ONCE, (Audience.ADMINISTRATORS,)),
}
"""How often each role gets letters, and about the kinds for which audiences, until the user chooses."""


def effective_choice(choice: LetterChoice) -> tuple[Rhythm, list[str]]:
    """How often and about which kinds (their codes) a user gets letters: as chosen, else by default of the role."""
    rhythm, audiences = DEFAULTS[Role(choice.user.role)]
    return Rhythm(choice.rhythm or rhythm), for_audiences(*audiences) if choice.kinds is None else choice.kinds


def write_due(now: dt.datetime) -> Counts:
    """Write a letter to each user and subscriber for whom one is due and something is new.

    Returns how many were due (`readers`) and `written`. Each has a transaction of its own.
    """
    counts = Counts()
    without_choice = User.objects.filter(is_active=True, letter_choice__isnull=True)
    LetterChoice.objects.bulk_create([LetterChoice(user=user) for user in without_choice], ignore_conflicts=True)
    newest = Flag.objects.newest_opening()
    missing = _nightly_sweeps_are_missing(now)
    # Only a first narrowing, so that a quiet minute makes few queries; `is_due` decides.
    may_be_due = Q(told_up_to__lt=newest) | Q(told_on__isnull=True) | Q(told_on__lt=timezone.localdate(now))
    for choice in LetterChoice.objects.filter(may_be_due, user__is_active=True).select_related("user"):
        if is_due(choice, now, sweeps_are_missing=missing):
            counts += _write_to_user(choice.pk, now)
    for subscriber in Subscriber.objects.filter(is_active=True, told_up_to__lt=newest):
        counts += _write_to_subscriber(subscriber.pk, now)
    if counts["written"]:
        after_change_of(Letter)
    return counts


def is_due(choice: LetterChoice, now: dt.datetime, *, sweeps_are_missing: bool = False) -> bool:
    """Whether a letter is due: the last morning (or Monday morning) has come, and none was considered since.

    While sweeps of the night are missing, letters of the morning wait for them until noon: they would tell half.
    """
    rhythm, _kinds = effective_choice(choice)
    if rhythm in {Rhythm.AT_ONCE, Rhythm.NEVER}:
        return rhythm == Rhythm.AT_ONCE
    local = timezone.localtime(now)
    day = local.date()
    if rhythm == Rhythm.WEEKLY:
        day -= dt.timedelta(days=day.weekday())  # Monday of this week
    if local.date() == day and local.time() < (NOON if sweeps_are_missing else MORNING):
        return False
    return choice.told_on is None or choice.told_on < day


def _nightly_sweeps_are_missing(now: dt.datetime) -> bool:
    nightly = [name for name in needed_for("sweeps") if JOBS[name].at]
    return any(standing.is_missed for standing in standings(now, nightly))


@transaction.atomic
def _write_to_user(pk: int, now: dt.datetime) -> Counts:
    choice = LetterChoice.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=pk)
    if not is_due(choice, now):  # another worker wrote it while this one waited for the lock
        return Counts()
    newest = Flag.objects.newest_opening()
    flags = Flag.objects.visible_to(choice.user).filter(kind__in=effective_choice(choice)[1])
    new = _new(flags, choice.told_up_to, newest, now)
    total = new.count()
    if total:
        _write(f"new {choice.user_id} {newest}", choice.user, choice.user.language, new, total, now)
    choice.told_up_to, choice.told_on = newest, timezone.localdate(now)
    choice.save(update_fields=["told_up_to", "told_on"])
    return Counts(readers=1, written=int(bool(total)))


@transaction.atomic
def _write_to_subscriber(pk: int, now: dt.datetime) -> Counts:
    to = Subscriber.objects.select_for_update(no_key=True).get(pk=pk)
    newest = Flag.objects.newest_opening()
    new = _new(Flag.objects.filter(kind__in=to.kinds), to.told_up_to, newest, now)
    total = new.count()
    if total and to.medium == Subscriber.Medium.WEBHOOK:
        batch = list(new.select_related("area", "service").order_by("opening")[:FLAGS_PER_REQUEST])
        newest = newest if total <= FLAGS_PER_REQUEST else batch[-1].opening
        body = json.dumps({"flags": [_webhook_data(flag) for flag in batch]})
        letters.write(f"call {to.pk} {newest}", to, language=to.language, subject="", text=body)
    elif total:
        _write(f"box {to.pk} {newest}", to, to.language, new, total, now)
    Subscriber.objects.filter(pk=to.pk).update(told_up_to=newest)
    return Counts(readers=1, written=int(bool(total)))


def _new(flags: FlagQuerySet, told_up_to: int, newest: int, now: dt.datetime) -> FlagQuerySet:
    """Those of `flags` that opened after `told_up_to`, up to `newest`, and still need attention."""
    return flags.awake(timezone.localdate(now)).filter(opening__gt=told_up_to, opening__lte=newest)


def _webhook_data(flag: Flag) -> dict:
    """A flag as JSON values for a webhook: keys, days and codes, never the name of a person."""
    return {
        "id": flag.pk,
        "kind": flag.kind,
        "severity": flag.severity,
        "stage": flag.shown_stage,
        "day": flag.day.isoformat(),
        "area": flag.area.code if flag.area else None,
        "service": flag.service.code if flag.service else None,
        "link": absolute_url(flag.get_absolute_url()),
    }


def notify_assignee(flags: Sequence[Flag], to: User, *, by: User | None, note: str = "", now: dt.datetime) -> None:
    """Write one letter to `to` about the flags assigned to them, of which only those that they may see.

    None to who assigned them to themselves, nor to who wants no letters. Call it in the transaction of the assignment.
    """
    choice = LetterChoice.objects.filter(user=to).select_related("user").first() or LetterChoice(user=to)
    rows = Flag.objects.visible_to(to).filter(pk__in=[flag.pk for flag in flags])
    total = rows.count()
    if to == by or choice.rhythm == Rhythm.NEVER or not total:
        return
    _write(f"assigned {to.pk} {flags[0].pk} {now.timestamp()}", to, to.language, rows, total, now, assigned=(by, note))
    after_change_of(Letter)


def notify_everybody(flags: Sequence[Flag], coordinators: Sequence[User], *, now: dt.datetime) -> None:
    """Write one letter to each of them about flags to act on now that nobody has acknowledged in time.

    None to who wants no letters. Call it in the transaction of the escalation.
    """
    silent = set(LetterChoice.objects.filter(rhythm=Rhythm.NEVER).values_list("user", flat=True))
    rows = Flag.objects.filter(pk__in=[flag.pk for flag in flags])
    for to in coordinators:
        if to.pk not in silent:
            key = f"unseen {to.pk} {flags[0].pk} {now.timestamp()}"
            _write(key, to, to.language, rows, len(flags), now, unseen=True)
    after_change_of(Letter)


def _write(
    key: str,
    to: User | Subscriber,
    language: str,
    rows: QuerySet,
    total: int,
    now: dt.datetime,
    *,
    assigned: tuple | None = None,
    unseen: bool = False,
) -> None:
    """Write a letter about these flags in the receiver's language, as text and HTML; `assigned` is (by whom, note).

    `unseen`: they are not new; nobody has acknowledged them.

    Its subject line has figures only: it is shown in lists and notifications, where others may read it.
    """
    with translation.override(language):
        act_now = rows.filter(severity=Flag.Severity.ACT).count()
        if assigned:
            subject = ngettext(
                "PeaceOps: %(n)s flag was assigned to you", "PeaceOps: %(n)s flags were assigned to you", total
            )
        elif unseen:
            subject = ngettext(
                "PeaceOps: %(n)s flag to act on now, acknowledged by nobody",
                "PeaceOps: %(n)s flags to act on now, acknowledged by nobody",
                total,
            )
        elif act_now:
            subject = ngettext(
                "PeaceOps: %(n)s new flag, %(act_now)s to act on now",
                "PeaceOps: %(n)s new flags, %(act_now)s to act on now",
                total,
            )
        else:
            subject = ngettext("PeaceOps: %(n)s new flag", "PeaceOps: %(n)s new flags", total)
        subject %= {"n": total, "act_now": act_now}
        path = reverse("flag_list")
        if assigned:
            path = f"{path}?assignee={to.pk}" if total > 1 else rows[0].get_absolute_url()
        elif unseen:
            path = f"{path}?state=unseen"
        context = {
            "subject": subject.partition(":")[2].strip(),
            "language": language,
            "notices": attention.with_sentences(rows[:FLAGS_PER_LETTER], today=timezone.localdate(now)),
            "more": max(0, total - FLAGS_PER_LETTER),
            "link": absolute_url(path),
            "link_says": _("Open your flags") if assigned else _("Open all flags"),
            "by": assigned[0] if assigned else None,
            "note": assigned[1] if assigned else "",
            "is_mailbox": isinstance(to, Subscriber),
        }
        text = render_to_string("emails/flags.txt", context)
        html = render_to_string("emails/flags.html", context)
    letters.write(key, to, language=language, subject=subject, text=text, html=html)


def absolute_url(path: str) -> str:
    """The URL of a path on this site (`SITE_URL`): tasks have no request to take the host from."""
    return settings.SITE_URL.rstrip("/") + path
