"""What somebody with the rights of the database's owner could do to the trail."""

from django.db import connection

from audit.models import Chain, Event


def lift_guards() -> None:
    """Drop the triggers that refuse changes."""
    with connection.cursor() as cursor:
        for name in ("guard_event_not_changed", "guard_event_not_removed"):
            cursor.execute(f"DROP TRIGGER {name}" + (" ON audit_event" if connection.vendor == "postgresql" else ""))


def remove(*numbers: int) -> None:
    Event.objects.filter(pk__in=numbers)._raw_delete("default")


def swap(one: int, other: int) -> None:
    """Let two events change places: each gets the number of the other, and their links are mended as far as one can."""
    first, second = Event.objects.get(pk=one), Event.objects.get(pk=other)
    remove(one, other)
    first.pk, second.pk = other, one
    first.previous_hash, second.previous_hash = second.previous_hash, first.previous_hash
    Event.objects.bulk_create([first, second])


def set_head_back() -> None:
    """Let the head count what is there, with the seal that it has."""
    newest = Event.objects.order_by("-pk").first()
    Chain.objects.update(count=newest.pk if newest else 0, last_hash=newest.hash if newest else "")
