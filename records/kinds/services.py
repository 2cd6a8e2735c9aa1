"""Police services."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission
from foundation.reading import values as cells
from foundation.reading.cells import Cell
from personnel.models import PoliceService
from personnel.models.services import Province, RankFamily
from records.columns import Column
from records.kinds import aliases
from records.kinds.base import Kind
from records.values import Choice, Code, Line, Reading, Reference, Share, Whole, YesNo
from records.world import World


class ServicesKind(Kind):
    code = "services"
    label = _("Police services")
    model = PoliceService
    permission = Permission.RECORDS_IMPORT
    key = ("code",)
    columns = [
        Column("code", _("Code"), Code(), aliases.CODE, required=True, hint=_("a short name that never changes")),
        Column("name_en", _("Name in English"), Line(), aliases.NAME_EN, needed_for_new=True),
        Column("name_fr", _("Name in French"), Line(), aliases.NAME_FR, needed_for_new=True),
        Column("abbreviation_en", _("Abbreviation in English"), Line(20), aliases.ABBREVIATION_EN, needed_for_new=True),
        Column("abbreviation_fr", _("Abbreviation in French"), Line(20), aliases.ABBREVIATION_FR, needed_for_new=True),
        Column("kind", _("Kind"), Choice(PoliceService.Kind), aliases.KIND, needed_for_new=True),
        Column("province", _("Province or territory"), Choice(Province), aliases.PROVINCE),
        Column("rank_family", _("Ranks"), Choice(RankFamily), needed_for_new=True),
        Column("is_active", _("Active partner"), YesNo(), hint=_("yes when empty")),
        Column("officers", _("Number of officers"), Whole(most=100_000)),
        Column("redline_heads", _("Redline: how many may be away at once"), Whole(most=10_000)),
        Column("redline_percent", _("Redline: percentage of its officers"), Share()),
    ]
    example = {
        "code": "example-police",
        "name_en": "Example Police Service",
        "name_fr": "Service de police Exemple",
        "abbreviation_en": "EPS",
        "abbreviation_fr": "SPE",
        "kind": PoliceService.Kind.MUNICIPAL,
        "province": Province.ON,
        "rank_family": RankFamily.CANADA,
        "is_active": True,
        "officers": 1200,
        "redline_heads": 10,
    }

    def on_record(self, world: World) -> Iterable[PoliceService]:
        """A liaison names the own active services only."""
        services = PoliceService.objects.visible_to(world.by).prefetch_related("former_names").order_by("code")
        return services if world.by.sees_every_service else services.filter(is_active=True)

    def names(self, record: PoliceService) -> Iterator[str]:
        yield record.code
        yield from (getattr(record, name) for name in PoliceService.NAME_FIELDS)


class ServiceOfReader(Reference):
    """The police service of a person."""

    def __init__(self) -> None:
        super().__init__("services")

    def read(self, cell: Cell, reading: Reading) -> Any:
        if reading.world.by.sees_every_service:
            return super().read(cell, reading)
        try:
            return super().read(cell, reading)
        except ValidationError as error:
            message = _("You cannot import people from the service “%(value)s”.")
            raise ValidationError(message, params={"value": cells.identifier(cell)[:60]}) from error

    class Own:
        """The service that a row is about where it says none: the only one of the user. Facts of a `World`."""

        def __init__(self, world: World) -> None:
            services = PoliceService.objects.visible_to(world.by).filter(is_active=True)[:2]
            self.only: Any = services[0] if len(services) == 1 else None
