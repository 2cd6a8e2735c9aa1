"""The page of questions: each answered in a sentence as of a day, over its fiscal year, of whom and where one asks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from deployments.models import Deployment
from foundation import as_of
from reports import questions, saying
from reports.filters import QuestionFilter
from reports.measures import Time
from reports.offered import reports_of


@require_safe
@requires(Permission.REPORT_SEE)
def question_list(request: SignedInRequest) -> HttpResponse:
    """The questions that coordinators are asked, each with its answer."""
    as_of.shown(request)
    filtered = QuestionFilter(request.GET, queryset=Deployment.objects.none(), request=request, asked=None)
    question = filtered.question
    readable = {report.name: report for report in reports_of(request.user)}
    asked = questions.asked_by(request.user)
    answers = [(one.words, one.answered(question), readable.get(one.report)) for one in asked]
    leads_there = {one.report for one in asked}
    context = {
        "filter": filtered,
        "answers": answers if filtered.is_valid() else [],
        "of_whom": filtered.of_whom,
        "period": saying.of_when(Time.PERIOD, question),
        "reports": [report for name, report in readable.items() if name not in leads_there],
    }
    return render(request, "reports/question_list.html", context)
