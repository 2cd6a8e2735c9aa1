"""The board as a page: what needs somebody today, each area in one row, and the layout that the office publishes."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from flags import ledger
from flags.found import Found
from flags.kinds import KINDS
from flags.models import Flag, Severity
from foundation import sentences
from tests import create

DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def words(response):
    """The texts of the page, without its tags."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text.replace("&nbsp;", " ").replace("&#x27;", "'"))


@pytest.fixture
def over(today):
    """An area with two people and a cap that was lowered to one; another with one place left."""
    area = create.area(name_en="Haiti", name_fr="Haïti")
    paper = create.authorization(area=area, cap=2)
    mission = create.mission(area=area, name_en="BINUH")
    for _each in range(2):
        create.deployment(mission=mission, starts_on=today, ends_on=today, status="in_mission")
    paper.cap = 1
    paper.save()
    return area


def test_the_box_says_what_one_does_and_leads_there(as_user, alice, over, today):
    late = create.deployment(
        mission=create.mission(kind="specialized_posting"),
        kind="ancillary",
        starts_on=today - 30 * DAY,
        ends_on=today - DAY,
        status="in_mission",
    )

    page = as_user(alice).get(reverse("home"))

    assert [(doing.value, [(task.count, task.url) for task in tasks]) for doing, tasks in page.context["groups"]] == [
        ("record", [(1, f"{reverse('deployment_list')}?status=overdue")])
    ]
    assert "Record 1 overdue departure" in words(page)
    assert "Over cap Haiti −1" in words(page)
    assert "1 over in Haiti" in words(page)
    assert list(as_user(alice).get(f"{reverse('deployment_list')}?status=overdue").context["page"]) == [late]


@pytest.fixture
def dan(db):
    return create.user(email="dan@example.ca", name="Dan", role="coordinator")


@pytest.fixture
def ending(today):
    """The flags of two agreements that end, to be planned; the one that ends first."""
    found = [
        Found(
            kind=KINDS["agreement_ending"],
            subject=create.agreement(service=create.service(), ends_on=today + days * DAY, reference=f"A-{days}"),
            stage="30",
            severity=Severity.PLAN,
            day=today + days * DAY,
        )
        for days in (20, 10)
    ]
    ledger.reconcile([KINDS["agreement_ending"]], found, now=timezone.now())
    return Flag.objects.get(day=today + 10 * DAY)


def test_an_empty_box_says_what_comes_next(as_user, alice, ending):
    page = words(as_user(alice).get(reverse("home")))

    assert f"Nothing needs you today. Next: {sentences.day(ending.day)}," in page
    assert "Flags: 2 to plan ahead" in page


def test_what_is_assigned_to_the_reader_comes_first(as_user, alice, dan, ending):
    ledger.assign([ending], to=alice, note="", by=alice)

    pages = [words(as_user(user).get(reverse("home"))) for user in (alice, dan)]

    assert ["Today Assigned to you" in page for page in pages] == [True, False]
    assert ["Nothing needs you today." in page for page in pages] == [False, True]


def test_an_empty_office_says_so(as_user, alice):
    page = words(as_user(alice).get(reverse("home")))

    assert "Nothing needs you today." in page
    assert "No authorization was in force and nobody was deployed on this day." in page
    assert "0 of 0 places taken" in page


def test_a_board_of_another_day_has_no_box(as_user, alice, over, today):
    page = as_user(alice).get(reverse("home"), {"on": "2031-01-01"})

    assert 'id="attention-title"' not in page.content.decode()


@pytest.mark.parametrize("query", [{}, {"layout": "published"}, {"layout": "\0"}, {"layout": "9" * 30}])
def test_the_published_layout_has_an_address_of_its_own_and_stands_on_paper(as_user, alice, over, query):
    page = as_user(alice).get(reverse("home"), query).content.decode()

    is_published = query == {"layout": "published"}
    assert page.count('class="table stack board-table"') == (not is_published)
    assert page.count('class="table stack published-table"') == 1
    assert ('id="attention-title"' in page) == (not is_published)
    assert ('href="/en-ca/?layout=published"' in page) == (not is_published)


def test_days_before_and_after_are_one_click_away_and_keep_the_layout(as_user, alice, over):
    page = as_user(alice).get(reverse("home"), {"on": "2031-01-01", "layout": "published"}).content.decode()

    steps = re.findall(r'<form class="as-of-step" method="get">(.*?)</form>', page)
    assert [re.findall(r'name="(\w+)" value="([^"]*)"', step) for step in steps] == [
        [("layout", "published"), ("on", "2030-12-31")],
        [("layout", "published"), ("on", "2031-01-02")],
    ]


@pytest.mark.parametrize(("on", "days"), [("1980-01-01", ["1980-01-02"]), ("2099-12-31", ["2099-12-30"])])
def test_no_day_lies_outside_those_of_the_office(as_user, alice, on, days):
    page = as_user(alice).get(reverse("home"), {"on": on}).content.decode()

    assert re.findall(r'name="on" value="([^"]*)" aria-label', page) == days


def test_a_free_place_leads_to_a_plan_for_who_may_plan(as_user, alice, dora):
    area = create.area()
    create.authorization(area=area, cap=3)
    address = f'href="{reverse("deployment_plan")}?area={area.pk}"'

    pages = [as_user(user).get(reverse("home")).content.decode() for user in (alice, dora)]

    assert [page.count(address) for page in pages] == [1, 0]


@pytest.mark.parametrize("number", [1, 3])
def test_the_board_takes_as_many_queries_for_one_area_as_for_three(
    as_user, alice, today, django_assert_num_queries, number
):
    for _each in range(number):
        area = create.area()
        create.authorization(area=area, cap=3)
        create.deployment(mission=create.mission(area=area), starts_on=today, ends_on=today, status="in_mission")
    browser = as_user(alice)
    browser.get(reverse("home"))

    with django_assert_num_queries(32):
        browser.get(reverse("home"))
