"""Links that keep the day as of which a page is shown."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag(takes_context=True)
def url_as_of(context: template.Context, page: Any, *args: object, **query: object) -> str:
    """The address of a page, asked for the day that this one was asked for; today's carries no day.

    The page is a row, the name of a URL with its arguments, or an address: `{% url_as_of area %}`,
    `{% url_as_of "deployment_list" status="deployed" %}`.
    """
    if not isinstance(page, str):
        address = page.get_absolute_url()
    else:
        address = page if page.startswith("/") else reverse(page, args=args)
    if query:
        address = f"{address}?{urlencode(query)}"
    as_of = context.get("as_of")
    return as_of.keep(address) if as_of else address


@register.simple_tag(takes_context=True)
def of_today(context: template.Context) -> str:
    """What follows the label of a part that is of today, on a page that shows another day."""
    today = _("today")
    return "" if context["as_of"].is_today else f" ({today})"
