"""A whole office moves in: 4,000 stays of 3,000 people since 1991, in one workbook; and elsewhere, by its export."""

import json

import pytest

from tests.own_database import environment, run

# A minute long, so one engine is enough; in processes of its own, beside the others.
pytestmark = [pytest.mark.server, pytest.mark.once]

# Day → how many use a place under which cap, in Arendelle, Borduria and Costaguana.
BOARD = {
    "1990-12-31": [[0, None], [0, None], [0, None]],
    "1991-01-01": [[40, 40], [0, None], [0, None]],
    "1996-12-31": [[40, 40], [0, None], [0, None]],
    "1997-01-01": [[40, 40], [50, 45], [0, None]],
    "2000-12-31": [[40, 40], [50, 45], [0, None]],
    "2001-12-31": [[40, 40], [50, 45], [53, 60]],
    "2002-01-01": [[40, 40], [50, 50], [53, 60]],
    "2010-01-01": [[40, 45], [50, 50], [53, 60]],
    "2020-12-26": [[40, 45], [50, 50], [53, 60]],
    "2020-12-27": [[40, 45], [50, 50], [0, None]],
    "2026-11-27": [[40, 45], [50, 50], [0, None]],
    "2026-12-25": [[0, 45], [0, 50], [0, None]],
}
BORDURIA = {"en": "Borduria", "fr": "Borduria"}

START = """
import datetime as dt, json, sys
import django
django.setup()
from accounts.models import User
from deployments.models import Deployment, Excess
from deployments.stays import authorised_cap
from missions.models import Area
from personnel.models import Person
from records import work
from records.models import Import
from records.tests import office
from records.tests.bringing import upload

def batch():
    found = Import.objects.latest("id")
    return {name: getattr(found, name) for name in ("state", "problem", "groups", "counts", "excesses")}

def board(days):
    areas = {area.code: area for area in Area.objects.all()}
    found = {}
    for day in days:
        on = dt.date.fromisoformat(day)
        each = [authorised_cap.strength(areas[code], on, today=office.TODAY) for code in office.DESKS]
        found[day] = [[strength.used, strength.cap] for strength in each]
    return found
"""
BRING = """
alice = User.objects.create_user(email="alice@example.ca", password="x", role="coordinator", name="Alice")
work.upload(upload(office.workbook(), name="office.xlsx"), by=alice)
work.work_on_all(today=office.TODAY)
print(json.dumps(batch()))
"""
BRING_AGAIN = """
alice = User.objects.create_user(email="alice@example.ca", password="x", role="coordinator", name="Alice")
work.upload(upload(open(sys.argv[1], "rb").read(), name="office.xlsx"), by=alice)
work.work_on_all(today=office.TODAY)
print(json.dumps(batch()))
"""
SAVE = """
work.accept(Import.objects.latest("id"))
work.work_on_all(today=office.TODAY)
print(json.dumps(batch()))
"""
LOOK = """
history = Excess.objects.filter(cause="history", confirmed_at=None).count()
print(json.dumps([Person.objects.count(), Deployment.objects.count(), history, board(json.loads(sys.argv[1]))]))
"""


def said(env, script: str, *arguments: str):
    return json.loads(run(env, "-c", START + script, *arguments).splitlines()[-1])


def test_a_whole_office_moves_in_by_one_workbook_and_elsewhere_by_its_export(tmp_path):
    """Five desks too many in Borduria, each held by six people one after the other until the cap was raised: 30."""
    days = json.dumps(list(BOARD))
    with environment(tmp_path) as here:
        preview = said(here, BRING)
        assert (preview["state"], preview["problem"], preview["groups"]) == ("preview", {}, [])
        assert preview["counts"]["people"] == {"new": 3000}
        assert preview["counts"]["deployments"] == {"new": 4000}
        assert preview["excesses"] == [
            {"area": BORDURIA, "first": "1997-01-01", "last": "2001-12-31", "used": 50, "cap": 45}
        ]
        assert said(here, SAVE)["state"] == "done"
        assert said(here, LOOK, days) == [3000, 4000, 30, BOARD]
        run(here, "manage.py", "export_all", str(tmp_path / "out"))

    (tmp_path / "lines").mkdir()
    with environment(tmp_path / "lines") as there:
        run(there, "manage.py", "import_all", str(tmp_path / "out"))
        assert said(there, LOOK, days) == [3000, 4000, 30, BOARD]

    (tmp_path / "book").mkdir()
    with environment(tmp_path / "book") as there:
        preview = said(there, BRING_AGAIN, str(tmp_path / "out" / "office.xlsx"))
        assert (preview["state"], preview["groups"]) == ("preview", [])
        assert said(there, SAVE)["state"] == "done"
        assert said(there, LOOK, days) == [3000, 4000, 30, BOARD]
