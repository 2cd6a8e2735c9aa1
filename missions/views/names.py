"""Another name from a day on, for a country or region, a mission or a police service; and taking a wrong one back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from foundation.pages import form_page, typed
from missions import renaming
from missions.forms import RenameForm, WithdrawForm
from missions.models import Area, AreaFormerName, Mission, MissionFormerName
from missions.models.names import FormerName


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def area_rename(request: SignedInRequest, area_id: int) -> HttpResponse:
    return rename_page(request, get_object_or_404(Area, pk=area_id))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def mission_rename(request: SignedInRequest, mission_id: int) -> HttpResponse:
    return rename_page(request, get_object_or_404(Mission, pk=mission_id))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def area_name_withdraw(request: SignedInRequest, name_id: int) -> HttpResponse:
    former = get_object_or_404(AreaFormerName.objects.select_related("area"), pk=name_id)
    return name_withdraw_page(request, former, former.area)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MISSION_EDIT)
def mission_name_withdraw(request: SignedInRequest, name_id: int) -> HttpResponse:
    former = get_object_or_404(MissionFormerName.objects.select_related("mission"), pk=name_id)
    return name_withdraw_page(request, former, former.mission)


def rename_page(request: SignedInRequest, row: Any) -> HttpResponse:
    """Call a row otherwise from a day on. A misspelling is corrected on the page of the row instead."""
    today = timezone.localdate()
    form = RenameForm(typed(request), row=row, today=today)
    return form_page(
        request,
        form,
        lambda: renaming.rename(
            row, form.names, form.cleaned_data["from_day"], by=request.user, today=today, **form.reason
        ),
        title=_("Rename %(name)s") % {"name": row},
        lead=_("Pages of days before show the old name, and the search finds it. A misspelling is edited instead."),
        back=row,
        done=_("The new name was saved."),
    )


def name_withdraw_page(request: SignedInRequest, former: FormerName, row: Any) -> HttpResponse:
    """Take a renaming back that was recorded wrongly."""
    form = WithdrawForm(typed(request))
    return form_page(
        request,
        form,
        lambda: renaming.withdraw(former, row, by=request.user, reason=form.cleaned_data["reason"]),
        title=_("Withdraw the renaming of “%(name)s”") % {"name": former},
        lead=str(row),
        button=_("Withdraw"),
        danger=True,
        back=row,
        done=_("The renaming was withdrawn."),
    )
