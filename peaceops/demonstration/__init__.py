"""A believable demonstration world: invented people, deployments since 1989, and a present in which much needs doing.

`load()` fills an empty database that has the public data; the same day gives the same world.
"""

import datetime as dt
import random
from dataclasses import dataclass

from django.db import transaction

from missions.models import Area, Authorization
from peaceops.demonstration import accounts, candidates, history, papers, present, watch, work
from peaceops.demonstration.people import People

BECAUSE = {
    "reason_en": "Invented for the demonstration; the real cap is not public.",
    "reason_fr": "Inventé pour la démonstration; le plafond réel n'est pas public.",
}

# Closed chapters whose caps of the time are not public, so that their invented people stand under one:
# area, language, armed, cap, first and last day.
INVENTED_AUTHORIZATIONS = [
    ("namibia", "en", False, 100, dt.date(1989, 4, 1), dt.date(1990, 3, 31)),
    ("bosnia", "en", False, 30, dt.date(1996, 1, 1), dt.date(2005, 12, 31)),
    ("haiti", "fr", True, 25, dt.date(1997, 12, 1), dt.date(2000, 3, 15)),
    ("kosovo", "en", True, 100, dt.date(1999, 7, 1), dt.date(2004, 12, 31)),
    ("east-timor", "en", False, 30, dt.date(1999, 6, 11), dt.date(2002, 5, 20)),
    ("afghanistan", "en", True, 50, dt.date(2003, 1, 1), dt.date(2014, 3, 31)),
    ("sudan", "en", False, 15, dt.date(2006, 1, 1), dt.date(2013, 12, 31)),
]


@dataclass(frozen=True)
class World:
    """What was made: the accounts with their passwords, and how many rows."""

    accounts: list[accounts.Account]
    people: int
    deployments: int


@transaction.atomic
def load(*, today: dt.date) -> World:
    """Fill the database in one transaction; `today` decides all dates."""
    chance = random.Random(1989)
    opened, coordinator = accounts.open_all()
    for area, language, armed, cap, first, last in INVENTED_AUTHORIZATIONS:
        Authorization.objects.create(
            area=Area.objects.get(code=area),
            reference=f"DEMO-{area.upper()}-{first.year}",
            cap=cap,
            language=language,
            armed=armed,
            valid_from=first,
            valid_to=last,
            issued_until=last,
            **BECAUSE,
        )
    people = People(chance)
    tours = history.tours() + present.tours(today)
    deployments = history.deploy(tours, people, chance, coordinator, today=today)
    papers.agree(today, coordinator)
    papers.certify(today, coordinator)
    present.relieve(deployments, people, today, coordinator)
    candidates.put_forward(today, people)
    work.share_out()
    watch.prepare(today)
    present.put_on_the_roster(today, people)
    present.arrive_early(today, accounts.second_coordinator())
    present.ask_for_a_correction(today, accounts.second_coordinator())
    accounts.know_the_news()
    return World(opened, people.count, len(deployments))
