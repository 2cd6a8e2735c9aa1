"""From a cell to one of the values of a choice, as people write them."""

import re
from collections.abc import Collection, Mapping
from functools import cache
from itertools import product
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from foundation.reading.cells import Cell
from foundation.reading.values import text
from foundation.text import normalised

_LONGEST_ENDING = 6
"""Letters: "trice" of "inspecteur(trice)"."""


def choice(cell: Cell, choices: type[models.Choices], short_forms: Mapping[Any, Collection[str]] | None = None) -> Any:
    """The value of a choice by its code, by its label in either language or a half of it, or by a short form.

    `short_forms` are normalised: value → words. "" when the cell is empty. Raises `ValidationError`.
    """
    typed = text(cell)
    if not typed:
        return ""
    known = _spelled(choices)

    def value_of(part: str) -> Any:
        plain = normalised(part)
        if plain in known:
            return known[plain]
        return next((value for value, forms in (short_forms or {}).items() if plain in forms), "")

    # "français / French" names one choice, "F/M" names two.
    found = {value_of(typed)} - {""} or {value_of(part) for part in re.split("[/|]", typed)}
    if len(found) == 1 and found != {""}:
        return found.pop()
    raise ValidationError(_("“%(value)s” is not one of the choices."), params={"value": typed[:60]})


def spellings(name: str) -> set[str]:
    """A name as people write it, normalised; of "Agent / Agente" also each half, and "agent(e)", "agent·e"."""
    found = {normalised(name)}
    halves = [normalised(half) for half in name.split(" / ")]
    found |= set(halves)
    if len(halves) == 2:
        found |= _in_one(halves[0].split(), halves[1].split())
    return found - {""}


def _in_one(men: list[str], women: list[str]) -> set[str]:
    """ "agent principal", "agente principale" → "agent e principal e"."""
    if len(men) != len(women) or len(men) > 3:
        return set()
    each = [{man} if man == woman else _with_ending(man, woman) for man, woman in zip(men, women, strict=True)]
    return {" ".join(parts) for parts in product(*each)}


def _with_ending(man: str, woman: str) -> set[str]:
    lengths = range(1, min(_LONGEST_ENDING, len(woman) - 1) + 1)
    return {f"{man} {woman[-length:]}" for length in lengths if woman[0] == man[0]}


@cache
def _spelled(choices: type[models.Choices]) -> dict[str, Any]:
    """What is written → value; codes before labels."""
    found = {normalised(str(value)): value for value in choices.values}
    for language in ("en-ca", "fr-ca"):
        with translation.override(language):
            for value, label in choices.choices:
                for spelling in spellings(str(label)):
                    found.setdefault(spelling, value)
    return found
