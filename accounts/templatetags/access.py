from django import template

from accounts.access import Permission

register = template.Library()


@register.filter
def may(user, permission: str) -> bool:
    """Whether the user may do something: `{% if user|may:"deployment_plan" %}`. Raises on an unknown permission."""
    return user.is_authenticated and user.may(Permission(permission))
