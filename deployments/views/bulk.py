"""One step with many deployments: a flight that lands, a contingent that leaves."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.models import User
from accounts.requests import SignedInRequest
from deployments.models import Deployment
from deployments.stays import lifecycle, steps
from deployments.stays.steps import Act, Step
from deployments.together_forms import EXPECTED, StepsForm
from deployments.views.deployments import filtered_deployments
from deployments.views.together import chosen_together, together_page
from foundation.pages import typed
from foundation.refusals import Blocker, Link, StepRefused


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DEPLOYMENT_MOVE)
def deployment_bulk(request: SignedInRequest, act: Act) -> HttpResponse:
    """Take the same step with the chosen rows, each on a day of its own where it differs; each is judged by itself."""
    if act not in steps.OF_MANY:
        raise Http404
    chosen = chosen_together(request, filtered_deployments(request).qs, "deployment_list")
    if isinstance(chosen, HttpResponse):
        return chosen
    rows = Deployment.objects.visible_to(request.user).filter(pk__in=chosen).order_by("id")
    related = ("person__rank", "person__service", "mission__area", "mission__lead", "position", "rank")
    stays = list(rows.select_related(*related))
    form = StepsForm(typed(request), act=act, rows=stays, today=timezone.localdate())

    def refused(deployment: Deployment, step: Step) -> list[Blocker]:
        """With an arrival that something is wrong with, the note given for all is no reason."""
        if step.act != Act.ARRIVE or form.own_reason(deployment):
            return []
        return _wrong_without_own_reason(deployment, step)

    def take(deployment: Deployment, step: Step, *, by: User | None) -> object:
        if found := refused(deployment, step):
            raise StepRefused(found)
        return lifecycle.take_step(deployment, step, by=by)

    return together_page(
        request,
        form,
        stays,
        act=f"step {act}",
        list_name="deployment_list",
        take=take,
        judge=lambda row, step: refused(row, step) or steps.blockers(row, step),
        context={
            "title": steps.OF_MANY[act],
            "danger": act in steps.STEPS.dangerous,
            "list_title": _("Deployments"),
            "detail_label": _("Mission"),
            "row_label": _("Where it differs") if act in EXPECTED else "",
            "row_summary": _("Another day or a reason") if act == Act.ARRIVE else _("Another day"),
        },
    )


def _wrong_without_own_reason(deployment: Deployment, step: Step) -> list[Blocker]:
    """What is wrong with an arrival that could be recorded, and where a reason is given for it."""
    if steps.STEPS.wrong_step(deployment, step.act) or (step.on_day or step.today) > step.today:
        return []
    wrong = steps.wrong_at_arrival(deployment, step)
    page = Link(_("Record this arrival by itself"), reverse("deployment_step", args=[deployment.pk, step.act]))
    return [*wrong[:-1], replace(wrong[-1], links=(*wrong[-1].links, page))] if wrong else []
