"""Figures that are links open exactly the rows that they count, and the figures of different pages agree."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from django.urls import reverse
from django.utils import timezone

from flags.models import Flag
from flags.tasks import check_caps, check_papers, flag_expiring_postings
from reports import board, measures
from reports.board import Board, Row
from reports.tests.small_world import DAY, SmallWorld
from tests import create

pytestmark = pytest.mark.django_db

LISTS = {
    "person_list",
    "deployment_list",
    "nomination_list",
    "flag_list",
    "waiver_list",
    "correction_list",
    "excess_list",
    "papers_to_verify",
}


FIGURES = re.compile("/en-ca/figures/[a-z_]+/")


class Links(HTMLParser):
    """The links of a page, as (address, text)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.inside = True
            self.found.append([dict(attributes).get("href", ""), ""])

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "a"

    def handle_data(self, text):
        if self.inside:
            self.found[-1][1] += text


def figures(browser, address):
    """The links of a page that hold a number and lead to a list: (address of the list, number)."""
    lists = {reverse(name) for name in LISTS}
    for link, text in Links(browser.get(address).content.decode()).found:
        target, number = urljoin(address, link), re.search(r"\d+", text)
        if number and (target.partition("?")[0] in lists or FIGURES.match(target)):
            yield target, int(number[0])


@pytest.fixture
def world(today, alice, bob, example_service, other_service, monkeypatch):
    """The small world with flags, of which Alice acknowledged some; pages show so few rows that they link the rest."""
    made = SmallWorld(today, alice=alice, example=example_service, other=other_service)
    person = create.person(service=example_service)
    for number in range(2):
        first = today - (30 * number + 100) * DAY
        create.deployment(
            mission=made.mission, person=person, starts_on=first, ends_on=first + 9 * DAY, status="closed"
        )
    for sweep in (check_caps, check_papers, flag_expiring_postings):
        sweep()
    for service in (example_service, other_service):
        flag = Flag.objects.open().filter(service=service).first()
        flag.acknowledged_by, flag.acknowledged_at = alice, timezone.now()
        flag.save()
    left = Flag.objects.open().filter(service=example_service, acknowledged_at=None).first()
    Flag.objects.filter(pk=left.pk).update(severity="act")  # so that Bob has something to act on too
    monkeypatch.setattr("missions.views.parts.PAST_SHOWN", 1)
    monkeypatch.setattr("flags.attention.SHOWN_FIRST", 1)
    return made


# The figures that lead somewhere, by the page on which they stand. Typed by hand, in no order.
LINKED = {
    ("alice", "home"): [
        "flag_list?state=act",
        "flag_list?state=act",  # in the menu, and in the box
        "flag_list?state=mine&severity=plan",
        "deployment_list?status=deployed",
        "deployment_list?mission={posting}&status=deployed",
        "deployment_list?area={area}&status=there",
        "deployment_list?area={area}&status=there",  # in the published layout too, which is for paper
        "deployment_list?area={area}&status=expected",
        "deployment_list?area={area}&status=held",
        "deployment_list?area={area}&status=to_come",
        "deployment_list?status=there",
        "deployment_list?status=there",  # under the board, and in the published layout
        "deployment_list?status=expected",
        "deployment_list?status=held",
        "figure_detail/authorized?area={area}",
        "figure_detail/authorized?area={second_area}",
        "figure_detail/authorized",
        "figure_detail/free",
        "deployment_list?status=overdue",
        "nomination_list?stage=submitted",
        "nomination_list?stage=screening",
        "nomination_list?stage=to_review",
        "nomination_list?stage=without_consent",
        "nomination_list?stage=to_plan",
        "deployment_list?status=recalled",
        "deployment_list?status=ready",
        "deployment_list?status=arriving",
        "excess_list?state=to_decide",
        "papers_to_verify",
        "waiver_list?state=to_decide",
        "correction_list?state=to_decide",
    ],
    ("alice", "area"): [
        "flag_list?state=act",
        "figure_detail/free?area={area}",
        "deployment_list?area={area}&status=placed",
    ],
    ("alice", "area?part=returned"): [
        "figure_detail/free?area={area}",
        "flag_list?state=act",
        "deployment_list?area={area}&status=placed",
        "deployment_list?area={area}&status=returned&sort=-last",
    ],
    ("alice", "mission"): [
        "figure_detail/free?area={area}",
        "flag_list?state=act",
        "deployment_list?mission={mission}&status=deployed",
        "deployment_list?area={area}&status=placed",
    ],
    ("alice", "mission?part=returned"): [
        "figure_detail/free?area={area}",
        "flag_list?state=act",
        "deployment_list?mission={mission}&status=deployed",
        "deployment_list?area={area}&status=placed",
        "deployment_list?mission={mission}&status=returned&sort=-last",
    ],
    ("alice", "news_list"): ["flag_list?state=act", "flag_list?state=mine"],
    ("alice", "mission_list"): [
        "flag_list?state=act",
        "deployment_list?mission={mission}&status=deployed",
        "deployment_list?mission={posting}&status=deployed",
    ],
    ("alice", "service_list"): [
        "flag_list?state=act",
        "deployment_list?service={example}&status=deployed",
        "deployment_list?service={example}&status=arrived",
        "deployment_list?service={other}&status=deployed",
        "deployment_list?service={other}&status=arrived",
    ],
    ("alice", "service"): [
        "flag_list?state=act",
        "person_list?service={example}&state=active",
        "deployment_list?service={example}&status=arrived",
    ],
    ("bob", "home"): ["flag_list?state=act", "flag_list?state=mine", "nomination_list?stage=live"],
    ("bob", "service_list"): [
        "flag_list?state=act",
        "deployment_list?service={example}&status=deployed",
        "deployment_list?service={example}&status=arrived",
    ],
    ("bob", "service"): [
        "flag_list?state=act",
        "person_list?service={example}&state=active",
        "deployment_list?service={example}&status=arrived",
    ],
    ("bob", "news_list"): ["flag_list?state=act", "flag_list?state=mine"],
}


