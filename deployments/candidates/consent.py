"""The home service's consent to a secondment: offered, answered in time, recalled with notice (rule 15)."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import sign
from audit.models import Verb
from background.enqueue import after_change_of
from deployments.candidates import lifecycle
from deployments.candidates.pipeline import NominationStep
from deployments.models import Consent, Deployment, Nomination
from deployments.models.nominations import Stage
from deployments.models.transitions import Move
from deployments.models.whereabouts import DeploymentQuerySet
from deployments.news.consents import tell_of_consent
from foundation.refusals import Blocker, StepRefused
from foundation.sentences import day as in_words
from missions.models import Mission
from personnel.models import Person

State = Consent.State


def offer_nomination(nomination: Nomination, *, answer_by: dt.date, by: User, today: dt.date) -> Consent:
    """Ask the home service for somebody in the pool, for the days of the nomination. Raises `StepRefused`."""
    if not nomination.is_in_the_pool:
        message = _(
            "Consent is requested only for qualified, nominated or accepted candidates: this nomination is “%(stage)s”."
        )
        raise StepRefused([Blocker("wrong_step", message % {"stage": nomination.get_stage_display()}, rule=15)])
    return _offer(
        nomination.person,
        nomination.position.mission,
        nomination.starts_on,
        nomination.ends_on,
        nomination=nomination,
        answer_by=answer_by,
        by=by,
        today=today,
    )


def offer_deployment(
    deployment: Deployment, ends_on: dt.date, *, answer_by: dt.date, by: User, today: dt.date
) -> Consent:
    """Ask the home service for a deployment planned without a nomination, or for the longer term of an extension.

    Raises `StepRefused`.
    """
    if deployment.is_over:
        message = _("This deployment is over: no consent is needed.")
        raise StepRefused([Blocker("wrong_step", message, rule=15)])
    return _offer(
        deployment.person,
        deployment.mission,
        deployment.first_day,
        ends_on,
        nomination=getattr(deployment, "nomination", None),
        answer_by=answer_by,
        by=by,
        today=today,
    )


def _offer(
    person: Person,
    mission: Mission,
    first: dt.date,
    last: dt.date,
    *,
    nomination: Nomination | None,
    answer_by: dt.date,
    by: User,
    today: dt.date,
) -> Consent:
    found = []
    if not person.service.is_partner:
        message = _("%(service)s deploys its own people: no consent is asked for.") % {"service": person.service}
        found.append(Blocker("no_partner", message, rule=15))
    if answer_by < today:
        found.append(Blocker("answer_by_past", _("The day of the answer has passed."), rule=15, first_day=answer_by))
    if last < first:
        found.append(Blocker("ends_before_start", _("The last day cannot be before the first."), rule=17))
    if found:
        raise StepRefused(found)
    try:
        with transaction.atomic():
            # An offer that nobody answered in time would still count as the one offer that may wait; the nightly job
            # may not have run yet.
            lapse_late_offers(today=today)
            consent = Consent(
                person=person,
                service=person.service,
                mission=mission,
                nomination=nomination,
                offered_from=first,
                offered_through=last,
                starts_on=first,
                ends_on=last,
                answer_by=answer_by,
                offered_by=by,
                offered_at=timezone.now(),
            )
            return _save(consent, by, "offer")
    except IntegrityError as error:
        message = _("A request for consent for %(person)s and %(mission)s is already waiting for an answer.")
        blocker = Blocker("offered_already", message % {"person": person, "mission": mission}, rule=15)
        raise StepRefused([blocker]) from error


def agree(consent: Consent, *, starts_on: dt.date, ends_on: dt.date, note: str, by: User, today: dt.date) -> Consent:
    """The home service consents, to all or some of the days that were offered; for others the office offers anew. An
    accepted nomination then becomes a planned deployment by itself: nobody of the home service plans.

    Where the deployment cannot be planned (the term is too short, the person is elsewhere) the consent is saved all the
    same, and the nomination waits for a coordinator. Raises `StepRefused` when the consent itself is refused.
    """
    if ends_on < starts_on:
        raise StepRefused([Blocker("ends_before_start", _("The last day cannot be before the first."), rule=17)])
    with transaction.atomic():
        row = _lock(consent, State.OFFERED, today)
        _may_answer_or_refuse(row, by)
        if found := _beyond_the_offer(row, starts_on, ends_on):
            raise StepRefused(found)
        row.starts_on, row.ends_on, row.note = starts_on, ends_on, note
        _answer(row, State.CONSENTED, by)
    # In a transaction of its own, once the consent is committed: a move that is refused leaves it as it is.
    nomination = row.nomination
    if nomination and nomination.stage == Stage.ACCEPTED:
        try:
            lifecycle.make_move(nomination, NominationStep(Move.DEPLOY, today=today), by=None)
        except StepRefused:
            return row
    return row


def refuse(consent: Consent, *, reason: str, note: str, by: User, today: dt.date) -> Consent:
    """The home service does not consent; the stage of the nomination does not change. Raises `StepRefused`."""
    _needs_reason(reason)
    with transaction.atomic():
        row = _lock(consent, State.OFFERED, today)
        _may_answer_or_refuse(row, by)
        row.reason, row.note = reason, note
        return _answer(row, State.REFUSED, by)


def recall(consent: Consent, *, recalled_from: dt.date, reason: str, note: str, by: User, today: dt.date) -> Consent:
    """The home service takes its consent back from a day on, with `RECALL_NOTICE_DAYS` of notice.

    Before the term begins no notice is needed: nobody has to come home. Raises `StepRefused`.
    """
    _needs_reason(reason)
    earliest = today + dt.timedelta(days=settings.RECALL_NOTICE_DAYS)
    with transaction.atomic():
        row = _lock(consent, State.CONSENTED, today)
        _may_answer_or_refuse(row, by)
        if row.starts_on > today:
            earliest = min(earliest, row.starts_on)
        if recalled_from < earliest:
            message = _("Withdrawing a consent needs %(days)s days of notice: the earliest day is %(day)s.") % {
                "days": settings.RECALL_NOTICE_DAYS,
                "day": in_words(earliest),
            }
            raise StepRefused([Blocker("notice_too_short", message, rule=15, first_day=earliest)])
        if recalled_from > row.ends_on:
            message = _("The consent ends on %(day)s by itself.") % {"day": in_words(row.ends_on)}
            raise StepRefused([Blocker("recalled_after_end", message, rule=15, first_day=recalled_from)])
        row.recalled_from, row.reason, row.note = recalled_from, reason, note
        return _answer(row, State.RECALLED, by)


def withdraw(consent: Consent, *, by: User, today: dt.date) -> Consent:
    """The office takes back an offer that is not answered yet. Raises `StepRefused`."""
    with transaction.atomic():
        row = _lock(consent, State.OFFERED, today)
        row.state = State.WITHDRAWN
        return _save(row, by, "withdraw")


@transaction.atomic
def lapse_late_offers(*, today: dt.date) -> int:
    """Let the offers lapse that were not answered in time; returns how many."""
    late = list(Consent.objects.waiting().filter(answer_by__lt=today).select_for_update(no_key=True))
    for consent in late:
        consent.state = State.LAPSED
        _save(consent, None, "lapse")
    return len(late)


def recalled(deployments: DeploymentQuerySet) -> DeploymentQuerySet:
    """The deployments that are not over and whose home service recalled its consent for some of their days."""
    taken_back = Consent.objects.filter(
        person=OuterRef("person"),
        mission=OuterRef("mission"),
        state=State.RECALLED,
        recalled_from__lte=OuterRef("last_day"),
        ends_on__gte=OuterRef("first_day"),
    )
    return deployments.not_over().filter(Exists(taken_back))


def may_answer(consent: Consent, user: User) -> bool:
    """The service answers for itself; the office only where the service has nobody who could."""
    if not user.sees_every_service:
        return True
    return not consent.service.liaisons.filter(is_active=True).exists()


def _may_answer_or_refuse(row: Consent, by: User) -> None:
    if not may_answer(row, by):
        message = _("%(service)s answers for itself: it has a liaison.") % {"service": row.service}
        raise StepRefused([Blocker("service_answers", message, rule=15)])


def _beyond_the_offer(row: Consent, first: dt.date, last: dt.date) -> list[Blocker]:
    """What of a term lies outside the days that were offered: the first of its two ends that does."""
    sentence = _(
        "The request is for %(first)s through %(last)s. For other days, the office withdraws it and sends a new one."
    )
    message = sentence % {"first": in_words(row.offered_from), "last": in_words(row.offered_through)}
    for name, day in {"starts_on": first, "ends_on": last}.items():
        if not row.offered_from <= day <= row.offered_through:
            return [Blocker("beyond_the_offer", message, rule=15, first_day=day, about=name)]
    return []


def _needs_reason(reason: str) -> None:
    if reason not in Consent.Reason.values:
        raise StepRefused([Blocker("reason_missing", _("Choose the reason."), rule=15)])


def _lock(consent: Consent, state: State, today: dt.date) -> Consent:
    """Read the consent again and lock it. Raises `StepRefused` when its state is another, or the offer has lapsed."""
    rows = Consent.objects.select_for_update(of=("self",), no_key=True).select_related(
        "person", "mission", "service", "nomination__person__service", "nomination__position__mission"
    )
    row = rows.get(pk=consent.pk)
    if row.state != state:
        message = _("This is not possible any more: the state is “%(state)s”.") % {"state": row.get_state_display()}
        raise StepRefused([Blocker("wrong_step", message, rule=15)])
    if state == State.OFFERED and row.answer_by < today:
        message = _("The request was to be answered by %(day)s.") % {"day": in_words(row.answer_by)}
        raise StepRefused([Blocker("offer_lapsed", message, rule=15, first_day=row.answer_by)])
    return row


def _answer(row: Consent, state: State, by: User) -> Consent:
    row.state, row.answered_by, row.answered_at = state, by, timezone.now()
    return _save(row, by, state.value)


def _save(row: Consent, by: User | None, action: str) -> Consent:
    sign(row, by, action, Verb.DECIDED, what=action)
    row.save()
    after_change_of(Consent)
    tell_of_consent(row, by)
    return row
