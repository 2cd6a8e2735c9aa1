"""Pieces that many pages draw."""

import datetime as dt

from django import template
from django.urls import translate_url
from django.utils.translation import get_language

from deployments import sentences, steps
from deployments.authorised_cap import Strength
from deployments.models import Deployment
from deployments.steps import Act

register = template.Library()

OTHER_LANGUAGE = {"en-ca": "fr-ca", "fr-ca": "en-ca"}
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
}


@register.simple_tag(takes_context=True)
def other_language_url(context) -> str:
    """The same page, with the same query, in the other official language."""
    request = context["request"]
    other = OTHER_LANGUAGE.get(get_language() or "", "fr-ca")
    return translate_url(request.get_full_path(), other)


@register.inclusion_tag("_tag.html")
def state_tag(row) -> dict[str, str]:
    """The status of a deployment or the state of a mission, as an icon and a word."""
    if isinstance(row, Deployment):
        return {"value": row.status, "label": row.get_status_display(), "icon": ICONS[row.status]}
    return {"value": row.state, "label": row.get_state_display(), "icon": ICONS[row.state]}


@register.inclusion_tag("_bar.html")
def strength_bar(strength: Strength) -> dict[str, object]:
    """Who is there and who may be, as one bar: widths in thousandths, whatever the reader's language."""
    cap = strength.cap or 0
    scale = max(cap, strength.used + strength.held, 1)
    within = min(strength.used, cap)
    parts, start = [], 0
    for name, heads in (
        ("in-mission", min(strength.in_mission, within)),
        ("approved", within - min(strength.in_mission, within)),
        ("over", strength.used - within),
        ("held", strength.held),
    ):
        width = round(1000 * heads / scale)
        if width:
            parts.append({"name": name, "x": str(start), "width": str(width)})
        start += width
    return {"strength": strength, "parts": parts, "cap_x": str(round(1000 * cap / scale)), "over": -strength.free}


@register.inclusion_tag("_sort_header.html", takes_context=True)
def sort_header(context, key: str, label: str) -> dict[str, object]:
    """A column head that sorts: the link, and `aria-sort` for the order in force."""
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    query["sort"] = f"-{key}" if now == key else key
    query.pop("page", None)
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    return {"label": label, "query": query.urlencode(), "order": order}


@register.filter
def verb(act: Act) -> str:
    """What the button of a step says."""
    return str(steps.VERBS[act])


@register.filter
def signed(number: int) -> str:
    """+2 or −3, with a real minus sign."""
    return f"+{number}" if number > 0 else f"\N{MINUS SIGN}{-number}"


@register.filter
def day(value: dt.date | None) -> str:
    """A day in a sentence: "2 March 2027", « 1er mars 2027 »."""
    return sentences.day(value) if value else ""
