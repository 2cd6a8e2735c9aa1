"""Corrections of authorizations: dates and cap that were recorded otherwise than the instrument says."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts.models import User
from deployments.corrections import values
from deployments.corrections.effects import Judgement
from deployments.models import Correction
from deployments.stays import amendment, authorised_cap
from deployments.stays.amendment import Proposal
from foundation.refusals import Blocker, StepRefused
from missions.models import Authorization

FIELDS = ["cap", "valid_from", "valid_to"]


def lock(authorization: Authorization, wanted: Mapping[str, Any]) -> Authorization:
    """Lock the area, as every change of its authorizations does; returns the row as it is now."""
    authorised_cap.lock(authorization.area_id)
    return Authorization.objects.select_related("area", "supersedes").get(pk=authorization.pk)


def judge(before: Authorization, wanted: Mapping[str, Any], *, by: User, today: dt.date) -> Judgement:
    """What the wanted dates and cap change, and every reason against it. A cap is touched: a second one confirms."""
    changes = values.differences(before, values.with_values(before, wanted), FIELDS)
    found: list[Blocker] = []
    try:
        propose(before, wanted)
    except StepRefused as refusal:
        found = refusal.blockers
    return Judgement(changes, found, needs_second=True, effects=[], beyond=[])


def make(
    before: Authorization, wanted: Mapping[str, Any], found: Judgement, correction: Correction, *, by: User
) -> None:
    amendment.carry_out(propose(before, wanted), by=by, reason=correction.reason, **correction.event_details)


def propose(before: Authorization, wanted: Mapping[str, Any]) -> Proposal:
    """The change of the authorizations of the area, for its preview. Raises `StepRefused`."""
    return amendment.propose_correction(before, **{name: wanted.get(name, getattr(before, name)) for name in FIELDS})
