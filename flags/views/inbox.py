"""The list of flags and one of them as pages, with what was just done and what was refused."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import Permission
from accounts.models import User
from accounts.requests import SignedInRequest
from audit.exporting import exported
from flags import attention, ready
from flags.exports import FLAGS
from flags.filters import BY_SUBJECT, FlagFilter
from flags.kinds import NextAct
from flags.models import Flag
from flags.views.choosing import PAGE_SIZE, of_the_list
from foundation.lists import ListPage, bounded_count, page_of
from foundation.refusals import Blocker

DONE = "flags_done"
"""Where the session keeps what was just done, until a page has said it: the act, for undoing, and the words."""


def list_page(
    request: SignedInRequest, *, ticked: Iterable[int] = (), everything: bool = False, refused: Sequence[Blocker] = ()
) -> HttpResponseBase:
    """The inbox: the list that the address asks for, its views, and the chosen subject beside it.

    What was `ticked` stays so where an act was refused.
    """
    user, today = request.user, timezone.localdate()
    rows = Flag.objects.visible_to(user).select_related("area", "service", "assignee", "acknowledged_by")
    filtered = FlagFilter(request.GET, queryset=rows, request=request)
    shown = partial(attention.with_sentences, today=today)
    if answer := exported(request, FLAGS, filtered.qs, filtered=filtered, shown=shown):
        return answer
    state = request.GET.get("state", "")
    page = _page(request, filtered.qs, by_subject=state in BY_SUBJECT)
    notices = shown(page.object_list)
    parts = attention.parts_of_the_box(user, today=today)
    subjects = attention.by_subject(notices)
    context = {
        "filter": filtered,
        "page": page,
        "found": _found(filtered, page, parts),
        "notices": notices,
        "subjects": subjects,
        "ticked": set(ticked),
        "everything": everything,
        "views": _views(state, parts, may_act=user.may(Permission.FLAG_ACT)),
        "blockers": refused,
        "all_clear": _all_clear(request, parts) if not subjects and state in {"act", "mine"} else None,
        "is_narrowed": not filtered.form.is_valid() or set(filtered.asked) - {"state"},
        "done": request.session.pop(DONE, None) if DONE in request.session else None,
        **(of_one(request, subjects[0].first) if subjects else {"kept": of_the_list(request)}),
        "may_act": user.may(Permission.FLAG_ACT),
        "in_inbox": True,
    }
    return render(request, "flags/flag_list.html", context, status=409 if refused else 200)


def _found(filtered: FlagFilter, page: ListPage, parts: dict[str, int]) -> int:
    """How many flags the list finds, bounded; those of a part of the box are counted already."""
    state = filtered.data.get("state", "")
    if state not in BY_SUBJECT:
        return page.paginator.count
    is_a_part = state in parts and filtered.is_valid() and set(filtered.asked) == {"state"}
    return parts[state] if is_a_part else bounded_count(filtered.qs)


def _page(request: SignedInRequest, rows: Any, *, by_subject: bool) -> ListPage:
    """A page of the list; by subject, one of so many subjects with all their flags that the list has."""
    if not by_subject:
        return page_of(request, rows, PAGE_SIZE)
    page = page_of(request, rows.first_of_each(), PAGE_SIZE)
    page.object_list = rows.about_those_of(page.ids)
    return page


def flag_page(request: SignedInRequest, flag_id: int, *, refused: Sequence[Blocker] = ()) -> HttpResponse:
    """One flag with the others about its subject; only that part of the page for the inbox, which shows it beside."""
    flag = Flag.objects.visible_to(request.user).filter(pk=flag_id).first()
    if flag is None:
        raise Http404
    context = of_one(request, flag) | {"blockers": refused}
    if request.headers.get("HX-Request"):
        return render(request, "flags/_chosen.html", context | {"in_inbox": True})
    done = request.session.pop(DONE, None) if DONE in request.session else None
    return render(request, "flags/flag_detail.html", context | {"done": done}, status=409 if refused else 200)


def of_one(request: SignedInRequest, flag: Flag) -> dict[str, Any]:
    """What the page of a flag shows: its subject with all open flags about it, what closes them, and what was done."""
    user, today = request.user, timezone.localdate()
    subject = attention.about_the_same(flag, user, today=today)
    flags = [one.flag for one in subject.notices if one.flag.resolved_at is None]
    return {
        "subject": subject,
        "flag": subject.first,
        "about": attention.subject_page(subject.first, user),
        "told": _with_next_acts(subject, user),
        "history": attention.history(subject, user),
        "may_act": user.may(Permission.FLAG_ACT) and bool(flags),
        "may_wait": ready.may_wait(flags, today=today),
        "kept": of_the_list(request),
    }


def _with_next_acts(subject: attention.About, user: User) -> list[tuple[attention.Notice, list[NextAct]]]:
    """Each notice with the acts that close it; what closes several of them stands beside the first."""
    told, seen = [], set()
    for notice in subject.notices:
        open_acts = notice.kind.next_acts if notice.flag.resolved_at is None else ()
        acts = [act for find in open_acts if (act := find(notice.flag, user)) and act not in seen]
        seen.update(acts)
        told.append((notice, acts))
    return told


def _views(state: str, parts: dict[str, int], *, may_act: bool) -> list[dict[str, object]]:
    views = [
        ("mine", pgettext("flags", "Mine") if may_act else _("Not acknowledged")),
        ("act", _("Act now")),
        ("soon", _("Next 30 days")),
        ("later", _("Later")),
        ("snoozed", pgettext("flags", "Snoozed")),
        ("week", _("Resolved this week")),
        ("", _("All open")),
    ]
    return [{"state": one, "label": label, "count": parts.get(one), "is_shown": one == state} for one, label in views]


def _all_clear(request: SignedInRequest, parts: dict[str, int]) -> dict[str, object]:
    """What a box says where nothing is to be acted on: how much is to be planned, and what becomes urgent first."""
    to_plan = parts["soon"] + parts["later"]
    day = attention.next_urgent_day(request.user, today=timezone.localdate()) if to_plan else None
    return {"to_plan": to_plan, "urgent_on": day}
