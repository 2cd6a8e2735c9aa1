"""A believable demonstration world: invented people, deployments since 1989, and a present in which much needs doing.

`load()` fills an empty database that has the public data; the same day gives the same world.
"""

import datetime as dt
import random
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from deployments.stays import amendment
from missions.models import Area, Authorization
from peaceops.demonstration import accounts, candidates, history, papers, present, watch
from peaceops.demonstration.people import People

BECAUSE = (
    "Invented for the demonstration; the real cap is not public. / "
    "Inventé pour la démonstration; le plafond réel n'est pas public."
)

# Areas whose caps of the time are not public: area, language, armed, cap, first and last day.
INVENTED_AUTHORIZATIONS = [
    ("namibia", "en", False, 100, dt.date(1989, 4, 1), dt.date(1990, 3, 31)),
    ("bosnia", "en", False, 30, dt.date(1996, 1, 1), dt.date(2005, 12, 31)),
    ("haiti", "fr", True, 25, dt.date(1997, 12, 1), dt.date(2000, 3, 15)),
    ("kosovo", "en", True, 100, dt.date(1999, 7, 1), dt.date(2004, 12, 31)),
    ("east-timor", "en", False, 30, dt.date(1999, 6, 11), dt.date(2002, 5, 20)),
    ("afghanistan", "en", True, 50, dt.date(2003, 1, 1), dt.date(2014, 12, 31)),
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
            reason=BECAUSE,
        )
    people = People(chance)
    tours = history.tours() + present.tours(today)
    deployments = history.deploy(tours, people, chance, coordinator, today=today)
    papers.agree(today, coordinator)
    papers.certify(today, coordinator)
    present.relieve(deployments, people, today, coordinator)
    _lower_the_cap_of_haiti(today, coordinator)
    candidates.put_forward(today, people)
    watch.prepare(today, people, chance, coordinator)
    present.arrive_early(today, accounts.second_coordinator())
    present.ask_for_a_correction(today, accounts.second_coordinator())
    accounts.know_the_news()
    return World(opened, people.count, len(deployments))


def _lower_the_cap_of_haiti(today: dt.date, by: User) -> None:
    """Ten people, and then a cap of eight: an area over its cap after an amendment."""
    old = Authorization.objects.get(reference="MA-HT-2020")
    new = Authorization(
        reference="DEMO-HT-AMENDED",
        cap=8,
        language=old.language,
        armed=old.armed,
        valid_from=today - dt.timedelta(days=10),
        decided_on=today - dt.timedelta(days=20),
        reason="Invented for the demonstration: fewer mentors are asked for. / "
        "Inventé pour la démonstration : on demande moins de mentors.",
    )
    amendment.carry_out(amendment.propose_amendment(old, new), by=by, reason=new.reason)
