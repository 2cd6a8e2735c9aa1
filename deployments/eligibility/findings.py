"""One thing that a rule found, and the days that papers leave open."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from deployments.models import Waiver
from foundation.refusals import Blocker
from personnel.expiry import ONE_DAY

WAIVABLE = frozenset(
    {
        "credential_missing",
        "credential_lapsed",
        "language_untested",
        "language_too_low",
        "language_lapsed",
        "too_few_years",
        "rank_outside",
    }
)
"""What a second coordinator may let pass. Never the cap, an overlap, an authorization, age, arms, an attestation, an
agreement or a consent."""


@dataclass(frozen=True)
class Finding(Blocker):
    """One blocker or warning. A waiver turns a blocker into something that is known and let pass."""

    warns: bool = False
    waiver: Waiver | None = None
    restricted: bool = False
    """About a credential whose days and results are not for every reader."""

    asked: Waiver | None = None
    """A waiver that waits for its second coordinator: it lets nothing pass yet."""

    @property
    def mended_by(self) -> str:
        """What would be added to the record to mend it: a credential, a language test, an attestation."""
        begins = self.code.split("_", 1)[0]
        return {
            "credential": "credential",
            "firearms": "credential",
            "language": "language",
            "attestation": "attestation",
        }.get(begins, "")

    @property
    def refuses(self) -> bool:
        return not self.warns and self.waiver is None

    @property
    def may_be_waived(self) -> bool:
        return self.refuses and self.code in WAIVABLE and self.asked is None


def first_day_open(periods: Iterable[tuple[dt.date, dt.date | None]], first: dt.date, last: dt.date) -> dt.date | None:
    """The first day from `first` through `last` that no period covers (None as an end: no end); None when all are."""
    day = first
    for begins, ends in sorted(periods, key=lambda period: period[0]):
        if begins > day:
            break
        if ends is None or ends >= last:
            return None
        day = max(day, ends + ONE_DAY)
    return day if day <= last else None


def peak(stays: Iterable[tuple[dt.date, dt.date]], first: dt.date, last: dt.date) -> tuple[int, dt.date]:
    """The most stays on one day from `first` through `last`, and the first day with so many."""
    changes: dict[dt.date, int] = {first: 0}
    for begins, ends in stays:
        if begins > last or ends < first:
            continue
        there = max(begins, first)
        changes[there] = changes.get(there, 0) + 1
        if ends < last:
            changes[ends + ONE_DAY] = changes.get(ends + ONE_DAY, 0) - 1
    now, most, when = 0, 0, first
    for day in sorted(changes):
        now += changes[day]
        if now > most:
            most, when = now, day
    return most, when
