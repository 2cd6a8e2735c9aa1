"""Template tags and filters for pieces of pages that many templates share."""

import datetime as dt
from collections.abc import Iterable
from typing import cast
from urllib.parse import urlencode

from django import template
from django.db.models import Model
from django.urls import reverse, translate_url
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from audit.conflicts import signed_version
from deployments.candidates import pipeline
from deployments.corrections import values
from deployments.door import Table
from deployments.eligibility.demand import Demand
from deployments.models import Correction, Deployment, DeploymentTransition
from deployments.models.transitions import Move
from deployments.stays import steps
from deployments.stays.authorised_cap import Strength
from deployments.stays.steps import Act
from foundation import bilingual, kept, sentences
from foundation.lists import how_many, is_counted
from foundation.ways_back import WAY_BACK
from missions.models import Tongue
from missions.models.states import Stretch
from peaceops import __version__
from personnel.picking import with_service
from reports.board import Row, Total

register = template.Library()
register.simple_tag(lambda: __version__, name="version")
register.filter("how_many", how_many)
register.filter("signed_version", signed_version)
register.filter("is_counted", is_counted)


@register.filter
def grouped(number: int) -> str:
    """A number with the separators of the language: "1,234", « 1 234 »."""
    return number_format(number, force_grouping=True)


@register.filter
def way_back_to(address: str) -> str:
    """The query that has a form lead back to an address of ours."""
    return urlencode({WAY_BACK: address})


register.filter("with_service", with_service)

OTHER_LANGUAGE = {"en-ca": "fr-ca", "fr-ca": "en-ca"}


@register.simple_tag(takes_context=True)
def other_language_url(context) -> str:
    """The same page, with the same query, in the other official language."""
    request = context["request"]
    other = OTHER_LANGUAGE.get(get_language() or "", "fr-ca")
    return translate_url(request.get_full_path(), other)


@register.simple_tag(takes_context=True)
def kept_entries(context) -> dict[str, object] | None:
    """What is kept of a form that could not be taken, where the address names it: whether the form shows it, and what
    was typed in words.
    """
    request = context.get("request")
    entries = kept.shown(request) if request else None
    if entries is None:
        return None
    typed = list(entries.data.lists())
    return {
        "in_form": getattr(request, "kept_in_form", False),
        "texts": [value for _name, values in typed for value in values if " " in value.strip()],
        "for_script": {"address": entries.address, "entries": typed},
    }


OF_THE_DAY = {"in_mission": "there", "approved": "expected", "held": "held"}
"""Figures of strength → how the list of deployments calls who makes them."""


@register.inclusion_tag("_bar.html")
def strength_bar(strength: Strength | Total) -> dict[str, object]:
    """Strength against the cap as one bar; widths are in thousandths, as strings that no language formats."""
    cap = strength.cap or 0
    scale = max(cap, strength.used + strength.held, 1)
    within = strength.used - strength.over
    parts, start = [], 0
    for name, heads in (
        ("in-mission", min(strength.in_mission, within)),
        ("approved", within - min(strength.in_mission, within)),
        ("over", strength.over),
        ("held", strength.held),
    ):
        width = round(1000 * heads / scale)
        if width:
            parts.append({"name": name, "x": str(start), "width": str(width)})
        start += width
    return {"strength": strength, "parts": parts, "cap_x": str(round(1000 * cap / scale))}


@register.inclusion_tag("_bar.html", takes_context=True)
def total_bar(context, total: Total) -> dict[str, object]:
    """The bar of all areas together; its figures lead to their rows."""
    keep, listed = context["as_of"].keep, reverse("deployment_list")
    rows = {name: keep(f"{listed}?status={status}") for name, status in OF_THE_DAY.items()}
    rows |= {name: keep(reverse("figure_detail", args=[name])) for name in ("over", "free")}
    return {**strength_bar(total), "rows": rows}


