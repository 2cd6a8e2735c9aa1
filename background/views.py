"""The console of background tasks, for administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import exported
from audit.log import record
from audit.models import Verb
from background import exports
from background.models import JobRun
from background.schedule import JOBS
from background.standings import ask_for, standings

DAYS_SHOWN = 31


@require_safe
@requires(Permission.BACKGROUND_RUN)
def job_list(request: SignedInRequest) -> HttpResponseBase:
    """Each background task: how it went, when it comes again, whether it is late."""
    rows = standings(timezone.now())
    if answer := exported(request, exports.JOBS, rows):
        return answer
    [backup] = [one for one in rows if one.job.needed_for == "backup"]
    context = {"standings": rows, "late": sum(standing.is_late for standing in rows), "backup": backup}
    return render(request, "background/_jobs.html" if request.htmx else "background/job_list.html", context)


@require_safe
@requires(Permission.BACKGROUND_RUN)
def job_detail(request: SignedInRequest, name: str) -> HttpResponse:
    """One background task, business day by business day."""
    context = {
        "standing": standings(timezone.now(), [name])[0],
        "runs": JobRun.objects.select_related("job").filter(job__name=name).order_by("-day")[:DAYS_SHOWN],
    }
    return render(request, "background/_job.html" if request.htmx else "background/job_detail.html", context)


@require_POST
@requires(Permission.BACKGROUND_RUN)
def job_run(request: SignedInRequest, name: str) -> HttpResponse:
    """Have a task carried out now, unless it is switched off."""
    if not JOBS[name].is_on():
        messages.warning(request, _("“%(job)s” is switched off by the settings.") % {"job": JOBS[name].label})
        return redirect("job_detail", name)
    row, sent = ask_for(name)
    record(request.user, Verb.DECIDED, row, what="run")
    if sent:
        messages.success(request, _("“%(job)s” begins as soon as a worker is free.") % {"job": JOBS[name].label})
    else:
        messages.warning(request, _("The queue does not answer. The task begins once it does."))
    return redirect("job_detail", name)
