"""One number everywhere: of every measure the number, the rows, the page, each export, and a count by plain lines."""

import csv
import datetime as dt
import io
import itertools
import json

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from deployments.models import NominationTransition
from foundation.bilingual import in_both_languages
from missions.models import FormerArea
from personnel.models import Person
from reports import saying
from reports.measures import MEASURES, Question, Time, fiscal_year
from reports.measures.catalogue import answer
from reports.tests.figures_by_hand import DAY, FiguresByHand
from reports.tests.small_world import SmallWorld
from tests import create

pytestmark = pytest.mark.django_db

NAMED_ALREADY = {"deployed", "approved", "deployments", "people", "missions"}
"""Measures whose name stands for something else in `ByHand`."""

# The days on which all figures are compared. The fiscal year of each is the period.
DAYS = {
    "today": lambda today: today,
    "before everything": lambda _today: dt.date(1989, 11, 1),
    "a day long ago": lambda _today: dt.date(2019, 9, 5),
    "leap day": lambda _today: dt.date(2024, 2, 29),
    "a fiscal year ends": lambda today: fiscal_year(today)[1] - 365 * DAY,
    "a fiscal year begins": lambda today: fiscal_year(today)[0],
    "a day to come": lambda today: today + 30 * DAY,
}


@pytest.fixture
def world(today, alice, bob, charlie, example_service, other_service):
    """The small world; with women, civilians, French speakers, a mission that moved, and stays of long ago."""
    made = SmallWorld(today, alice=alice, example=example_service, other=other_service)
    for number, person in enumerate(Person.objects.order_by("pk")):
        person.gender = ("woman", "man", "not_said")[number % 3]
        person.first_language = ("fr", "en")[number % 2]
        person.category = "civilian" if number % 5 == 4 else "police"
        person.save()
    old = create.area(name_en="Old area")
    create.authorization(
        area=old, cap=20, language="fr", valid_from=dt.date(1989, 1, 1), valid_to=dt.date(2024, 12, 31)
    )
    create.authorization(area=made.second_area, cap=9, valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2020, 12, 31))
    long_ago = create.mission(area=old)
    again = create.person(service=other_service, gender="woman", first_language="fr")
    for first, last in [(dt.date(1989, 10, 1), dt.date(1989, 11, 1)), (dt.date(2019, 3, 1), dt.date(2020, 2, 29))]:
        create.deployment(mission=long_ago, person=again, starts_on=first, ends_on=last, status="closed")
    create.deployment(
        mission=long_ago,
        person=create.person(service=example_service),
        starts_on=dt.date(2024, 2, 29),
        ends_on=dt.date(2024, 2, 29),
        status="closed",
    )
    position = create.position(
        mission=made.mission, number="FILLED", call_opens=today - 200 * DAY, call_closes=today - 150 * DAY
    )
    relieved = create.deployment(
        mission=made.mission,
        position=position,
        person=create.person(service=other_service),
        starts_on=today - 40 * DAY,
        ends_on=today + 40 * DAY,
        status="in_mission",
    )
    create.deployment(
        mission=made.mission,
        person=create.person(service=example_service),
        starts_on=today + 41 * DAY,
        ends_on=today + 50 * DAY,
        status="approved",
        relieves=relieved,
    )
    often = create.person(service=example_service)
    for month in (5, 7, 9):
        create.deployment(
            mission=long_ago,
            person=often,
            starts_on=dt.date(2019, month, 1),
            ends_on=dt.date(2019, month, 9),
            status="closed",
        )
    moved = create.mission(area=made.second_area, area_since=dt.date(2020, 1, 1), language="fr")
    FormerArea.objects.create(mission=moved, area=old, last_day=dt.date(2019, 12, 31), reason_en="It moved.")
    create.deployment(
        mission=moved,
        person=create.person(service=example_service),
        starts_on=dt.date(2019, 9, 5),
        ends_on=dt.date(2020, 3, 31),
        status="closed",
    )
    _let_papers_run_out(made, today, other_service)
    return made


def _let_papers_run_out(made, today, partner):
    """Papers of each kind on both sides of what their measures say; two nominations that ended in vain."""
    begins, ends = fiscal_year(today)
    term = {"starts_on": begins - 400 * DAY}
    create.agreement(service=partner, **term, ends_on=begins)
    create.agreement(service=partner, starts_on=begins + 2 * DAY, ends_on=today)  # a day between
    create.agreement(service=partner, starts_on=today + DAY, ends_on=ends)
    create.agreement(service=partner, **term, ends_on=today + 9 * DAY, state="draft")
    create.agreement(service=partner, **term, ends_on=today + 9 * DAY, needs_province=True)
    create.agreement(service=partner, **term, ends_on=ends + DAY)
    create.authorization(area=create.area(), cap=3, valid_to=ends)
    followed = create.area()
    create.authorization(area=followed, cap=3, valid_to=today)
    create.authorization(area=followed, cap=4, valid_from=today + DAY)
    first_aid, driving = create.kind(code="first-aid"), create.kind(code="driving", is_restricted=True)
    who, retired = made.theirs[1], create.person(service=partner, state="retired")
    create.credential(person=who, kind=first_aid, expires_on=today)
    create.credential(person=who, kind=first_aid, issued_on=today + DAY, expires_on=ends)
    create.credential(person=who, kind=driving, expires_on=begins)
    create.credential(person=who, kind=driving, issued_on=begins + 2 * DAY, expires_on=ends + DAY)  # a day between
    create.credential(person=made.ours[1], kind=driving, expires_on=today, result="not_met")
    create.credential(person=retired, kind=first_aid, expires_on=today)
    consented = {"person": who, "mission": made.posting, "state": "consented"}
    create.consent(**consented, starts_on=today - 90 * DAY, ends_on=today - 30 * DAY)
    create.consent(**consented, starts_on=today - 29 * DAY, ends_on=today + 9 * DAY)
    create.consent(
        **{**consented, "state": "recalled"},
        starts_on=today - 90 * DAY,
        ends_on=ends + 90 * DAY,
        recalled_from=ends + DAY,
    )
    first, second, third = list(made.nominations.values())[:3]
    for nomination, move, stage, reason in [
        (first, "refuse", "not_eligible", "language"),
        (second, "withdraw", "withdrawn", ""),
        (third, "screen", "screening", ""),
    ]:
        NominationTransition.objects.create(
            nomination=nomination,
            act=move,
            from_status="submitted",
            to_status=stage,
            reason_code=reason,
            at=timezone.now(),
        )


