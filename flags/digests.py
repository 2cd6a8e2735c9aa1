"""Letters about flags and news: those that are new for a reader, and flags assigned to somebody. One letter for many.

Every opening of a flag has a number (`Flag.opening`), given under the lock of the ledger, so that other transactions
see the numbers in ascending order. The number up to which a reader was told (`told_up_to`) is saved in the transaction
that writes the letter: no opening is told twice, and what opened while no worker ran comes with the next letter.
So it is with news by its number (`News.number`, `news_up_to`). Urgent news waits for no morning: what of it was told by
itself (`urgent_up_to`) is left out of the letter that follows.
"""

import datetime as dt
import json
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.access import Role
from accounts.models import User
from background.enqueue import after_change_of
from background.jobs import Counts
from background.schedule import JOBS, needed_for
from background.standings import standings
from flags import emails, news_kinds
from flags import news as telling
from flags.kinds import Audience, for_audiences
from flags.models import Flag, FlagQuerySet, LetterChoice, News, NewsQuerySet, Rhythm
from outbox import letters
from outbox.models import Letter, Subscriber
from outbox.notices import absolute_url

MORNING = dt.time(6, 0)
"""When daily and weekly letters are due."""
NOON = dt.time(12, 0)
"""How long they wait for sweeps of the night that were not run yet."""
FLAGS_PER_REQUEST = 500
"""How many flags one webhook request lists; the others come with the next one, a minute later."""
SEEN_BY_LIAISONS = (Audience.SERVICES, Audience.SERVICES_BY_CHOICE)
"""The audiences of kinds about a service or its people. Other flags have no service, and no liaison sees them."""
DEFAULTS: dict[Role, tuple[Rhythm, tuple[Audience, ...]]] = {
    Role.COORDINATOR: (Rhythm.DAILY, (Audience.OFFICE, *SEEN_BY_LIAISONS)),
    Role.LIAISON: (Rhythm.DAILY, (Audience.SERVICES,)),
    Role.AUDITOR: (Rhythm.NEVER, ()),
    Role.ADMINISTRATOR: (Rhythm.AT_ONCE, (Audience.ADMINISTRATORS,)),
}
"""How often each role gets letters, and about the kinds for which audiences, until the user chooses."""


def effective_choice(choice: LetterChoice) -> tuple[Rhythm, list[str]]:
    """How often and about which kinds (their codes) a user gets letters: as chosen, else by default of the role."""
    rhythm, audiences = DEFAULTS[Role(choice.user.role)]
    return Rhythm(choice.rhythm or rhythm), for_audiences(*audiences) if choice.kinds is None else choice.kinds


def effective_news_kinds(choice: LetterChoice) -> list[str]:
    """About which kinds of news (their codes) a user gets letters: as chosen, else all that are told to the role."""
    if choice.news_kinds is not None:
        return choice.news_kinds
    told = choice.user.role in {Role.COORDINATOR, Role.LIAISON}
    return [kind.code for kind in news_kinds.for_role(choice.user.role)] if told else []


def write_due(now: dt.datetime) -> Counts:
    """Write a letter to each user and subscriber for whom one is due and something is new.

    Returns how many were due (`readers`) and `written`. Each has a transaction of its own.
    """
    counts = Counts()
    without_choice = User.objects.filter(is_active=True, letter_choice__isnull=True)
    LetterChoice.objects.bulk_create([LetterChoice(user=user) for user in without_choice], ignore_conflicts=True)
    newest, newest_news = Flag.objects.newest_opening(), telling.number_new()
    newest_urgent = telling.newest_number(kinds=news_kinds.codes(urgent=True))
    missing = _nightly_sweeps_are_missing(now)
    # Only a first narrowing, so that a quiet minute makes few queries; `is_due` decides.
    is_new = Q(told_up_to__lt=newest) | Q(news_up_to__lt=newest_news)
    may_be_due = is_new | Q(told_on__isnull=True) | Q(told_on__lt=timezone.localdate(now))
    for choice in LetterChoice.objects.filter(may_be_due, user__is_active=True).select_related("user"):
        if is_due(choice, now, sweeps_are_missing=missing):
            counts += _write_to_user(choice.pk, now)
        elif max(choice.news_up_to, choice.urgent_up_to) < newest_urgent:
            counts += _write_urgent_to_user(choice.pk, now)
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
    choice = _lock(pk)
    if not is_due(choice, now):  # another worker wrote it while this one waited for the lock
        return Counts()
    newest, newest_news = Flag.objects.newest_opening(), telling.newest_number()
    flags = Flag.objects.visible_to(choice.user).in_box_of(choice.user, timezone.localdate(now))
    flags = flags.filter(kind__in=effective_choice(choice)[1])
    told_already = Q(kind__in=news_kinds.codes(urgent=True), number__lte=choice.urgent_up_to)
    written = emails.write(
        f"new {choice.user_id} {newest} {newest_news}",
        choice.user,
        flags=_new(flags, choice.told_up_to, newest, now),
        news=_news_for(choice, choice.news_up_to, newest_news).exclude(told_already),
        now=now,
    )
    choice.told_up_to, choice.news_up_to, choice.told_on = newest, newest_news, timezone.localdate(now)
    choice.save(update_fields=["told_up_to", "news_up_to", "told_on"])
    return Counts(readers=1, written=int(written))


