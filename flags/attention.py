"""The open flags that a reader may see, with their sentences, for pages and letters."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, Count, Q, When
from django.utils.text import capfirst

from accounts.models import User
from flags import subjects
from flags.kinds import KINDS, Kind
from flags.models import SOON, Flag, FlagAct, Severity, thresholds
from flags.sentences import sentence_of
from foundation.lists import COUNTED_AT_MOST, bounded_count

SHOWN_FIRST = 8
LOOKED_AT = 500
"""Among so many flags the next urgent one is looked for: more than are ever planned ahead."""


@dataclass(frozen=True)
class Notice:
    """A flag and its sentence in the reader's language."""

    flag: Flag
    sentence: str

    @property
    def kind(self) -> Kind:
        return KINDS[self.flag.kind]

    @property
    def name(self) -> str:
        """How the subject is called, in a few words; the name of the kind where the subject is gone."""
        return " · ".join(self._words) or str(self.kind.label)

    @property
    def says(self) -> str:
        """The sentence without the name of the subject, where it begins with it; for under that name."""
        words = self._words
        for number in range(len(words), 0, -1):
            named, _name, rest = self.sentence.partition(", ".join(words[:number]))
            said = rest.lstrip(" \N{NO-BREAK SPACE}")
            if not named and said[:1] in {":", ","}:
                return capfirst(said[1:].lstrip())
        return self.sentence

    @property
    def in_short(self) -> str:
        """The same for a line with others."""
        return self.says.removesuffix(".")

    @property
    def _words(self) -> list[str]:
        return [str(word) for word in self.kind.name_of(self.flag.subject)] if self.flag.subject else []


@dataclass(frozen=True)
class About:
    """The flags of a list about one subject: how it is called, and what each of them says of it."""

    name: str
    notices: list[Notice]

    @property
    def first(self) -> Flag:
        return self.notices[0].flag

    @property
    def open_ids(self) -> str:
        """The ids of those that are open, as the forms of the inbox send them."""
        return "-".join(str(notice.flag.pk) for notice in self.notices if not notice.flag.resolved_at)

    @property
    def is_acknowledged(self) -> bool:
        """Whether each of them was acknowledged already."""
        return all(notice.flag.acknowledged_at for notice in self.notices)


@dataclass(frozen=True)
class Attention:
    """What is in a reader's box: the first of it, and how much there is (bounded counts).

    `to_act` is to be acted on now and is the number in the menu, `to_plan` is to be planned ahead; `total` is both.
    """

    notices: list[Notice]
    to_act: int
    to_plan: int

    @property
    def total(self) -> int:
        return self.to_act + self.to_plan


def for_user(user: User, *, today: dt.date, shown: int | None = None) -> Attention:
    """The reader's box for a page: what is assigned to the reader first, then the most urgent.

    Call it once for the box on a first page: `notices` are the first `shown` (`SHOWN_FIRST` without a number), with
    their sentences; `to_act` and `to_plan` count it all, and lead to the lists `?state=act` and `?state=mine`.
    What the box is says `FlagQuerySet.in_box_of`, for this, the menu, the list and the letters alike.
    """
    first = Flag.objects.visible_to(user).in_box_of(user, today).by_subject(user)
    parts = parts_of_the_box(user, today=today)
    notices = with_sentences(first[: SHOWN_FIRST if shown is None else shown], today=today)
    return Attention(notices, parts["act"], parts["soon"] + parts["later"])


def parts_of_the_box(user: User, *, today: dt.date) -> dict[str, int]:
    """How much is in each part of the reader's box, by its word in the address of the list; bounded."""
    box = Flag.objects.visible_to(user).in_box_of(user, today)
    # In the order of their urgency, so that a bound cuts off what is to be planned.
    counted = box.order_by("severity").values("severity", "day")[: COUNTED_AT_MOST + 1]
    parts = {
        "act": Q(severity=Severity.ACT),
        "soon": Q(severity=Severity.PLAN, day__lte=today + SOON),
        "later": Q(severity=Severity.PLAN, day__gt=today + SOON),
    }
    counts = counted.aggregate(**{part: Count("severity", filter=which) for part, which in parts.items()})
    return {"mine": sum(counts.values()), **counts}


