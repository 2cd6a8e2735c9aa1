"""The page that says what became of an act on many rows: which took it, and beside each other one why not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import any_signed_in_user
from accounts.models import User
from accounts.requests import SignedInRequest
from deployments.candidates import pipeline
from deployments.models import Deployment, Nomination
from deployments.models.transitions import Move
from deployments.stays import steps
from deployments.stays.steps import Act
from foundation import results, ticks
from personnel.models import Credential, Person


@dataclass(frozen=True)
class ActOnMany:
    """How the page tells of an act: its title, whose rows, what was done, and what could not be."""

    title: Promise | str
    rows: Callable[[User], QuerySet]
    done: Callable[[int], str]
    could_not: Promise | str
    address: Callable[[], str] | None = None
    """Of the page on which the act is tried again with some of the rows."""
    told: Callable[[Any], tuple[str, str]] = lambda row: (str(row), row.get_absolute_url())
    """How a row is named, and the page that it leads to."""


def _stays(user: User) -> QuerySet:
    return Deployment.objects.visible_to(user).select_related("person", "rank", "mission")


def _nominations(user: User) -> QuerySet:
    return Nomination.objects.visible_to(user).select_related("person__rank", "position")


def _papers(user: User) -> QuerySet:
    people = Person.objects.visible_to(user)
    return Credential.objects.filter(person__in=people).select_related("kind", "profile", "person__rank")


def _paper_of_person(paper: Credential) -> tuple[str, str]:
    return f"{paper.person}, {paper}", paper.person.get_absolute_url()


def _approved(n: int) -> str:
    if not n:
        return _("No deployment was approved.")
    return ngettext("%(n)s deployment was approved.", "%(n)s deployments were approved.", n) % {"n": n}


def _arrived(n: int) -> str:
    if not n:
        return _("No arrival was recorded.")
    return ngettext("%(n)s arrival was recorded.", "%(n)s arrivals were recorded.", n) % {"n": n}


def _departed(n: int) -> str:
    if not n:
        return _("No departure was recorded.")
    return ngettext("%(n)s departure was recorded.", "%(n)s departures were recorded.", n) % {"n": n}


def _closed(n: int) -> str:
    if not n:
        return _("No deployment was closed.")
    return ngettext("%(n)s deployment was closed.", "%(n)s deployments were closed.", n) % {"n": n}


def _cancelled(n: int) -> str:
    if not n:
        return _("No deployment was cancelled.")
    return ngettext("%(n)s deployment was cancelled.", "%(n)s deployments were cancelled.", n) % {"n": n}


def _moved(n: int) -> str:
    if not n:
        return _("No nomination was changed.")
    return ngettext("%(n)s nomination was changed.", "%(n)s nominations were changed.", n) % {"n": n}


def _verified(n: int) -> str:
    if not n:
        return _("No credential was verified.")
    return ngettext("%(n)s credential was verified.", "%(n)s credentials were verified.", n) % {"n": n}


_OF_STAYS = {
    Act.APPROVE: (_approved, _lazy("Could not be approved")),
    Act.ARRIVE: (_arrived, _lazy("Could not be recorded")),
    Act.COMPLETE: (_departed, _lazy("Could not be recorded")),
    Act.CLOSE: (_closed, _lazy("Could not be closed")),
    Act.CANCEL: (_cancelled, _lazy("Could not be cancelled")),
}


def _address(page: str, *act: Act | Move) -> Callable[[], str]:
    return lambda: reverse(page, args=act)


ACTS: dict[str, ActOnMany] = {
    **{
        f"step {act}": ActOnMany(steps.OF_MANY[act], _stays, *told, _address("deployment_bulk", act))
        for act, told in _OF_STAYS.items()
    },
    **{
        f"move {move}": ActOnMany(
            pipeline.VERBS[move], _nominations, _moved, _lazy("Could not be done"), _address("nomination_bulk", move)
        )
        for move in pipeline.BULK_MOVES
    },
    "verify": ActOnMany(
        _lazy("Verify credentials"),
        _papers,
        _verified,
        _lazy("Could not be verified"),
        _address("papers_verify"),
        _paper_of_person,
    ),
    "proposal": ActOnMany(pipeline.VERBS[Move.NOMINATE], _nominations, _moved, _lazy("Could not be done")),
}
"""What can be done with many rows, by the name under which its results are kept."""


@require_safe
@any_signed_in_user(why="Each reader is shown what came of the own acts, and of their rows those that may be seen.")
def result_detail(request: SignedInRequest, name: str) -> HttpResponse:
    """What became of an act on many rows: which took it, and beside each other one why not."""
    told = results.kept(request, name)
    if told is None:
        raise Http404
    if told == results.UNDER_WAY:
        return render(request, "deployments/result_detail.html", {"under_way": True, "title": _("Under way")})
    act = ACTS[told["act"]]
    ids = [*told["done"], *(one["pk"] for one in told["refused"])]
    rows: dict[int, Any] = {row.pk: row for row in act.rows(request.user).filter(pk__in=ids)}
    for row in rows.values():
        row.told, row.leads_to = act.told(row)
    refused = [(rows[one["pk"]], *_reasons(one["told"])) for one in told["refused"] if one["pk"] in rows]
    done = [rows[pk] for pk in told["done"] if pk in rows]
    again = [row.pk for row, _language, _found in refused]
    context = {
        "title": act.title,
        "sentence": act.done(len(done)),
        "could_not": act.could_not,
        "done": done,
        "refused": refused,
        "at": timezone.localtime(parse_datetime(told["at"])),
        "back": ticks.way_back(reverse(told["list"]), told["asked"], again),
        "again": ticks.way_back(act.address(), told["asked"], again) if again and act.address else "",
    }
    return render(request, "deployments/result_detail.html", context)


def _reasons(by_language: dict[str, list]) -> tuple[str, list[dict[str, Any]]]:
    """The language in which the reasons are told, empty where it is the reader's, and the reasons."""
    reader = translation.get_language() or settings.LANGUAGE_CODE
    language = reader if reader in by_language else next(iter(by_language))
    found = [
        {**one, "links": [(says, translate_url(url, reader)) for says, url in one["links"]]}
        for one in by_language[language]
    ]
    return ("" if language == reader else language), found
