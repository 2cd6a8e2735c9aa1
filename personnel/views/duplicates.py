"""Finding and merging records of the same person."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from deployments.candidates import duplicates
from foundation.pages import form_page, typed
from personnel.forms import MergeForm
from personnel.models import Person


@require_safe
@requires(Permission.PERSON_MERGE)
def duplicate_list(request: SignedInRequest) -> HttpResponse:
    pairs = duplicates.find_pairs(Person.objects.visible_to(request.user))
    return render(request, "personnel/duplicate_list.html", {"pairs": pairs})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PERSON_MERGE)
def person_merge(request: SignedInRequest, person_id: int, other_id: int) -> HttpResponse:
    """Merge the record `other_id` into the record `person_id`."""
    people = Person.objects.visible_to(request.user).current().select_related("rank", "service")
    kept, merged = get_object_or_404(people, pk=person_id), get_object_or_404(people, pk=other_id)
    form = MergeForm(typed(request))

    params = {"merged": merged, "merged_service": merged.service, "kept": kept, "kept_service": kept.service}
    return form_page(
        request,
        form,
        lambda: duplicates.merge(kept, merged, by=request.user, reason=form.cleaned_data["reason"]),
        title=_("Merge two records"),
        lead=_(
            "Everything of %(merged)s (%(merged_service)s) is hung onto %(kept)s (%(kept_service)s). "
            "The emptied record stays and points there."
        )
        % params,
        back=kept,
        done=_("The records were merged."),
        button=_("Merge"),
    )