@pytest.mark.parametrize(("who", "page"), LINKED)
def test_a_figure_that_is_a_link_opens_exactly_its_rows(
    request, world, as_user, example_service, other_service, who, page
):
    browser = as_user(request.getfixturevalue(who))
    pages = {"area": world.area, "mission": world.mission, "service": example_service}
    name, mark, part = page.partition("?")
    address = (pages[name].get_absolute_url() if name in pages else reverse(name)) + mark + part
    rows = {name: getattr(world, name).pk for name in ("area", "second_area", "mission", "posting")}
    rows |= {"example": example_service.pk, "other": other_service.pk}

    found = list(figures(browser, address))

    expected = []
    for line in LINKED[who, page]:
        page, mark, query = line.format(**rows).partition("?")
        name, *arguments = page.split("/")
        expected.append(reverse(name, args=arguments) + mark + query)
    assert sorted(target for target, _number in found) == sorted(expected)
    opened = [(target, _rows(browser.get(target).context)) for target, _number in found]
    assert found == opened
    assert all(number for _target, number in found)


def _rows(context) -> int:
    """How many rows a list has; the inbox comes by pages of subjects, and counts its flags apart."""
    if "answer" in context:
        return context["answer"].number
    return context["found"] if "found" in context else context["page"].paginator.count


def test_the_board_sets_nobody_beyond_one_cap_against_the_free_places_of_another(as_user, alice, today):
    create.ceiling(cap=150)
    over, free = create.area(name_en="Over"), create.area(name_en="Free")
    create.authorization(area=free, cap=10)
    paper = create.authorization(area=over, cap=3)
    for area, people in ((over, 3), (free, 2)):
        mission = create.mission(area=area)
        for _each in range(people):
            create.deployment(mission=mission, starts_on=today, ends_on=today, status="in_mission")
    posting = create.mission(area=free, kind="specialized_posting")
    create.deployment(mission=posting, kind="ancillary", starts_on=today, ends_on=today, status="in_mission")
    paper.cap = 1
    paper.save()

    total = board.operations(today, today=today).total
    page = re.sub(r"\s+", " ", as_user(alice).get(reverse("home")).content.decode())

    assert (total.cap, total.used, total.within, total.over, total.free) == (11, 5, 3, 2, 8)
    assert "<strong>3</strong> of <strong>11</strong> places taken</a>" in page
    assert "<strong>2</strong> over in Over</a>" in page
    assert '<a href="/en-ca/figures/over/"><strong class="over">2 over the cap</strong></a> ·' in page
    assert '<a href="/en-ca/figures/free/"><strong>8 free</strong></a>' in page
    assert "<strong>6</strong> people abroad in all</a>" in page
    assert '<a href="/en-ca/deployments/?status=there">5</a>' in page


def test_somebody_at_a_posting_that_has_ended_is_abroad_all_the_same(today):
    ended = create.mission(kind="specialized_posting", starts_on=today - 90 * DAY, ends_on=today - DAY)
    create.deployment(
        mission=ended, kind="ancillary", starts_on=today - 9 * DAY, ends_on=today + DAY, status="in_mission"
    )

    shown: Board = board.operations(today, today=today)

    assert [(posting.mission, posting.deployed) for posting in shown.postings] == [(ended, 1)]
    assert shown.abroad == 1


def test_board_area_pages_and_lists_agree_on_who_is_there(world, as_user, alice, today):
    browser, shown = as_user(alice), board.operations(today, today=today)

    def listed(**query):
        return browser.get(reverse("deployment_list"), {"status": "deployed", **query}).context["page"].paginator.count

    def at_postings(row: Row) -> int:
        return sum(posting.deployed for posting in shown.postings if posting.mission.area == row.area)

    assert listed() == shown.abroad == measures.deployed(alice, on=today, today=today).count() == 4
    for row in shown.rows:
        page = browser.get(row.area.get_absolute_url())
        there = row.strength.in_mission + at_postings(row)
        assert page.context["strength"] == row.strength
        assert page.context["first_full_day"] == row.first_full_day
        assert len(page.context["stays"]) == listed(area=row.area.pk) == there


def test_board_and_area_page_agree_on_the_day_from_which_an_area_is_full_however_far(as_user, alice, today):
    area = create.area()
    create.authorization(area=area, cap=1)
    far = today + 900 * DAY
    create.deployment(mission=create.mission(area=area), starts_on=far, ends_on=far + DAY, status="approved")

    [row] = board.operations(today, today=today).rows

    assert row.first_full_day == far
    assert as_user(alice).get(area.get_absolute_url()).context["first_full_day"] == far
