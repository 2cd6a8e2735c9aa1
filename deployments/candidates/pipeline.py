"""Which moves a nomination may make, and the blockers of each. Moves are made through `lifecycle` only."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.models import User
from deployments import eligibility
from deployments.candidates.places import position_is_filled
from deployments.door import Table
from deployments.models import Nomination, Review, ScreeningAnswer, ScreeningItem
from deployments.models.nominations import CHOSEN, LIVE, POOL, UNDER_REVIEW, WITH_THE_SERVICE, Stage
from deployments.models.transitions import Move
from foundation.refusals import Blocker
from foundation.sentences import day as in_words
from missions.models import MissionState, Position
from personnel.models import Person

S = Stage

TABLE: dict[Move, tuple[frozenset[Stage], Stage | None]] = {
    Move.SUBMIT: (frozenset(WITH_THE_SERVICE), S.SUBMITTED),
    Move.EDIT: (frozenset(WITH_THE_SERVICE), None),
    Move.SCREEN: (frozenset({S.SUBMITTED}), S.SCREENING),
    Move.ASSESS: (frozenset({S.SCREENING}), S.ASSESSMENT),
    Move.QUALIFY: (frozenset({S.ASSESSMENT}), S.QUALIFIED),
    Move.NOMINATE: (frozenset({S.QUALIFIED}), S.NOMINATED),
    Move.ACCEPT: (frozenset({S.NOMINATED}), S.ACCEPTED),
    Move.DEPLOY: (frozenset({S.ACCEPTED}), S.DEPLOYED),
    Move.RETURN: (frozenset({S.SUBMITTED, S.SCREENING}), S.RETURNED),
    Move.RELEASE: (frozenset(CHOSEN), S.QUALIFIED),
    Move.DEFER: (frozenset({*UNDER_REVIEW, S.QUALIFIED}), S.DEFERRED),
    Move.RESUME: (frozenset({S.DEFERRED}), S.SCREENING),
    Move.REFUSE: (frozenset(UNDER_REVIEW), S.NOT_ELIGIBLE),
    Move.NOT_SELECT: (frozenset({S.ASSESSMENT, S.QUALIFIED}), S.NOT_SELECTED),
    Move.DECLINE: (frozenset({S.NOMINATED}), S.DECLINED),
    Move.LAPSE: (frozenset({S.RETURNED, S.QUALIFIED, S.DEFERRED}), S.LAPSED),
    Move.WITHDRAW: (frozenset(LIVE), S.WITHDRAWN),
    Move.RANK: (frozenset(POOL), None),
}
"""Move → the stages from which it may be made, and the stage that it leads to (None: it stays)."""

VERBS: dict[Move, Promise] = {
    Move.SUBMIT: pgettext_lazy("button", "Submit"),
    Move.EDIT: pgettext_lazy("button", "Correct"),
    Move.SCREEN: pgettext_lazy("button", "Take into screening"),
    Move.ASSESS: pgettext_lazy("button", "Pass to assessment"),
    Move.QUALIFY: pgettext_lazy("button", "Qualify"),
    Move.NOMINATE: pgettext_lazy("button", "Nominate to the organization"),
    Move.ACCEPT: pgettext_lazy("button", "Record the acceptance"),
    Move.DEPLOY: pgettext_lazy("button", "Plan the deployment"),
    Move.RETURN: pgettext_lazy("button", "Return for correction"),
    Move.RELEASE: pgettext_lazy("button", "Put back into the pool"),
    Move.DEFER: pgettext_lazy("button", "Defer"),
    Move.RESUME: pgettext_lazy("button", "Reopen"),
    Move.REFUSE: pgettext_lazy("button", "Find not eligible"),
    Move.NOT_SELECT: pgettext_lazy("button", "Do not select"),
    Move.DECLINE: pgettext_lazy("button", "Record that the organization declined"),
    Move.LAPSE: pgettext_lazy("button", "Let lapse"),
    Move.WITHDRAW: pgettext_lazy("button", "Withdraw"),
}
"""What the button of a move says."""

OF_THE_SERVICE = frozenset({Move.SUBMIT, Move.EDIT, Move.WITHDRAW})
"""Moves that the home service makes; all others are the office's."""

