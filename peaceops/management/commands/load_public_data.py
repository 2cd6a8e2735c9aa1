import datetime as dt
import tomllib

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from deployments.models import Criterion, ScreeningItem
from deployments.stays import succession
from missions.models import (
    Area,
    Authorization,
    Ceiling,
    CredentialKind,
    LeadOrganization,
    Mission,
    MissionProfile,
    Position,
    Requirement,
    Role,
    ThematicArea,
)
from personnel.models import PoliceService, Rank
from reports.models import Goal

FOLDER = settings.BASE_DIR / "records" / "starting_data"
PUBLISHED = {"source_en": "Published on the office's pages", "source_fr": "Publié sur les pages du bureau"}


class Command(BaseCommand):
    """Load what is public: operations, caps and their history, services and ranks.

    Only what is missing is added, by its code; ceilings, goals and authorizations only where there are none yet. What
    the office changed since is left alone. Safe to run at every start.
    """

    help = "Load Canada's published operations, police services and ranks; what is there already is left alone."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        services = tomllib.loads((FOLDER / "services.toml").read_text())
        operations = tomllib.loads((FOLDER / "operations.toml").read_text())
        roles = tomllib.loads((FOLDER / "roles.toml").read_text())
        there = set(Mission.objects.values_list("code", flat=True))
        demands = tomllib.loads((FOLDER / "demands.toml").read_text())
        added = (
            sum(_ranks(family, table["list"]) for family, table in services["ranks"].items())
            + _services(services["services"]["list"])
            + _operations(operations)
            + _demands(demands)
            + _purposes(roles, told_already=there)
        )
        self.stdout.write(f"{added} rows added.")


def _ranks(family: str, rows: list[list]) -> int:
    return sum(
        Rank.objects.get_or_create(
            family=family,
            code=code,
            defaults={
                "level": level,
                "name_en": name_en,
                "name_fr": name_fr,
                "abbreviation_en": abbreviation_en,
                "abbreviation_fr": abbreviation_fr,
                "band": band,
            },
        )[1]
        for level, (code, name_en, name_fr, abbreviation_en, abbreviation_fr, band) in enumerate(rows, start=1)
    )


def _services(rows: list[list]) -> int:
    return sum(
        PoliceService.objects.get_or_create(
            code=code,
            defaults={
                "name_en": name_en,
                "name_fr": name_fr,
                "abbreviation_en": abbreviation_en,
                "abbreviation_fr": abbreviation_fr,
                "kind": kind,
                "province": province,
                "rank_family": ranks,
                "is_active": active,
            },
        )[1]
        for code, name_en, name_fr, abbreviation_en, abbreviation_fr, kind, province, ranks, active in rows
    )


def _operations(data: dict) -> int:
    added = 0
    if not Ceiling.objects.exists():
        added += len([Ceiling.objects.create(**row) for row in data["ceilings"]])
    if not Goal.objects.exists():
        said = {name: data["goals"][name] for name in ("source_en", "source_fr")}
        goals = data["goals"]["list"]
        added += len([Goal.objects.create(fiscal_year=year, per_cent=goal, **said) for year, goal in goals])
    for code, (kind, name_en, name_fr) in data["leads"].items():
        defaults = {"kind": kind, "name_en": name_en, "name_fr": name_fr, **data["ages"].get(code, {})}
        added += LeadOrganization.objects.get_or_create(code=code, defaults=defaults)[1]
    for code, (kind, countries, order, name_en, name_fr) in data["areas"].items():
        defaults = {
            "kind": kind,
            "countries": countries,
            "listing_order": order,
            "name_en": name_en,
            "name_fr": name_fr,
        }
        area, is_new = Area.objects.get_or_create(code=code, defaults=defaults)
        if is_new:
            _former_names(area, data["former_names"].get(code, []))
        added += is_new
    added += sum(_authorizations(code, table) for code, table in data["authorizations"].items())
    added += sum(_mission(row) for row in data["missions"])
    added += sum(_succession(*row) for row in data["successions"]["list"])
    for mission, number, title_en, title_fr, stream, station in data["positions"]["list"]:
        added += Position.objects.get_or_create(
            mission=Mission.objects.get(code=mission),
            number=number,
            defaults={"title_en": title_en, "title_fr": title_fr, "stream": stream, "duty_station": station},
        )[1]
    return added


