from django import template

from accounts.access import Permission

register = template.Library()


@register.filter
def may(user, permission: str) -> bool:
    """`{% if user|may:"deployment_plan" %}`: does the role of the reader grant it?"""
    return user.is_authenticated and user.may(Permission(permission))