NEEDS_REASON_CODE = frozenset({Move.RETURN, Move.REFUSE, Move.NOT_SELECT, Move.DECLINE, Move.WITHDRAW})
_Why = Nomination.Reason
WITHDRAWN_FOR = (_Why.PERSONAL, _Why.SERVICE_NEEDS, _Why.TIMING, _Why.REQUIREMENTS, _Why.INCOMPLETE)
"""Reasons that a home service chooses among; the others are those of the office and of the organization."""
NEEDS_FEEDBACK = frozenset({Move.RETURN, Move.REFUSE, Move.NOT_SELECT})
"""The home service reads why: unsuccessful candidates stay on record with feedback (published good practice)."""
NEEDS_REASON = frozenset({Move.RELEASE, Move.DEFER, Move.LAPSE})
TAKES_A_PLACE = frozenset({Move.NOMINATE, Move.ACCEPT})
BULK_MOVES = [move for move in VERBS if move not in {Move.EDIT, Move.DEFER, Move.DEPLOY}]
"""Moves that ask for no more than a reason, so that one form can make them with many nominations."""
ONWARD = frozenset({Move.SUBMIT, Move.SCREEN, Move.ASSESS, Move.QUALIFY, Move.NOMINATE, Move.ACCEPT, Move.RESUME})
"""Moves that lead a nomination on; all others hold it up or end it."""


@dataclass(frozen=True)
class NominationStep:
    """One move that somebody wants to make on `today`, with what it needs (`NEEDS_…`).

    `reason` is the feedback to the home service where a move gives one. `position`, `starts_on`, `ends_on` and
    `statement` are new values of the nomination; None leaves the value as it is. `still` says whether a row holds what
    the form of the move showed.
    """

    act: Move
    today: dt.date
    reason_code: str = ""
    reason: str = ""
    deferred_until: dt.date | None = None
    position: Position | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    statement: str | None = None
    reserve_rank: int | None = None
    still: Callable[[Nomination], bool] | None = None


def possible(nomination: Nomination, *, may_move: bool, may_submit: bool) -> list[Move]:
    """The moves that the table allows now to the office, to the home service, or to both, in its order."""
    return [move for move in MOVES.possible(nomination) if (may_submit if move in OF_THE_SERVICE else may_move)]


def reasons_of(move: Move) -> list[tuple[str, str | Promise]]:
    """The coded reasons that the form of a move offers, with the empty one first."""
    reasons = WITHDRAWN_FOR if move == Move.WITHDRAW else tuple(Nomination.Reason)
    return [("", "---------"), *((reason.value, reason.label) for reason in reasons)]


def _write_fields(nomination: Nomination, step: NominationStep) -> None:
    if step.act in NEEDS_REASON_CODE:
        nomination.reason_code, nomination.feedback = step.reason_code, step.reason
    if step.act in {Move.SUBMIT, Move.QUALIFY}:
        nomination.reason_code = nomination.feedback = ""
    # Every other move ends the deferral.
    nomination.deferred_until = step.deferred_until if step.act == Move.DEFER else None
    if step.position:
        nomination.position = step.position
    if step.act == Move.RANK:
        nomination.reserve_rank = step.reserve_rank
    nomination.starts_on = step.starts_on or nomination.starts_on
    nomination.ends_on = step.ends_on or nomination.ends_on
    nomination.statement = nomination.statement if step.statement is None else step.statement


MOVES = Table(
    state_field="stage",
    transitions=TABLE,
    verbs=VERBS,
    write_fields=_write_fields,
    tracked_fields=("position", "starts_on", "ends_on", "statement", "reserve_rank", "deferred_until"),
    step_fields=("reason_code",),
    in_one_click=frozenset(
        {Move.SUBMIT, Move.SCREEN, Move.ASSESS, Move.QUALIFY, Move.NOMINATE, Move.ACCEPT, Move.RESUME}
    ),
    dangerous=frozenset({Move.REFUSE, Move.NOT_SELECT, Move.DECLINE, Move.LAPSE, Move.WITHDRAW}),
    service_reads_reason=NEEDS_REASON_CODE | OF_THE_SERVICE,
    office_only=frozenset({Move.RANK}),
)


