"""How much lists, figures and guards cost when the past grows: `python -m benchmarks lists [stays] [times]`.

Fills a database with so many past stays beside a present that stays the same, measures, makes the past so many times
as long, and measures again. Each line ends with the ratio of the longer past to the shorter one: about 1 is a page
that does not grow with the past.
"""

import datetime as dt
import sys
import time
from collections.abc import Callable

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from deployments.models import Deployment  # noqa: E402
from foundation import guards  # noqa: E402
from personnel.models import Person  # noqa: E402
from tests import create  # noqa: E402
from tests.race import guards_off  # noqa: E402

ROUNDS = 3
DAY = dt.timedelta(days=1)
TODAY = dt.date.today()
STAYS_EACH, AT_ONCE = 3, 30_000

ORDERS = {
    "deployment_list": ["", "name", "-name", "area", "service", "first", "-first", "last", "-last", "status"],
    "person_list": ["", "-name", "service", "state"],
}
FIGURES = ["home", "mission_list", "service_list", "person_list?q=invented+77", "deployment_list?status=deployed"]
FIGURES += ["deployment_list?status=returned", "deployment_list?first=2015-01-01&last=2015-01-01"]


class World:
    """Thirty areas, two hundred missions, forty services, some four hundred people there or planned, and a past."""

    def __init__(self) -> None:
        create.ceiling(cap=900)
        areas = [create.area(name_en=f"Area {n}", name_fr=f"Région {n}", listing_order=n) for n in range(30)]
        for area in areas:
            create.authorization(area=area, cap=50)
        self.missions = [create.mission(area=areas[n % 30], name_en=f"Mission {n}") for n in range(200)]
        self.services = [create.service(name_en=f"Service {n}") for n in range(40)]
        self.rank, self.people, self.stays = create.rank(), 0, 0
        statuses = ["in_mission"] * 250 + ["approved"] * 50 + ["planned"] * 100
        there = zip(self.add_people(400), statuses, strict=True)
        Deployment.objects.bulk_create(self.stay(one, TODAY - 100 * DAY, 265, status) for one, status in there)

    def lengthen(self, stays: int) -> None:
        """Add so many stays of earlier years, three of each new person, one after the other."""
        for begun in range(0, stays, AT_ONCE):
            rows = []
            for person in self.add_people(min(AT_ONCE, stays - begun) // STAYS_EACH):
                first = dt.date(1990, 1, 1) + person.pk * 37 % 9_000 * DAY
                rows += [self.stay(person, first + each * 400 * DAY, 364, "closed") for each in range(STAYS_EACH)]
            with transaction.atomic():
                Deployment.objects.bulk_create(rows, batch_size=3000)
            self.stays += len(rows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")

    def add_people(self, number: int) -> list[Person]:
        shared = {"rank": self.rank, "gender": "woman", "first_language": "fr", "given_name": "Anne"}
        shared |= {"born_on": dt.date(1980, 1, 1), "joined_on": dt.date(2004, 1, 1)}
        numbers = range(self.people, self.people + number)
        self.people += number
        made = [
            Person(
                **shared,
                service=self.services[n % len(self.services)],
                service_number=f"B-{n}",
                family_name=f"Invented {n * 7919 % 1_000_003}",
            )
            for n in numbers
        ]
        return Person.objects.bulk_create(made, batch_size=3000)

    def stay(self, person: Person, first: dt.date, days: int, status: str) -> Deployment:
        last = first + days * DAY
        return Deployment(
            person=person,
            mission=self.missions[person.pk % len(self.missions)],
            starts_on=first,
            ends_on=last,
            arrived_on=None if status in {"approved", "planned"} else first,
            departed_on=last if status == "closed" else None,
            status=status,
            armed=False,
            rank=self.rank,
            service=person.service,
        )


def measured(world: World, browser: Client) -> dict[str, float]:
    """What was measured → seconds, the least of some rounds."""
    found = {}
    for name, orders in ORDERS.items():
        rows = world.stays if name == "deployment_list" else world.people
        for order in orders:
            for page in (1, rows // 50):
                found[f"{name} {order or 'as it comes'}, page {'1' if page == 1 else 'in the middle'}"] = _least(
                    lambda: browser.get(reverse(name), {"sort": order, "page": page})  # noqa: B023 (called at once)
                )
    for figure in FIGURES:
        name, _mark, query = figure.partition("?")
        found[figure] = _least(lambda: browser.get(f"{reverse(name)}?{query}"))  # noqa: B023
    area = world.missions[0].area
    found["area_detail"] = _least(lambda: browser.get(area.get_absolute_url()))
    found["approval, by the guards"] = _least(lambda: _approve(world))
    return found


def _approve(world: World) -> None:
    """Take a place for a year from today: the database looks at each day of it."""
    with transaction.atomic():
        person = world.add_people(1)[0]
        world.stay(person, TODAY, 364, "approved").save()
        transaction.set_rollback(True)


def _least(act: Callable[[], object]) -> float:
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return min(times)


def compare(stays: int, longer: int) -> None:
    """Print, for everything that is measured, milliseconds with both pasts and their ratio."""
    guards_off()  # what is filled in is not measured
    world, browser = World(), Client(SERVER_NAME="localhost")
    browser.force_login(create.user(role="coordinator"))
    world.lengthen(stays)
    short = _with_guards(world, browser)
    world.lengthen(stays * (longer - 1))
    long = _with_guards(world, browser)
    print(f"{stays} and {stays * longer} stays of the past; milliseconds")
    for name, seconds in long.items():
        print(f"{name:48} {short[name] * 1000:8.1f} {seconds * 1000:8.1f}   × {seconds / short[name]:.2f}")


def _with_guards(world: World, browser: Client) -> dict[str, float]:
    guards.install(apps.get_app_config("deployments"), "default")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE deployments_deployment ENABLE TRIGGER USER")
    found = measured(world, browser)
    guards_off()
    return found


if __name__ == "__main__":
    # No static files are collected here, and none are asked for.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        compare(int(sys.argv[1]), int(sys.argv[2]))
