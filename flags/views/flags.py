"""Flags: the list, one flag, and the acts on one or many."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from audit.exporting import exported
from deployments.views.choosing import chosen_rows
from flags import attention, ledger
from flags.exports import FLAGS
from flags.filters import FlagFilter
from flags.forms import VERBS, ActForm
from flags.models import Flag, FlagAct
from foundation.lists import page_of
from foundation.pages import form_page, typed

PAGE_SIZE = 50
Act = FlagAct.Act


@require_safe
@requires(Permission.FLAG_SEE)
def flag_list(request: SignedInRequest) -> HttpResponseBase:
    """Open flags, the most urgent first; snoozed and resolved ones by the filter."""
    rows = Flag.objects.visible_to(request.user).select_related("area", "service", "assignee")
    filtered = FlagFilter(request.GET, queryset=rows, request=request)
    shown = partial(attention.with_sentences, today=timezone.localdate())
    if answer := exported(request, FLAGS, filtered.qs, filtered=filtered, shown=shown):
        return answer
    page = page_of(request, filtered.qs, PAGE_SIZE)
    context = {
        "filter": filtered,
        "page": page,
        "notices": shown(page.object_list),
        "acts": VERBS.items() if request.user.may(Permission.FLAG_ACT) else [],
    }
    return render(request, "flags/flag_list.html", context)


@require_safe
@requires(Permission.FLAG_SEE)
def flag_detail(request: SignedInRequest, flag_id: int) -> HttpResponse:
    """One flag with its sentence, its state and its history."""
    rows = Flag.objects.visible_to(request.user).select_related("area", "service", "assignee", "acknowledged_by")
    notice = next(iter(attention.with_sentences(rows.filter(pk=flag_id), today=timezone.localdate())), None)
    if notice is None:
        raise Http404
    flag = notice.flag
    context = {
        "flag": flag,
        "about": attention.subject_page(flag, request.user),
        "notice": notice,
        "history": flag.history(reader=request.user),
        "acts": VERBS.items() if request.user.may(Permission.FLAG_ACT) and flag.resolved_at is None else [],
    }
    return render(request, "flags/flag_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.FLAG_ACT)
def flag_act(request: SignedInRequest, act: Act) -> HttpResponse:
    """Acknowledge, snooze or assign the flags of `?row=…`: one from its page, or many from the list."""
    ids = chosen_rows(request, PAGE_SIZE)
    flags = list(Flag.objects.visible_to(request.user).filter(pk__in=ids).order_by("pk"))
    if not flags:
        messages.error(request, _("Choose open flags first."))
        return redirect("flag_list")
    form = ActForm(typed(request), act=act)
    chosen = Flag.objects.filter(pk__in=[flag.pk for flag in flags])
    # Lazy, because only a page that is rendered reads them: an act that succeeds redirects.
    notices = SimpleLazyObject(lambda: attention.with_sentences(chosen, today=timezone.localdate()))
    return form_page(
        request,
        form,
        lambda: _do(request, act, flags, form.cleaned_data),
        back=flags[0] if len(flags) == 1 else "flag_list",
        done=_done(act, len(flags)),
        template="flags/flag_act.html",
        context={"act": act, "verb": VERBS[act], "notices": notices},
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
