"""What an event says happened, as a sentence about whoever did it: "acknowledged the flag …"."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audit.models import Event, Verb

FOLDED = {Verb.SIGNED_IN, Verb.SIGNED_OUT}
"""What one person does many times a day and nobody reads one by one."""

ABOUT_A_ROW: dict[str, str | Promise] = {
    Verb.LOOKED_AT: _lazy("looked at %(what)s"),
    Verb.ADDED: _lazy("added %(what)s"),
    Verb.EDITED: _lazy("edited %(what)s"),
    Verb.MOVED: _lazy("recorded “%(act)s” for %(what)s"),
    Verb.RECORDED: _lazy("recorded a change of %(what)s"),
    Verb.AMENDED: _lazy("amended %(what)s"),
    Verb.ENDED: _lazy("ended or withdrew %(what)s"),
    Verb.CORRECTED: _lazy("corrected the record of %(what)s"),
    Verb.REMOVED: _lazy("removed %(what)s"),
    Verb.DECIDED: _lazy("decided about %(what)s"),
    Verb.MERGED: _lazy("merged another record into %(what)s"),
    Verb.REVEALED: _lazy("looked at the emergency contacts of %(what)s"),
    Verb.UPLOADED: _lazy("uploaded a document of %(what)s"),
    Verb.DOWNLOADED: _lazy("downloaded a document of %(what)s"),
    Verb.EXPORTED: _lazy("exported %(what)s"),
    Verb.IMPORTED: _lazy("imported %(what)s"),
    Verb.LINK_SENT: _lazy("had a link to choose a password sent to %(what)s"),
    Verb.SIGN_IN_FAILED: _lazy("failed to sign in as %(what)s"),
    Verb.REFUSED: _lazy("was refused %(what)s"),
}
ABOUT_NO_ROW: dict[str, str | Promise] = {
    Verb.LOOKED_AT: _lazy("looked at a page"),
    Verb.EXPORTED: _lazy("exported a list"),
    Verb.IMPORTED: _lazy("imported a list"),
    Verb.SIGNED_IN: _lazy("signed in"),
    Verb.SIGNED_OUT: _lazy("signed out"),
    Verb.LINK_SENT: _lazy("had a link to choose a password sent"),
    Verb.SIGN_IN_FAILED: _lazy("failed to sign in"),
    Verb.REFUSED: _lazy("was refused a page"),
    Verb.CHECKED: _lazy("checked every seal of the audit trail"),
}
DECISIONS: dict[str, str | Promise] = {
    "accept": _lazy("had the rows of %(what)s saved"),
    "acknowledge": _lazy("acknowledged %(what)s"),
    "again": _lazy("had %(what)s sent again"),
    "agree": _lazy("gave the consent: %(what)s"),
    "ask": _lazy("asked for %(what)s"),
    "assign": _lazy("assigned %(what)s"),
    "confirm": _lazy("confirmed %(what)s"),
    "escalate": _lazy("escalated %(what)s"),
    "first_administrator": _lazy("became the first administrator: %(what)s"),
    "granted": _lazy("granted %(what)s"),
    "lapse": _lazy("closed without an answer %(what)s"),
    "offer": _lazy("asked the home service for its consent: %(what)s"),
    "put_aside": _lazy("archived %(what)s"),
    "recall": _lazy("withdrew the consent: %(what)s"),
    "refuse": _lazy("refused %(what)s"),
    "refused": _lazy("refused %(what)s"),
    "reopen": _lazy("opened again %(what)s"),
    "resolve": _lazy("resolved %(what)s"),
    "run": _lazy("ran %(what)s"),
    "snooze": _lazy("snoozed %(what)s"),
    "two_people": _lazy("recorded that two records are two people: %(what)s"),
    "undo": _lazy("had the import undone: %(what)s"),
    "verify": _lazy("verified %(what)s"),
    "withdraw": _lazy("withdrew %(what)s"),
    "withdrawn": _lazy("withdrew %(what)s"),
    "worsen": _lazy("recorded that it got worse: %(what)s"),
}
"""Of a decision, by `details["what"]`."""


def sentence(event: Event, *, act: str = "", what: str = "") -> SafeString:
    """What happened, in the active language, without who did it. `what` is what it was about, in words or as a link."""
    if not what:
        said = ABOUT_NO_ROW.get(event.verb) or event.get_verb_display().lower()
        return conditional_escape(str(said))
    pattern = ABOUT_A_ROW.get(event.verb, "%(what)s")
    if event.verb == Verb.DECIDED:
        pattern = DECISIONS.get(event.details.get("what", ""), pattern)
    elif event.verb == Verb.MOVED and not act:
        pattern = ABOUT_A_ROW[Verb.RECORDED]
    words = {"what": conditional_escape(what), "act": conditional_escape(act)}
    return mark_safe(str(pattern) % words)  # noqa: S308  # both are escaped, the pattern is ours


def named(row: Any) -> str:
    """A row with the word for its kind, and a flag with what it is about."""
    kind = row._meta.verbose_name
    if row._meta.model_name == "flag":
        return _("the flag %(flag)s: %(subject)s") % {"flag": row, "subject": row.subject}
    return _("the %(kind)s %(row)s") % {"kind": kind, "row": row}


def folded(events: Iterable[Any]) -> list[Any]:
    """These events, of which those that tell of the same person's signing in and out on a day are one.

    The newest of them stays and has the others in `others`.
    """
    kept: dict[tuple, Any] = {}
    shown = []
    for event in events:
        event.others = []
        if event.verb not in FOLDED:
            shown.append(event)
            continue
        key = (event.actor_id, timezone.localdate(event.at))
        if key in kept:
            kept[key].others.append(event)
        else:
            kept[key] = event
            shown.append(event)
    return shown
