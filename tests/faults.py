"""The process that the fault tests command: `python -m tests.faults`.

Each line of stdin is a command in JSON, `["name of a function here", {arguments}]`; it prints the result as one line
of JSON. `celery --app tests.faults` is a worker that hangs in the middle of a sweep, after creating the file `MARK`.
"""

import datetime as dt
import json
import os
import sys
import time
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from background.models import JobRun  # noqa: E402
from flags import ledger  # noqa: E402
from flags.models import Flag, FlagAct, LetterChoice  # noqa: E402
from flags.tasks import flag_expiring_postings  # noqa: E402
from outbox import letters  # noqa: E402
from outbox.models import Letter  # noqa: E402
from peaceops.celery import app  # noqa: E402
from tests import create  # noqa: E402

DAY = dt.timedelta(days=1)
MARK = Path(os.environ["DATA_DIR"]) / "in-the-middle"


def world(postings: int) -> int:
    """Create `postings` deployments that end in twenty days, and a coordinator who gets letters at once."""
    today = timezone.localdate()
    area = create.area()
    create.authorization(area=area, cap=500)
    mission, service = create.mission(area=area), create.service()
    for _each in range(postings):
        create.deployment(
            mission=mission,
            person=create.person(service=service),
            starts_on=today - 300 * DAY,
            ends_on=today + 20 * DAY,
            status="in_mission",
        )
    user = create.user(name="Alice")
    LetterChoice.objects.create(user=user, rhythm="at_once", kinds=["posting_ending"])
    return user.pk


def send(task: str, **kwargs) -> None:
    app.send_task(task, kwargs=kwargs)


def ledger_of(kind: str) -> list:
    """Of a kind: the number of open flags, of all flags, and of acts."""
    rows = Flag.objects.filter(kind=kind)
    return [rows.open().count(), rows.count(), FlagAct.objects.filter(flag__kind=kind).count()]


def run_of(job: str) -> list:
    run = JobRun.objects.filter(job__name=job).order_by("-day").first()
    return [run.outcome, run.runs, run.counts.get("opened", 0)] if run else []


def age_runs(minutes: int) -> None:
    """Make running jobs look as if they had begun `minutes` earlier."""
    for run in JobRun.objects.filter(outcome="running"):
        run.started_at -= dt.timedelta(minutes=minutes)
        run.save()


def outbox() -> list:
    """Of each letter: state, number of tries, code of the last failure, minutes until the next try."""
    rows = Letter.objects.order_by("pk")
    return [[row.state, row.tries, row.error, _minutes(row)] for row in rows]


def _minutes(row: Letter) -> int:
    return round((row.next_try_at - timezone.now()).total_seconds() / 60)


def write(count: int, user: int) -> None:
    for number in range(count):
        to = create.user() if not user else _user(user)
        letters.write(f"{time.time_ns()} {number}", to, language="en-ca", subject="S", text="T", html="<p>T</p>")


def _user(pk: int):
    return create.User.objects.get(pk=pk)


def send_due() -> list:
    counts = letters.send_due()
    return [counts["tried"], counts["sent"]]


def make_due() -> None:
    Letter.objects.waiting().update(next_try_at=timezone.now(), claimed_until=None)


def letter_of_an_assignment() -> list:
    """Of the newest letter that tells of an assigned flag: its Message-ID and its state."""
    row = Letter.objects.filter(key__startswith="assigned").first()
    return [f"<{row.number}@{settings.LETTERS_HOST}>", row.state]


def assign_on_the_web(user: int) -> int:
    """A coordinator signs in and assigns an open flag on its page; returns the status of the last response."""
    browser = Client(SERVER_NAME="localhost")
    by, secret = create.user(name="Bob"), "oats in the field"
    by.set_password(secret)
    by.save()
    page = browser.post("/en-ca/account/sign-in/", {"login": by.email, "password": secret})
    if page.status_code != 302:
        return page.status_code
    flag_expiring_postings()
    flag = Flag.objects.open().first()
    page = browser.post(f"/en-ca/flags/assign/?row={flag.pk}", {"to": user, "note": ""})
    return page.status_code


def ready() -> dict:
    return Client(SERVER_NAME="localhost").get("/readyz").json()


def lock(seconds: float) -> None:
    with transaction.atomic():
        Flag.objects.order_by("pk").update(stage=F("stage"))
        time.sleep(seconds)


def _hang(*_args, **_kwargs) -> None:
    MARK.touch()
    time.sleep(120)


if "celery" in Path(sys.argv[0]).name or sys.argv[0].endswith("celery/__main__.py"):
    ledger._resolve = _hang

if __name__ == "__main__":
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(globals()[name](**arguments)), flush=True)
        connections.close_all()  # as at the end of a request
