"""Figures on pages: the number as words, and the address of the rows behind it."""

from django import template

from reports import saying
from reports.measures import Answer

register = template.Library()


@register.simple_tag
def figure_number(found: Answer) -> str:
    return saying.number(found)


@register.simple_tag
def figure_address(found: Answer) -> str:
    return saying.address(found)
