"""Views that nobody has to save: the questions that everybody asks."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from accounts.models import SavedView, User

List = SavedView.List


class Ready(NamedTuple):
    """A view, and whom it is of use to. `{user}` in the query is the reader; `of` names the figure or report."""

    name: Promise | str
    list: List
    query: str
    permission: Permission
    of: str = ""


READY = (
    Ready(_("My flags"), List.FLAGS, "assignee={user}", Permission.FLAG_ACT),
    Ready(_("Leaving in 60 days"), List.DEPLOYMENTS, "status=leaving&sort=last", Permission.DEPLOYMENT_SEE),
    Ready(_("Planned without successor"), List.DEPLOYMENTS, "status=unrelieved&sort=last", Permission.DEPLOYMENT_PLAN),
    Ready(_("To screen"), List.NOMINATIONS, "stage=submitted&sort=since", Permission.NOMINATION_MOVE),
    Ready(_("Over cap"), List.FLAGS, "kind=cap_exceeded", Permission.OPERATIONS_SEE),
    Ready(_("French-speaking women deployed"), List.FIGURES, "first_language=fr", Permission.REPORT_SEE, "women"),
    Ready(
        _("Civilians at the end of last month"), List.REPORTS, "category=civilian", Permission.REPORT_SEE, "month_ends"
    ),
)


def for_user(user: User) -> list[tuple[Promise | str, str]]:
    """The names and addresses of those that are of use to a reader."""
    return [
        (ready.name, SavedView(list=ready.list, of=ready.of, query=ready.query.format(user=user.pk)).get_absolute_url())
        for ready in READY
        if user.may(ready.permission)
    ]
