"""One process of a race: `python -m tests.race prepare|approve|bare|raw|nominate|confirm|record|upload|count …`.

It works on the database of the environment and prints its results as lines of JSON.
"""

import contextlib
import datetime as dt
import json
import sys
import threading
from collections import Counter

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.db import IntegrityError, connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from audit import log  # noqa: E402
from audit.models import Event, Verb  # noqa: E402
from deployments.candidates import documents  # noqa: E402
from deployments.candidates import lifecycle as candidates  # noqa: E402
from deployments.candidates.pipeline import NominationStep  # noqa: E402
from deployments.corrections import making  # noqa: E402
from deployments.models import Correction, Deployment, Document, Nomination  # noqa: E402
from deployments.models.transitions import Move  # noqa: E402
from deployments.stays import authorised_cap, steps  # noqa: E402
from deployments.stays import lifecycle as stays  # noqa: E402
from deployments.stays.steps import Act, Step  # noqa: E402
from foundation.refusals import StepRefused  # noqa: E402
from missions.models import Area, Ceiling, Position  # noqa: E402
from personnel.models import Person  # noqa: E402
from tests import create  # noqa: E402

all_looked: threading.Barrier


def prepare(people: int) -> None:
    """Create an area with a cap of 22, `people` deployments planned for the same days, and a signed-in coordinator."""
    today = timezone.localdate()
    if not Ceiling.objects.exists():
        create.ceiling()
    area = create.area()
    create.authorization(area=area, cap=22)
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


def prepare_pool(people: int) -> None:
    """Create a position with three places, `people` qualified nominations, and a person to nominate for it."""
    today = timezone.localdate()
    area = create.area()
    create.authorization(area=area, armed=False)
    call = {"call_opens": today, "call_closes": today}
    position = create.position(mission=create.mission(area=area), places=3, **call)
    service = create.service()
    pool = [
        create.nomination(position=position, person=create.person(service=service), stage="qualified").pk
        for _each in range(people)
    ]
    candidate = create.person(service=service)
    if not User.objects.filter(name="Racer").exists():
        create.user(name="Racer")
    print(json.dumps({"pool": pool, "candidate": candidate.pk, "position": position.pk}))


def prepare_corrections(people: int) -> None:
    """Two areas with `people` approved for each, three free places in both, and a correction that moves each across."""
    today = timezone.localdate()
    if not Ceiling.objects.exists():
        create.ceiling()
    areas = [create.area(), create.area()]
    missions = [create.mission(area=area) for area in areas]
    for area in areas:
        create.authorization(area=area, cap=people + 3, armed=False)
    service, somebody = create.service(), create.user()
    ids = []
    for number in range(2 * people):
        stay = create.deployment(
            mission=missions[number % 2],
            person=create.person(service=service),
            starts_on=today + dt.timedelta(days=5),
            ends_on=today + dt.timedelta(days=300),
            status="approved",
        )
        wanted = {"mission": missions[1 - number % 2]}
        ids.append(making.ask(stay, wanted, reason="For a race.", by=somebody, today=today).pk)
    if not User.objects.filter(name="Racer").exists():
        create.user(name="Racer")
    print(json.dumps({"ids": ids, "areas": [area.pk for area in areas]}))


def prepare_uploads(nominations: int) -> None:
    """So many nominations of one service that take documents."""
    position, service = create.position(mission=create.mission()), create.service()
    ids = [
        create.nomination(position=position, person=create.person(service=service)).pk for _each in range(nominations)
    ]
    if not User.objects.filter(name="Racer").exists():
        create.user(name="Racer")
    print(json.dumps(ids))


