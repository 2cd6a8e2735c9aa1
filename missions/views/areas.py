"""The list of countries and regions, and the forms with which they and their missions are entered."""

from typing import Any, NamedTuple

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit import conflicts
from audit.exporting import exported
from background.enqueue import after_change_of
from foundation import as_of
from foundation.pages import form_page, typed
from missions.exports import AREAS
from missions.forms import AreaAddForm, AreaForm, MissionAddForm
from missions.models import Area, Authorization, Mission
from missions.models.names import named_as_of
from reports import measures

COLUMNS = [
    ("kind", _lazy("Kind")),
    ("cap", _lazy("Authorized police deployments")),
]
"""Columns of the list that may be left out."""


class AuthorizedArea(NamedTuple):
    """A country or region with the authorization in force there."""

    area: Area
    authorization: Authorization | None


@require_safe
@requires(Permission.MISSION_SEE)
def area_list(request: SignedInRequest) -> HttpResponseBase:
    """Every country and region in the published order, with the authorization in force on a day."""
    day = as_of.shown(request)
    in_force = {row.area_id: row for row in measures.authorizations(on=day.on)}
    rows = [AuthorizedArea(area, in_force.get(area.pk)) for area in Area.objects.all()]
    named_as_of([row.area for row in rows], day.on, today=day.today)
    if answer := exported(request, AREAS, rows):
        return answer
    return render(request, "missions/area_list.html", {"rows": rows, "columns": COLUMNS})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def area_add(request: SignedInRequest) -> HttpResponse:
    form = AreaAddForm(typed(request))
    return _entered(request, form, _("Add a country or region"), "area_list")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def area_edit(request: SignedInRequest, area_id: int) -> HttpResponse:
    """Correct what is recorded of a country or region; a new name from a day on is a renaming."""
    area = get_object_or_404(Area, pk=area_id)
    form = AreaForm(typed(request), instance=area)
    return _entered(request, form, _("Edit %(name)s") % {"name": area}, area)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def mission_add(request: SignedInRequest, area_id: int) -> HttpResponse:
    """Enter a mission or posting of a country or region."""
    area = get_object_or_404(Area, pk=area_id)
    form = MissionAddForm(typed(request), instance=Mission(area=area))
    return _entered(request, form, _("Add a mission in %(area)s") % {"area": area}, area)


def _entered(request: SignedInRequest, form: forms.ModelForm, title: str, back: Any) -> HttpResponse:
    """A form of one row: saved, recorded, and then shown on the page of the row."""

    def act() -> Any:
        if conflicts.save(form, by=request.user):
            after_change_of(Mission)
        return form.instance

    shown = {"parent": back if isinstance(back, Area) else None, "back": back}
    return form_page(request, form, act, title=title, done=_("It was saved."), context=shown)
