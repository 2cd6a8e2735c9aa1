"""Ranks, in the families of services that share them."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from foundation.reading import values as cells
from foundation.reading.cells import Cell
from foundation.reading.choices import spellings
from missions.models import RankBand
from personnel.models import Rank
from personnel.models.services import RankFamily
from records.columns import Column
from records.kinds import aliases
from records.kinds.base import Kind
from records.values import Choice, Code, Line, Reading, Value, Whole
from records.world import World


class RanksKind(Kind):
    code = "ranks"
    label = _("Ranks")
    model = Rank
    permission = Permission.RECORDS_IMPORT
    key = ("family", "code")
    columns = [
        Column("family", _("Service family"), Choice(RankFamily), required=True),
        Column("code", _("Code"), Code(), aliases.CODE, required=True),
        Column("level", _("Level"), Whole(least=1, most=99), needed_for_new=True, hint=_("1 is the lowest")),
        Column("band", _("Band"), Choice(RankBand), needed_for_new=True),
        Column("name_en", _("Name in English"), Line(), aliases.NAME_EN, needed_for_new=True),
        Column("name_fr", _("Name in French"), Line(), aliases.NAME_FR, needed_for_new=True),
        Column("abbreviation_en", _("Abbreviation in English"), Line(20), aliases.ABBREVIATION_EN, needed_for_new=True),
        Column("abbreviation_fr", _("Abbreviation in French"), Line(20), aliases.ABBREVIATION_FR, needed_for_new=True),
    ]
    example = {
        "family": RankFamily.CANADA,
        "code": "sergeant-major",
        "level": 9,
        "band": RankBand.OFFICER,
        "name_en": "Sergeant Major",
        "name_fr": "Sergent-major / Sergente-majore",
        "abbreviation_en": "S/M",
        "abbreviation_fr": "s.-m.",
    }

    def on_record(self, world: World) -> Iterable[Rank]:
        return Rank.objects.order_by("level")

    def names(self, record: Rank) -> Iterator[str]:
        """By code, name and abbreviation; a name in two genders, "Sergent / Sergente", also by each half."""
        for name in (record.code, record.name_en, record.name_fr, record.abbreviation_en, record.abbreviation_fr):
            yield from spellings(name)


class RankValue(Value):
    """The ranks of all families with a name: which of them is meant follows from the service of the row."""

    def read(self, cell: Cell, reading: Reading) -> list[Rank] | None:
        text = cells.text(cell).strip()
        return reading.world.all_named("ranks", text) if text else None

    def written(self, value: Rank) -> str:
        return value.name
