"""The boxes of a list whose rows take acts together, and the bar with these acts."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from foundation import ticks

register = template.Library()


@register.simple_tag(takes_context=True)
def choose_box(context: template.Context, row_id: int, label: str) -> SafeString:
    """The box of one row; ticked where the address names the row."""
    if "ticked" not in context.render_context:
        context.render_context["ticked"] = set(ticks.ticked(context["request"]))
    return format_html(
        '<input class="form-check-input" type="checkbox" name="row" value="{}" form="together" aria-label="{}"{}>',
        row_id,
        label,
        mark_safe(" checked") if row_id in context.render_context["ticked"] else "",
    )


@register.inclusion_tag("_choose_all.html")
def choose_all(page: Any) -> dict[str, object]:
    """One box for every row that matches, on whatever page; where there are no more than take an act together."""
    number = page.paginator.count
    return {"number": number if page and number <= ticks.TOGETHER_AT_MOST else 0}


@register.inclusion_tag("_bulk_bar.html", takes_context=True)
def bulk_bar(context: template.Context, acts: Iterable[tuple[str, str, bool]]) -> dict[str, object]:
    """The acts that ticked rows can take together.

    Each act is what its button says, the address of its page, and whether it stands in the bar or under "More".
    """
    known = list(acts)
    return {
        "questions": ticks.questions(context["request"]),
        "main": [(label, address) for label, address, is_main in known if is_main],
        "more": [(label, address) for label, address, is_main in known if not is_main],
    }
