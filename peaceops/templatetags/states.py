"""States and standings as an icon and a word, wherever a template shows one."""

from django import template

from deployments.models import Deployment, Nomination, RosterEntry
from deployments.models.statuses import Status
from foundation.as_of import AsOf
from missions.models import MissionState, Position
from personnel.expiry import Standing

register = template.Library()

ICONS = {
    "planned": "◌",
    "approved": "◐",
    "in_mission": "●",
    "completed": "✓",
    "ended_early": "↩",
    "closed": "■",
    "cancelled": "✕",
    "active": "●",
    "suspended": "❙❙",
    "reassessed": "↻",
    "closing": "◔",
    "draft": "✎",
    "submitted": "→",
    "returned": "↩",
    "screening": "◔",
    "assessment": "◑",
    "qualified": "◕",
    "nominated": "▸",
    "accepted": "✓",
    "deployed": "●",
    "not_eligible": "✕",
    "not_selected": "✕",
    "declined": "✕",
    "withdrawn": "✕",
    "deferred": "❙❙",
    "lapsed": "■",
    "offered": "◔",
    "consented": "✓",
    "refused": "✕",
    "recalled": "↩",
    "asked": "◔",
    "granted": "✓",
    "valid": "✓",
    "ending": "△",
    "expired": "▲",
    "not_met": "✕",
    "ended": "✕",
    "coming": "◌",
    "off": "■",
    "open": "●",
    "none": "–",
    "new": "+",
    "changed": "≠",
    "renamed": "⇄",
    "late": "▲",
    "running": "◔",
    "broken_off": "✕",
    "failed": "✕",
    "done": "✓",
    "never": "◌",
    "waiting": "◔",
    "made": "✓",
    "sent": "✓",
    "given_up": "▲",
    "put_aside": "■",
    "unchanged": "=",
}


@register.inclusion_tag("_tag.html")
def state_tag(row, as_of: AsOf | None = None) -> dict[str, str]:
    """The status of a deployment, or the state of a consent or another row that has one, as an icon and a word.

    As of a past day, a deployment has the status that its dates give.
    """
    if isinstance(row, Deployment):
        then = row.status_on(as_of.on) if as_of and as_of.is_past else None
        status = Status(then or row.status)
        return {"value": status.value, "label": str(status.label), "icon": ICONS[status]}
    if isinstance(row, Nomination):
        return {"value": row.stage, "label": row.get_stage_display(), "icon": ICONS[row.stage]}
    return {"value": row.state, "label": row.get_state_display(), "icon": ICONS[row.state]}


@register.inclusion_tag("_tag.html")
def mission_state_tag(state: str) -> dict[str, str]:
    """The state of a mission on a day, as an icon and a word."""
    return {"value": state, "label": str(MissionState.State(state).label), "icon": ICONS[state]}


@register.inclusion_tag("_tag.html")
def standing_tag(standing: str) -> dict[str, str]:
    """The standing of a paper as an icon and words: valid, ending soon, expired, not valid yet."""
    return {"value": standing, "label": str(Standing(standing).label), "icon": ICONS[standing]}


@register.inclusion_tag("_tag.html")
def roster_tag(standing: str) -> dict[str, str]:
    """The standing of an entry on a roster, as an icon and words."""
    return {"value": standing, "label": str(RosterEntry.Standing(standing).label), "icon": ICONS[standing]}


@register.inclusion_tag("_tag.html")
def call_tag(call: str) -> dict[str, str]:
    """The state of a position's call, as an icon and words."""
    return {"value": f"call-{call}", "label": str(Position.Call(call).label), "icon": ICONS[call]}


@register.inclusion_tag("_tag.html")
def outcome_tag(row) -> dict[str, str]:
    """What a row of an imported list would do, as an icon and words."""
    return {"value": row.outcome, "label": row.get_outcome_display(), "icon": ICONS[row.outcome]}