def asked(user, on, today) -> Question:
    first, last = fiscal_year(on)
    return Question(reader=user, today=today, on=on, first=first, last=last)


def test_every_measure_counts_what_a_few_plain_lines_count(world, today, alice, bob, charlie, dora):
    for user, day in itertools.product([alice, bob, charlie, dora], DAYS):
        _compare(user, DAYS[day](today), today)


def _compare(user, on, today):
    question = asked(user, on, today)
    by_hand = FiguresByHand(user, on=on, today=today, first=question.first, last=question.last)
    for name, measure in MEASURES.items():
        if measure.of_the_office and not user.sees_every_service:
            continue
        keys, number = getattr(by_hand, f"{name}_" if name in NAMED_ALREADY else name)()
        found, where = answer(name, question), (name, user.name, on)
        assert sorted(found.rows.values_list("pk", flat=True)) == keys, where
        assert found.number == pytest.approx(number) if number is not None else found.number is None, where


def test_the_page_of_a_figure_and_each_export_say_the_same(as_user, world, today, alice, bob):
    for user, day in itertools.product([alice, bob], ["today", "a day long ago", "a day to come"]):
        _read(as_user, user, DAYS[day](today), today)


def _read(as_user, user, on, today):
    browser = as_user(user)
    question = asked(user, on, today)
    for name, measure in MEASURES.items():
        if measure.of_the_office and not user.sees_every_service:
            continue
        found = answer(name, question)
        address, keys = saying.address(found), found.rows.count()
        page = browser.get(address)
        assert saying.sentence(found) in page.content.decode(), name
        assert page.context["page"].paginator.count == keys, name
        more = "&" if "?" in address else "?"
        lines = list(csv.reader(io.StringIO(_whole(browser.get(f"{address}{more}export=csv")).decode("utf-8-sig"))))
        told = json.loads(_whole(browser.get(f"{address}{more}export=json")))["rows"]
        sheet = load_workbook(io.BytesIO(_whole(browser.get(f"{address}{more}export=xlsx")))).active
        assert (lines.index([]) - 1, len(told), sheet.max_row - 1) == (keys, keys, keys), name
        if measure.own and measure.share_of == "" and measure.time is Time.DAY:
            assert sum(row[measure.own] for row in told) == found.number, name


def _whole(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_liaison_asks_no_figure_of_the_whole_office(as_user, bob, alice, today):
    for name in ("authorized", "free", "over", "places_taken", "fill_rate"):
        assert as_user(bob).get(reverse("figure_detail", args=[name])).status_code == 403
        assert as_user(alice).get(reverse("figure_detail", args=[name])).status_code == 200
    assert as_user(alice).get(reverse("figure_detail", args=["nothing"])).status_code == 404


@pytest.mark.parametrize(("said", "word"), [("True", "Yes"), ("False", "No")])
def test_whether_armed_narrows_a_figure_and_is_said_in_words(as_user, alice, today, said, word):
    days = {"starts_on": today - 9 * DAY, "ends_on": today + 9 * DAY, "status": "in_mission"}
    mission = create.mission()
    create.authorization(area=mission.area)
    stays = {name: create.deployment(mission=mission, person=create.person(), **days) for name in ("True", "False")}
    stays["True"].armed = True
    stays["True"].save()

    page = as_user(alice).get(reverse("figure_detail", args=["deployed"]), {"armed": said})

    assert [row.pk for row in page.context["page"]] == [stays[said].pk]
    assert page.context["filter"].chips == [("Armed", word, "")]


def test_the_glossary_names_every_figure_in_both_languages():
    told = (settings.BASE_DIR / "docs" / "glossary.md").read_text().casefold()
    for name, measure in MEASURES.items():
        words = in_both_languages(lambda measure=measure: str(measure.label).casefold())
        assert f"| {words['en']} | {words['fr']} | `{name}` |" in told


def test_the_head_of_a_column_says_what_its_figures_count(as_user, alice, world):
    page = as_user(alice).get(reverse("report_detail", args=["areas"])).content.decode()

    assert 'tabindex="0" aria-describedby="counts-authorized">Authorized</span>' in page
    assert 'id="counts-authorized">The sum of the caps of the authorizations in force on the day.</span>' in page
