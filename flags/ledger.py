"""The ledger of flags follows what the detectors find: opens, sees again, resolves, opens again."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from flags.detect.found import Found
from flags.models import Flag


@transaction.atomic
def follow(kinds: Iterable[Flag.Kind], found: Iterable[Found], *, now: dt.datetime) -> None:
    """Make the open flags of these kinds exactly those found.

    Safe to run twice, or by two workers at once: they take turns, and `found` is asked only when it is one's turn, so
    that an older look never has the last word. A flag is one row per kind, subject and stage (a unique constraint).
    """
    ContentType.objects.select_for_update().get(pk=ContentType.objects.get_for_model(Flag).pk)  # whose turn it is
    rows = [
        Flag(
            kind=one.kind,
            stage=one.stage,
            severity=one.severity,
            subject_type=ContentType.objects.get_for_model(one.subject),
            subject_id=one.subject.pk,
            area_id=one.area_id,
            service_id=one.service_id,
            day=one.day,
            facts=one.facts,
            first_seen=now,
            last_seen=now,
        )
        for one in found
    ]
    rows.sort(key=_key)
    Flag.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "subject_type", "subject_id", "stage"],
        update_fields=["severity", "area", "service", "day", "facts", "last_seen", "resolved_at"],
    )
    still_there = {_key(row) for row in rows}
    gone = [flag.pk for flag in Flag.objects.open().filter(kind__in=kinds) if _key(flag) not in still_there]
    Flag.objects.filter(pk__in=gone).update(resolved_at=now)


def _key(flag: Flag) -> tuple[str, int, int, str]:
    return flag.kind, flag.subject_type_id, flag.subject_id, flag.stage