def history(shown: About, user: User) -> list[FlagAct]:
    """What was done about these flags, the newest first; the notes are the office's."""
    acts = list(FlagAct.objects.filter(flag__in=[one.flag for one in shown.notices]).select_related("by", "to", "flag"))
    if not user.sees_every_service:
        for act in acts:
            act.note = ""
    return acts


def next_to_plan(user: User, *, today: dt.date) -> Notice | None:
    """What in the reader's box has its day first, of what is to be planned ahead."""
    coming = Flag.objects.visible_to(user).in_box_of(user, today).to_plan().filter(day__gte=today)
    notices = with_sentences(coming.order_by("day", "pk")[:1], today=today)
    return notices[0] if notices else None


def count_to_act(user: User, today: dt.date) -> int:
    """How much is in the reader's box to be acted on now: the number in the menu; bounded."""
    return bounded_count(Flag.objects.visible_to(user).in_box_of(user, today).to_act_on())


def by_subject(notices: Iterable[Notice]) -> list[About]:
    """The notices of a page, those about one subject together, in the order of the first of each."""
    together: dict[tuple[int, int], About] = {}
    for notice in notices:
        key = notice.flag.subject_type_id, notice.flag.subject_id
        together.setdefault(key, About(notice.name, [])).notices.append(notice)
    return list(together.values())


def about_the_same(flag: Flag, user: User, *, today: dt.date) -> About:
    """This flag and, after it, the other open ones about its subject that the reader may see."""
    same = Q(subject_type=flag.subject_type_id, subject_id=flag.subject_id, resolved_at=None)
    rows = Flag.objects.visible_to(user).filter(Q(pk=flag.pk) | same)
    rows = rows.select_related("area", "service", "assignee", "acknowledged_by")
    first = Case(When(pk=flag.pk, then=0), default=1)
    notices = with_sentences(rows.order_by(first, "severity", "day", "pk"), today=today)
    return About(notices[0].name, notices)


def next_urgent_day(user: User, *, today: dt.date) -> dt.date | None:
    """The day on which the next flag that is to be planned becomes urgent; None where nobody can say."""
    planned = Flag.objects.visible_to(user).in_box_of(user, today).to_plan().order_by("day", "pk")
    numbers = thresholds()
    days = [
        notice.kind.urgent_on(notice.flag, numbers.get(notice.flag.kind, []))
        for notice in with_sentences(planned[:LOOKED_AT], today=today)
        if notice.flag.subject
    ]
    return min((day for day in days if day and day > today), default=None)


def about(rows: list[models.Model], user: User, *, today: dt.date) -> list[Notice]:
    """The open flags about any of these rows that the reader may see, snoozed ones included."""
    about_them = Q(pk__in=[])
    for row in rows:
        about_them |= Q(subject_type=ContentType.objects.get_for_model(row), subject_id=row.pk)
    return with_sentences(Flag.objects.visible_to(user).open().filter(about_them), today=today)


def with_sentences(flags: Iterable[Flag], *, today: dt.date) -> list[Notice]:
    """These flags with their sentences, in one query for the flags and one for each model of their subjects."""
    rows = list(flags)
    subjects.fetch(rows, [(model, kind.related) for kind in KINDS.values() for model in kind.subjects])
    return [Notice(flag, sentence_of(flag, today=today)) for flag in rows]


def subject_page(flag: Flag, reader: User) -> str | None:
    """The URL of the page of what a flag is about; None when it has none or this reader may not open it."""
    return KINDS[flag.kind].page(flag.subject, reader)
