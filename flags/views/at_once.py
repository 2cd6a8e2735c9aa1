"""Acts on flags that take one click, and undoing them: done, said, and back where one was."""

from urllib.parse import urlencode

from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import Permission, requires
from accounts.requests import SignedInRequest
from flags import ready, undoing
from flags.models import FlagAct
from flags.ready import Ready
from flags.views import inbox
from flags.views.choosing import chosen_flags, ids_in, of_the_list
from foundation.converters import is_id
from foundation.refusals import Blocker, StepRefused

UNDO = "undo"
ASKS_FOR_MORE = {FlagAct.Act.SNOOZE, FlagAct.Act.ASSIGN}
"""Acts that go on to their form: for a day and a reason, for a name."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.FLAG_ACT)
def flag_at_once(request: SignedInRequest) -> HttpResponseBase:
    """Take an act on the flags of one button, on those that were ticked, or on all that the list finds (`all`).

    `do` is the word of the act, for one button with the ids behind a colon. Its address is that of the list from which
    one comes: the answer leads back to it, and a refusal shows it with all that was ticked. An act that asks for more
    (a day, a name) goes on to its form.
    """
    if request.method != "POST":
        return redirect(_back(request))
    word, _colon, given = request.POST.get("do", "").partition(":")
    ids = ids_in([given] if given else request.POST.getlist("row"))
    everything = not given and request.POST.get("all") == "1"
    if word in ASKS_FOR_MORE:
        rows = [("all", "1")] if everything else [("row", f"{one}") for one in ids]
        kept = of_the_list(request)
        return redirect(f"{reverse('flag_act', args=[word])}{kept}{'&' if kept else '?'}{urlencode(rows)}")
    try:
        if word == UNDO:
            _undo(request, given)
        else:
            _take(request, word, ids, everything=everything)
    except StepRefused as refusal:
        if is_id(came_from := request.POST.get("from", "")) and not of_the_list(request):
            return inbox.flag_page(request, int(came_from), refused=refusal.blockers)
        ticked = ids_in(request.POST.getlist("row"))
        return inbox.list_page(request, ticked=ticked, everything=everything, refused=refusal.blockers)
    # A part of a page is no place to be led elsewhere: the inbox comes again at once.
    return inbox.list_page(request) if request.headers.get("HX-Request") else redirect(_back(request))


def _take(request: SignedInRequest, word: str, ids: list[int], *, everything: bool) -> None:
    flags = chosen_flags(request, ids, everything=everything) if word in list(Ready) else []
    if not flags:
        raise StepRefused([Blocker("nothing_chosen", _("Choose open flags first."), rule=0)])
    act = Ready(word)
    acts = ready.take(act, flags, by=request.user, today=timezone.localdate())
    request.session[inbox.DONE] = {"act": acts[0].pk, "said": ready.said(act, len(acts))}


def _undo(request: SignedInRequest, act_id: str) -> None:
    n = undoing.undo(int(act_id) if is_id(act_id) else 0, by=request.user, now=timezone.now())
    said = ngettext("It is undone: %(n)s flag is as it was.", "It is undone: %(n)s flags are as they were.", n)
    request.session[inbox.DONE] = {"said": said % {"n": n}}


def _back(request: SignedInRequest) -> str:
    kept = of_the_list(request)
    came_from = request.POST.get("from", "")
    if is_id(came_from) and not kept:
        return reverse("flag_detail", args=[int(came_from)])
    return reverse("flag_list") + kept