@register.inclusion_tag("_area_bar.html", takes_context=True)
def area_bar(context, row: Row) -> dict[str, object]:
    """The bar of an area on the board; its parts and its figures lead to their rows."""
    bar = strength_bar(row.strength)

    def rows(status: str) -> str:
        query = urlencode({"area": row.area.pk, "status": status})
        return context["as_of"].keep(f"{reverse('deployment_list')}?{query}")

    leads = {"in-mission": "there", "approved": "expected", "over": "counted", "held": "held"}
    parts = [{**part, "rows": rows(leads[part["name"]])} for part in cast(list[dict[str, str]], bar["parts"])]
    figures = {**OF_THE_DAY, "to_come": "to_come"}
    return {
        **bar,
        "parts": parts,
        "to_come": row.to_come,
        "rows": {name: rows(status) for name, status in figures.items()},
    }


@register.inclusion_tag("_sort_header.html", takes_context=True)
def sort_header(context, key: str, label: str) -> dict[str, object]:
    """A column head that sorts: the link, and `aria-sort` for the order in force."""
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    query["sort"] = f"-{key}" if now == key else key
    for place in ("page", "after", "before"):
        query.pop(place, None)
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    return {"label": label, "query": query.urlencode(), "order": order}


@register.filter
def in_words(correction: Correction) -> list[values.Line]:
    """What a correction puts right: each field with what stood there and what stands there instead."""
    return values.lines(type(correction.subject), correction.changes)


@register.filter
def changed_in_words(step: DeploymentTransition) -> list[values.Line]:
    """What a step changed of a deployment: each field with what stood there before and after it."""
    return values.lines(Deployment, step.changes)


@register.filter
def verb(act: Act | Move) -> str:
    """What the button of a step or of a move says."""
    return str(_table(act).verbs[act])


@register.filter
def in_one_click(act: Act | Move) -> bool:
    """Whether the button takes the step at once; others open a page first."""
    return act in _table(act).in_one_click


@register.filter
def is_dangerous(act: Act | Move) -> bool:
    """Whether the button is drawn as a warning."""
    return act in _table(act).dangerous


@register.filter
def harmless(acts: Iterable[Act | Move]) -> list[Act | Move]:
    """The acts that are drawn like any other: they come first."""
    return [act for act in acts if not is_dangerous(act)]


@register.filter
def dangerous(acts: Iterable[Act | Move]) -> list[Act | Move]:
    """The acts that are drawn as a warning: they come last."""
    return [act for act in acts if is_dangerous(act)]


def _table(act: Act | Move) -> Table:
    return pipeline.MOVES if isinstance(act, Move) else steps.STEPS


@register.filter
def includes(stretch: Stretch, on: dt.date) -> bool:
    """Whether a stretch of days includes a day."""
    return stretch.includes(on)


@register.simple_tag
def written(row: Model, field: str) -> SafeString:
    """A text that was written in one language or in both; marked where it is not in the reader's language."""
    text, language = bilingual.as_written(row, field), bilingual.written_in(row, field)
    if language == bilingual.reader_language():
        return conditional_escape(text)
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def signed(number: int) -> str:
    """+2 or −3, with a real minus sign."""
    return f"+{number}" if number > 0 else f"\N{MINUS SIGN}{-number}"


@register.filter(expects_localtime=True)
def day(value: dt.date | None) -> str:
    """A day in a sentence: "2 March 2027", « 1er mars 2027 »."""
    return sentences.day(value) if value else ""


@register.filter
def short_day(value: dt.date, on: dt.date) -> SafeString:
    """A day where there is little room: "15 Feb", with its year where that is not within a year of `on`."""
    year = f"\N{NO-BREAK SPACE}{value.year}" if value >= on + dt.timedelta(days=365) else ""
    words = f"{value.day}\N{NO-BREAK SPACE}{sentences.month_name(value)}{year}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def language_asked(demand: Demand) -> str:
    """The language of operation with its level: "French B2"."""
    return f"{Tongue(demand.language).label} {demand.mission.get_language_level_display()}"


@register.simple_tag
def duration(lasted: dt.timedelta | None) -> str:
    """How long something took, in seconds; a dash where nobody knows."""
    return "–" if not lasted else f"{number_format(lasted.total_seconds(), 2)} s"
