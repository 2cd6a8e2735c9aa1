"""How much the sweeps cost beyond the bare queries that they rest on: `python -m benchmarks sweep [people] [running]`.

Fills a database with invented people, credentials and deployments, and prints ratios of interleaved rounds.
"""

import datetime as dt
import itertools
import sys
import time
import tracemalloc

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from deployments.models import Deployment  # noqa: E402
from flags import tasks  # noqa: E402
from flags.models import Flag  # noqa: E402
from missions.models import Requirement  # noqa: E402
from personnel.models import Credential, Person  # noqa: E402
from tests import create  # noqa: E402
from tests.race import guards_off  # noqa: E402

ROUNDS = 5
DAY = dt.timedelta(days=1)


def fill(people: int, live: int) -> None:
    """Create so many people with three credentials each; three in ten get a deployment, `live` of which are running."""
    today = dt.date.today()
    guards_off()  # only reading is measured
    create.ceiling(cap=500)
    areas = [create.area(name_en=f"Area {n}", name_fr=f"Région {n}") for n in range(20)]
    for area in areas:
        create.authorization(area=area, cap=500)
    missions = [create.mission(area=area) for area in areas]
    service, rank = create.service(), create.rank()
    kinds = [create.kind(code=f"kind-{n}") for n in range(3)]
    for mission in missions:
        Requirement.objects.create(mission=mission, kind=kinds[0])
    template = create.person(service=service, rank=rank)
    shared = {
        field.name: getattr(template, field.name)
        for field in Person._meta.concrete_fields
        if field.name not in {"id", "service_number", "family_name", "search_name"}
    }
    made = Person.objects.bulk_create(
        (Person(**shared, family_name=f"Invented {n}", service_number=f"B-{n}") for n in range(people)), batch_size=2000
    )
    Credential.objects.bulk_create(
        (
            Credential(
                person=person, kind=kind, issued_on=today - 300 * DAY,
                expires_on=today + (person.pk % 900) * DAY,
            )
            for person in made
            for kind in kinds
        ),
        batch_size=2000,
    )  # fmt: skip
    stays = itertools.islice(made, people * 3 // 10)
    Deployment.objects.bulk_create(
        (_stay(number, person, missions[number % 20], today, live) for number, person in enumerate(stays)),
        batch_size=2000,
    )


def _stay(number, person, mission, today, live):
    running = number < live
    first = today - (200 + number % 100) * DAY if running else today - (900 + number % 3000) * DAY
    last = first + 365 * DAY
    return Deployment(
        person=person,
        mission=mission,
        kind="standard",
        starts_on=first,
        ends_on=last,
        arrived_on=first,
        departed_on=None if running else last,
        status="in_mission" if running else "closed",
        armed=False,
        rank=person.rank,
        service=person.service,
    )


def measure() -> None:
    """Print, for each sweep, its statements, and the least time of its rounds beside that of its bare SELECTs."""
    sweeps = [tasks.check_caps, tasks.flag_expiring_postings, tasks.check_papers, tasks.check_what_waits]
    for sweep in sweeps:
        sweep()
    print(f"flags open: {Flag.objects.open().count()}")
    for sweep in sweeps:
        with CaptureQueriesContext(connection) as captured:
            sweep()
        queries = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "WITH"))]
        writes = [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        ledger = [sql for sql in writes if "jobrun" not in sql]
        bare, whole = [], []
        for _round in range(ROUNDS):
            bare.append(_timed(lambda: _run_queries(queries)))  # noqa: B023 (called at once)
            whole.append(_timed(sweep))
        tracemalloc.start()
        sweep()
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        name = sweep.name.partition(".")[2]
        print(
            f"{name:24} {len(captured):3} statements, {len(ledger)} writes to the ledger; "
            f"bare {min(bare):.3f} s, sweep {min(whole):.3f} s, ratio {min(whole) / min(bare):.2f}, {peak:.0f} MB"
        )


def _timed(act) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _run_queries(queries: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for sql in queries:
            cursor.execute(sql)
            cursor.fetchall()


if __name__ == "__main__":
    fill(int(sys.argv[1]), int(sys.argv[2]))
    measure()
