"""What the trail holds when it is taken along."""

from django.utils.translation import gettext_lazy as _

from audit.models import Event
from foundation.tables import Column, Table


def _who(event: Event) -> object:
    if event.actor:
        return event.actor
    by_itself = event.details.get("automatic") or event.details.get("task")
    return _("Automatically") if by_itself else _("Nobody signed in")


def _what(event: Event) -> object:
    if event.subject or not event.subject_type:
        return event.subject
    return f"{event.subject_type} {event.subject_id}"


def _changes(event: Event) -> str:
    lines = event.lines  # type: ignore[attr-defined]  # looked up with the page
    return "; ".join(f"{line.label}: {line.before} → {line.after}" if line.is_told else line.label for line in lines)


EVENTS = Table(
    "events",
    _("Events"),
    (
        Column("number", _("No."), "pk"),
        Column("at", _("At"), "at"),
        Column("who", _("Who"), _who),
        Column("act", _("Action"), "get_verb_display"),
        Column("what", _("What"), _what),
        Column("sentence", _("What happened"), "in_words"),
        Column("led_to", _("Led to"), "led_to"),
        Column("page", _("Page"), "page_in_words"),
        Column("list", _("List that was exported"), "list_exported"),
        Column("changes", _("Fields"), _changes),
        Column("address", _("Address"), "address"),
        Column("request", _("Request"), "request_id"),
        Column("origin", _("Task or command"), lambda event: event.details.get("task") or event.details.get("command")),
        Column("seal", _("Seal"), "hash"),
    ),
)