def blockers(nomination: Nomination, step: NominationStep, *, by: User | None) -> list[Blocker]:
    """All blockers of a move, in the order in which they would be dealt with."""
    if found := MOVES.wrong_step(nomination, step.act):
        return found
    return [
        *_missing_input(step),
        *([] if step.act in OF_THE_SERVICE else conflict_of_interest(nomination, by)),
        *draft_blockers(nomination, step),
        *(put_forward_already(nomination) if step.act in {Move.DRAFT, Move.SUBMIT} else []),
        *_screening_is_open(nomination, step),
        *_reviews_are_missing(nomination, step),
        *_position_is_filled(nomination, step),
        *_not_eligible(nomination, step),
    ]


def _missing_input(step: NominationStep) -> list[Blocker]:
    found = []
    known = step.reason_code in Nomination.Reason.values
    if not known and (step.act in NEEDS_REASON_CODE or step.reason_code):
        found.append(Blocker("reason_code_missing", _("Choose the reason."), rule=0))
    if step.act in NEEDS_FEEDBACK and not step.reason.strip():
        found.append(Blocker("feedback_missing", _("Write to the home service what to know or to do."), rule=0))
    if step.act in NEEDS_REASON and not step.reason.strip():
        found.append(Blocker("reason_missing", _("Give a reason."), rule=0))
    if step.act == Move.DEFER and (step.deferred_until is None or step.deferred_until <= step.today):
        found.append(
            Blocker(
                "deferred_until_missing",
                _("Enter the day until which it is deferred; it must be in the future."),
                rule=0,
            )
        )
    if step.starts_on and step.ends_on and step.ends_on < step.starts_on:
        found.append(Blocker("ends_before_start", _("The last day cannot be before the first."), rule=17))
    return found


def conflict_of_interest(nomination: Nomination, by: User | None) -> list[Blocker]:
    """A reviewer who declared one makes none of the office's moves on this nomination any more."""
    if by is None or not Review.objects.filter(nomination=nomination.pk, reviewer=by, conflict=True).exists():
        return []
    message = _("You declared a conflict of interest: somebody else decides about this nomination.")
    return [Blocker("conflict_of_interest", message, rule=0)]


def _call_is_not_open(nomination: Nomination, step: NominationStep) -> list[Blocker]:
    """New nominations come while the call is open; a correction or a replacement may come later."""
    if step.act not in {Move.DRAFT, Move.SUBMIT}:
        return []
    position = step.position or nomination.position
    if position.mission.state_on(step.today) != MissionState.State.ACTIVE:
        message = _("%(mission)s is not accepting deployments.") % {"mission": position.mission}
        return [Blocker("mission_takes_nobody", message, rule=16)]
    if nomination.stage == Stage.RETURNED or _was_submitted(nomination.replaces):
        return []
    call = position.call(step.today)
    if call == Position.Call.OPEN:
        return []
    if call == Position.Call.CLOSED and position.call_closes:
        message = _("The call for %(position)s closed on %(day)s.")
        message %= {"position": position, "day": in_words(position.call_closes)}
    elif call == Position.Call.COMING and position.call_opens:
        message = _("The call for %(position)s opens on %(day)s.")
        message %= {"position": position, "day": in_words(position.call_opens)}
    else:
        message = _("There is no call for %(position)s.") % {"position": position}
    return [Blocker("call_not_open", message, rule=0, first_day=step.today)]


def _was_submitted(nomination: Nomination | None) -> bool:
    """Whether it was submitted while the call was open, so that a replacement may be submitted after it closed."""
    return nomination is not None and nomination.transitions.filter(act=Move.SUBMIT).exists()


