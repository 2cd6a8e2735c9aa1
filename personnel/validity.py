"""How long a credential of a kind holds: usually, and at most by law (rule 12)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from missions.models import CredentialKind
from personnel.expiry import last_day


def usual_end(kind: CredentialKind, issued_on: dt.date) -> dt.date | None:
    """The last day of one issued on a day, where nothing else is said; None where its kind does not expire."""
    return last_day(issued_on, kind.validity_months) if kind.validity_months else None


def refuse_longer(kind: CredentialKind, issued_on: dt.date, expires_on: dt.date | None) -> None:
    """Raises `ValidationError` where it would hold longer than its kind may by law."""
    if not (kind.longest_months and expires_on):
        return
    last = last_day(issued_on, kind.longest_months)
    if expires_on > last:
        message = _("{kind} is valid for at most {months} months: until {day}.")
        raise ValidationError(format_lazy(message, kind=kind, months=kind.longest_months, day=last.isoformat()))
