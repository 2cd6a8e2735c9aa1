"""What the cells of a column hold: read from a file, written into templates and exports.

`read` raises `ValidationError` with a lazy sentence. `written` is what `read` understands again, in
the reader's language.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import models
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django_countries import countries

from foundation.days import DayField
from foundation.reading import values as cells
from foundation.reading.cells import Cell
from foundation.reading.choices import choice
from foundation.reading.dates import Order, day
from foundation.text import TypedLine, TypedProse

if TYPE_CHECKING:
    from records.world import World


@dataclass(frozen=True)
class Reading:
    """What a cell is read with: what it may refer to, and in which order its column writes day and month."""

    world: "World"
    order: Order = Order.UNKNOWN


class Value:
    """What the cells of a column hold. Each answers None for an empty cell."""

    is_day = False

    def read(self, cell: Cell, reading: Reading) -> Any:
        raise NotImplementedError

    def written(self, value: Any) -> Any:
        return value

    def shown(self, value: Any) -> Any:
        """A value as a preview shows it, in the reader's language."""
        return self.written(value)

    def words(self) -> list[str]:
        """The words that a cell may hold, in the reader's language; none where anything may stand there."""
        return []


@dataclass(frozen=True)
class Line(Value):
    longest: int = 200
    lines: bool = False

    def read(self, cell: Cell, reading: Reading) -> str | None:
        typed = TypedProse if self.lines else TypedLine
        return typed(max_length=self.longest, required=False).clean(cells.text(cell)) or None


@dataclass(frozen=True)
class Identifier(Value):
    """A number that is a name, such as a service number: with its leading zeros, never computed with."""

    longest: int = 30

    def read(self, cell: Cell, reading: Reading) -> str | None:
        return TypedLine(max_length=self.longest, required=False).clean(cells.identifier(cell)) or None


class Code(Value):
    def read(self, cell: Cell, reading: Reading) -> str | None:
        text = cells.identifier(cell).strip()
        if text:
            validate_slug(text)
        return text or None


@dataclass(frozen=True)
class Day(Value):
    earliest: dt.date = dt.date(1900, 1, 1)
    has_come: bool = False
    """Whether a day to come is refused."""
    is_day = True

    def read(self, cell: Cell, reading: Reading) -> dt.date | None:
        found = day(cell, reading.order)
        if found is None:
            return None
        if self.has_come and found > reading.world.today:
            raise ValidationError(_lazy("This day has not come yet."))
        return DayField(required=False, earliest=self.earliest).clean(found.isoformat())


@dataclass(frozen=True)
class Whole(Value):
    least: int = 0
    most: int = 1_000_000

    def read(self, cell: Cell, reading: Reading) -> int | None:
        number = cells.whole_number(cell)
        if number is None:
            return None
        return forms.IntegerField(min_value=self.least, max_value=self.most).clean(number)


@dataclass(frozen=True)
class Share(Value):
    """A number with decimals, written with a point or a comma."""

    def read(self, cell: Cell, reading: Reading) -> Decimal | None:
        text = cells.identifier(cell).replace(",", ".").replace("\u00a0", "").removesuffix("%").strip()
        if not text:
            return None
        try:
            return Decimal(text)
        except InvalidOperation:
            raise ValidationError(_lazy("“%(value)s” is not a number."), params={"value": text[:60]}) from None

    def written(self, value: Decimal) -> str:
        return formats.number_format(value, use_l10n=False)

    def shown(self, value: Decimal) -> str:
        return formats.localize(value)


class YesNo(Value):
    def read(self, cell: Cell, reading: Reading) -> bool | None:
        return cells.yes_no(cell)

    def written(self, value: bool) -> str:
        return _("yes") if value else _("no")

    def shown(self, value: bool) -> str:
        return _("Yes") if value else _("No")

    def words(self) -> list[str]:
        return [_("yes"), _("no")]


@dataclass(frozen=True)
class Choice(Value):
    """One of the choices of a model, by its code, its name in either language or a usual short form."""

    choices: Any
    short_forms: dict[Any, set[str]] = field(default_factory=dict)

    def read(self, cell: Cell, reading: Reading) -> Any:
        found = choice(cell, self.choices, self.short_forms)
        return None if found == "" else found

    def written(self, value: Any) -> str:
        return str(dict(self.choices.choices)[value])

    def words(self) -> list[str]:
        return [str(label) for _value, label in self.choices.choices]


@dataclass(frozen=True)
class Reference(Value):
    """A record of another kind, by what the office calls it."""

    kind: str

    def read(self, cell: Cell, reading: Reading) -> models.Model | None:
        text = cells.identifier(cell).strip()
        return reading.world.named(self.kind, text) if text else None

    def shown(self, value: models.Model) -> str:
        return str(value)

    def written(self, value: models.Model) -> str:
        from records.kinds import KINDS  # noqa: PLC0415 (kinds are made of values)

        return KINDS[self.kind].name_of(value)


@dataclass(frozen=True)
class References(Value):
    """Several records of another kind, with semicolons between them."""

    kind: str

    def read(self, cell: Cell, reading: Reading) -> list[models.Model] | None:
        names = [name.strip() for name in cells.text(cell).split(";") if name.strip()]
        return [reading.world.named(self.kind, name) for name in names] or None

    def written(self, value: Iterable[models.Model]) -> str:
        from records.kinds import KINDS  # noqa: PLC0415 (kinds are made of values)

        return "; ".join(KINDS[self.kind].name_of(row) for row in value)

    def shown(self, value: Iterable[models.Model]) -> str:
        return "; ".join(str(row) for row in value)


class Remark(Value):
    """What somebody notes beside a row: it is not kept."""

    def read(self, cell: Cell, reading: Reading) -> None:
        return None


class Countries(Value):
    """Countries by ISO code or by name, with semicolons between them."""

    def read(self, cell: Cell, reading: Reading) -> list[str] | None:
        found = []
        for name in cells.text(cell).split(";"):
            if word := name.strip():
                code = word.upper() if word.upper() in countries.countries else countries.by_name(word, language="fr")
                code = code or countries.by_name(word, language="en")
                if not code:
                    raise ValidationError(_lazy("“%(value)s” is not a country."), params={"value": word[:60]})
                found.append(code)
        return found or None

    def written(self, value: Iterable[Any]) -> str:
        return "; ".join(self._codes(value))

    def shown(self, value: Iterable[Any]) -> str:
        return "; ".join(str(countries.name(code)) for code in self._codes(value))

    @staticmethod
    def _codes(value: Iterable[Any]) -> list[str]:
        return [str(getattr(country, "code", country)) for country in value]
