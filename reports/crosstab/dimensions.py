"""By what a figure may be told apart. Each dimension is a part of the question, so that every cell can be asked for."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext, pgettext_lazy

from missions.models import Area, Language, Mission, RankBand, Role
from missions.models.names import NamedOverTime, named_as_of
from personnel.models import Person, PoliceService
from reports.measures import WITHOUT, Question, Time, fiscal_year
from reports.tables import series


@dataclass(frozen=True)
class Group:
    """One row or column: the key of its deployments, its name for programs, its words, and what its question asks."""

    key: Any
    code: str
    label: str
    asked: dict[str, Any]


Keys = Collection[Any]
Groups = Callable[[Keys, Question], list[Group]]


@dataclass(frozen=True)
class Dimension:
    """A part of a question by whose values deployments are told apart.

    `key` is what a deployment has, of a measure of a day or of a period; `groups` are those that some have, in order.
    Where it does not `part` them, a deployment may be in several groups. Fiscal years have no key: each is a question
    of its own, and its place among them is what tells them apart.
    """

    name: str
    label: Promise | str
    key: Callable[[Question, Time], Any] | None
    groups: Groups
    parts: bool = True


def _column(path: str) -> Callable[[Question, Time], Any]:
    return lambda _question, _time: F(path)


def _area(question: Question, time: Time) -> Any:
    """As `Question` narrows it: of the day, or over a period that of the first day of the stay."""
    if time is Time.PERIOD:
        return F("area_then")
    there: Any = Mission.objects.with_area(question.on).filter(pk=OuterRef("mission"))
    return Subquery(there.values("area_then"))


def _language(question: Question, time: Time) -> Any:
    day = question.last if time is Time.PERIOD else question.on
    spoken: Any = Mission.objects.with_language(day).filter(pk=OuterRef("mission"))
    return Subquery(spoken.values("language_then"))


def _rows_of(part: str, model: type[Model]) -> Groups:
    """Groups that are rows of a model, by their names of the day."""

    def groups(keys: Keys, question: Question) -> list[Group]:
        found: list[Any] = list(model._default_manager.filter(pk__in=[key for key in keys if key is not None]))
        if issubclass(model, NamedOverTime):
            named_as_of(found, question.on, today=question.today)
        named = [Group(row.pk, f"{part}_{row.pk}", str(row), {part: row}) for row in found]
        return [*named, *([_nothing(part, None)] if None in keys else [])]

    return groups


def _choices_of(part: str, choices: Any) -> Groups:
    """Groups that are choices, in their order."""

    def groups(keys: Keys, _question: Question) -> list[Group]:
        found = [(key, str(label)) for key, label in choices.choices if key in keys]
        named = [Group(key, f"{part}_{key}", label, {part: str(key)}) for key, label in found]
        return [*named, *(_nothing(part, key) for key in ("", None) if key in keys)]

    return groups


def _nothing(part: str, key: str | None) -> Group:
    said = {
        "role": pgettext("mission", "No role"),
        "rank_band": _("No rank"),
        "language": pgettext("language of operation", "None"),
    }
    return Group(key, f"{part}_{WITHOUT}", said[part], {part: WITHOUT})


def _armed(keys: Keys, _question: Question) -> list[Group]:
    said = {True: _("Armed"), False: _("Not armed")}
    codes = {True: "armed_yes", False: "armed_no"}
    return [Group(key, codes[key], label, {"armed": key}) for key, label in said.items() if key in keys]


def _fiscal_years(keys: Keys, question: Question) -> list[Group]:
    found = []
    for place, year in enumerate(series.fiscal_years(question)):
        if place in keys:
            days = {"first": year.first, "last": year.last}
            found.append(Group(place, f"fiscal_year_{fiscal_year(year.first)[0].year}", series.named(year), days))
    return found


FISCAL_YEAR = Dimension("fiscal_year", _lazy("Fiscal year"), None, _fiscal_years, parts=False)
_ALL = (
    Dimension("area", _lazy("Country or region"), _area, _rows_of("area", Area)),
    Dimension("mission", _lazy("Mission"), _column("mission"), _rows_of("mission", Mission)),
    Dimension("service", _lazy("Police service"), _column("service"), _rows_of("service", PoliceService)),
    FISCAL_YEAR,
    Dimension("gender", _lazy("Gender"), _column("person__gender"), _choices_of("gender", Person.Gender)),
    Dimension("category", _lazy("Category"), _column("person__category"), _choices_of("category", Person.Category)),
    Dimension(
        "first_language",
        _lazy("First official language"),
        _column("person__first_language"),
        _choices_of("first_language", Person.OfficialLanguage),
    ),
    Dimension(
        "role", pgettext_lazy("mission", "Role"), _column("role_rows__role"), _rows_of("role", Role), parts=False
    ),
    Dimension("rank_band", _lazy("Band of ranks"), _column("rank__band"), _choices_of("rank_band", RankBand)),
    Dimension("language", _lazy("Language of operation"), _language, _choices_of("language", Language)),
    Dimension("armed", _lazy("Armed"), _column("armed"), _armed),
)
DIMENSIONS = {dimension.name: dimension for dimension in _ALL}
