"""Papers to verify: the list of what nobody has seen yet, and the act of a coordinator who has."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.conflicts import is_as_seen
from audit.exporting import exported
from foundation.converters import is_id
from foundation.list_settings import LARGEST
from foundation.lists import page_of
from foundation.pages import form_page, typed
from foundation.ways_back import way_back
from personnel import verification
from personnel.exports import PAPERS_TO_VERIFY
from personnel.filters import PapersFilter
from personnel.forms import VerificationForm
from personnel.models import Credential, Person

PAGE_SIZE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CREDENTIAL_VERIFY)
def papers_to_verify(request: SignedInRequest) -> HttpResponseBase:
    """The papers that count only when verified, oldest first; the ticked ones are verified together.

    Each carries its version: one that somebody else changed meanwhile is not verified unseen, and no longer ticked.
    """
    today = timezone.localdate()
    people = Person.objects.visible_to(request.user)
    rows = Credential.objects.to_verify(today).filter(person__in=people)
    rows = rows.select_related("kind", "profile", "person__rank", "person__service").order_by("issued_on", "pk")
    filtered = PapersFilter(request.GET, queryset=rows, request=request)
    if answer := exported(request, PAPERS_TO_VERIFY, filtered.qs, filtered=filtered):
        return answer
    chosen = {int(one) for one in request.POST.getlist("row")[:LARGEST] if is_id(one)}
    versions = {pk: request.POST[f"seen_{pk}"] for pk in chosen if f"seen_{pk}" in request.POST}
    form = VerificationForm(typed(request), initial={"on": today})

    def act() -> str | None:
        if not chosen:
            form.add_error(None, form.NOTHING_CHOSEN)
            return None
        # Also what is no longer listed: what changed so is named, too.
        ticked = Credential.objects.filter(pk__in=chosen, person__in=people)
        n, changed = verification.verify(ticked, **form.cleaned_data, by=request.user, today=today, versions=versions)
        for row in changed:
            said = _("%(person)s, %(credential)s: changed since you were shown it, so not verified. Look at it again.")
            messages.warning(request, said % {"person": row.person, "credential": row})
        if n or not changed:
            done = ngettext("%(n)s credential was verified.", "%(n)s credentials were verified.", n) % {"n": n}
            messages.success(request, done)
        return way_back(request) or request.get_full_path()

    page = page_of(request, filtered.qs, PAGE_SIZE)
    still_chosen = [row.pk for row in page if row.pk in chosen and is_as_seen(row, versions.get(row.pk))]
    context = {"filter": filtered, "page": page, "chosen": still_chosen}
    return form_page(request, form, act, template="personnel/papers_to_verify.html", context=context)
