"""Waivers: one rule is let pass for one person, asked for by one coordinator and decided by another."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.models import User
from audit.log import sign
from audit.models import Verb
from background.enqueue import after_change_of
from deployments.eligibility.findings import WAIVABLE
from deployments.models import Waiver
from deployments.news.waivers import tell_of_waiver
from foundation.bilingual import in_both_languages
from foundation.refusals import Blocker, StepRefused
from missions.models import CredentialKind, Mission, Tongue
from personnel.models import Person

State = Waiver.State


@transaction.atomic
def ask(
    person: Person,
    mission: Mission,
    *,
    code: str,
    about: str,
    reason: str,
    ends_on: dt.date,
    by: User,
    today: dt.date,
) -> Waiver:
    """Ask for a waiver of the finding with this code, through `ends_on`. Raises `StepRefused`.

    `about` tells apart findings with the same code: the code of a credential kind, or a language.
    """
    found = []
    if code not in WAIVABLE:
        found.append(Blocker("not_waivable", _("This rule cannot be waived."), rule=0))
    kind = CredentialKind.objects.filter(code=about).first() if code.startswith("credential_") else None
    if kind and not kind.may_be_waived:
        message = _("%(credential)s cannot be waived.") % {"credential": kind}
        found.append(Blocker("not_waivable", message, rule=0, about=kind.code))
    if not reason.strip():
        found.append(Blocker("reason_missing", _("Give a reason."), rule=0))
    if ends_on < today:
        found.append(
            Blocker("ends_in_past", _("The last day of a waiver must be in the future."), rule=0, first_day=ends_on)
        )
    if Waiver.objects.filter(person=person, mission=mission, code=code, about=about, state=State.ASKED).exists():
        found.append(Blocker("asked_already", _("This waiver is already waiting for a second coordinator."), rule=0))
    if found:
        raise StepRefused(found)
    waiver = Waiver(
        person=person,
        mission=mission,
        code=code,
        about=about,
        reason=reason.strip(),
        ends_on=ends_on,
        asked_by=by,
        asked_at=timezone.now(),
    )
    return _save(waiver, by, "ask")


@transaction.atomic
def decide(waiver: Waiver, state: State, *, note: str, by: User) -> Waiver:
    """Grant or refuse a waiver that another coordinator asked for, with a sentence. Raises `StepRefused`."""
    row = _locked(waiver, {State.ASKED})
    if row.asked_by_id == by.pk:
        message = _("A second coordinator decides: you asked for this waiver yourself.")
        raise StepRefused([Blocker("second_coordinator", message, rule=0)])
    _needs_a_sentence(note)
    row.state, row.decided_by, row.decided_at, row.decision_note = state, by, timezone.now(), note.strip()
    return _save(row, by, state.value)


@transaction.atomic
def withdraw(waiver: Waiver, *, reason: str, by: User) -> Waiver:
    """Withdraw a waiver that waits or is granted, with a reason. Raises `StepRefused`.

    Who decided about it, and when, stays as it was.
    """
    row = _locked(waiver, {State.ASKED, State.GRANTED})
    _needs_a_sentence(reason)
    row.state, row.withdrawn_by, row.withdrawn_at = State.WITHDRAWN, by, timezone.now()
    row.withdrawal_reason = reason.strip()
    return _save(row, by, row.state)


def _locked(waiver: Waiver, states: set[State]) -> Waiver:
    row = Waiver.objects.select_for_update(no_key=True).get(pk=waiver.pk)
    if row.state not in states:
        message = _("This is not possible any more: the state is “%(state)s”.") % {"state": row.get_state_display()}
        raise StepRefused([Blocker("wrong_step", message, rule=0)])
    return row


def _needs_a_sentence(text: str) -> None:
    if not text.strip():
        raise StepRefused([Blocker("reason_missing", _("Give a reason."), rule=0)])


def _save(row: Waiver, by: User, action: str) -> Waiver:
    sign(row, by, action, Verb.DECIDED, what=action, code=row.code)
    row.save()
    after_change_of(Waiver)
    tell_of_waiver(row, in_both_languages(lambda: waived(row.code, row.about, reader=None)), by)
    return row


def waived(code: str, about: str, *, reader: User | None) -> str:
    """What a waiver with this code lets pass, in words that the reader may know; None: that everybody may know."""
    return _in_words(code, about, CredentialKind.objects.filter(code=about).first(), reader)


def with_rules(waivers: Iterable[Waiver], *, reader: User) -> list[Waiver]:
    """The waivers, each with what it lets pass as `rule`, in words that the reader may know; in one query."""
    rows: list[Any] = list(waivers)
    kinds = CredentialKind.objects.in_bulk({row.about for row in rows}, field_name="code") if rows else {}
    for row in rows:
        row.rule = _in_words(row.code, row.about, kinds.get(row.about), reader)
    return rows


def _in_words(code: str, about: str, kind: CredentialKind | None, reader: User | None) -> str:
    if kind and kind.is_restricted and not (reader and reader.may(Permission.RESTRICTED_SEE)):
        return _("a restricted credential")
    subject = str(kind) if kind else str(dict(Tongue.choices).get(about, about))
    return {
        "credential_missing": _("the missing credential “%(subject)s”"),
        "credential_lapsed": _("the expired credential “%(subject)s”"),
        "language_untested": _("the missing test of the language “%(subject)s”"),
        "language_too_low": _("the level of the language “%(subject)s”"),
        "language_lapsed": _("the expired test of the language “%(subject)s”"),
        "too_few_years": _("the years of service"),
        "rank_outside": _("the rank"),
    }[code] % {"subject": subject}
