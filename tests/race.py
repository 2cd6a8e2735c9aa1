"""One runner of a race, as a process of its own: `python -m tests.race prepare|approve|bare|raw|count …`.

The database is the one of the environment. Answers are lines of JSON on stdout.
"""

import datetime as dt
import json
import sys
import threading
import time
from collections import Counter

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import IntegrityError, connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from deployments import lifecycle  # noqa: E402
from deployments.models import Deployment  # noqa: E402
from deployments.refusals import StepRefused  # noqa: E402
from deployments.steps import Act, Step  # noqa: E402
from missions.models import Ceiling  # noqa: E402
from tests import create  # noqa: E402

CAP = 22


def prepare(people: int) -> None:
    """An area with 22 places, so many people planned for the same days, a coordinator with a session."""
    today = timezone.localdate()
    if not Ceiling.objects.exists():
        create.ceiling()
    area = create.area()
    create.authorization(area=area, cap=CAP)
    missions = [create.mission(area=area), create.mission(area=area)]
    service = create.service()
    ids = [
        create.deployment(
            mission=missions[number % 2],
            person=create.person(service=service),
            starts_on=today,
            ends_on=today + dt.timedelta(days=300),
            status="planned",
        ).pk
        for number in range(people)
    ]
    user = User.objects.filter(name="Racer").first() or create.user(name="Racer")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    print(json.dumps({"ids": ids, "session": session.session_key}))


def through_the_door(deployment_id: int, by: User) -> str:
    deployment = Deployment.objects.select_related("mission__area", "person").get(pk=deployment_id)
    try:
        lifecycle.move(deployment, Step(Act.APPROVE, today=timezone.localdate()), by=by)
    except StepRefused as refusal:
        return ",".join(blocker.code for blocker in refusal.blockers)
    return "approved"


def look_then_write(deployment_id: int, by: User) -> str:
    """What everybody writes first: no lock, no transaction around looking and writing."""
    deployment = Deployment.objects.select_related("mission__area", "person").get(pk=deployment_id)
    if lifecycle.blockers(deployment, Step(Act.APPROVE, today=timezone.localdate())):
        return "refused"
    Deployment.objects.filter(pk=deployment_id).update(status="approved")
    return "approved"


def past_the_rules(deployment_id: int, by: User) -> str:
    """Only the guard of the database stands in the way."""
    try:
        Deployment.objects.filter(pk=deployment_id).update(status="approved")
    except IntegrityError:
        return "guard"
    return "approved"


def race(act, start_at: float, threads: int, ids: list[int]) -> None:
    """Wait for the common moment, then act on all ids, several at once on connections of their own."""
    by = User.objects.get(name="Racer")
    outcomes: Counter[str] = Counter()
    errors: list[str] = []
    queue = list(ids)

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        time.sleep(max(0, start_at - time.time()))
        while True:
            try:
                deployment_id = queue.pop()
            except IndexError:
                break
            try:
                outcomes[act(deployment_id, by)] += 1
            except Exception as error:  # noqa: BLE001 (any error is a result of the race)
                errors.append(repr(error))
        connection.close()

    runners = [threading.Thread(target=run) for _ in range(threads)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    print(json.dumps({"outcomes": outcomes, "errors": errors}))


def guards_off() -> None:
    """For the negative control only."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE deployments_deployment DISABLE TRIGGER USER")
        else:
            for event in ("insert", "update"):
                cursor.execute(f"DROP TRIGGER guard_cap_{event}")


def count(ids: list[int]) -> None:
    print(json.dumps(Deployment.objects.filter(status="approved", pk__in=ids).count()))


ACTS = {"approve": through_the_door, "bare": look_then_write, "raw": past_the_rules}

if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "prepare":
        prepare(int(rest[0]))
    elif command == "guards-off":
        guards_off()
    elif command == "count":
        count([int(one) for one in rest])
    else:
        race(ACTS[command], float(rest[0]), int(rest[1]), [int(one) for one in rest[2:]])
