"""Every e-mail begins with a capital, in both languages, and so does every line in it."""

import datetime as dt
import html
import re
from functools import partial

import pytest
from django.utils import timezone, translation

from accounts import link_letters
from accounts.adapter import _tell_owner
from audit.chain import Fault, Verdict
from flags import emails, kinds, ledger, news_kinds, trail
from flags.found import Found
from flags.kinds import KINDS
from flags.models import Flag, Severity
from outbox import notices
from outbox.models import Letter
from reports import monthly
from reports.models import ReportSubscription
from reports.tables import REPORTS
from tests import create
from tests.own_database import BASE_DIR

pytestmark = pytest.mark.django_db
NOTICES = {"accounts/adapter.py": 1, "accounts/link_letters.py": 2, "flags/trail.py": 1, "reports/monthly.py": 1}


@pytest.fixture(params=["en-ca", "fr-ca"])
def reader(request, db):
    return create.user(name="Zoë", language=request.param)


def small(texts):
    """Those that begin with a small letter; addresses and keys to be copied are none of ours to spell."""
    lines = [text.strip() for text in texts]
    return [line for line in lines if line[:1].islower() and "://" not in line]


def check(letters):
    assert {letter.key: small(letter.text.splitlines()) for letter in letters} == {letter.key: [] for letter in letters}
    for letter in letters:
        heading = html.unescape(re.search(r"<h1[^>]*>(.*?)</h1>", letter.html)[1])
        assert letter.text.lstrip().splitlines()[0] == heading
        paragraphs = re.findall(r"<(?:p|h1|h2)[^>]*>(.*?)</(?:p|h1|h2)>", letter.html, re.DOTALL)
        assert small(html.unescape(re.sub(r"<[^>]*>", "", paragraph)) for paragraph in paragraphs) == []


def test_every_notice(reader):
    monthly_report = ReportSubscription(page="report_detail", of="areas")
    composed = {
        "invitation": partial(link_letters._invitation, reader),
        "forgotten": partial(link_letters._answer, reader),
        "attempts": partial(_tell_owner, "192.0.2.1"),
        "whole": partial(trail._compose, Verdict(3, "AB12")),
        "monthly": partial(monthly._compose, monthly_report, REPORTS["areas"], timezone.localdate()),
        "broken": partial(trail._compose, Verdict(3, "AB12", Fault.CHANGED, 4)),
    }

    for key, compose in composed.items():
        notices.send(key, reader, compose)

    letters = list(Letter.objects.all())
    assert {letter.key for letter in letters} == composed.keys()
    check(letters)


def test_there_are_no_other_notices():
    found = {}
    for path in BASE_DIR.glob("[a-z]*/**/*.py"):
        composed = re.findall(r"^ +return Notice\($", path.read_text(), re.MULTILINE)
        if composed and "tests" not in path.parts:
            found[path.relative_to(BASE_DIR).as_posix()] = len(composed)

    assert found == NOTICES


def test_every_letter_about_flags(reader, alice):
    paper = create.authorization(area=create.area(), reference="MA-1")
    kind = KINDS["authorization_ending"]
    opened = [
        Found(
            kind=kind,
            subject=paper,
            stage=str(number),
            severity=Severity.ACT,
            day=dt.date(2031, 6, 1),
            area_id=paper.area_id,
            service_id=None,
            facts={"used": 3, "cap": 3},
        )
        for number in range(30)
    ]
    now = timezone.now()
    ledger.reconcile([kind], opened, now=now)

    assert emails.write("new", reader, flags=Flag.objects.all(), now=now)
    assert emails.write("unseen", reader, flags=Flag.objects.all(), unseen=True, now=now)
    assert emails.write("assigned", reader, flags=Flag.objects.all(), assigned=emails.Assigned(alice, ""), now=now)

    check(list(Letter.objects.all()))


def test_every_kind_of_what_they_tell(reader):
    with translation.override(reader.language):
        labels = [str(label) for _code, label in [*kinds.choices(), *news_kinds.choices()]]

    assert len(labels) > 30
    assert small(labels) == []