@transaction.atomic
def _write_urgent_to_user(pk: int, now: dt.datetime) -> Counts:
    """Write a letter about urgent news to a user whose letter about all the rest is not due yet."""
    choice = _lock(pk)
    if effective_choice(choice)[0] == Rhythm.NEVER:
        return Counts()
    newest = telling.newest_number()
    news = _news_for(choice, max(choice.news_up_to, choice.urgent_up_to), newest)
    urgent = news.filter(kind__in=news_kinds.codes(urgent=True))
    written = emails.write(f"urgent {choice.user_id} {newest}", choice.user, news=urgent, now=now)
    choice.urgent_up_to = newest
    choice.save(update_fields=["urgent_up_to"])
    return Counts(readers=1, written=int(written))


def _lock(pk: int) -> LetterChoice:
    return LetterChoice.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=pk)


def _news_for(choice: LetterChoice, told_up_to: int, newest: int) -> NewsQuerySet:
    """The news that a user wants to be told of, after `told_up_to` and up to `newest`; none older than the account."""
    user = choice.user
    wanted = News.objects.for_reader(user).filter(kind__in=effective_news_kinds(choice), at__gte=user.date_joined)
    return wanted.filter(number__gt=told_up_to, number__lte=newest)


@transaction.atomic
def _write_to_subscriber(pk: int, now: dt.datetime) -> Counts:
    to = Subscriber.objects.select_for_update(no_key=True).get(pk=pk)
    newest = Flag.objects.newest_opening()
    new = _new(Flag.objects.filter(kind__in=to.kinds), to.told_up_to, newest, now)
    if to.medium == Subscriber.Medium.MAILBOX:
        written = emails.write(f"box {to.pk} {newest}", to, flags=new, now=now)
    elif written := bool(total := new.count()):
        batch = list(new.select_related("area", "service").order_by("opening")[:FLAGS_PER_REQUEST])
        newest = newest if total <= FLAGS_PER_REQUEST else batch[-1].opening
        body = json.dumps({"flags": [_webhook_data(flag) for flag in batch]})
        letters.write(f"call {to.pk} {newest}", to, language=to.language, subject="", text=body)
    Subscriber.objects.filter(pk=to.pk).update(told_up_to=newest)
    return Counts(readers=1, written=int(written))


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
    if to == by or choice.rhythm == Rhythm.NEVER:
        return
    key = f"assigned {to.pk} {flags[0].pk} {now.timestamp()}"
    if emails.write(key, to, flags=rows, assigned=emails.Assigned(by, note), now=now):
        after_change_of(Letter)


def notify_everybody(flags: Sequence[Flag], coordinators: Sequence[User], *, now: dt.datetime) -> None:
    """Write one letter to each of them about flags to act on now that nobody has acknowledged in time.

    None to who wants no letters. Call it in the transaction of the escalation.
    """
    silent = set(LetterChoice.objects.filter(rhythm=Rhythm.NEVER).values_list("user", flat=True))
    rows = Flag.objects.filter(pk__in=[flag.pk for flag in flags])
    for to in coordinators:
        if to.pk not in silent:
            emails.write(f"unseen {to.pk} {flags[0].pk} {now.timestamp()}", to, flags=rows, unseen=True, now=now)
    after_change_of(Letter)
