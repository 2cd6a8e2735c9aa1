"""Published reference data that come with the program: which of them there are, and their rows as any list has them."""

import datetime as dt
import io
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from records.kinds import KINDS
from records.kinds.base import Kind
from records.templates import write_workbook

FOLDER = Path(__file__).resolve().parent / "starting_data"
PUBLISHED = {"source_en": "Published on the office's pages", "source_fr": "Publié sur les pages du bureau"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """What is chosen together. Its rows refer to those of the groups that it `needs`, which come with it."""

    code: str
    label: Promise
    source: Promise
    kinds: tuple[str, ...]
    needs: tuple[str, ...] = ()


GROUPS = {
    group.code: group
    for group in (
        Group("ranks", _("Ranks"), _("Public pages of the RCMP and of police services"), ("ranks",)),
        Group("services", _("Police services"), _("The office's pages on its partners"), ("services",)),
        Group(
            "authority",
            _("Countries and regions with their authorizations"),
            _("The office's pages on its operations; days that are not public are approximate and say so"),
            ("ceilings", "areas", "authorizations", "leads"),
        ),
        Group(
            "demands",
            _("Requirements for those who are deployed"),
            _("Public pages of the United Nations and the European Union; otherwise usual numbers, to be edited"),
            ("profiles", "roles", "credential_kinds"),
        ),
        Group(
            "missions",
            _("Missions with their states and positions"),
            _("The office's pages on its operations; days that are not public are approximate and say so"),
            ("missions", "mission_states", "positions"),
            needs=("authority", "demands"),
        ),
    )
}


def with_needed(chosen: Iterable[str]) -> list[Group]:
    """The groups with these codes and all that they need, in the order of `GROUPS`."""
    codes: set[str] = set()
    todo = list(chosen)
    while todo:
        code = todo.pop()
        codes.add(code)
        todo += GROUPS[code].needs
    return [group for code, group in GROUPS.items() if code in codes]


def workbook(groups: Iterable[Group]) -> io.BytesIO:
    """The rows of these groups as the workbook that somebody would have filled in, in the reader's language."""
    codes = {code for group in groups for code in group.kinds}
    file = io.BytesIO()
    write_workbook(file, [kind for code, kind in KINDS.items() if code in codes], written)
    file.seek(0)
    return file


@dataclass(frozen=True)
class Told:
    """How many rows of a kind are published, and how many of them are on record, whatever else these say there."""

    kind: Kind
    rows: int
    on_record: int


def told(group: Group, reader: User) -> list[Told]:
    found = []
    for code in group.kinds:
        kind = KINDS[code]
        there = {_key(kind, row) for row in kind.written(reader)}
        rows = [_key(kind, row) for row in written(kind)]
        found.append(Told(kind, len(rows), sum(key in there for key in rows)))
    return found


def _key(kind: Kind, row: Row) -> tuple:
    return tuple(row.get(name) for name in kind.key)


# --- Rows -------------------------------------------------------------------------------------------------------------


def written(kind: Kind) -> Iterator[Row]:
    """The rows of a kind as its sheet holds them, in the reader's language."""
    for row in rows(kind.code):
        yield {name: _in_words(kind, name, value) for name, value in row.items()}


def _in_words(kind: Kind, name: str, value: Any) -> Any:
    column = kind.fields[name].value
    return column.written(value) if column.words() else value


def rows(kind: str) -> Iterator[Row]:
    """The rows of a kind by field, without what they do not say; other records stand by their codes."""
    for row in _ROWS[kind]():
        yield {name: value for name, value in row.items() if value not in ("", None)}


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text())


def _in_table(fields: str, table: Iterable[Iterable[Any]]) -> Iterator[Row]:
    return (dict(zip(fields.split(), values, strict=True)) for values in table)


def _by_code(fields: str, table: dict[str, list[Any]]) -> Iterator[Row]:
    return _in_table(f"code {fields}", ([code, *values] for code, values in table.items()))


def _ranks() -> Iterator[Row]:
    fields = "code name_en name_fr abbreviation_en abbreviation_fr band"
    for family, table in _read("services")["ranks"].items():
        for level, row in enumerate(_in_table(fields, table["list"]), start=1):
            yield {"family": family, "level": level, **row}


def _services() -> Iterator[Row]:
    fields = "code name_en name_fr abbreviation_en abbreviation_fr kind province rank_family is_active"
    return _in_table(fields, _read("services")["services"]["list"])


def _leads() -> Iterator[Row]:
    data = _read("operations")
    for row in _by_code("kind name_en name_fr", data["leads"]):
        yield {**row, **data["ages"].get(row["code"], {})}


def _authorizations() -> Iterator[Row]:
    """The instruments of each area, each superseding the one before; the last may end."""
    for area, table in _read("operations")["authorizations"].items():
        before = None
        shared = {"area": area, "language": table["language"], "armed": table["armed"], **PUBLISHED}
        instruments = list(_in_table("reference cap valid_from reason_en reason_fr", table["list"]))
        for row in instruments:
            last_day: dt.date | None = table.get("ends_on") if row is instruments[-1] else None
            yield {**shared, **row, "valid_to": last_day, "supersedes": before}
            before = row["reference"]


def _missions() -> Iterator[Row]:
    profiles = _read("demands")["profile_of"]
    purposes = {row["mission"]: row for row in _read("roles")["purposes"]}
    for row in _read("operations")["missions"]:
        fields = {name: value for name, value in row.items() if name not in {"states", "former_names"}}
        purpose = purposes.get(row["code"], {"en": [], "fr": []})
        objectives = {f"objectives_{language}": "\n".join(purpose[language]) for language in ("en", "fr")}
        yield {**fields, "profile": profiles.get(row["code"]), **objectives}


def _mission_states() -> Iterator[Row]:
    for mission in _read("operations")["missions"]:
        for row in _in_table("state from_day reason_en reason_fr", mission.get("states", [])):
            yield {"mission": mission["code"], **row}


def _positions() -> Iterator[Row]:
    fields = "mission number title_en title_fr stream duty_station"
    return _in_table(fields, _read("operations")["positions"]["list"])


_ROWS: dict[str, Callable[[], Iterable[Row]]] = {
    "ranks": _ranks,
    "services": _services,
    "ceilings": lambda: _read("operations")["ceilings"],
    "areas": lambda: _by_code("kind countries listing_order name_en name_fr", _read("operations")["areas"]),
    "authorizations": _authorizations,
    "leads": _leads,
    "profiles": lambda: _read("demands")["profiles"],
    "roles": lambda: _by_code("name_en name_fr", _read("roles")["roles"]),
    "credential_kinds": lambda: _read("demands")["credentials"],
    "missions": _missions,
    "mission_states": _mission_states,
    "positions": _positions,
}
