"""What the administration is asked for by its address: Django takes any text there, and the database breaks on some."""

from collections.abc import Callable, Iterator

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import ResolverMatch

from foundation.converters import LONGEST_ID, is_id

OF_ROWS = ("object_id", "id", "content_type_id")
"""Names of ids in the addresses of the administration."""
SEARCHES = {"q", "term"}
"""Questions that are text: a long number is one, too."""
LATEST_YEAR = 2099  # as on our own pages


class OnlyIdsThatCanBe:
    """Middleware: an address of the administration that names no row that can be is no page (404).

    What no form sends (an id that is none, in the choice of an action or of a row) is not understood (400).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        match = request.resolver_match
        if match is None or "admin" not in match.app_names:
            return
        if not all(is_id(one) for one in _ids(match)) or any(_cannot_be(*one) for one in _asked(request)):
            raise Http404
        model_admin = getattr(match.func, "model_admin", None)
        chosen = [*request.POST.getlist("_selected_action")]
        for name in getattr(model_admin, "autocomplete_fields", ()):
            chosen += [one for one in request.POST.getlist(name) if one]
        if not all(is_id(one) for one in chosen):
            raise BadRequest


def _ids(match: ResolverMatch) -> list[str]:
    return [*(match.kwargs[name] for name in OF_ROWS if name in match.kwargs), *match.args]


def _asked(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.GET.lists():
        yield from ((name, value) for value in values)


def _cannot_be(name: str, value: str) -> bool:
    """Whether a question has a sign that no text holds, or a number that no column holds."""
    if "\0" in name + value:
        return True
    figures = value.strip().lstrip("+-")
    if name in SEARCHES or name.endswith("__words") or not figures.isdigit():
        return False
    return len(figures) > LONGEST_ID or (name.endswith("__year") and not 1 <= int(figures) <= LATEST_YEAR)