def _authorizations(area_code: str, table: dict) -> int:
    """The instruments of one area, each superseding the one before; only into an area that has none yet."""
    area = Area.objects.get(code=area_code)
    if area.authorizations.exists():
        return 0
    rows = table["list"]
    before = None
    for (reference, cap, first_day, known_en, known_fr), following in zip(rows, [*rows[1:], None], strict=True):
        before = Authorization.objects.create(
            area=area,
            reference=reference,
            cap=cap,
            language=table["language"],
            armed=table["armed"],
            valid_from=first_day,
            valid_to=following[2] - dt.timedelta(days=1) if following else table.get("ends_on"),
            issued_until=None,
            supersedes=before,
            reason_en=known_en,
            reason_fr=known_fr,
            **PUBLISHED,
        )
    return len(rows)


def _former_names(named: Area | Mission, rows: list[list]) -> None:
    for last_day, *texts in rows:
        fields = ("name_en", "name_fr", "reason_en", "reason_fr")
        named.former_names.create(last_day=last_day, **dict(zip(fields, texts, strict=True)))


def _mission(row: dict) -> int:
    """A mission with its states; what the office has changed of one that is there stays as it is."""
    row = dict(row)
    row["area"] = Area.objects.get(code=row["area"])
    row["lead"] = LeadOrganization.objects.get(code=row["lead"])
    if "successor" in row:
        row["successor"] = Mission.objects.get(code=row["successor"])
    code, states, names = row.pop("code"), row.pop("states", []), row.pop("former_names", [])
    mission, added = Mission.objects.get_or_create(code=code, defaults=row)
    if added:
        for state, from_day, reason_en, reason_fr in states:
            mission.states.create(state=state, from_day=from_day, reason_en=reason_en, reason_fr=reason_fr)
        _former_names(mission, names)
    return added


def _succession(
    area_code: str, successor_code: str, from_day: dt.date, moving: list[str], reason_en: str, reason_fr: str
) -> int:
    """An area that another follows, and the missions that move with it; only while none follows it yet."""
    area, successor = (Area.objects.get(code=code) for code in (area_code, successor_code))
    if area.successions.exists():
        return 0
    proposal = succession.Proposal(
        area,
        [successor],
        from_day,
        moves=dict.fromkeys(Mission.objects.filter(code__in=moving), successor),
        reason={"reason_en": reason_en, "reason_fr": reason_fr},
    )
    return len(succession.enter(proposal, by=None))


def _purposes(data: dict, *, told_already: set[str]) -> int:
    """Roles, thematic areas, and the objectives of missions; missions that were there stay as the office has them."""
    added = 0
    for code, (name_en, name_fr) in data["themes"].items():
        added += ThematicArea.objects.get_or_create(code=code, defaults={"name_en": name_en, "name_fr": name_fr})[1]
    for code, (name_en, name_fr) in data["roles"].items():
        added += Role.objects.get_or_create(code=code, defaults={"name_en": name_en, "name_fr": name_fr})[1]
    for row in data["purposes"]:
        mission = Mission.objects.get(code=row["mission"])
        if mission.code not in told_already:
            mission.objectives_en, mission.objectives_fr = "\n".join(row["en"]), "\n".join(row["fr"])
            mission.save()
            mission.themes.set(ThematicArea.objects.filter(code__in=row["themes"]))
    return added


def _demands(data: dict) -> int:
    """What missions ask, what screening asks and what reviewers score; requirements only where there are none yet."""
    added = 0
    for model, table in (
        (MissionProfile, "profiles"),
        (CredentialKind, "credentials"),
        (ScreeningItem, "screening"),
        (Criterion, "criteria"),
    ):
        for row in data[table]:
            added += model.objects.get_or_create(code=row["code"], defaults=row)[1]
    for code, profile in data["profile_of"].items():
        chosen = Mission.objects.filter(code=code, profile__isnull=True)
        for mission in chosen:
            mission.profile = MissionProfile.objects.get(code=profile)
            mission.save()
    if not Requirement.objects.exists():
        kinds = {kind.code: kind for kind in CredentialKind.objects.all()}
        rows = [
            Requirement(**{place: model.objects.get(code=code)}, kind=kinds[kind], mandatory=mandatory)
            for place, model in (("lead", LeadOrganization), ("mission", Mission))
            for code, kind, mandatory in data["requirements"][place]
        ]
        for row in rows:
            row.save()
        added += len(rows)
    return added
