"""The consent of the home service: asked for by the office, answered and recalled by the service."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.log import record
from audit.models import Verb
from deployments.candidates import consent as rule
from deployments.models import Consent, Deployment
from deployments.nomination_forms import AnswerForm, OfferForm
from deployments.views.nominations import get_nomination
from foundation.pages import form_page, typed
from foundation.sentences import day
from foundation.ways_back import way_back

State = Consent.State


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_OFFER)
def consent_offer(request: SignedInRequest, nomination_id: int) -> HttpResponse:
    """Ask the home service for somebody in the pool."""
    nomination = get_nomination(request, nomination_id)
    form = OfferForm(typed(request), ends_on=None)

    def act() -> None:
        answer_by = form.cleaned_data["answer_by"]
        rule.offer_nomination(nomination, answer_by=answer_by, by=request.user, today=timezone.localdate())

    return form_page(
        request,
        form,
        act,
        title=_("Ask for the consent of the home service"),
        lead=_("%(person)s for %(position)s, %(mission)s, from %(first)s through %(last)s.")
        % {
            "person": nomination.person,
            "position": nomination.position,
            "mission": nomination.position.mission,
            "first": day(nomination.starts_on),
            "last": day(nomination.ends_on),
        },
        back=nomination,
        done=_("%(service)s was asked for its consent.") % {"service": nomination.service},
        button=_("Ask"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_OFFER)
def deployment_consent(request: SignedInRequest, deployment_id: int) -> HttpResponse:
    """Ask the home service for a deployment, or for the days of its extension."""
    rows = Deployment.objects.visible_to(request.user).select_related("person__rank", "person__service", "mission")
    deployment = get_object_or_404(rows, pk=deployment_id)
    form = OfferForm(typed(request), ends_on=deployment.last_day)

    def act() -> None:
        asked = form.cleaned_data
        rule.offer_deployment(
            deployment, asked["ends_on"], answer_by=asked["answer_by"], by=request.user, today=timezone.localdate()
        )

    return form_page(
        request,
        form,
        act,
        title=_("Ask for the consent of the home service"),
        lead=str(deployment),
        back=way_back(request) or deployment,
        parent=deployment,
        done=_("%(service)s was asked for its consent.") % {"service": deployment.person.service},
        button=_("Ask"),
    )


@require_safe
@requires(Permission.NOMINATION_SEE)
def consent_detail(request: SignedInRequest, consent_id: int) -> HttpResponse:
    consent = _get(request, consent_id)
    record(request.user, Verb.LOOKED_AT, consent)
    may_answer = request.user.may(Permission.CONSENT_ANSWER) and rule.may_answer(consent, request.user)
    today = timezone.localdate()
    answers = []
    if may_answer and consent.state == State.OFFERED and consent.answer_by >= today:
        answers = ["agree", "refuse"]
    elif may_answer and consent.state == State.CONSENTED:
        answers = ["recall"]
    if consent.state == State.OFFERED and request.user.may(Permission.CONSENT_OFFER):
        answers.append("withdraw")
    context = {"consent": consent, "answers": answers, "today": today}
    return render(request, "deployments/consent_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_ANSWER)
def consent_answer(request: SignedInRequest, consent_id: int, answer: str) -> HttpResponse:
    """Agree, refuse or recall for the home service; the office may take an offer back."""
    if answer == "withdraw" and not request.user.may(Permission.CONSENT_OFFER):
        raise PermissionDenied
    consent = _get(request, consent_id)
    form = AnswerForm(typed(request), consent=consent, answer=answer)
    doors: dict[str, Callable[..., Consent]] = {
        "agree": rule.agree,
        "refuse": rule.refuse,
        "recall": rule.recall,
        "withdraw": rule.withdraw,
    }
    title, done, button = _words(answer)

    def act() -> None:
        given = doors[answer](consent, by=request.user, today=timezone.localdate(), **form.cleaned_data)
        messages.success(request, done)
        if answer == "agree" and (given.starts_on, given.ends_on) != (given.offered_from, given.offered_through):
            messages.warning(
                request, _("It is for fewer days than were requested: the stay cannot be approved as it is.")
            )

    return form_page(
        request,
        form,
        act,
        title=title,
        lead=_("%(person)s for %(mission)s, from %(first)s through %(last)s.")
        % {
            "person": consent.person,
            "mission": consent.mission,
            "first": day(consent.starts_on),
            "last": day(consent.ends_on),
        },
        back=consent,
        button=button,
        danger=answer in {"refuse", "recall"},
    )


def _words(answer: str) -> tuple[str, str, str]:
    """Title, what is said when it is done, and the button."""
    return {
        "agree": (_("Consent to the secondment"), _("The consent was recorded."), pgettext("button", "Consent")),
        "refuse": (_("Refuse the secondment"), _("The refusal was recorded."), _("Refuse")),
        "recall": (
            _("Withdraw the consent"),
            _("The withdrawal of the consent was recorded."),
            _("Withdraw the consent"),
        ),
        "withdraw": (_("Withdraw the request"), _("The request for consent was withdrawn."), _("Withdraw")),
    }[answer]


def _get(request: SignedInRequest, consent_id: int) -> Consent:
    rows = Consent.objects.visible_to(request.user).select_related(
        "person__rank", "person__service", "service", "mission", "nomination__position", "offered_by", "answered_by"
    )
    return get_object_or_404(rows, pk=consent_id)
