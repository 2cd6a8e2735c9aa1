from django import template

from accounts import sessions
from accounts.access import Permission

register = template.Library()


@register.filter
def may(user, permission: str) -> bool:
    """Whether the user may do something: `{% if user|may:"deployment_plan" %}`. Raises on an unknown permission."""
    return user.is_authenticated and user.may(Permission(permission))


@register.simple_tag(takes_context=True)
def session_seconds(context) -> str:
    """How many seconds the session of the reader still lasts."""
    return str(sessions.seconds_left(context["request"]))
