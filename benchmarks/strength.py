"""How much the strength since 1989 costs beyond its bare queries: `python -m benchmarks strength [deployments]`.

Fills a database with so many invented deployments over 35 years, and prints the ratio of interleaved rounds.
"""

import datetime as dt
import sys

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from benchmarks.sweep import ROUNDS, _run_queries, _timed  # noqa: E402
from deployments.models import Deployment  # noqa: E402
from reports.charts import CHARTS  # noqa: E402
from reports.measures import Question  # noqa: E402
from reports.measures.question import BEGINNING  # noqa: E402
from tests import create  # noqa: E402
from tests.race import guards_off  # noqa: E402

DIFFERENT = 10_000
"""So many stays are made one by one; all others are on the days of one of these."""
DAY = dt.timedelta(days=1)


def fill(number: int) -> None:
    """Create so many deployments, each of some months, with an authorization for each of twenty areas."""
    guards_off()  # only reading is measured
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # all stays are of one person
            cursor.execute("ALTER TABLE deployments_deployment DROP CONSTRAINT guard_person_in_one_place")
    create.ceiling(cap=500)
    areas = [create.area(name_en=f"Area {n}", name_fr=f"Région {n}") for n in range(20)]
    for area in areas:
        create.authorization(area=area, cap=500)
    missions = [create.mission(area=area) for area in areas]
    person = create.person(service=create.service(), rank=create.rank())
    days = (dt.date.today() - BEGINNING).days
    Deployment.objects.bulk_create(
        (
            _stay(n, person, missions[n % 20], BEGINNING + (n * 7919 % days) * DAY)
            for n in range(min(number, DIFFERENT))
        ),
        batch_size=2000,
    )
    fields = [
        field.column for field in Deployment._meta.concrete_fields if not field.generated and not field.primary_key
    ]
    names = ", ".join(f'"{name}"' for name in fields)
    with connection.cursor() as cursor:
        while (there := Deployment.objects.count()) < number:
            cursor.execute(
                f"INSERT INTO deployments_deployment ({names}) SELECT {names} FROM deployments_deployment LIMIT %s",
                [min(there, number - there)],
            )
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE deployments_deployment")


def _day(number, days):
    return BEGINNING + (number * 7919 % days) * DAY


def _stay(number, person, mission, first):
    last = first + (120 + number % 250) * DAY
    is_over = last < dt.date.today()
    return Deployment(
        person=person,
        mission=mission,
        kind="standard",
        starts_on=first,
        ends_on=last,
        arrived_on=first,
        departed_on=last if is_over else None,
        status="closed" if is_over else "in_mission",
        armed=False,
        rank=person.rank,
        service=person.service,
    )


def measure() -> None:
    """Print the statements, and the least time of the rounds beside that of the bare SELECTs."""
    today = dt.date.today()
    question = Question(reader=create.user(role="coordinator"), today=today, on=today, first=BEGINNING, last=today)
    report = CHARTS["strength"].report
    with CaptureQueriesContext(connection) as captured:
        months = len(list(report.rows(question)))
    queries = [query["sql"] for query in captured]
    bare, whole = [], []
    for _round in range(ROUNDS):
        bare.append(_timed(lambda: _run_queries(queries)))
        whole.append(_timed(lambda: report.rows(question)))
    print(
        f"{Deployment.objects.count()} deployments, {months} months, {len(queries)} statements; "
        f"bare {min(bare):.3f} s, report {min(whole):.3f} s, ratio {min(whole) / min(bare):.2f}"
    )


if __name__ == "__main__":
    fill(int(sys.argv[1]))
    measure()
