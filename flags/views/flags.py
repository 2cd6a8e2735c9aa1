"""Flags: the inbox, one flag, and the acts on one or many."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from flags import attention, ledger
from flags.forms import VERBS, ActForm
from flags.models import Flag, FlagAct
from flags.views import inbox
from flags.views.choosing import chosen_flags, ids_in, of_the_list
from foundation.pages import form_page, typed
from foundation.refusals import StepRefused

Act = FlagAct.Act


@require_safe
@requires(Permission.FLAG_SEE)
def flag_list(request: SignedInRequest) -> HttpResponseBase:
    """The inbox. Without a state in the address: all open flags, the most urgent first."""
    return inbox.list_page(request)


@require_safe
@requires(Permission.FLAG_SEE)
def flag_detail(request: SignedInRequest, flag_id: int) -> HttpResponse:
    """One flag with its sentence, what closes it, its state and its history."""
    return inbox.flag_page(request, flag_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.FLAG_ACT)
def flag_act(request: SignedInRequest, act: Act) -> HttpResponse:
    """Acknowledge, snooze or assign with a note, a day or a name: the flags of `?row=…`, or all of the list (`?all=1`).

    The rest of the address is the list from which one comes, and to which the result leads back.
    """
    kept = of_the_list(request)
    ids = ids_in(request.POST.getlist("row") or request.GET.getlist("row"))
    try:
        flags = chosen_flags(request, ids, everything=request.GET.get("all") == "1")
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("flag_list") + kept)
    if not flags:
        messages.error(request, _("Choose open flags first."))
        return redirect(reverse("flag_list") + kept)
    form = ActForm(typed(request), act=act)
    chosen = Flag.objects.filter(pk__in=[flag.pk for flag in flags])
    # Lazy, because only a page that is rendered reads them: an act that succeeds redirects.
    notices = SimpleLazyObject(lambda: attention.with_sentences(chosen, today=timezone.localdate()))
    return form_page(
        request,
        form,
        lambda: _do(request, act, flags, form.cleaned_data),
        back=reverse("flag_list") + kept if kept or len(flags) > 1 else flags[0],
        done=_done(act, len(flags)),
        template="flags/flag_act.html",
        context={"act": act, "verb": VERBS[act], "notices": notices, "kept": kept},
    )


def _done(act: Act, n: int) -> str:
    sentence = {
        Act.ACKNOWLEDGE: ngettext("You acknowledged %(n)s flag.", "You acknowledged %(n)s flags.", n),
        Act.SNOOZE: ngettext("You snoozed %(n)s flag.", "You snoozed %(n)s flags.", n),
        Act.ASSIGN: ngettext("You assigned %(n)s flag.", "You assigned %(n)s flags.", n),
    }[act]
    return sentence % {"n": n}


def _do(request: SignedInRequest, act: Act, flags: list[Flag], values: dict) -> None:
    """Take the act on all flags. Raises `StepRefused`, and changes none, when one was resolved meanwhile."""
    if act == Act.ASSIGN:
        ledger.assign(flags, by=request.user, **values)
    elif act == Act.ACKNOWLEDGE:
        ledger.acknowledge(flags, by=request.user, **values)
    else:
        ledger.snooze(flags, by=request.user, today=timezone.localdate(), **values)
