"""What the map of the world draws: countries with somebody there, with somebody there before, and all others."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.sentences import day as in_words
from missions.models import Area
from reports import saying
from reports.world_map.outlines import WITHOUT_COUNTRY, Outlines, outlines
from reports.world_map.served import Served


@dataclass(frozen=True)
class Place:
    """One area on the map: its paths and dots, and the sentence that says its figures and those of who shares it."""

    area: Area
    is_now: bool
    paths: list[str]
    dots: list[tuple[int, int]]
    sentence: str


@dataclass(frozen=True)
class WorldMap:
    """`land` are the outlines of countries where nobody served, `not_drawn` the areas that the map cannot show."""

    world: Outlines
    land: list[str]
    places: list[Place]
    not_drawn: list[Area]


def world_map(found: list[Served], on: dt.date) -> WorldMap:
    """Who was where as of a day.

    A country that stands for several areas, as one that succeeded another, is drawn for the one with somebody there on
    the day, or else for the one where somebody was last; the others are told with it.
    """
    world = outlines()
    codes = {one.area.pk: [code for code in codes_of(one.area) if world.has(code)] for one in found}
    foremost = sorted(found, key=lambda one: (one.deployed > 0, one.last or dt.date.min), reverse=True)
    owners: dict[str, Served] = {}
    for one in foremost:
        for code in codes[one.area.pk]:
            owners.setdefault(code, one)
    places = []
    for one in reversed(foremost):  # what is now lies above what was before
        mine = [code for code, owner in owners.items() if owner is one]
        beside = [other for other in found if other is not one and set(codes[other.area.pk]) & set(mine)]
        if mine:
            paths = [world.paths[code] for code in mine if code in world.paths]
            dots = [world.dots[code] for code in mine if code in world.dots]
            sentence = " ".join(said(each, on) for each in [one, *beside])
            places.append(Place(one.area, one.deployed > 0, paths, dots, sentence))
    land = [path for code, path in world.paths.items() if code not in owners]
    drawn = {place.area.pk for place in places}
    return WorldMap(world, land, places, [one.area for one in found if one.area.pk not in drawn])


def codes_of(area: Area) -> list[str]:
    """The codes of the countries of an area; of a region without one that of its outline, if the source has it."""
    own = [country.code for country in area.countries]  # type: ignore[attr-defined]  # of several countries, which it does not know
    return own or [code for code in [WITHOUT_COUNTRY.get(area.code)] if code]


def said(one: Served, on: dt.date) -> str:
    """ "Mali, 5 September 2019: 18 deployed; since the start 340 people, 512 deployments." """
    people = ngettext("%(n)s person", "%(n)s people", one.people) % {"n": saying.figure(one.people)}
    stays = ngettext("%(n)s deployment", "%(n)s deployments", one.deployments) % {"n": saying.figure(one.deployments)}
    parts = {"area": one.area, "day": in_words(on), "n": saying.figure(one.deployed), "people": people, "stays": stays}
    if not one.deployed:
        return _("%(area)s, %(day)s: nobody deployed; since the start %(people)s, %(stays)s.") % parts
    return (
        ngettext(
            "%(area)s, %(day)s: %(n)s deployed; since the start %(people)s, %(stays)s.",
            "%(area)s, %(day)s: %(n)s deployed; since the start %(people)s, %(stays)s.",
            one.deployed,
        )
        % parts
    )