def _person_cannot_be_put_forward(nomination: Nomination, step: NominationStep) -> list[Blocker]:
    if step.act not in {Move.DRAFT, Move.SUBMIT}:
        return []
    person, found = nomination.person, []
    if person.state != Person.State.ACTIVE or person.merged_into_id:
        message = _("%(person)s cannot be put forward: the record says “%(state)s”.") % {
            "person": person,
            "state": person.get_state_display(),
        }
        found.append(Blocker("person_cannot_go", message, rule=0))
    if nomination.replaces and nomination.replaces.service_id != nomination.service_id:
        message = _("Somebody from another police service cannot take the place.")
        found.append(Blocker("another_service", message, rule=20))
    if person.service_id != nomination.service_id:
        message = _("%(person)s has changed to another police service.") % {"person": person}
        found.append(Blocker("person_changed_service", message, rule=20))
    return found


def put_forward_already(nomination: Nomination) -> list[Blocker]:
    """The blocker of a second nomination under way of the same person for the same position."""
    others = Nomination.objects.live().filter(person=nomination.person_id, position=nomination.position_id)
    if not others.exclude(pk=nomination.pk).exists():
        return []
    message = _("%(person)s is put forward for this position already.") % {"person": nomination.person}
    return [Blocker("put_forward_already", message, rule=0)]


def draft_blockers(nomination: Nomination, step: NominationStep) -> list[Blocker]:
    """The blockers of a draft that need no query for a nomination without `replaces`.

    Lists of candidates judge thousands of rows with them, and look up the nominations under way for all rows at once.
    """
    return [*_call_is_not_open(nomination, step), *_person_cannot_be_put_forward(nomination, step)]


def _screening_is_open(nomination: Nomination, step: NominationStep) -> list[Blocker]:
    if step.act != Move.ASSESS:
        return []
    answers = dict(ScreeningAnswer.objects.filter(nomination=nomination.pk).values_list("item", "answer"))
    items = list(ScreeningItem.objects.filter(is_active=True))
    found = [
        Blocker("screening_open", _("Screening: “%(item)s” is not answered.") % {"item": item}, rule=0, about=item.code)
        for item in items
        if item.pk not in answers
    ]
    return found + [
        Blocker("screening_no", _("Screening: “%(item)s” was answered no.") % {"item": item}, rule=0, about=item.code)
        for item in items
        if answers.get(item.pk) == ScreeningAnswer.Answer.NO
    ]


def _reviews_are_missing(nomination: Nomination, step: NominationStep) -> list[Blocker]:
    if step.act != Move.QUALIFY:
        return []
    done = Review.objects.filter(nomination=nomination.pk, conflict=False).count()
    wanted = settings.REVIEWERS_NEEDED
    if done >= wanted:
        return []
    message = ngettext(
        "%(done)s review is in; %(wanted)s are needed.", "%(done)s reviews are in; %(wanted)s are needed.", done
    ) % {"done": done, "wanted": wanted}
    return [Blocker("reviews_missing", message, rule=0)]


def _position_is_filled(nomination: Nomination, step: NominationStep) -> list[Blocker]:
    """No more people are nominated for a position than it has places; `lifecycle` holds the lock of the position."""
    if step.act not in TAKES_A_PLACE:
        return []
    return position_is_filled(step.position or nomination.position, but_for=nomination)


def _not_eligible(nomination: Nomination, step: NominationStep) -> list[Blocker]:
    """Rules 6 and 9 to 15; the consent of the home service is asked for once the organization has accepted."""
    if step.act not in {Move.QUALIFY, Move.NOMINATE, Move.DEPLOY}:
        return []
    position = step.position or nomination.position
    found = eligibility.findings(
        nomination.person,
        position.mission,
        step.starts_on or nomination.starts_on,
        step.ends_on or nomination.ends_on,
        today=step.today,
        position=position,
        check_consent=step.act == Move.DEPLOY,
        check_verification=False,  # asked at approval
    )
    return [finding for finding in found if finding.refuses]
