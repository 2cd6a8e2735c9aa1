"""Letters about flags: what is new for somebody, and what was assigned to them. One letter, however many flags.

Every opening of a flag has a number (`Flag.opening`), given while the ledger is locked, so that numbers become visible
in their order. Who was told up to which number is kept with the letter in one transaction: nothing is told twice, and
what opened while nobody ran comes with the next letter.
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
NOON = dt.time(12, 0)
TOLD_AT_MOST = 25
"""How many flags a letter tells in words; it counts the others, and its link leads to them all."""
CALLED_AT_MOST = 500
"""How many flags one call of a webhook tells; the others come with the next call, a minute later."""
SEEN_BY_LIAISONS = (Audience.SERVICES, Audience.SERVICES_BY_CHOICE)
"""The kinds that are about somebody of a service, or its papers: only of these a liaison can see any."""
DEFAULTS: dict[Role, tuple[Rhythm, tuple[Audience, ...]]] = {
    Role.COORDINATOR: (Rhythm.DAILY, (Audience.OFFICE, *SEEN_BY_LIAISONS)),
    Role.LIAISON: (Rhythm.WEEKLY, (Audience.SERVICES,)),
    Role.AUDITOR: (Rhythm.NEVER, ()),
    Role.ADMINISTRATOR: (Rhythm.AT_ONCE, (Audience.ADMINISTRATORS,)),
}
"""Who gets what as long as they say nothing else."""


def choice_of(choice: LetterChoice) -> tuple[Rhythm, list[str]]:
    """What somebody chose, or what the role has."""
    rhythm, audiences = DEFAULTS[Role(choice.user.role)]
    return Rhythm(choice.rhythm or rhythm), for_audiences(*audiences) if choice.kinds is None else choice.kinds


def write_due(now: dt.datetime) -> Counts:
    """Write the letters of those whose time has come."""
    counts = Counts()
    without = User.objects.filter(is_active=True, letter_choice__isnull=True)
    LetterChoice.objects.bulk_create([LetterChoice(user=user) for user in without], ignore_conflicts=True)
    newest = Flag.objects.newest_opening()
    waiting = _night_is_unfinished(now)
    behind = Q(told_up_to__lt=newest) | Q(told_on__isnull=True) | Q(told_on__lt=timezone.localdate(now))
    for choice in LetterChoice.objects.filter(behind, user__is_active=True).select_related("user"):
        if is_due(choice, now, night_is_unfinished=waiting):
            counts += _write_to_user(choice.pk, now)
    for subscriber in Subscriber.objects.filter(is_active=True, told_up_to__lt=newest):
        counts += _write_to_subscriber(subscriber.pk, now)
    if counts["written"]:
        after_change_of(Letter)
    return counts


def is_due(choice: LetterChoice, now: dt.datetime, *, night_is_unfinished: bool = False) -> bool:
    """Whether the time of somebody's letter has come, and none was written since.

    Letters of the morning wait for the sweeps of the night, until noon at most.
    """
    rhythm, _kinds = choice_of(choice)
    if rhythm in {Rhythm.AT_ONCE, Rhythm.NEVER}:
        return rhythm == Rhythm.AT_ONCE
    here = timezone.localtime(now)
    day = here.date()
    if rhythm == Rhythm.WEEKLY:
        day -= dt.timedelta(days=day.weekday())
    if here.date() == day and here.time() < (NOON if night_is_unfinished else MORNING):
        return False
    return choice.told_on is None or choice.told_on < day


def _night_is_unfinished(now: dt.datetime) -> bool:
    nightly = [name for name in needed_for("sweeps") if JOBS[name].at]
    return any(standing.is_missed for standing in standings(now, nightly))


@transaction.atomic
def _write_to_user(pk: int, now: dt.datetime) -> Counts:
    choice = LetterChoice.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=pk)
    if not is_due(choice, now):  # another worker was quicker
        return Counts()
    newest = Flag.objects.newest_opening()
    flags = Flag.objects.visible_to(choice.user).filter(kind__in=choice_of(choice)[1])
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
        told = list(new.select_related("area", "service").order_by("opening")[:CALLED_AT_MOST])
        newest = newest if total <= CALLED_AT_MOST else told[-1].opening
        body = json.dumps({"flags": [_for_programs(flag) for flag in told]})
        letters.write(f"call {to.pk} {newest}", to, language=to.language, subject="", text=body)
    elif total:
        _write(f"box {to.pk} {newest}", to, to.language, new, total, now)
    Subscriber.objects.filter(pk=to.pk).update(told_up_to=newest)
    return Counts(readers=1, written=int(bool(total)))


def _new(flags: FlagQuerySet, told_up_to: int, newest: int, now: dt.datetime) -> FlagQuerySet:
    return flags.awake(timezone.localdate(now)).filter(opening__gt=told_up_to, opening__lte=newest)


def _for_programs(flag: Flag) -> dict:
    """A flag without any name of a person: keys, days and figures."""
    return {
        "id": flag.pk,
        "kind": flag.kind,
        "severity": flag.severity,
        "stage": flag.shown_stage,
        "day": flag.day.isoformat(),
        "area": flag.area.code if flag.area else None,
        "service": flag.service.code if flag.service else None,
        "link": link(flag.get_absolute_url()),
    }


def tell_assigned(flags: Sequence[Flag], to: User, *, by: User | None, note: str = "", now: dt.datetime) -> None:
    """Tell somebody, in one letter, what was assigned to them; not who did it themselves, nor who wants no letters."""
    choice = LetterChoice.objects.filter(user=to).select_related("user").first() or LetterChoice(user=to)
    rows = Flag.objects.visible_to(to).filter(pk__in=[flag.pk for flag in flags])
    total = rows.count()
    if to == by or choice.rhythm == Rhythm.NEVER or not total:
        return
    _write(f"assigned {to.pk} {flags[0].pk} {now.timestamp()}", to, to.language, rows, total, now, assigned=(by, note))
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
) -> None:
    """The letter in the receiver's language: plain text and HTML, nothing personal in its subject line."""
    with translation.override(language):
        act_now = rows.filter(severity=Flag.Severity.ACT).count()
        if assigned:
            subject = ngettext(
                "PeaceOps: %(n)s flag was assigned to you", "PeaceOps: %(n)s flags were assigned to you", total
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
        address = reverse("flag_list")
        if assigned:
            address = f"{address}?assignee={to.pk}" if total > 1 else rows[0].get_absolute_url()
        context = {
            "subject": subject.partition(":")[2].strip(),
            "language": language,
            "notices": attention.told(rows[:TOLD_AT_MOST], today=timezone.localdate(now)),
            "more": max(0, total - TOLD_AT_MOST),
            "link": link(address),
            "link_says": _("Open your flags") if assigned else _("Open all flags"),
            "by": assigned[0] if assigned else None,
            "note": assigned[1] if assigned else "",
            "is_mailbox": isinstance(to, Subscriber),
        }
        text = render_to_string("emails/flags.txt", context)
        html = render_to_string("emails/flags.html", context)
    letters.write(key, to, language=language, subject=subject, text=text, html=html)


def link(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path