def upload(nomination_id: int, by: User) -> str:
    """One document of half a megabyte."""
    document = Document(kind="cv", name="cv.pdf", media_type="application/pdf", size=documents.MEGABYTE // 2)
    document.file = ContentFile(b"%PDF-1.4", "cv.pdf")
    try:
        documents.add(document, Nomination.objects.get(pk=nomination_id), by=by)
    except StepRefused as refusal:
        return ",".join(blocker.code for blocker in refusal.blockers)
    return "uploaded"


def confirm(correction_id: int, by: User) -> str:
    correction = Correction.objects.with_subject().get(pk=correction_id)
    try:
        making.confirm(correction, by=by, today=timezone.localdate())
    except StepRefused as refusal:
        return ",".join(blocker.code for blocker in refusal.blockers)
    return "made"


def used(area_ids: list[int]) -> None:
    """How many places of each area are taken in ten days."""
    day = timezone.localdate() + dt.timedelta(days=10)
    areas = [Area.objects.get(pk=area_id) for area_id in area_ids]
    print(json.dumps([authorised_cap.strength(area, day, today=timezone.localdate()).used for area in areas]))


def nominate(nomination_id: int, by: User) -> str:
    rows = Nomination.objects.select_related("person__service", "person__rank", "position__mission")
    try:
        candidates.make_move(
            rows.get(pk=nomination_id), NominationStep(Move.NOMINATE, today=timezone.localdate()), by=by
        )
    except StepRefused as refusal:
        return ",".join(blocker.code for blocker in refusal.blockers)
    return "nominated"


def put_forward(person_id: int, by: User) -> str:
    """All threads put the same person forward for the newest position."""
    today = timezone.localdate()
    person = Person.objects.select_related("service").get(pk=person_id)
    position = Position.objects.select_related("mission").latest("pk")
    nomination = Nomination(person=person, position=position, starts_on=today, ends_on=today)
    try:
        candidates.draft(nomination, by=by, today=today)
    except StepRefused as refusal:
        return ",".join(blocker.code for blocker in refusal.blockers)
    return "put forward"


def approve_by_the_rules(deployment_id: int, by: User) -> str:
    deployment = Deployment.objects.select_related("mission__area", "person").get(pk=deployment_id)
    try:
        stays.take_step(deployment, Step(Act.APPROVE, today=timezone.localdate()), by=by)
    except StepRefused as refusal:
        return ",".join(blocker.code for blocker in refusal.blockers)
    return "approved"


def look_then_write(deployment_id: int, by: User) -> str:
    """The negative control: look and write without a lock and without a transaction around both.

    The barrier makes all threads look before one of them writes, so that the race is lost each time and not by chance.
    """
    deployment = Deployment.objects.select_related("mission__area", "person").get(pk=deployment_id)
    found = steps.blockers(deployment, Step(Act.APPROVE, today=timezone.localdate()))
    with contextlib.suppress(threading.BrokenBarrierError):  # fewer threads than the barrier needs are left
        all_looked.wait(timeout=30)
    if found:
        return "refused"
    Deployment.objects.filter(pk=deployment_id).update(status="approved")
    return "approved"


def update_without_rules(deployment_id: int, by: User) -> str:
    """Update the row directly: only the trigger of the database can refuse."""
    try:
        Deployment.objects.filter(pk=deployment_id).update(status="approved")
    except IntegrityError:
        return "guard"
    return "approved"


def race(act, threads: int, ids: list[int]) -> None:
    """Open all connections, print "ready", wait for a line on stdin, then act on all ids in `threads` threads."""
    by = User.objects.get(name="Racer")
    outcomes: Counter[str] = Counter()
    errors: list[str] = []
    queue = list(ids)
    connected, begin = threading.Barrier(threads + 1), threading.Event()
    global all_looked  # noqa: PLW0603 (one race a process)
    all_looked = threading.Barrier(threads)

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connected.wait(timeout=60)
        begin.wait(timeout=60)
        while True:
            try:
                deployment_id = queue.pop()
            except IndexError:
                all_looked.abort()
                break
            try:
                outcomes[act(deployment_id, by)] += 1
            except Exception as error:  # noqa: BLE001 (any error is a result of the race)
                errors.append(repr(error))
        connection.close()

    runners = [threading.Thread(target=run) for _ in range(threads)]
    for runner in runners:
        runner.start()
    connected.wait(timeout=60)
    print("ready", flush=True)
    sys.stdin.readline()
    begin.set()
    for runner in runners:
        runner.join()
    print(json.dumps({"outcomes": outcomes, "errors": errors}))


def record(number: int, by: User) -> str:
    """Write two events; every third time in a transaction that is given up."""

    class GivenUp(Exception):
        pass

    with contextlib.suppress(GivenUp), transaction.atomic():
        for _each in range(2):
            log.record(by, Verb.LOOKED_AT, by)
        if number % 3 == 0:
            raise GivenUp
        return "recorded"
    return "given up"


def events() -> None:
    """The numbers of all events, in order, and whether every seal holds."""
    print(json.dumps([list(Event.objects.order_by("id").values_list("id", flat=True)), log.is_intact()]))


def guards_off() -> None:
    """Drop the triggers of the cap, for the negative control."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE deployments_deployment DISABLE TRIGGER USER")
        else:
            for event in ("insert", "update"):
                cursor.execute(f"DROP TRIGGER guard_cap_{event}")


def count(ids: list[int]) -> None:
    print(json.dumps(Deployment.objects.filter(status="approved", pk__in=ids).count()))


ACTS = {
    "approve": approve_by_the_rules,
    "bare": look_then_write,
    "raw": update_without_rules,
    "nominate": nominate,
    "put-forward": put_forward,
    "confirm": confirm,
    "record": record,
    "upload": upload,
}

if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "prepare":
        prepare(int(rest[0]))
    elif command == "prepare-pool":
        prepare_pool(int(rest[0]))
    elif command == "prepare-corrections":
        prepare_corrections(int(rest[0]))
    elif command == "prepare-uploads":
        prepare_uploads(int(rest[0]))
    elif command == "used":
        used([int(pk) for pk in rest])
    elif command == "events":
        events()
    elif command == "guards-off":
        guards_off()
    elif command == "count":
        count([int(pk) for pk in rest])
    else:
        race(ACTS[command], int(rest[0]), [int(pk) for pk in rest[1:]])
