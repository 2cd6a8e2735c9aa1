"""The acts beside a reason, on every page that shows one."""

from django import template

from deployments.eligibility import mending
from foundation.refusals import Blocker

register = template.Library()


@register.inclusion_tag("_reason_acts.html", takes_context=True)
def acts_of(context: template.Context, reason: Blocker) -> dict[str, object]:
    """Links to what settles a reason, each with the way back to this page.

    A piece of a page, and an answer that has no address of its own, say in `here` which page that is.
    """
    request = context["request"]
    back = context.get("here") or request.get_full_path()
    return {"acts": mending.acts(reason, request.user, back), "reason": reason, "as_of": context.get("as_of")}
